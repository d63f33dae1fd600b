package model

import (
	"slices"
	"strings"

	"longshore/transfer"
	"longshore/transfer/listing"
)

// shelfList is one list of rows. The numbers stand beside the rows in a slice
// of their own, because looking for a number among 100,000 is a fast walk
// through memory there and a slow one through the rows themselves.
type shelfList struct {
	ids    []transfer.ItemID
	roots  []transfer.ItemID
	rows   []*Transfer
	newest transfer.ItemID // no root here was ever above it
}

// Find is the row of a number on a shelf, -1 if it is not there.
func (v *QueueView) Find(s Shelf, id transfer.ItemID) int {
	if t := v.byID[id]; t == nil || t.shelf != s {
		return -1
	}
	i, n := slices.Index(v.lists[s].ids, id), len(v.lists[s].ids)
	if s != OnQueue && v.search.words != nil {
		rows := v.rows(s)
		i, n = slices.IndexFunc(rows, func(t *Transfer) bool { return t.ID == id }), len(rows)
	}
	if i >= 0 && s != OnQueue {
		i = n - 1 - i
	}
	return i
}

// search narrows the lists of what has ended. Each row is looked at once for
// each text, so that rows that come while it is open cost little.
type search struct {
	words []string // in lower case; nil: all rows
	now   int      // counts the texts
	found [shelfCount]struct {
		shape uint64 // of the view for which rows holds
		now   int
		rows  []*Transfer
	}
}

// Search lets the lists of what has ended show only transfers in which each
// word of the text occurs: in a path, in the server's or the site's name, or
// in what is said about how it ended. The queue itself is always whole.
func (v *QueueView) Search(text string) {
	v.search.words = strings.Fields(strings.ToLower(text))
	if len(v.search.words) == 0 {
		v.search.words = nil
	}
	v.search.now++
	v.shape++
}

// Searching reports whether rows may be left out.
func (v *QueueView) Searching() bool { return v.search.words != nil }

// rows are what a shelf shows; ended ones oldest first.
func (v *QueueView) rows(s Shelf) []*Transfer {
	f := &v.search.found[s]
	switch {
	case s == OnQueue || v.search.words == nil:
		return v.lists[s].rows
	case f.shape == v.shape && f.now == v.search.now:
		return f.rows
	}
	kept := f.rows[:0]
	for _, t := range v.lists[s].rows {
		if v.search.matches(t) {
			kept = append(kept, t)
		}
	}
	clear(f.rows[min(len(kept), len(f.rows)):])
	f.shape, f.now, f.rows = v.shape, v.search.now, kept
	return kept
}

func (s *search) matches(t *Transfer) bool {
	if t.searched == s.now {
		return t.found
	}
	text := strings.ToLower(strings.Join([]string{listing.Escape(t.Local), listing.Escape(t.Remote), t.Target.Name, t.Target.Host,
		t.Target.User, DirectionWord(t.Direction), t.State.String(), StateWord(t, t.Item.Ended)}, "\n"))
	t.searched = s.now
	t.found = !slices.ContainsFunc(s.words, func(w string) bool { return !strings.Contains(text, w) })
	return t.found
}

// fewLeave is the number of rows up to which each is looked for by itself.
const fewLeave = 32

// lookAhead is how many rows that went may lie between two that stayed, before
// reorder asks the map instead.
const lookAhead = 64

func (l *shelfList) add(t *Transfer) {
	l.ids = append(l.ids, t.ID)
	l.roots = append(l.roots, t.root)
	l.rows = append(l.rows, t)
	l.newest = max(l.newest, t.root)
}

// insert puts each row behind the last one with the same root, and those of
// new roots at the end.
func (l *shelfList) insert(rows []*Transfer) {
	groups := map[transfer.ItemID][]*Transfer{}
	var roots []transfer.ItemID // in the order in which they came
	for _, t := range rows {
		if groups[t.root] == nil {
			roots = append(roots, t.root)
		}
		groups[t.root] = append(groups[t.root], t)
	}
	behind := map[transfer.ItemID][]*Transfer{}
	var end [][]*Transfer
	for _, root := range roots {
		switch n := len(l.roots); {
		case n > 0 && root == l.roots[n-1]:
			end = append([][]*Transfer{groups[root]}, end...)
		case root <= l.newest && slices.Contains(l.roots, root):
			behind[root] = groups[root]
		default:
			end = append(end, groups[root])
		}
	}
	if len(behind) > 0 {
		l.weave(behind)
	}
	for _, group := range end {
		for _, t := range group {
			l.add(t)
		}
	}
}

// weave puts rows behind the last of their root, in one walk.
func (l *shelfList) weave(behind map[transfer.ItemID][]*Transfer) {
	last := map[transfer.ItemID]int{}
	for i, root := range l.roots {
		if behind[root] != nil {
			last[root] = i
		}
	}
	old := *l
	*l = shelfList{}
	for i, t := range old.rows {
		l.ids, l.roots, l.rows = append(l.ids, old.ids[i]), append(l.roots, old.roots[i]), append(l.rows, t)
		l.newest = max(l.newest, t.root)
		if at, ok := last[old.roots[i]]; ok && at == i {
			for _, t := range behind[old.roots[i]] {
				l.add(t)
			}
		}
	}
}

func (l *shelfList) remove(ids []transfer.ItemID) {
	if len(ids) <= fewLeave {
		for _, id := range ids {
			if i := slices.Index(l.ids, id); i >= 0 {
				l.ids = slices.Delete(l.ids, i, i+1)
				l.roots = slices.Delete(l.roots, i, i+1)
				l.rows = slices.Delete(l.rows, i, i+1)
			}
		}
		return
	}
	gone := make(map[transfer.ItemID]bool, len(ids))
	for _, id := range ids {
		gone[id] = true
	}
	kept, next := 0, 0
	for ; next < len(l.ids) && len(gone) > 0; next++ {
		if id := l.ids[next]; gone[id] {
			delete(gone, id)
		} else {
			l.ids[kept], l.roots[kept], l.rows[kept] = id, l.roots[next], l.rows[next]
			kept++
		}
	}
	// Mostly the first ones leave: what is behind them moves as one piece.
	l.ids = slices.Delete(l.ids, kept, next)
	l.roots = slices.Delete(l.roots, kept, next)
	l.rows = slices.Delete(l.rows, kept, next)
}

// reorder puts the rows in the given order, and reports whether that is
// another one. Mostly it is the old one with a few rows gone or more at the
// end, which is found by walking along both.
func (l *shelfList) reorder(order []transfer.ItemID, byID map[transfer.ItemID]*Transfer) bool {
	if slices.Equal(l.ids, order) {
		return false
	}
	next := 0
	sorted := shelfList{make([]transfer.ItemID, 0, len(order)), make([]transfer.ItemID, 0, len(order)), make([]*Transfer, 0, len(order)), l.newest}
	for _, id := range order {
		ahead := l.ids[next:min(next+lookAhead, len(l.ids))]
		if skip := slices.Index(ahead, id); skip >= 0 {
			next += skip
			sorted.ids, sorted.roots = append(sorted.ids, id), append(sorted.roots, l.roots[next])
			sorted.rows = append(sorted.rows, l.rows[next])
			next++
		} else if t := byID[id]; t != nil && t.shelf == OnQueue {
			sorted.add(t)
		}
	}
	*l = sorted
	return true
}
