package transfer

import (
	"cmp"
	"slices"
	"time"
)

// Delta is what changed since a Rev: enough for a view to catch up, at a cost
// that follows the change and not the queue's length.
type Delta struct {
	Rev              Rev
	Full             bool     // the reader was too far behind: Items is everything there is
	Items            []Item   // changed since, and all that are active (their byte counts move)
	Removed          []ItemID // gone since
	Order            []ItemID // the whole order of what is not ended, nil if it did not change
	Totals           Totals   // of all that is not ended
	UpRate, DownRate float64  // bytes a second
	Paused           bool     // the whole queue
	Held             int      // items that a crash cut off and that wait for Queue.Release
	Restoring        bool     // the journal is still being read
	Warning          string   // why the queue is in memory only just now, "" if it is on disk
}

// removal is an item that is gone, for readers that still show it.
type removal struct {
	rev Rev
	id  ItemID
}

// deltaItems is about how many items one Delta tells at most, unless it is
// full. To copy a hundred thousand at once takes a second of the reader's time
// while eight sessions transfer, most of it for the collector of garbage.
const deltaItems = 8192

// keptRemovals is how many of those are kept; a reader further behind gets
// everything.
const keptRemovals = 200_000

// Changed is rung after every change and while bytes move. It has room for
// one ring, so it is for one reader; others use Wait.
func (q *Queue) Changed() <-chan struct{} { return q.bell }

func (q *Queue) ring() {
	select {
	case q.bell <- struct{}{}:
	default:
	}
}

// stampRev gives the next revision. Queue.mu is held, as in all below.
func (q *Queue) stampRev() Rev {
	q.rev++
	return q.rev
}

// stamp moves w to the tail of the list that is kept in order of rev.
func (q *Queue) stamp(w *work) {
	w.rev = q.stampRev()
	if q.tail == w {
		return
	}
	q.unlink(w)
	w.prev = q.tail
	if q.tail != nil {
		q.tail.next = w
	}
	q.tail = w
}

func (q *Queue) unlink(w *work) {
	if w.prev != nil {
		w.prev.next = w.next
	}
	if w.next != nil {
		w.next.prev = w.prev
	}
	if q.tail == w {
		q.tail = w.prev
	}
	w.prev, w.next = nil, nil
}

// Since tells what changed after rev; 0 asks for everything. Its cost follows
// the change. Of very many changes it tells the oldest, with the Rev up to
// which it told them, and rings for the rest.
//
// An item that Order does not name stands behind its Parent's other items, or
// at the end of the queue if it has none.
func (q *Queue) Since(rev Rev) Delta {
	now := time.Now()
	q.mu.Lock()
	defer q.mu.Unlock()
	d := Delta{Rev: q.rev, Paused: q.paused, Held: q.held, Restoring: q.restoring, Totals: q.sums(),
		UpRate: q.up.rate(now), DownRate: q.down.rate(now), Warning: cmp.Or(q.journal.warning(), q.cfg.Unkept)}
	if rev == 0 || rev < q.forgotten || rev > q.rev {
		d.Full, rev = true, 0
	}
	limit := deltaItems
	if d.Full || q.orderRev > rev { // an order is for all of them
		limit = len(q.items)
	}
	var more bool
	if d.Items, d.Rev, more = q.changed(rev, now, limit); more {
		q.ring()
	}
	if !d.Full {
		at, _ := slices.BinarySearchFunc(q.removed, rev+1, func(r removal, rev Rev) int { return cmp.Compare(r.rev, rev) })
		for _, r := range q.removed[at:] {
			d.Removed = append(d.Removed, r.id)
		}
	}
	if d.Full || q.orderRev > rev {
		for _, w := range q.ordered() {
			d.Order = append(d.Order, w.id)
		}
	}
	return d
}

// changed copies the items stamped after rev, oldest stamp first, and those
// whose byte counts move. It tells the revision that the reader then has, and
// whether there is more than limit allowed.
func (q *Queue) changed(rev Rev, now time.Time, limit int) (items []Item, upTo Rev, more bool) {
	n := 0
	first := q.tail
	for w := q.tail; w != nil && w.rev > rev; w = w.prev {
		first = w
		n++
	}
	upTo = q.rev
	if more = n > limit; more {
		n = limit
	}
	moving := q.moving(rev)
	items = make([]Item, 0, n+len(moving))
	for _, w := range moving {
		items = append(items, w.item(now))
	}
	for w := first; n > 0; w, n = w.next, n-1 {
		items = append(items, w.item(now))
		if more {
			upTo = w.rev
		}
	}
	return items, upTo, more
}

// moving lists active items and their folders that were not stamped after rev.
func (q *Queue) moving(rev Rev) []*work {
	var ws []*work
	for w := range q.active {
		if w.rev <= rev {
			ws = append(ws, w)
		}
		if up := w.up; up != nil && up.rev <= rev && !slices.Contains(ws, up) {
			ws = append(ws, up)
		}
	}
	return ws
}

// sums are the totals of what is not ended; Done, Failed and Skipped count
// the ended items that are still kept.
func (q *Queue) sums() Totals {
	t := q.totals
	for w := range q.active {
		t.Moved += w.moved.Load() - w.counted
	}
	t.Walking = q.walkers > 0
	return t
}

// Item gives one item as it stands.
func (q *Queue) Item(id ItemID) (Item, bool) {
	now := time.Now()
	q.mu.Lock()
	defer q.mu.Unlock()
	w := q.items[id]
	if w == nil {
		return Item{}, false
	}
	return w.item(now), true
}
