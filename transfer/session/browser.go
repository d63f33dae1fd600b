package session

import (
	"context"
	"errors"
	"sync"
	"time"
)

// How a Browser keeps its connection: a NOOP each keepEvery while nobody uses
// it, for keepFor, as servers and NAT routers forget silent connections after
// a minute or two; then it hangs up and connects anew when it is needed. A
// connection silent for longer than probeAfter is tried before an operation
// that may not be repeated; one that missed its NOOP, as when the computer
// slept, before any. A server that lives answers within probePatience.
const (
	keepEvery     = 30 * time.Second
	keepFor       = 30 * time.Minute
	probeAfter    = 10 * time.Second
	probePatience = 5 * time.Second
)

// errBrowserClosed is why Do fails after Close.
var errBrowserClosed = errors.New("the connection was closed")

// Browser keeps one Session for a person who looks around at a server, apart
// from the queue's. Connections that die while nobody looks are made anew
// without a word.
type Browser struct{ browser *browsing[*Session] }

// NewBrowser makes a Browser with a connection of its own, which no Pool
// counts: for programs that only browse. It connects at the first Do.
func NewBrowser(t Target, env *Env) *Browser {
	return &Browser{newBrowsing[*Session](t, alone[*Session]{env, Open})}
}

// NewBrowser makes a Browser whose connection counts among the Pool's. Where
// a server allows one connection only, browsing and transfers share it: the
// Browser hands it over when it is idle and a transfer waits, and has the
// first turn after the file that is then transferred. Close it before the Pool.
func (p *Pool) NewBrowser(t Target) *Browser {
	return &Browser{newBrowsing[*Session](t, p.lender)}
}

// Do runs f with the Session, connecting first if need be. Calls wait for
// each other. If the connection turns out to have died before f (a late 421,
// a reset, silence), a new one is made and, if repeatable says that running f
// twice does no harm, f runs once more. For what may not be repeated a
// connection that was silent is tried first. f's error is returned as it is;
// f must not keep the Session.
func (b *Browser) Do(ctx context.Context, repeatable bool, f func(context.Context, *Session) error) error {
	return b.browser.do(ctx, repeatable, f)
}

// Close cancels what is running, hangs up and returns when all is ended.
func (b *Browser) Close() { b.browser.close() }

// sessionSource is where a Browser's session comes from. What is sent to holder asks
// for it back.
type sessionSource[S any] interface {
	lease(ctx context.Context, t Target, holder chan struct{}) (S, error)
	release(s S, err error)
}

// alone is a source that opens and closes.
type alone[S pooled] struct {
	env  *Env
	open func(context.Context, Target, *Env) (S, error)
}

func (a alone[S]) lease(ctx context.Context, t Target, _ chan struct{}) (S, error) {
	return a.open(ctx, t, a.env)
}

func (a alone[S]) release(s S, _ error) { s.Close() }

// browsed is what a browser needs of a session.
type browsed interface {
	pooled
	Noop(ctx context.Context) error
}

// browsing is Browser for any kind of session. Whoever has the turn owns all
// that is below it.
type browsing[S browsed] struct {
	target Target
	source sessionSource[S]
	wanted chan struct{} // the pool wants the session back
	ctx    context.Context
	end    context.CancelFunc
	keeper sync.WaitGroup
	start  sync.Once

	turn    chan struct{} // capacity 1
	have    bool
	session S
	used    time.Time // by a person
	spoke   time.Time // to the server
}

func newBrowsing[S browsed](t Target, from sessionSource[S]) *browsing[S] {
	b := &browsing[S]{target: t, source: from, wanted: make(chan struct{}, 1), turn: make(chan struct{}, 1)}
	b.ctx, b.end = context.WithCancel(context.Background())
	return b
}

func (b *browsing[S]) do(ctx context.Context, repeatable bool, f func(context.Context, S) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(b.ctx, cancel)()
	if err := b.take(ctx); err != nil {
		return wrap("connect", "", err)
	}
	defer b.give()
	b.start.Do(func() { b.keeper.Go(b.keep) })
	defer func() { b.used = time.Now() }()
	if !repeatable || since(b.spoke) > keepEvery+probeAfter {
		b.probe(ctx)
	}
	kept := b.have
	err := b.once(ctx, f)
	if kept && repeatable && isStale(err) && ctx.Err() == nil {
		err = b.once(ctx, f)
	}
	return err
}

// once connects if need be and runs f. A panic in f does not leave a session
// behind that nobody knows the state of.
func (b *browsing[S]) once(ctx context.Context, f func(context.Context, S) error) error {
	if err := b.connect(ctx); err != nil {
		return err
	}
	err := error(&Error{Kind: Protocol, Dead: true})
	defer func() {
		b.spoke = time.Now()
		if b.session.Dead() || !unharmed(err) {
			b.hangUp(err)
		}
	}()
	err = f(ctx, b.session)
	return err
}

func (b *browsing[S]) connect(ctx context.Context) error {
	if b.have && !b.session.Dead() {
		return nil
	}
	b.hangUp(nil)
	select {
	case <-b.wanted:
	default:
	}
	s, err := b.source.lease(ctx, b.target, b.wanted)
	if err != nil {
		return err
	}
	b.session, b.have, b.spoke = s, true, time.Now()
	return nil
}

// probe drops a connection that died in silence.
func (b *browsing[S]) probe(ctx context.Context) {
	if !b.have || since(b.spoke) < probeAfter {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, probePatience)
	defer cancel()
	err := b.session.Noop(ctx)
	b.spoke = time.Now()
	if b.session.Dead() || !unharmed(err) {
		b.hangUp(err)
	}
}

// since counts the time that the computer slept, too, which the monotonic
// clock leaves out.
func since(t time.Time) time.Duration { return time.Now().Round(0).Sub(t.Round(0)) }

// hangUp gives the session back, if there is one; a pool keeps it for others
// unless err says that it is spoilt.
func (b *browsing[S]) hangUp(err error) {
	if !b.have {
		return
	}
	var none S
	s := b.session
	b.have, b.session = false, none
	b.source.release(s, err)
}

// isStale reports that the connection was lost, not that the server said no.
func isStale(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Dead && (e.Kind == Network || e.Code == 421)
}

// take waits for the turn.
func (b *browsing[S]) take(ctx context.Context) error {
	if b.ctx.Err() != nil {
		return errBrowserClosed
	}
	select {
	case b.turn <- struct{}{}:
	case <-ctx.Done():
		if b.ctx.Err() != nil {
			return errBrowserClosed
		}
		return context.Cause(ctx)
	}
	if b.ctx.Err() != nil {
		<-b.turn
		return errBrowserClosed
	}
	return nil
}

// give passes the turn on, and the session if the pool wants it.
func (b *browsing[S]) give() {
	select {
	case <-b.wanted:
		b.hangUp(nil)
	default:
	}
	<-b.turn
}

// keep holds the idle connection alive until close.
func (b *browsing[S]) keep() {
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for {
		select {
		case <-b.ctx.Done():
			return
		case <-tick.C:
			b.idle(b.nudge)
		case <-b.wanted:
			b.idle(func() { b.hangUp(nil) })
		}
	}
}

// idle runs f in a turn of its own; who is busy needs no keeping.
func (b *browsing[S]) idle(f func()) {
	if b.take(b.ctx) != nil {
		return
	}
	f()
	b.give()
}

// nudge says NOOP if the connection was silent, and hangs up when nobody
// looked for long.
func (b *browsing[S]) nudge() {
	switch {
	case !b.have || since(b.spoke) < keepEvery:
	case since(b.used) >= keepFor:
		b.hangUp(nil)
	default:
		b.probe(b.ctx)
	}
}

func (b *browsing[S]) close() {
	b.end()
	b.turn <- struct{}{}
	b.hangUp(nil)
	<-b.turn
	b.keeper.Wait()
}
