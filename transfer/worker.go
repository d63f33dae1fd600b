package transfer

import (
	"container/heap"
	"context"
	"fmt"
	"time"

	"longshore/transfer/session"
)

// job is what a slot works on: a file, a removal, or one part of a folder.
type job struct {
	w    *work
	part *part // the part of the folder to walk; nil: no walk
	ctx  context.Context
	stop context.CancelFunc
	kept bool       // the slot keeps the session beyond it
	live int        // sessions of the site when it was taken
	had  int        // and sessions had until then
	help *segmented // what to help with; nil: the item is its own

	called bool // only a session is to be opened, see Queue.call
}

// result is how a job came out when there was no error.
type result struct {
	state    State // Done, Skipped, Asking, or Running for a walked part
	check    Check
	note     string
	question *Question // with Asking
	policy   Exists    // likewise: the rule that led to it
	folder   *folder   // with Done: the file is in it, which is not synced yet; nil: nothing is left to do
}

// slot is the life of one slot: take a job, run it, settle it.
func (q *Queue) slot() {
	var last *site
	k := &desk{leaser: q.cfg.Leaser}
	defer k.rest()
	for {
		j, ok := q.take(last, k)
		if !ok {
			return
		}
		last = j.w.site
		switch {
		case j.help != nil:
			q.assist(j)
		case j.called:
			q.come(j, k)
		default:
			q.run(j, k)
		}
		j.stop()
	}
}

// take waits for the next job. It is false when the slot is to end.
func (q *Queue) take(last *site, k *desk) (job, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if k.seat != nil {
		last.kept--
	}
	for {
		if q.closing || q.running > q.slots {
			q.running--
			q.leaveSeat(k, nil)
			return job{}, false
		}
		if !q.paused && !q.restoring {
			if w := q.choose(last); w != nil {
				q.leaveSeat(k, w.target)
				return q.assign(w), true
			}
			if j, ok := q.lend(); ok {
				q.leaveSeat(k, nil)
				return j, true
			}
			if j, ok := q.call(); ok {
				q.leaveSeat(k, j.w.target)
				return j, true
			}
		}
		q.leaveSeat(k, nil)
		k.clear()
		q.idle++
		q.wake.Wait()
		q.idle--
	}
}

// leaveSeat gives a kept session back unless it is for t, before anybody else
// may count on its place.
func (q *Queue) leaveSeat(k *desk, t *session.Target) {
	if k.seat != nil && k.target != t {
		k.release(nil)
		q.wake.Broadcast()
	}
}

// choose finds the first item in order whose server has room. The slot's last
// server goes first among equals, for its session is open, unless the other
// has no slot at all.
func (q *Queue) choose(last *site) *work {
	now := time.Now()
	var best, own *work
	for _, s := range q.sites {
		if s.full(q.cfg.PerSite, now) {
			continue
		}
		w := s.next(q.slots)
		if w == nil {
			continue
		}
		if s == last {
			own = w
		}
		if best == nil || before(w, best) < 0 {
			best = w
		}
	}
	if own != nil && own.priority == best.priority && best.site.inUse > 0 {
		return own
	}
	return best
}

// assign gives the item, or the next part of it, to the slot that asks.
func (q *Queue) assign(w *work) job {
	j := job{w: w}
	s := w.site
	if w.state == Waiting {
		w.lined = false
		heap.Remove(&s.ready, 0)
		q.set(w, Connecting)
	}
	q.man(s, w.target)
	s.inUse++
	j.live, j.had = s.live, s.logins
	j.ctx, j.stop = context.WithCancel(q.ctx)
	s.stepped = w.walks()
	if w.meter == nil {
		w.meter = newMeter()
	}
	if w.walks() {
		s.walking++
		j.part = q.partOf(w, &j)
		return j
	}
	w.busy, w.stop = true, j.stop
	return j
}

// run leases a session, does the job and settles it.
func (q *Queue) run(j job, k *desk) {
	s, err := k.lease(j.ctx, j.w.target)
	if err != nil {
		q.settle(j, result{}, err, true)
		return
	}
	if !q.connected(j, s) {
		k.release(nil)
		q.settle(j, result{}, context.Canceled, false)
		return
	}
	r, err := q.work(j, s, k)
	if err != nil {
		k.clear() // the folder may be the cause
	}
	j.kept = k.keep(err)
	if err == nil && r.folder != nil {
		q.settleSynced(j, r)
		return
	}
	q.settle(j, r, err, false)
}

// work does the job. What panics in it is an error of this item alone.
func (q *Queue) work(j job, s Server, k *desk) (r result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &session.Error{Kind: session.Local, Step: "transfer", Path: j.w.remote, Dead: true, Err: fmt.Errorf("panic: %v", p)}
		}
	}()
	a := q.attempt(j.w, s, k)
	defer q.learn(a)
	switch {
	case j.part != nil:
		return result{state: Running}, a.walkPart(j.ctx, j.part)
	case a.again:
		return a.inspect(j.ctx)
	case j.w.direction == Remove:
		return a.remove(j.ctx)
	case j.w.direction == Upload:
		return a.upload(j.ctx)
	}
	return a.download(j.ctx)
}

// connected notes that there is a session; false if nobody wants it any more.
func (q *Queue) connected(j job, to Server) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := j.w.site
	s.failures, s.waits = 0, 0
	s.live++
	s.logins++
	q.approached(j, to)
	defer q.ring()
	if j.w.state == Connecting {
		q.set(j.w, Running)
	}
	return j.w.state == Running
}

// settle writes down how the job ended and frees the slot's place.
func (q *Queue) settle(j job, r result, err error, connecting bool) {
	q.mu.Lock()
	q.vacate(j, connecting)
	if j.part != nil {
		j.w.site.walking--
		q.partDone(j, err, connecting)
	} else {
		q.finish(j, r, err, connecting)
	}
	q.wake.Broadcast()
	q.mu.Unlock()
	q.emptyBin()
	if err != nil || r.state != Done || j.w.direction != Download {
		q.flush() // else the keeper does it: placing was written down
	}
	q.ring()
}

// vacate frees the slot's place at the site.
func (q *Queue) vacate(j job, connecting bool) {
	s := j.w.site
	s.inUse--
	if j.kept {
		s.kept++
	}
	if !connecting && s.live > 0 {
		s.live--
	}
}

// finish lets the item go.
func (q *Queue) finish(j job, r result, err error, connecting bool) {
	w := j.w
	w.busy, w.stop = false, nil
	q.conclude(j, r, err, connecting)
	if err == nil && r.state == Done {
		q.manned(w, w.site.live)
	}
}

// conclude gives the item its next state.
func (q *Queue) conclude(j job, r result, err error, connecting bool) {
	w := j.w
	switch {
	case err == nil && r.state == Done && (w.state.Active() || w.state == Paused):
		w.check, w.note, w.failure, w.inspect = r.check, r.note, nil, false
		w.spans, w.ident = nil, "" // nothing is left of a partial file with holes
		q.set(w, Done)
	case w.pending():
		q.line(w) // stopped and wanted again meanwhile
	case !w.state.Active():
		q.leave(w)
	case err != nil && j.ctx.Err() != nil: // PauseAll or Close: it goes on later
		q.set(w, Waiting)
		q.line(w)
	case err != nil:
		q.failed(j, err, connecting)
	case r.state == Asking:
		q.askExists(w, r)
	default:
		w.note, w.failure = r.note, nil
		q.set(w, r.state)
	}
}

// leave ends what a worker did for an item that was stopped meanwhile, and
// wakes those who waited for it.
func (q *Queue) leave(w *work) {
	if w.state == Cancelled {
		q.discard(w)
	}
	close(q.endings)
	q.endings = make(chan struct{})
}

// setAlarm wakes the queue when the next item that waits for a time is due.
// Queue.mu is held.
func (q *Queue) setAlarm() {
	if q.closing || len(q.delayed) == 0 {
		return
	}
	at := q.delayed[0].at
	if q.alarm != nil {
		if !q.alarmAt.IsZero() && !at.Before(q.alarmAt) {
			return
		}
		q.alarm.Stop()
	}
	q.alarmAt = at
	q.alarm = time.AfterFunc(time.Until(at), q.due)
}

// due lines up the items whose time has come.
func (q *Queue) due() {
	q.mu.Lock()
	q.alarmAt = time.Time{}
	now := time.Now()
	for len(q.delayed) > 0 && !q.delayed[0].at.After(now) {
		l := heap.Pop(&q.delayed).(later)
		if l.w.pending() && l.w.notBefore.Equal(l.at) {
			q.set(l.w, Waiting) // from Retrying
			q.line(l.w)
		}
	}
	q.setAlarm()
	q.wake.Broadcast()
	q.mu.Unlock()
	q.flush()
	q.ring()
}
