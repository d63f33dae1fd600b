package transfer

import (
	"context"
	"sync/atomic"
	"time"

	"longshore/transfer/session"
)

// work is the queue's original of an Item. Queue.mu guards all of it but
// moved; fields marked "worker" belong to the slot that has it while busy.
type work struct {
	id        ItemID
	up        *work // the folder it came from
	batch     ItemID
	direction Direction
	folder    bool
	busy      bool // a slot has it: nobody else may take it
	thrown    bool // its partial file is in the bin
	lined     bool // it is in its site's ready heap
	walked    bool // folders: all of it became items
	maybe     bool // the server may have it already: ask before sending again
	fresh     bool // size and time are the listing's, seen in this run of the program
	exact     bool // modTime is to the second
	scratch   bool // what is at the target is wrong: begin at 0
	alone     bool // it comes over one session, for several were of no good
	inspect   bool // it arrived before and is only to be compared again
	renamed   bool // local or remote is not what was asked for
	placing   bool // checked, and about to be renamed to its name
	swapping  bool // the file that was at the target may stand aside as oldName
	held      bool // since a crash: in no line until Release

	state    State
	check    Check
	choice   Exists // answered for it alone; Ask: not answered
	target   *session.Target
	site     *site
	options  *Options
	priority int
	group    *group
	seq      int64 // place in the group

	local, remote string
	undo          *undo  // of a removal that cleans up
	link          string // of an upload that is a symbolic link: where it leads
	size          int64
	modTime       time.Time
	spans         []int64 // of a partial file with holes: what is surely there; see segment.go
	ident         string  // of that file: a part of its name
	began         *source // what the source was when its first byte went
	seen          *sight  // the target as the folder's listing showed it; nil: not known

	moved     atomic.Int64 // bytes at the target; written by the worker
	counted   int64        // of them, in Queue.totals
	high      int64        // the most that ever was there: more is progress
	attempts  int
	notBefore time.Time
	failure   *Failure
	question  *Question
	note      string
	added     time.Time
	started   time.Time
	ended     time.Time

	kids  []*work // folders: what came from it
	open  int     // of them, not ended
	tally Totals  // folders: of kids, without Moved and Walking
	extra int     // folders: skipped without becoming items
	walk  *walk

	stop  context.CancelFunc
	meter *meter

	rev        Rev
	prev, next *work // by rev
}

// source is what a file was when its transfer began: only to the same file
// may bytes be added.
type source struct {
	Size int64     `json:"s"`
	Time time.Time `json:"t,omitzero"`
}

// same reports whether the source is still the one that was begun.
func (s *source) same(o source) bool {
	return s != nil && s.Size == o.Size && s.Time.Equal(o.Time)
}

// sight is a target as it was last seen.
type sight struct {
	exists bool
	folder bool
	link   bool
	size   int64
	time   time.Time
	exact  bool
}

// pending reports whether it goes on by itself.
func (w *work) pending() bool { return w.state == Waiting || w.state == Retrying }

// item makes the copy that readers get. Queue.mu is held.
func (w *work) item(now time.Time) Item {
	it := Item{
		ID: w.id,
		Request: Request{Direction: w.direction, Folder: w.folder, Target: *w.target,
			Local: w.local, Remote: w.remote, Size: w.size, ModTime: w.modTime, Options: *w.options},
		State: w.state, Held: w.held, Moved: w.moved.Load(), Attempts: w.attempts, NotBefore: w.notBefore,
		Err: w.failure, Question: w.question, Check: w.check, CheckNote: w.note,
		Added: w.added, Started: w.started, Ended: w.ended, Rev: w.rev,
	}
	it.Options.Priority = w.priority
	if w.up != nil {
		it.Parent = w.up.id
	}
	if w.meter != nil && (w.state.Active() || w.folder && w.open > 0) {
		it.Rate = w.meter.rate(now)
	}
	if w.folder {
		t := w.tally
		t.Moved, t.Walking = it.Moved, !w.walked && !w.state.Ended()
		t.Skipped += w.extra
		t.Refused = t.Refused[:len(t.Refused):len(t.Refused)]
		it.Total = &t
	}
	return it
}

// advance sets the bytes at the target, here and in the folder's sum. Only
// the worker that has the item calls it.
func (q *Queue) advance(w *work, to int64) {
	by := to - w.moved.Swap(to)
	if w.up != nil {
		w.up.moved.Add(by)
	}
}

// landed notes n more bytes at the target.
func (q *Queue) landed(w *work, n int) {
	w.moved.Add(int64(n))
	if w.up != nil {
		w.up.moved.Add(int64(n))
	}
	q.ring()
}

// progressed notes n bytes that went over the network to the target.
func (q *Queue) progressed(w *work, n int) {
	q.landed(w, n)
	q.carried(w, n)
}

// carried notes n bytes that went over the network.
func (q *Queue) carried(w *work, n int) {
	w.meter.add(n)
	if w.up != nil && w.up.meter != nil {
		w.up.meter.add(n)
	}
	if w.direction == Upload {
		q.up.add(n)
	} else {
		q.down.add(n)
	}
}
