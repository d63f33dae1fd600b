package transfer

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"longshore/transfer/session"
)

// Leftover is the partial file of a transfer that ended without arriving: that
// of a download, the temporary one of a safe upload, or what another upload
// has written of its target. It is of use only if the item is tried again.
type Leftover struct {
	Item      ItemID
	Direction Direction
	Target    session.Target
	Path      string // here for a download, else at the server
	Size      int64  // bytes; at the server: as many as were known to be there
	Old       string // what was there before stands aside, and CleanUp puts it back here; "" if it does not
}

// Leftovers lists what failed and cancelled items left behind, oldest first.
// Cancel removes it by itself; it stays where the server could not be reached,
// after a crash, and with items that failed, which may go on from it.
func (q *Queue) Leftovers() []Leftover {
	q.mu.Lock()
	var all []Leftover
	for _, w := range q.abandoned(slices.Collect(maps.Values(q.items))) {
		l := Leftover{Item: w.id, Direction: w.direction, Target: *w.target, Path: w.litter(), Size: w.moved.Load()}
		if w.swapping {
			l.Old = w.remote
		}
		all = append(all, l)
	}
	q.mu.Unlock()
	kept := all[:0]
	for _, l := range all {
		if l.Direction == Download {
			info, err := os.Lstat(l.Path)
			if err != nil || !info.Mode().IsRegular() {
				continue
			}
			l.Size = info.Size()
		}
		kept = append(kept, l)
	}
	slices.SortFunc(kept, func(a, b Leftover) int { return cmp.Compare(a.Item, b.Item) })
	return kept
}

// CleanUp removes the leftovers of items, and of what came from them: at once
// what is here, and by a new item of the queue what is at a server. Items that
// have none, or that go on, are left alone. Trying such an item again begins
// at its first byte.
func (q *Queue) CleanUp(ctx context.Context, ids ...ItemID) error {
	q.mu.Lock()
	q.sweep(q.withKids(ids))
	q.wake.Broadcast()
	q.mu.Unlock()
	q.emptyBin()
	q.flush()
	q.ring()
	return q.journal.durable(ctx)
}

// litters reports whether an item that ends now would leave something of its
// own behind.
func (w *work) litters() bool {
	return w.began != nil && !w.folder && (w.direction == Download || w.direction == Upload && w.options.SafeUpload)
}

// halves reports whether an upload that ends now leaves half a file under the
// target's own name: bytes went, so the server had begun to write it anew, and
// it was not somebody's file that was gone on from.
func (w *work) halves() bool {
	n := w.moved.Load()
	return w.began != nil && w.direction == Upload && !w.folder && !w.options.SafeUpload && w.options.Exists != Resume &&
		w.choice != Resume && n > 0 && n < w.began.Size
}

// undo is what a removal that cleans up has to see to before it deletes.
type undo struct {
	Back  string `json:"b,omitempty"` // this file may stand aside under its oldName: it is put back if it is missing
	Below int64  `json:"n,omitempty"` // only a file shorter than this is deleted: a longer one is not the half one any more
}

// litter is its path.
func (w *work) litter() string {
	if w.direction == Upload && !w.options.SafeUpload {
		return w.remote
	}
	if w.direction == Download && w.spans != nil {
		return filepath.Join(filepath.Dir(w.local), holedName(filepath.Base(w.local), w.ident))
	}
	if w.direction == Download {
		return filepath.Join(filepath.Dir(w.local), partName(filepath.Base(w.local)))
	}
	return beside(w.remote, partName(path.Base(w.remote)))
}

// spot is where an item writes.
type spot struct {
	site      *site
	direction Direction
	path      string
}

func (w *work) spot() spot {
	if w.direction == Download {
		return spot{nil, Download, takenNames{}.key(w.local)}
	}
	return spot{w.site, w.direction, w.remote}
}

// abandoned lists those of ws that left something which no item that goes on
// would take for its own. Queue.mu is held, as in all below but emptyBin.
func (q *Queue) abandoned(ws []*work) (left []*work) {
	spots := map[spot]bool{}
	for _, w := range ws {
		if !w.busy && (w.state == Cancelled || w.state == Failed) && (w.litters() || w.halves()) {
			left = append(left, w)
			spots[w.spot()] = true
		}
	}
	if len(left) == 0 {
		return nil
	}
	taken := map[spot]bool{}
	for _, o := range q.items {
		if at := o.spot(); (o.busy || !o.state.Ended()) && spots[at] {
			taken[at] = true
		}
	}
	return slices.DeleteFunc(left, func(w *work) bool { return taken[w.spot()] })
}

// discard removes what cancelled items left, as far as that can be done now.
// Leftovers tells of the rest.
func (q *Queue) discard(ws ...*work) {
	q.sweep(slices.DeleteFunc(ws, func(w *work) bool { return w.halves() || w.direction == Upload && !w.site.well() }))
}

// well reports whether the last that was heard of a server was good.
func (s *site) well() bool { return s.question == nil && s.logins > 0 && s.failures+s.waits == 0 }

// sweep puts what is here into the bin, and adds items that remove what is at
// a server. From then on the items have none.
func (q *Queue) sweep(ws []*work) {
	for _, w := range q.abandoned(ws) {
		if w.direction == Download {
			q.throw(w)
			continue
		}
		q.addRemoval(w)
		q.forgetBegun(w)
	}
}

func (q *Queue) forgetBegun(w *work) {
	w.began, w.spans, w.ident, w.placing, w.swapping = nil, nil, "", false, false
	q.journal.put(q.stateRecord(w))
}

// rubbish is a partial file here that is about to be removed.
type rubbish struct {
	w    *work
	path string
	key  string // claimed, so that nobody begins to write it
}

// throw puts the partial file of w into the bin.
func (q *Queue) throw(w *work) {
	key := localKey(w.local)
	if q.writing[key] != nil {
		return
	}
	q.writing[key] = &work{direction: Download, site: w.site}
	w.thrown = true
	q.bin = append(q.bin, rubbish{w, w.litter(), key})
}

// emptyBin removes the files, without Queue.mu, for disks may be slow.
func (q *Queue) emptyBin() {
	q.mu.Lock()
	bin := q.bin
	q.bin = nil
	q.mu.Unlock()
	if len(bin) == 0 {
		return
	}
	gone := make([]bool, len(bin))
	for i, r := range bin {
		err := os.Remove(r.path)
		gone[i] = err == nil || errors.Is(err, fs.ErrNotExist)
	}
	q.mu.Lock()
	for i, r := range bin {
		delete(q.writing, r.key)
		r.w.thrown = false
		if gone[i] && r.w.state.Ended() {
			q.forgetBegun(r.w)
		}
	}
	close(q.endings)
	q.endings = make(chan struct{})
	q.wake.Broadcast()
	q.mu.Unlock()
	q.flush()
}

// addRemoval queues the removal of a temporary file at the server.
func (q *Queue) addRemoval(of *work) {
	if q.closing {
		return
	}
	q.lastID++
	w := &work{id: q.lastID, batch: q.lastID, direction: Remove, target: of.target, site: of.site, options: of.options,
		priority: of.priority, remote: of.litter(), size: -1, added: of.ended}
	switch {
	case of.swapping:
		w.undo = &undo{Back: of.remote}
	case of.halves():
		w.undo = &undo{Below: of.began.Size}
	}
	q.enter(w)
	q.journal.put(q.addRecord(w))
	q.journal.want()
	q.admit(w)
}

// written reports whether an upload goes to a path now, by way of its
// temporary name or not. Nobody deletes it meanwhile.
func (q *Queue) written(s *site, remote string) bool {
	for _, o := range q.writing {
		if o.direction == Upload && o.site == s && (o.remote == remote || o.litters() && o.litter() == remote) {
			return true
		}
	}
	return false
}
