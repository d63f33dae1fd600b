package transfer

import (
	"slices"
	"time"
)

// History bounds what is kept of ended items. Items of a folder that has not
// ended are kept whatever the bounds, for its walk may have to begin again.
type History struct {
	Items int           // at most; 0: 10,000; negative: all
	Age   time.Duration // at most; 0: 30 days
}

// The usual bounds.
const (
	DefaultHistory    = 10_000
	DefaultHistoryAge = 30 * 24 * time.Hour
	keptAtLeast       = time.Minute // so that every reader sees how an item ended
)

func (h *History) fill() {
	if h.Items == 0 {
		h.Items = DefaultHistory
	}
	if h.Age <= 0 {
		h.Age = DefaultHistoryAge
	}
}

// SetHistory changes the bounds at once.
func (q *Queue) SetHistory(h History) {
	h.fill()
	q.mu.Lock()
	q.cfg.History, q.trimmed = h, time.Time{}
	q.trim(time.Now())
	q.mu.Unlock()
	q.flush()
	q.ring()
}

// ending is an item that ended, unless it has been revived since.
type ending struct {
	w  *work
	at time.Time
}

// trim forgets what is beyond the bounds, oldest first, now and then.
// Queue.mu is held.
func (q *Queue) trim(now time.Time) {
	if now.Sub(q.trimmed) < progressEvery {
		return
	}
	q.trimmed = now
	var gone []*work
	over := 0
	if q.cfg.History.Items >= 0 {
		over = len(q.past) - q.cfg.History.Items
	}
	if over <= q.cfg.History.Items/10 { // not one by one
		over = 0
	}
	kept := q.past[:0]
	for i, e := range q.past {
		switch age := now.Sub(e.at); {
		case !e.w.state.Ended() || !e.w.ended.Equal(e.at) || q.items[e.w.id] != e.w:
			// revived or forgotten
		case age < keptAtLeast || i >= over && age < q.cfg.History.Age,
			e.w.up != nil && !e.w.up.state.Ended(), e.w.open > 0, e.w.busy:
			kept = append(kept, e)
		default:
			gone = append(gone, e.w)
		}
	}
	clear(q.past[len(kept):])
	q.past = kept
	q.drop(gone)
}

// drop forgets items that ended. A folder takes its children along.
func (q *Queue) drop(ws []*work) {
	var ids []ItemID
	folders := map[*work]bool{}
	for _, w := range ws {
		if q.items[w.id] != w || w.open > 0 {
			continue
		}
		ids = q.dropOne(w, ids)
		if w.up != nil {
			folders[w.up] = true
		}
		for _, k := range w.kids {
			if q.items[k.id] == k {
				ids = q.dropOne(k, ids)
			}
		}
	}
	for up := range folders {
		up.kids = slices.DeleteFunc(up.kids, func(k *work) bool { return q.items[k.id] != k })
	}
	if len(ids) > 0 {
		q.journal.put(record{Op: opRemove, IDs: ids})
		q.journal.want()
	}
	if n := len(q.removed) - keptRemovals; n > 0 {
		q.forgotten = q.removed[n-1].rev
		q.removed = append(q.removed[:0], q.removed[n:]...)
	}
}

func (q *Queue) dropOne(w *work, ids []ItemID) []ItemID {
	delete(q.items, w.id)
	w.state.tally(&q.totals, -1)
	if w.folder {
		w.state.tally(&q.totals, 1) // folders were not counted
	}
	q.unlink(w)
	q.removed = append(q.removed, removal{q.stampRev(), w.id})
	return append(ids, w.id)
}
