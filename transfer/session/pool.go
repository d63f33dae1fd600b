package session

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// MaxSessions is what Allowed answers where nobody set a limit and no server
// complained: more than any queue has slots.
const MaxSessions = 64

// idleFor is how long a session that nobody uses stays connected, as
// FileZilla and rclone have it: shorter than the idle limits of servers.
const idleFor = 60 * time.Second

// errPoolClosed is why a lease fails when the program ends.
var errPoolClosed = errors.New("the connections are being closed")

// Pool lends Sessions to the queue's workers and keeps them for the next
// one. There is one for the program. Sessions are shared by Target.Key; what
// a server bears is counted by Target.Addr, as servers count by address.
type Pool struct{ lender *lender[*Session] }

// NewPool makes an empty Pool. It connects to nothing.
func NewPool(env *Env) *Pool {
	return &Pool{newLender(env, Open)}
}

// Lease gives a ready Session for t, an idle one or a new one. It waits while
// all that t.MaxSessions or the server allow are out. When the server says
// "too many connections" the smaller number is remembered and the lease
// waits; only if there is not a single session to wait for, the error (Kind
// Busy) comes back. An account's first login is made alone, so that a wrong
// password is sent once: what comes of it is told to all who wait for that
// account. Whoever leases must Release.
func (p *Pool) Lease(ctx context.Context, t Target) (*Session, error) {
	return p.lender.lease(ctx, t, nil)
}

// Release gives a Session back with the error of its last use. It is kept for
// others if that was nil or a plain refusal by the server, else closed in the
// background.
func (p *Pool) Release(s *Session, err error) { p.lender.release(s, err) }

// Keep reports whether a lent Session may be used once more without Release in
// between: err, that of its last use, left it unharmed, and nobody waits for a
// connection to its server.
func (p *Pool) Keep(s *Session, err error) bool { return p.lender.keep(s, err) }

// Allowed is how many sessions t may have out at once, at least 1: the
// smallest of the site's limit, the learned one less what browsing holds, and
// MaxSessions.
func (p *Pool) Allowed(t Target) int { return p.lender.allowed(t) }

// Close refuses new leases, ends connecting ones, closes idle Sessions, and
// returns when all lent ones are released and closed: end the workers first.
func (p *Pool) Close() { p.lender.close() }

// pooled is what a lender needs of a session. Leave is Close without hearing
// that the server has closed, too.
type pooled interface {
	comparable
	Dead() bool
	Close() error
	Leave() error
}

// lender is Pool for any kind of session. mu guards all that is below it;
// connecting and closing happen outside it.
type lender[S pooled] struct {
	env  *Env
	open func(context.Context, Target, *Env) (S, error)
	ctx  context.Context // ends at close
	end  context.CancelFunc
	busy sync.WaitGroup // sessions out, being opened, being closed

	mu      sync.Mutex
	closed  bool
	servers map[string]*poolServer[S] // by Target.Addr
	lent    map[S]*poolPlace[S]
	learned map[string]Learned // where Env has no Memory
}

// poolServer is all that is connected to one address. A connection is counted
// from before it is dialled until it is closed.
type poolServer[S pooled] struct {
	places  []*poolPlace[S]
	waiting []*poolTicket[S] // browsers first, else in order of coming
	freed   time.Time        // when the last connection ended
	full    int              // not 0: this many were being opened when another was refused
}

// poolPlace is one connection that the server has to bear.
type poolPlace[S pooled] struct {
	target  Target
	server  *poolServer[S]
	state   placeState
	session S
	holder  chan struct{} // of a browser, capacity 1: how to ask for it back
	timer   *time.Timer   // ends an idle one
	rested  time.Time     // since when it is idle
}

type placeState uint8

const (
	placeOpening placeState = iota
	placeOut                // lent
	placeIdle
	placeClosing
)

// poolTicket is a lease that waits for its place.
type poolTicket[S pooled] struct {
	target Target
	holder chan struct{}
	got    chan *poolPlace[S] // capacity 1: an idle one made out, or one to open
	failed chan error         // capacity 1: nothing to wait for any more
}

func newLender[S pooled](env *Env, open func(context.Context, Target, *Env) (S, error)) *lender[S] {
	l := &lender[S]{env: env, open: open, servers: map[string]*poolServer[S]{}, lent: map[S]*poolPlace[S]{}, learned: map[string]Learned{}}
	l.ctx, l.end = context.WithCancel(context.Background())
	return l
}

// lease is Lease; holder is not nil for a browser, which keeps its session
// until something is sent there.
func (l *lender[S]) lease(ctx context.Context, t Target, holder chan struct{}) (S, error) {
	var none S
	for patient := true; ; {
		p, err := l.await(ctx, t, holder)
		if err != nil {
			return none, wrap("connect", "", err)
		}
		if p.state == placeOut {
			return p.session, nil
		}
		s, err := l.connect(ctx, t)
		again := l.opened(p, s, err, ctx.Err() != nil)
		switch {
		case err == nil:
			return s, nil
		case again:
		case patient && l.recovers(p, err):
			patient = false
			pause(ctx, recovery)
		default:
			return none, err
		}
	}
}

// await takes a ticket and waits until it is served.
func (l *lender[S]) await(ctx context.Context, t Target, holder chan struct{}) (*poolPlace[S], error) {
	k := &poolTicket[S]{t, holder, make(chan *poolPlace[S], 1), make(chan error, 1)}
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil, errPoolClosed
	}
	v := l.server(t)
	v.line(k)
	l.serve(v)
	waits := len(k.got) == 0
	l.mu.Unlock()
	if waits {
		l.note(t, "Waiting for a free connection")
	}
	select {
	case p := <-k.got:
		return p, nil
	case err := <-k.failed:
		return nil, err
	case <-ctx.Done():
		l.giveUp(v, k)
		return nil, ctx.Err()
	case <-l.ctx.Done():
		l.giveUp(v, k)
		return nil, errPoolClosed
	}
}

// line puts a ticket in line: a person who browses goes before the queue.
func (v *poolServer[S]) line(k *poolTicket[S]) {
	at := len(v.waiting)
	if k.holder != nil {
		if i := slices.IndexFunc(v.waiting, func(o *poolTicket[S]) bool { return o.holder == nil }); i >= 0 {
			at = i
		}
	}
	v.waiting = slices.Insert(v.waiting, at, k)
}

// giveUp takes a ticket back, and with it what it may have got meanwhile.
func (l *lender[S]) giveUp(v *poolServer[S], k *poolTicket[S]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	v.waiting = slices.DeleteFunc(v.waiting, func(o *poolTicket[S]) bool { return o == k })
	select {
	case p := <-k.got:
		if p.state == placeOut {
			l.shelve(p)
		} else {
			l.vacate(p)
		}
	default:
	}
	l.serve(v)
}

// connect opens a session; the pool's end cancels it too.
func (l *lender[S]) connect(ctx context.Context, t Target) (S, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(l.ctx, cancel)()
	return l.open(ctx, t, l.env)
}

// opened settles a place after connecting and reports whether a refused lease
// should line up again. If the lease gave up, err says nothing of the server.
func (l *lender[S]) opened(p *poolPlace[S], s S, err error, gaveUp bool) (again bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		p.session, p.state = s, placeOut
		l.lent[s] = p
		l.grew(p)
	} else {
		l.vacate(p)
		again = !gaveUp && l.refused(p, err)
	}
	l.settle(p)
	l.serve(p.server)
	return again
}

// release is Release.
func (l *lender[S]) release(s S, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p, ok := l.lent[s]
	if !ok {
		return
	}
	if l.closed || s.Dead() || !unharmed(err) {
		l.retire(p)
	} else {
		l.shelve(p)
	}
	l.serve(p.server)
}

// keep is Keep.
func (l *lender[S]) keep(s S, err error) bool {
	if s.Dead() || !unharmed(err) {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	p, ok := l.lent[s]
	return ok && !l.closed && len(p.server.waiting) == 0
}

// unharmed reports whether a session is where it was before after err: the
// server said no and nothing else.
func unharmed(err error) bool {
	if err == nil {
		return true
	}
	e, ok := errors.AsType[*Error](err)
	return ok && !e.Dead && (e.Code != 0 || e.Kind == NotFound || e.Kind == Denied || e.Kind == Unavailable)
}

// shelve makes a lent session idle until someone wants it or idleFor is over.
func (l *lender[S]) shelve(p *poolPlace[S]) {
	delete(l.lent, p.session)
	p.state, p.holder, p.rested = placeIdle, nil, time.Now()
	p.timer = time.AfterFunc(idleFor, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if p.state == placeIdle && !l.closed {
			l.retire(p)
		}
	})
}

// retire closes a session in the background. Its place stays taken until the
// server has heard QUIT, else the next connection would be one too many; at the
// pool's end there is no next.
func (l *lender[S]) retire(p *poolPlace[S]) {
	delete(l.lent, p.session)
	p.state = placeClosing
	end := p.session.Close
	if l.closed {
		end = p.session.Leave
	}
	go func() {
		end()
		l.mu.Lock()
		defer l.mu.Unlock()
		l.vacate(p)
		l.serve(p.server)
	}()
}

// vacate frees a place for good.
func (l *lender[S]) vacate(p *poolPlace[S]) {
	p.server.places = slices.DeleteFunc(p.server.places, func(o *poolPlace[S]) bool { return o == p })
	if p.state == placeClosing {
		p.server.freed = time.Now()
	}
	l.busy.Done()
}

// close is Close.
func (l *lender[S]) close() {
	l.mu.Lock()
	l.closed = true
	l.end()
	for _, v := range l.servers {
		for _, p := range v.places {
			if p.state == placeIdle {
				p.timer.Stop()
				l.retire(p)
			}
		}
	}
	l.mu.Unlock()
	l.busy.Wait()
}

func (l *lender[S]) server(t Target) *poolServer[S] {
	v := l.servers[t.Addr()]
	if v == nil {
		v = &poolServer[S]{}
		l.servers[t.Addr()] = v
	}
	return v
}

func (l *lender[S]) note(t Target, text string) {
	if l.env != nil && l.env.Log != nil {
		l.env.Log(Line{At: time.Now(), Server: t.String(), Dir: Note, Text: text})
	}
}
