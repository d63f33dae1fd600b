package transfer

import (
	"context"
	"io"
	"io/fs"
	"time"

	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// Server is what the queue needs of one session: *session.Session has it, and
// tests have their own. It is used by one goroutine at a time; every method
// ends within a second of its context.
type Server interface {
	List(ctx context.Context, dir string, rows func([]listing.Entry)) (listing.Report, error)
	Stat(ctx context.Context, path string) (listing.Entry, error)
	Size(ctx context.Context, path string) (int64, error)
	Retrieve(ctx context.Context, path string, offset int64, w io.Writer, tap session.Tap) (int64, error)
	Store(ctx context.Context, path string, offset int64, r io.Reader, tap session.Tap) (int64, error)
	MakeDir(ctx context.Context, path string) error
	MakeDirAll(ctx context.Context, path string) error
	RemoveDir(ctx context.Context, path string) error
	Delete(ctx context.Context, path string) error
	Rename(ctx context.Context, from, to string) error
	Chmod(ctx context.Context, path string, mode fs.FileMode) error
	SetTime(ctx context.Context, path string, t time.Time) error
	Digest(ctx context.Context, path, algo string, from, to int64) (string, error)
	Digests() []string
}

// Leaser lends sessions. Lease may wait for a place; the error given back
// with a Server decides whether it is used again.
type Leaser interface {
	Lease(ctx context.Context, t session.Target) (Server, error)
	Release(s Server, err error)
}

// keeper is a Leaser that tells whether a slot may use its session for another
// item of the same server at once; then Release comes later, for both. It may
// not while somebody else waits for one.
type keeper interface {
	Keep(s Server, err error) bool
}

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

func (p pooled) Keep(s Server, err error) bool { return p.pool.Keep(s.(*session.Session), err) }

func (p pooled) Best(t session.Target) int { return p.pool.Best(t) }

func (p pooled) FoundBest(t session.Target, n int) { p.pool.FoundBest(t, n) }

func (p pooled) Allowed(t session.Target) int { return p.pool.Allowed(t) }
