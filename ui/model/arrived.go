package model

import "longshore/transfer"

// run counts what ended since the queue was last empty, to be told at its end.
type run struct {
	files, failed, skipped int
	last                   string
	only                   transfer.Direction
	mixed                  bool
}

func (r *run) add(t *Transfer) {
	switch {
	case t.State == transfer.Failed:
		r.failed++
	case t.State == transfer.Skipped:
		r.skipped++
	case t.State != transfer.Done || t.Folder && t.Direction != transfer.Remove:
	default:
		if r.files > 0 && r.only != t.Direction {
			r.mixed = true
		}
		r.files++
		r.last, r.only = t.Name(), t.Direction
	}
}

// tellArrived says once, when the queue has become empty, what came of it.
func (a *App) tellArrived(ended []*Transfer) {
	r := &a.QueueView.run
	for _, t := range ended {
		r.add(t)
	}
	if a.QueueView.Len(OnQueue) > 0 || a.QueueView.Restoring {
		return
	}
	if r.files > 0 && r.failed == 0 {
		a.Alert(wordArrived(*r))
	}
	*r = run{}
}

// tellRestored says what goes on from the last time, and what could not be
// read.
func (a *App) tellRestored() {
	if a.deps.Restored == nil {
		return
	}
	r := a.deps.Restored()
	if n := a.QueueView.Len(OnQueue); n > 0 && !a.noteInterrupted(r) {
		a.Alert(wordRestored(n, r.Interrupted))
	}
	if r.Bad > 0 || r.Err != nil {
		a.Alert(wordRestoredBad(r))
	}
}
