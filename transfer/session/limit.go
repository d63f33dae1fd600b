package session

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// tryMoreAfter is how long a learned limit is believed before one more
// connection is tried. Hosts that ban addresses count refusals by the minute.
const tryMoreAfter = 10 * time.Minute

// serve gives out what can be given, in order; who waits for its own site's
// limit does not hold up others. Called with mu held after every change.
func (l *lender[S]) serve(v *poolServer[S]) {
	if l.closed {
		return
	}
	v.waiting = slices.DeleteFunc(v.waiting, func(k *poolTicket[S]) bool {
		p := l.find(v, k)
		if p != nil {
			k.got <- p
		}
		return p != nil
	})
	for _, k := range v.waiting {
		v.ask(k)
	}
}

// find gives an idle session of the same account, or a place for a new one.
// An idle one of another account is closed to make room.
func (l *lender[S]) find(v *poolServer[S], k *poolTicket[S]) *poolPlace[S] {
	if p := l.resting(v, k); p != nil {
		return p
	}
	if v.ownLimit(k.target) || v.untried(k.target.Key()) {
		return nil
	}
	room, probe := l.room(v, k.target)
	if !room && l.evict(v) || !room && !probe {
		return nil
	}
	p := &poolPlace[S]{target: k.target, server: v, holder: k.holder}
	v.places = append(v.places, p)
	l.busy.Add(1)
	return p
}

// untried reports that the account's first login is under way: the others
// wait for what comes of it. A wrong password is then sent once and not by
// each worker, since hosts ban who fails three times.
func (v *poolServer[S]) untried(key string) bool {
	opening := false
	for _, p := range v.places {
		if p.target.Key() != key {
			continue
		}
		if p.state != placeOpening {
			return false
		}
		opening = true
	}
	return opening
}

// resting takes the idle session that was used last.
func (l *lender[S]) resting(v *poolServer[S], k *poolTicket[S]) *poolPlace[S] {
	for _, p := range slices.Backward(slices.Clone(v.places)) {
		if p.state != placeIdle || p.target.Key() != k.target.Key() {
			continue
		}
		p.timer.Stop()
		if p.session.Dead() || since(p.rested) > idleFor { // the computer slept
			l.retire(p)
			continue
		}
		p.state, p.holder = placeOut, k.holder
		l.lent[p.session] = p
		return p
	}
	return nil
}

// evict closes an idle session, which belongs to another account, else it
// had been taken. It reports whether there was one.
func (l *lender[S]) evict(v *poolServer[S]) bool {
	for _, p := range v.places {
		if p.state == placeIdle {
			p.timer.Stop()
			l.retire(p)
			return true
		}
	}
	return false
}

// ask asks one browser for its session if browsers hold all that the ticket
// could wait for. One that is busy answers when it is not.
func (v *poolServer[S]) ask(k *poolTicket[S]) {
	own := v.ownLimit(k.target)
	var asked *poolPlace[S]
	for _, p := range v.places {
		if own && p.target.Key() != k.target.Key() {
			continue
		}
		if p.state != placeOut || p.holder == nil || len(p.holder) > 0 {
			return
		}
		asked = p
	}
	if asked != nil {
		asked.holder <- struct{}{}
	}
}

// ownLimit reports whether the account has all that its site allows.
func (v *poolServer[S]) ownLimit(t Target) bool {
	return t.MaxSessions > 0 && v.count(t.Key()) >= t.MaxSessions
}

// room reports whether the server bears one more connection as far as is
// known, and if not, whether it is time to find out. Called with mu held;
// Env.Memory must not call the pool back. A limit without a time was set by
// the user and is never tried.
func (l *lender[S]) room(v *poolServer[S], t Target) (room, probe bool) {
	known := l.recall(t)
	n := len(v.places)
	switch {
	case v.full > 0 && n >= v.full:
		return false, false
	case known.MaxSessions == 0 || n < known.MaxSessions:
		return true, false
	}
	return false, n == known.MaxSessions && n == v.connected() &&
		!known.LimitedAt.IsZero() && time.Since(known.LimitedAt) >= tryMoreAfter
}

// count is how many connections an account has.
func (v *poolServer[S]) count(key string) int {
	n := 0
	for _, p := range v.places {
		if p.target.Key() == key {
			n++
		}
	}
	return n
}

// connected is how many logins stand at this moment.
func (v *poolServer[S]) connected() int {
	n := 0
	for _, p := range v.places {
		if p.state != placeOpening {
			n++
		}
	}
	return n
}

// grew notes that the server bore one more than was known. The time counts
// from now: the next is tried as late.
func (l *lender[S]) grew(p *poolPlace[S]) {
	n := p.server.connected()
	if known := l.recall(p.target); known.MaxSessions > 0 && n > known.MaxSessions {
		l.learn(p.target, func(k *Learned) { k.MaxSessions, k.LimitedAt = n, time.Now() })
	}
}

// refused learns from a failed connection and reports whether the lease may
// wait for another's session. Its place is vacated already. With nothing left
// to wait for, all who wait hear the same, lest each asks the server again: a
// limit concerns all accounts, a wrong password or a dead network this one.
func (l *lender[S]) refused(p *poolPlace[S], err error) (wait bool) {
	v := p.server
	switch {
	case l.closed, KindOf(err) == Cancelled:
		return false
	case !hasCause(err, causeTooMany):
		if v.count(p.target.Key()) == 0 {
			v.tell(err, p.target.Key())
		}
		return false
	case len(v.places) == 0:
		v.full = 0
		v.tell(err, "")
		return false
	}
	v.full = len(v.places)
	return true
}

// tell ends the waiting of an account's leases, or of all, with an error.
func (v *poolServer[S]) tell(err error, key string) {
	v.waiting = slices.DeleteFunc(v.waiting, func(k *poolTicket[S]) bool {
		mine := key == "" || k.target.Key() == key
		if mine {
			k.failed <- err
		}
		return mine
	})
}

// recovery is how long a server may count a connection that has ended.
const recovery = time.Second

// recovers reports a refusal that is worth a second try: a connection ended a
// moment ago, and vsftpd counts it until its process is gone.
func (l *lender[S]) recovers(p *poolPlace[S], err error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.closed && hasCause(err, causeTooMany) && time.Since(p.server.freed) < 3*recovery
}

// pause waits, or not if ctx ends.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// settle learns a limit when all attempts of a burst, one of which was
// refused, have ended: only then it is known how many the server bore.
func (l *lender[S]) settle(p *poolPlace[S]) {
	v := p.server
	n := v.connected()
	if v.full == 0 || n < len(v.places) {
		return
	}
	v.full = 0
	if n == 0 {
		return
	}
	l.learn(p.target, func(k *Learned) {
		if k.MaxSessions == 0 || n < k.MaxSessions {
			k.MaxSessions = n
		}
		k.LimitedAt = time.Now()
	})
	l.note(p.target, fmt.Sprintf("The server allows no more than %d connections at once", n))
}

// allowed is Allowed.
func (l *lender[S]) allowed(t Target) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := MaxSessions
	if known := l.recall(t).MaxSessions; known > 0 {
		n = min(n, known-l.browsing(t))
	}
	if t.MaxSessions > 0 {
		n = min(n, t.MaxSessions)
	}
	return max(n, 1)
}

// browsing is how many connections of the server browsers hold.
func (l *lender[S]) browsing(t Target) int {
	n := 0
	if v := l.servers[t.Addr()]; v != nil {
		for _, p := range v.places {
			if p.holder != nil {
				n++
			}
		}
	}
	return n
}

func (l *lender[S]) recall(t Target) Learned {
	if l.env != nil && l.env.Memory != nil {
		return l.env.Memory.Recall(t)
	}
	return l.learned[t.Addr()]
}

func (l *lender[S]) learn(t Target, change func(*Learned)) {
	if l.env != nil && l.env.Memory != nil {
		l.env.Memory.Learn(t, change)
		return
	}
	k := l.learned[t.Addr()]
	change(&k)
	l.learned[t.Addr()] = k
}

// Best is how many sessions were once found to be fastest; 0: not known.
func (p *Pool) Best(t Target) int {
	p.lender.mu.Lock()
	defer p.lender.mu.Unlock()
	return p.lender.recall(t).Sessions
}

// FoundBest remembers how many were.
func (p *Pool) FoundBest(t Target, n int) {
	p.lender.mu.Lock()
	defer p.lender.mu.Unlock()
	p.lender.learn(t, func(k *Learned) { k.Sessions = n })
}
