package transfer

import (
	"time"
)

// withKids lists the items and, for folders, what came from them: the
// children first, so that a folder sees how they ended. Queue.mu is held.
func (q *Queue) withKids(ids []ItemID) []*work {
	var ws []*work
	seen := map[*work]bool{}
	add := func(w *work) {
		if !seen[w] {
			seen[w] = true
			ws = append(ws, w)
		}
	}
	for _, id := range ids {
		w := q.items[id]
		if w == nil {
			continue
		}
		for _, k := range w.kids {
			add(k)
		}
		add(w)
	}
	return ws
}

// each does f for the items and what came from them, in one go.
func (q *Queue) each(ids []ItemID, f func(*work)) {
	q.mu.Lock()
	for _, w := range q.withKids(ids) {
		f(w)
	}
	q.journal.want()
	q.wake.Broadcast()
	q.mu.Unlock()
	q.flush()
	q.ring()
}

// halt makes a slot let go of the item; its worker notices within a second.
func (w *work) halt() {
	if w.stop != nil {
		w.stop()
	}
	if w.walk != nil {
		w.walk.halt()
	}
}

// Pause stops items where they stand; what has arrived is kept and gone on
// from by Resume.
func (q *Queue) Pause(ids ...ItemID) {
	q.each(ids, func(w *work) {
		if q.set(w, Paused) {
			w.halt()
		}
	})
}

// Resume lets paused items, and those that wait for a time or since a crash,
// go on at once.
func (q *Queue) Resume(ids ...ItemID) {
	q.each(ids, func(w *work) {
		if w.state == Paused || w.state == Retrying || w.held || w.state == Waiting && w.notBefore.After(time.Now()) {
			w.notBefore = time.Time{}
			w.site.hold = time.Time{}
			q.again(w)
		}
	})
}

// StartAt lets items that wait or are paused begin at a time; one that has
// passed means now. What runs is left alone.
func (q *Queue) StartAt(t time.Time, ids ...ItemID) {
	q.each(ids, func(w *work) {
		if w.busy || w.state != Waiting && w.state != Paused && w.state != Retrying || w.folder && w.walked {
			return
		}
		w.notBefore = t
		if w.state == Waiting || q.set(w, Waiting) {
			q.stamp(w)
			q.journal.put(q.stateRecord(w))
			q.line(w)
		}
	})
}

// again lines an item up anew, or before its server's question.
func (q *Queue) again(w *work) {
	if w.state != Waiting && !q.set(w, Waiting) {
		return
	}
	if w.busy {
		return // its worker lines it up when it has let go
	}
	q.admit(w)
}

// Cancel ends items for good. What was at the target before is untouched. The
// partial file of a download is removed, and so is the temporary one of a safe
// upload, by an item of its own, if its server answered lately.
func (q *Queue) Cancel(ids ...ItemID) {
	var ended []*work
	q.each(ids, func(w *work) {
		if busy := w.busy; q.set(w, Cancelled) {
			w.halt()
			if !busy { // else its worker sees to it when it has let go
				ended = append(ended, w)
			}
		}
	})
	q.mu.Lock()
	q.discard(ended...)
	q.mu.Unlock()
	q.emptyBin()
}

// Retry lets failed, cancelled and skipped items try again as if new, with
// what has arrived of them.
func (q *Queue) Retry(ids ...ItemID) {
	q.each(ids, func(w *work) {
		if !w.state.Ended() || w.state == Done {
			return
		}
		q.revive(w)
		if w.up != nil && w.up.state.Ended() {
			q.revive(w.up)
		}
	})
}

func (q *Queue) revive(w *work) {
	w.inspect = false
	w.attempts, w.failure, w.note, w.notBefore, w.choice = 0, nil, "", time.Time{}, Ask
	if w.folder && (!w.walked || len(w.tally.Refused) > 0) {
		w.walked, w.walk = false, nil // what became items already is known and not doubled
		w.tally.Refused, w.tally.RefusedMore, w.extra = nil, 0, 0
	}
	if !q.set(w, Waiting) {
		return
	}
	w.site.hold = time.Time{}
	q.again(w)
}

// Forget drops ended items, and what came from them, from the queue. What
// came from a folder stays as long as that has not ended, so that nothing is
// done twice if its walk begins anew.
func (q *Queue) Forget(ids ...ItemID) {
	q.mu.Lock()
	var gone []*work
	for _, w := range q.withKids(ids) {
		if w.state.Ended() && !w.busy && (w.up == nil || w.up.state.Ended()) {
			gone = append(gone, w)
		}
	}
	q.drop(gone)
	q.mu.Unlock()
	q.flush()
	q.ring()
}

// PauseAll stops the whole queue, or lets it go on; what runs goes back to
// Waiting.
func (q *Queue) PauseAll(on bool) {
	q.mu.Lock()
	if q.paused != on {
		q.paused = on
		q.stampRev()
		q.journal.put(record{Op: opPause, On: on})
		if on {
			q.haltAll()
		}
		q.wake.Broadcast()
	}
	q.mu.Unlock()
	q.flush()
	q.ring()
}

func (q *Queue) haltAll() {
	for w := range q.active {
		w.halt()
	}
	for _, s := range q.sites {
		for _, w := range s.walks {
			w.halt()
		}
	}
}

// Paused reports whether the whole queue is.
func (q *Queue) Paused() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.paused
}
