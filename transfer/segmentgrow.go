package transfer

import (
	"time"
)

// MaxSegments is how many sessions one download may have.
const MaxSegments = 8

// The numbers of growing: a session more must bring that much more speed, and
// is measured when its data connection has got up to speed.
const (
	gain     = 1.15
	warmUp   = 800 * time.Millisecond
	window   = time.Second
	worthIt  = 3 * time.Second // what is left must take, for another session to pay
	plenty   = 250 << 20       // bytes a second of one session: processors and disks are what limits it, not the line
	quietFor = 2 * time.Second // nobody else waited, before more sessions are taken
)

// growth finds out how many sessions make a download fastest: twice as many as
// long as the speed grows. It is plain arithmetic and knows no clock.
type growth struct {
	level   int  // sessions that it wants
	most    int  // sessions that there may be
	settled bool // level stays

	measured int       // the sessions that are being measured
	since    time.Time // when so many were at work first
	from     time.Time // when the measurement began
	base     int64     // bytes, then
	best     float64   // the speed of the level before
	before   int       // the level before
}

// look is told how many bytes have come in all, how many sessions are at work
// and how many bytes are missing; it gives the number of sessions that there
// should be.
func (g *growth) look(now time.Time, moved int64, working int, left int64, patience time.Duration) int {
	if g.settled {
		return g.level
	}
	if g.since.IsZero() || working != g.measured {
		g.measured, g.since, g.from = working, now, time.Time{}
	}
	if working < g.level {
		if now.Sub(g.since) > patience { // no more are to be had
			g.settled, g.level = true, working
		}
		return g.level
	}
	if g.from.IsZero() {
		if now.Sub(g.since) >= warmUp {
			g.from, g.base = now, moved
		}
		return g.level
	}
	if took := now.Sub(g.from); took >= window {
		g.judge(float64(moved-g.base)/took.Seconds(), left)
		g.since = time.Time{}
	}
	return g.level
}

// judge decides by the speed of the present level.
func (g *growth) judge(rate float64, left int64) {
	switch {
	case g.level > 1 && rate < g.best*gain:
		g.settled, g.level = true, g.before
	case g.level >= g.most, g.level == 1 && rate >= plenty:
		g.settled = true
	case float64(left) < rate*worthIt.Seconds():
	default:
		g.best, g.before, g.level = rate, g.level, min(2*g.level, g.most)
	}
}

// newGrowth begins with what was asked for, or turned out best at this site.
func (q *Queue) newGrowth(w *work) growth {
	q.mu.Lock()
	defer q.mu.Unlock()
	g := growth{level: 1, most: min(MaxSegments, q.slots)}
	switch s := w.site; {
	case w.options.Segments > 0:
		g.level, g.settled = min(w.options.Segments, MaxSegments), true
	case s.segments > 0 && time.Now().Before(s.segmentsTill):
		g.level, g.settled = min(s.segments, g.most), true
	}
	return g
}

// watch asks for more sessions and lets them go, until the download ends.
func (g *segmented) watch() {
	tick := time.NewTicker(g.d.q.tune.tick)
	defer tick.Stop()
	g.look(time.Now())
	for {
		select {
		case now := <-tick.C:
			g.look(now)
		case <-g.ctx.Done():
			return
		}
	}
}

func (g *segmented) look(now time.Time) {
	working, left, leaving := g.count(now)
	q, site := g.d.q, g.d.w.site
	was := g.grow.settled
	n := g.grow.look(now, g.moved.Load(), working, left, q.tune.enter)
	q.mu.Lock()
	if g.grow.settled && !was {
		site.segments, site.segmentsTill = n, now.Add(limitKept)
	}
	if q.crowded(site, now) {
		g.crowd = now
	}
	switch {
	case now.Sub(g.crowd) >= quietFor:
		g.want = n - 1
	case g.crowd == now && leaving == 0:
		g.want = min(g.want, g.have-1)
	default:
		g.want = min(g.want, g.have)
	}
	if now.Before(g.mostTill) {
		g.want = min(g.want, g.most)
	}
	g.want = max(g.want, 0)
	over := g.have - g.want - leaving
	if over < 0 {
		q.wake.Broadcast()
	}
	q.mu.Unlock()
	g.recall(over, now)
}

// count tells how many sessions are at work, how many bytes are missing, and
// how many sessions were asked to leave. One that does not is stopped.
func (g *segmented) count(now time.Time) (working int, left int64, leaving int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	working = 1
	for o := range g.others {
		switch {
		case o.told.IsZero() && o.at != nil:
			working++
		case o.told.IsZero():
		default:
			leaving++
			if now.Sub(o.told) > time.Second {
				o.stop()
			}
		}
	}
	return working, g.d.src.Size - g.pieces.here(), leaving
}

// recall asks n sessions to leave, those first that are not at work yet.
func (g *segmented) recall(n int, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, busy := range []bool{false, true} {
		for o := range g.others {
			if n <= 0 {
				return
			}
			if !o.told.IsZero() || busy != (o.at != nil) {
				continue
			}
			n--
			o.told = now
			switch {
			case o.at != nil:
				o.at.stop = true
			case o.s == nil:
				o.stop()
			}
		}
	}
}

// crowded reports whether an item waits for a slot or a session that helps.
// Queue.mu is held.
func (q *Queue) crowded(of *site, now time.Time) bool {
	if q.paused || q.restoring {
		return false
	}
	if q.running > q.slots {
		return true
	}
	for _, s := range q.sites {
		if s.question != nil || s.hold.After(now) || s.next(q.slots) == nil {
			continue
		}
		if full := s.full(q.cfg.PerSite, now); s == of && full || q.idle == 0 && !full {
			return true
		}
	}
	return false
}
