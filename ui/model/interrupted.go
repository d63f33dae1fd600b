package model

import "longshore/transfer"

// Interruption is the bar about transfers that the end of the program cut off.
// After a crash they wait for a decision. After an ordinary end they go on by
// themselves; the bar says so and offers to look.
type Interruption struct {
	Text   string
	Held   bool // they wait: offer to go on, to look first, to discard
	Paused bool // the queue stands still: offer to go on instead of to pause

	count  int
	where  string
	newest transfer.ItemID // what the user asked for later has a higher number
}

// noteInterrupted puts the bar up if something was cut off and goes on, and
// reports whether it did. What the user had paused is not counted.
func (a *App) noteInterrupted(r transfer.Restored) bool {
	if len(r.Interrupted) == 0 && a.QueueView.Held == 0 {
		return false
	}
	x := &Interruption{}
	servers := map[string]bool{}
	for i := range a.QueueView.Len(OnQueue) {
		t := a.QueueView.Row(OnQueue, i)
		x.newest = max(x.newest, t.root, t.ID)
		if t.State != transfer.Paused {
			x.count++
			servers[t.Target.Key()] = true
			x.where = t.Target.String()
		}
	}
	if x.count == 0 {
		return false
	}
	if len(servers) > 1 {
		x.where = Count(len(servers), "server", "servers")
	}
	a.Interrupted = x
	a.followInterrupted()
	return true
}

// followInterrupted keeps the bar true, and takes it away when all of it is
// done.
func (a *App) followInterrupted() {
	x := a.Interrupted
	if x == nil {
		return
	}
	if a.QueueView.leftOf(x.newest) == 0 {
		a.Interrupted = nil
		return
	}
	x.Held, x.Paused = a.QueueView.Held > 0, a.QueueView.Paused
	x.Text = wordInterrupted(x)
}

// DismissInterrupted takes the bar away. The transfers go on; those that wait
// for a decision are paused, so that the list says it when the bar does not.
func (a *App) DismissInterrupted() {
	if x := a.Interrupted; x != nil && x.Held {
		ids := a.QueueView.heldIDs()
		a.engine(func(q Queue) { q.Pause(ids...) })
	}
	a.Interrupted = nil
	a.touch(PartQueue)
}

// ReleaseInterrupted lets what waits since a crash go on.
func (a *App) ReleaseInterrupted() {
	a.engine(func(q Queue) { q.Release() })
}

// PauseInterrupted holds the whole queue, or lets it go on: what was added
// since would otherwise take the place of what is being looked at.
func (a *App) PauseInterrupted() {
	if x := a.Interrupted; x != nil {
		hold := !x.Paused
		a.engine(func(q Queue) { q.PauseAll(hold) })
	}
}

// AskDiscardInterrupted cancels what is left of the last time, if the user
// agrees.
func (a *App) AskDiscardInterrupted() {
	x := a.Interrupted
	if x == nil {
		return
	}
	n := a.QueueView.leftOf(x.newest)
	a.askCancel(n, wordDiscard, func() []transfer.ItemID { return a.QueueView.idsOf(x.newest) })
}

// leftOf counts what stands in the queue of what the user asked for up to an
// item.
func (v *QueueView) leftOf(newest transfer.ItemID) (n int) {
	for _, root := range v.lists[OnQueue].roots {
		if root <= newest {
			n++
		}
	}
	return n
}

func (v *QueueView) heldIDs() (ids []transfer.ItemID) {
	for i := range v.Len(OnQueue) {
		if t := v.Row(OnQueue, i); t.Held {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

func (v *QueueView) idsOf(newest transfer.ItemID) (ids []transfer.ItemID) {
	l := &v.lists[OnQueue]
	for i, root := range l.roots {
		if root <= newest {
			ids = append(ids, l.ids[i])
		}
	}
	return ids
}
