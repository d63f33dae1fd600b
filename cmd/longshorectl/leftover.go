package main

import (
	"context"
	"time"

	"longshore/transfer"
)

// leftover deals with what a killed run of the same command left in the
// journal, before the queue starts. It reports whether that was all there is
// to do. Why it does so is in the package comment.
func (p *program) leftover(ctx context.Context, q *transfer.Queue, w *watch) (all bool, err error) {
	items, err := restored(ctx, q)
	if err != nil || len(items) == 0 {
		return false, err
	}
	var top, tried []transfer.ItemID
	for _, it := range items {
		if it.State.Ended() {
			w.told[it.ID] = true
		}
		if it.Parent == 0 {
			top = append(top, it.ID)
		}
		if it.State == transfer.Failed || it.State == transfer.Cancelled {
			tried = append(tried, it.ID)
		}
	}
	w.rev = q.Since(0).Rev
	if p.options.rule == transfer.Rename && items[0].Options.Exists == transfer.Rename {
		p.say("going on with the run that was interrupted: with --exists rename a new one would make second copies")
		for _, id := range tried {
			delete(w.told, id)
		}
		q.Retry(tried...)
		q.Start()
		return true, w.until(ctx, q, top)
	}
	return false, p.finishBegun(ctx, q, w, top)
}

// finishBegun brings to their end the files that were on their way, and drops
// the rest.
func (p *program) finishBegun(ctx context.Context, q *transfer.Queue, w *watch, top []transfer.ItemID) error {
	var begun []transfer.ItemID
	for _, server := range q.Restored().Interrupted {
		for _, id := range server.Items {
			if it, ok := q.Item(id); ok && !it.Folder && !it.State.Ended() {
				begun = append(begun, id)
			}
		}
	}
	q.Pause(top...)
	q.Start()
	if len(begun) > 0 {
		q.Resume(begun...)
		w.finishing = true
		err := w.until(ctx, q, begun)
		w.finishing = false
		if err != nil {
			return err
		}
	}
	q.Cancel(top...)
	if err := q.Wait(ctx, top...); err != nil {
		return err
	}
	q.Forget(top...)
	w.rev = q.Since(0).Rev
	clear(w.files)
	w.moved, w.connect = 0, nil
	return nil
}

// restored waits until the journal was read and gives what was in it.
func restored(ctx context.Context, q *transfer.Queue) ([]transfer.Item, error) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		d := q.Since(0)
		if !d.Restoring {
			return d.Items, nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
