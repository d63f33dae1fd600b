package transfer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"longshore/transfer/session"
)

// A session that helps with a segmented download belongs to a slot that has
// nothing else to do, and counts in all limits like that of an item. It is
// asked to leave as soon as an item waits for a slot or a session.

// lend gives a slot that has nothing else to do a download to help with.
// Queue.mu is held.
func (q *Queue) lend() (job, bool) {
	now := time.Now()
	i := slices.IndexFunc(q.helped, func(g *segmented) bool { return g.have < g.want && !g.d.w.site.full(q.cfg.PerSite, now) })
	if i < 0 {
		return job{}, false
	}
	g := q.helped[i]
	s := g.d.w.site
	g.have++
	s.inUse++
	j := job{w: g.d.w, help: g, live: s.live, had: s.logins}
	j.ctx, j.stop = context.WithCancel(q.ctx)
	return j, true
}

// assist helps with a download until nothing is left to do.
func (q *Queue) assist(j job) {
	g := j.help
	o := &aide{stop: j.stop}
	g.mu.Lock()
	g.others[o] = true
	late := g.over || g.ctx.Err() != nil
	g.mu.Unlock()
	if late {
		j.stop()
	}
	s, err := q.leaseSoon(j)
	connected := err == nil
	if connected {
		q.mu.Lock()
		j.w.site.live++
		j.w.site.logins++
		q.mu.Unlock()
		err = g.help(j.ctx, o, s)
		q.cfg.Leaser.Release(s, harm(err))
	}
	q.mu.Lock()
	g.left(j, err, connected)
	q.wake.Broadcast()
	q.mu.Unlock()
	g.mu.Lock()
	delete(g.others, o)
	g.change.Broadcast()
	g.mu.Unlock()
}

// leaseSoon leases a session if there is one to be had: what others hold is
// not waited for.
func (q *Queue) leaseSoon(j job) (Server, error) {
	if a, ok := q.cfg.Leaser.(allower); ok {
		q.mu.Lock()
		more := j.w.site.inUse > a.Allowed(*j.w.target)
		q.mu.Unlock()
		if more {
			return nil, &session.Error{Kind: session.Busy, Step: "connect", Err: errors.New("the server bears no more sessions")}
		}
	}
	ctx, cancel := context.WithTimeout(j.ctx, q.tune.enter)
	defer cancel()
	return q.cfg.Leaser.Lease(ctx, *j.w.target)
}

// left frees the slot's place and learns from how it came out. Queue.mu is
// held.
func (g *segmented) left(j job, err error, connected bool) {
	s := j.w.site
	s.inUse--
	if connected && s.live > 0 {
		s.live--
	}
	g.have--
	now := time.Now()
	switch {
	case j.ctx.Err() != nil, errors.Is(err, errAsked):
		return
	case session.KindOf(err) == session.Busy && !connected:
		s.most, s.mostTill = max(s.live, 1), now.Add(limitKept)
		g.most, g.mostTill = g.have, now.Add(limitKept)
	case errors.Is(err, errNothing):
		g.most, g.mostTill = g.have, now.Add(time.Hour)
	default:
		g.most, g.mostTill = g.have, now.Add(longWait/10)
	}
	g.want = min(g.want, g.most)
}

// How a session leaves that did nothing wrong.
var (
	errAsked   = errors.New("others wait for the session")
	errNothing = errors.New("nothing is left to share")
)

// harm is the error for which a session may have to be given up.
func harm(err error) error {
	if errors.Is(err, errAsked) || errors.Is(err, errNothing) {
		return nil
	}
	return err
}

// help fetches pieces until none is worth it. What it gives back decides
// whether the session is used again.
func (g *segmented) help(ctx context.Context, o *aide, s Server) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &session.Error{Kind: session.Local, Step: "retrieve", Path: g.d.w.remote, Dead: true, Err: fmt.Errorf("panic: %v", p)}
			g.fail(err)
		}
		g.mu.Lock()
		o.at = nil
		g.mu.Unlock()
	}()
	part, ok := s.(parter)
	if !ok || !part.Restarts() {
		return errNothing
	}
	if err := g.sameSource(ctx, s); err != nil {
		return err
	}
	g.mu.Lock()
	o.s = s
	g.mu.Unlock()
	if err := g.open(ctx); err != nil {
		return errNothing
	}
	for {
		p, err := g.share(o)
		if err != nil {
			return err
		}
		err = g.fetch(ctx, part, p)
		switch k := session.KindOf(err); {
		case err == nil:
		case errors.Is(err, errOther), k == session.Local, k == session.NoSpace:
			g.fail(err)
			return err
		default:
			return err
		}
	}
}

// share gives a session that helps its next piece.
func (g *segmented) share(o *aide) (*piece, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	o.at = nil
	if !o.told.IsZero() {
		return nil, errAsked
	}
	if g.err == nil && !g.over {
		o.at = g.take()
	}
	if o.at == nil {
		return nil, errNothing
	}
	return o.at, nil
}

// sameSource makes sure that a session sees the file that the others fetch.
func (g *segmented) sameSource(ctx context.Context, s Server) error {
	e, err := s.Stat(ctx, g.d.w.remote)
	if err != nil {
		return err
	}
	if !g.d.isSource(e) {
		return wrong("retrieve", g.d.w.remote, "this session sees another file")
	}
	return nil
}
