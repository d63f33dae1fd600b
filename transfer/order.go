package transfer

import (
	"cmp"
	"container/heap"
	"maps"
	"slices"
	"time"
)

// group is a place in the queue: an item asked for itself, and behind it what
// came out of it. An item moved out of its folder gets a group of its own.
type group struct {
	place int64 // among the groups
	last  int64 // the highest seq given in it
}

// before is the order in which Waiting items are taken.
func before(a, b *work) int {
	return cmp.Or(cmp.Compare(b.priority, a.priority), cmp.Compare(a.group.place, b.group.place),
		cmp.Compare(a.seq, b.seq))
}

// workHeap keeps the next item of a site on top.
type workHeap []*work

func (h workHeap) Len() int           { return len(h) }
func (h workHeap) Less(i, j int) bool { return before(h[i], h[j]) < 0 }
func (h workHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *workHeap) Push(x any)        { *h = append(*h, x.(*work)) }
func (h *workHeap) Pop() any {
	old := *h
	w := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return w
}

// later is an item that waits for a time. It counts only while the item still
// waits for the same time.
type later struct {
	at time.Time
	w  *work
}

type laterHeap []later

func (h laterHeap) Len() int           { return len(h) }
func (h laterHeap) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h laterHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *laterHeap) Push(x any)        { *h = append(*h, x.(later)) }
func (h *laterHeap) Pop() any {
	old := *h
	l := old[len(old)-1]
	*h = old[:len(old)-1]
	return l
}

// join gives w its place: behind its folder's other children, or at the end.
func (q *Queue) join(w *work) {
	if w.up != nil && w.up.group != nil {
		w.group = w.up.group
	} else {
		q.lastPlace++
		w.group = &group{place: q.lastPlace}
	}
	w.group.last++
	w.seq = w.group.last
}

// line puts a Waiting item where the slots look, or among those that wait for
// a time. Queue.mu is held.
func (q *Queue) line(w *work) {
	if w.busy || !w.pending() {
		return
	}
	q.letGo(w)
	if w.state == Retrying || w.notBefore.After(time.Now()) {
		heap.Push(&q.delayed, later{w.notBefore, w})
		q.setAlarm()
		return
	}
	if w.folder && w.walked {
		q.set(w, Running)
		q.endFolder(w)
		return
	}
	if !w.lined {
		w.lined = true
		heap.Push(&w.site.ready, w)
	}
	q.wake.Signal()
}

// head is the site's next item, nil if none. Entries of items that have been
// paused or cancelled since are dropped here.
func (s *site) head() *work {
	for len(s.ready) > 0 {
		w := s.ready[0]
		if w.state == Waiting && !w.busy && !w.notBefore.After(time.Now()) {
			return w
		}
		w.lined = false
		heap.Pop(&s.ready)
	}
	return nil
}

// Move puts items before another one, or at the end if before is 0. Items of
// one folder are reordered within it; others take what came from them along.
func (q *Queue) Move(ids []ItemID, before ItemID) {
	q.mu.Lock()
	if q.reorder(ids, before) {
		q.orderRev = q.stampRev()
		q.journal.put(record{Op: opMove, IDs: ids, ID: before})
	}
	q.mu.Unlock()
	q.flush()
	q.ring()
}

// Prioritise gives items, and what came from them, a priority: higher ones go
// first wherever they stand. The usual one is 0.
func (q *Queue) Prioritise(priority int, ids ...ItemID) {
	q.mu.Lock()
	for _, w := range q.withKids(ids) {
		if w.priority != priority && !w.state.Ended() {
			w.priority = priority
			q.stamp(w)
			q.journal.put(q.stateRecord(w))
		}
	}
	q.reheap()
	q.orderRev = q.stampRev()
	q.mu.Unlock()
	q.flush()
	q.ring()
}

func (q *Queue) reorder(ids []ItemID, beforeID ItemID) bool {
	var movers []*work
	for _, id := range ids {
		if w := q.items[id]; w != nil && !w.state.Ended() && id != beforeID {
			movers = append(movers, w)
		}
	}
	at := q.items[beforeID]
	if len(movers) == 0 || beforeID != 0 && at == nil {
		return false
	}
	if at != nil && at.seq > 1 && !slices.ContainsFunc(movers, func(w *work) bool { return w.group != at.group || w.seq == 1 }) {
		q.moveWithin(at.group, movers, at)
	} else {
		q.moveGroups(movers, at)
	}
	q.reheap()
	return true
}

// moveWithin gives the items of one folder new numbers.
func (q *Queue) moveWithin(g *group, movers []*work, at *work) {
	var all []*work
	for _, w := range q.items {
		if w.group == g {
			all = append(all, w)
		}
	}
	slices.SortFunc(all, before)
	moving := map[*work]bool{}
	for _, w := range movers {
		moving[w] = true
	}
	all = slices.DeleteFunc(all, func(w *work) bool { return moving[w] })
	all = slices.Insert(all, slices.Index(all, at), movers...)
	for i, w := range all {
		w.seq = int64(i) + 1
	}
	g.last = int64(len(all))
}

// moveGroups moves whole groups, after giving children among the movers one
// of their own, and numbers all places anew.
func (q *Queue) moveGroups(movers []*work, at *work) {
	moving := map[*group]bool{}
	var front []*group
	for _, w := range movers {
		if w.seq != 1 || w.up != nil && w.group == w.up.group {
			q.lastPlace++
			w.group, w.seq = &group{place: q.lastPlace, last: 1}, 1
		}
		if !moving[w.group] {
			moving[w.group] = true
			front = append(front, w.group)
		}
	}
	if at != nil && moving[at.group] {
		return
	}
	known := map[*group]bool{}
	var rest []*group
	for _, w := range q.items {
		if !w.state.Ended() && !known[w.group] && !moving[w.group] {
			known[w.group] = true
			rest = append(rest, w.group)
		}
	}
	slices.SortFunc(rest, func(a, b *group) int { return cmp.Compare(a.place, b.place) })
	i := len(rest)
	if at != nil {
		if i = slices.Index(rest, at.group); i < 0 {
			i = len(rest)
		}
	}
	for n, g := range slices.Insert(rest, i, front...) {
		g.place = int64(n) + 1
		q.lastPlace = max(q.lastPlace, g.place)
	}
}

// reheap puts every site's heap in order again after keys changed.
func (q *Queue) reheap() {
	for _, s := range q.sites {
		heap.Init(&s.ready)
	}
}

// ordered lists what is not ended, in order. Queue.mu is held.
func (q *Queue) ordered() []*work {
	all := make([]*work, 0, len(q.items))
	for _, w := range q.items {
		if !w.state.Ended() {
			all = append(all, w)
		}
	}
	slices.SortFunc(all, before)
	return all
}

// lasting lists all items, ended ones too, folders before what came from
// them: for a snapshot.
func (q *Queue) lasting() []*work {
	return slices.SortedFunc(maps.Values(q.items), func(a, b *work) int { return cmp.Compare(a.id, b.id) })
}
