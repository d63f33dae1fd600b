package transfer

import (
	"context"

	"longshore/transfer/session"
)

// NewLeaser lets the queue use the program's pool of sessions.
func NewLeaser(p *session.Pool) Leaser { return pooled{p} }

type pooled struct{ pool *session.Pool }

func (p pooled) Lease(ctx context.Context, t session.Target) (Server, error) {
	s, err := p.pool.Lease(ctx, t)
	if err != nil {
		return nil, err // not s: a nil *Session is no nil Server
	}
	return s, nil
}

func (p pooled) Release(s Server, err error) { p.pool.Release(s.(*session.Session), err) }
