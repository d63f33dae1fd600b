package transfer

import (
	"cmp"
	"context"
	"time"

	"longshore/transfer/session"
)

// Auto as Config.Slots lets the queue find out, for each server, how many
// sessions are fastest, up to MaxCrew.
const (
	Auto    = -1
	MaxCrew = 48
)

// The numbers of finding that out. Over distance a small file is a matter of
// round trips, and twice the sessions are nearly twice as fast; where the
// processor or the line is full, more bring nothing.
const (
	firstCrew    = 8
	farCrew      = 16                    // over distance; as many again when so many were let in
	manyFiles    = 4                     // for each session must wait, before there are more than twice as many
	farAway      = 5 * time.Millisecond  // a round trip from which on that is so
	crewGain     = 1.15                  // so much faster, or it is not worth it
	crewRounds   = 3                     // files of each session that a measurement takes
	crewWindow   = 50 * time.Millisecond // and the least time
	crewPatience = 10 * time.Second      // for sessions to come; then no more are to be had
	fileWorth    = 64 << 10              // bytes that the effort for a file is worth
)

// crew finds out how many sessions move the files of a site fastest: twice as
// many as long as that is faster, and fewer where it was not. It is plain
// arithmetic and knows no clock.
type crew struct {
	level   int       // sessions that there should be; 0: not begun
	bears   int       // more its server does not let in, as it is usually set up; 0: not known
	distant bool      // round trips are long: level follows what the server lets in
	settled time.Time // until when level stays; zero: it is being measured

	asked  time.Time // since when there should be so many
	from   time.Time // when all were there and the measurement began
	base   int64     // the work done then
	files  int       // and since
	best   float64   // work a second with the level before
	before int       // the level before; 0: none was measured
}

// begin sets the first level: what was best before, or the usual one.
func (c *crew) begin(now time.Time, remembered, most int) {
	*c = crew{level: min(firstCrew, most), asked: now}
	if remembered > 0 {
		c.level, c.settled = min(remembered, most), now.Add(limitKept)
	}
}

// far is told how long a round trip takes. Over distance each session waits
// most of the time, so that finding out would take longer than the work. Where it
// is known how many the server bears, all of them are asked for at once.
func (c *crew) far(round time.Duration, most int) {
	if round >= farAway && c.level > 0 && c.settled.IsZero() && c.before == 0 && !c.distant {
		c.distant = true
		c.level = max(c.level, min(cmp.Or(c.bears, farCrew), most))
	}
}

// came is told how many sessions the server has let in, and how many files wait.
// More are asked for only then: one that allows fewer has to refuse few.
func (c *crew) came(n, waiting, most int) {
	if c.distant && n >= c.level && c.settled.IsZero() && (c.level <= farCrew || waiting >= manyFiles*c.level) {
		c.level = min(c.level+farCrew, most)
	}
}

// look is told after each file how much work was done in all, how many
// sessions are at work, how many files wait and how many sessions there may
// be. It is true when it has just settled.
func (c *crew) look(now time.Time, done int64, working, waiting, most int) bool {
	switch {
	case c.level > most:
		c.settle(now, most)
		return false
	case now.Before(c.settled):
		return false
	case !c.settled.IsZero(): // things may have changed meanwhile
		*c = crew{level: c.level, bears: c.bears, asked: now}
	}
	if working < (3*c.level+3)/4 { // one or the other is between two files
		c.from = time.Time{}
		if waiting > 0 && now.Sub(c.asked) > crewPatience {
			c.settle(now, max(working, 1))
			return true
		}
		return false
	}
	if c.from.IsZero() {
		c.from, c.base, c.files = now, done, 0
		return false
	}
	c.files++
	took := now.Sub(c.from)
	if c.files < crewRounds*c.level || took < crewWindow {
		return false
	}
	return c.judge(now, float64(done-c.base)/took.Seconds(), waiting, most)
}

// judge decides by the speed of the present level.
func (c *crew) judge(now time.Time, rate float64, waiting, most int) bool {
	switch {
	case c.before > 0 && rate < c.best*crewGain:
		c.settle(now, c.before)
		return true
	case c.level >= most:
		c.settle(now, c.level)
		return true
	case waiting < 2*c.level: // they would come when all is done
		c.from = time.Time{}
		return false
	}
	c.best, c.before = rate, c.level
	c.level, c.asked, c.from = min(2*c.level, most), now, time.Time{}
	return false
}

func (c *crew) settle(now time.Time, level int) {
	*c = crew{level: level, bears: c.bears, settled: now.Add(limitKept)}
}

// rememberer is a Leaser that knows from earlier days how many sessions were
// best, and keeps it.
type rememberer interface {
	Best(t session.Target) int
	FoundBest(t session.Target, n int)
}

// man begins with a site's first item. Queue.mu is held.
func (q *Queue) man(s *site, t *session.Target) {
	if !q.auto || s.crew.level > 0 {
		return
	}
	remembered := 0
	if r, ok := q.cfg.Leaser.(rememberer); ok {
		remembered = r.Best(*t)
	}
	s.crew.begin(time.Now(), remembered, crewMost(t))
}

func crewMost(t *session.Target) int {
	if t.MaxSessions > 0 {
		return min(t.MaxSessions, MaxCrew)
	}
	return MaxCrew
}

// within is most, or what the server bears if that is less.
func (c *crew) within(most int) int {
	if c.bears > 0 {
		return min(most, c.bears)
	}
	return most
}

// distant is a session that knows how long a round trip takes, and how many
// sessions its server bears as it is usually set up (0: any number).
type distant interface {
	RoundTrip() time.Duration
	Bears() int
}

// approached notes a session of the site, for a job. Over distance others are
// called while its folder is listed: they are there when its files are known.
// Queue.mu is held.
func (q *Queue) approached(j job, to Server) {
	s, most := j.w.site, crewMost(j.w.target)
	d, ok := to.(distant)
	if !ok || d.RoundTrip() < farAway {
		return
	}
	if q.auto {
		s.crew.bears = d.Bears()
		most = s.crew.within(most)
		s.crew.far(d.RoundTrip(), most)
		s.crew.came(s.live+s.kept, len(s.ready), most)
	}
	if j.part != nil && j.part.depth == 0 && s.calls == nil {
		s.calls, s.came = j.w, 1
		q.wake.Broadcast()
	}
}

// call gives a slot that has nothing else to do a session to open for a folder
// that is being listed. Queue.mu is held.
func (q *Queue) call() (job, bool) {
	now := time.Now()
	for _, s := range q.sites {
		switch {
		case s.calls == nil:
		case s.calls.state != Running || s.calls.walk == nil || len(s.ready) > 0:
			s.calls = nil // who is needed now comes for a file
		case s.came+s.coming < q.bound(s) && !s.full(q.cfg.PerSite, now):
			s.coming++
			s.inUse++
			j := job{w: s.calls, called: true}
			j.ctx, j.stop = context.WithCancel(q.ctx)
			return j, true
		}
	}
	return job{}, false
}

// bound is how many sessions may be called. Queue.mu is held.
func (q *Queue) bound(s *site) int {
	n := q.slots
	for _, most := range []int{q.cfg.PerSite, s.crew.level, s.most} {
		if most > 0 {
			n = min(n, most)
		}
	}
	if a, ok := q.cfg.Leaser.(allower); ok {
		n = min(n, a.Allowed(*s.calls.target))
	}
	return n
}

// allower is a Leaser that knows how many sessions a server bears.
type allower interface {
	Allowed(session.Target) int
}

// come opens a session that was called. If that fails nobody is told: the job
// that needs one will be.
func (q *Queue) come(j job, k *desk) {
	_, err := k.lease(j.ctx, j.w.target)
	j.kept = err == nil && k.keep(nil)
	q.mu.Lock()
	defer q.mu.Unlock()
	s := j.w.site
	s.inUse--
	s.coming--
	if j.kept {
		s.kept++
	}
	if err == nil {
		s.came++
		s.logins++
		s.crew.came(s.came, len(s.ready), s.crew.within(crewMost(j.w.target)))
	} else {
		s.calls = nil
	}
	q.wake.Broadcast()
}

// manned notes that a file was done, beside others at work, and lets the
// crew follow. Queue.mu is held.
func (q *Queue) manned(w *work, others int) {
	s := w.site
	if !q.auto || s.crew.level == 0 {
		return
	}
	s.done += fileWorth + max(w.size, 0)
	most := s.crew.within(crewMost(w.target))
	if s.most > 0 {
		most = min(most, s.most)
	}
	if !s.crew.look(time.Now(), s.done, others+1, len(s.ready), most) {
		return
	}
	if r, ok := q.cfg.Leaser.(rememberer); ok {
		r.FoundBest(*w.target, s.crew.level)
	}
}
