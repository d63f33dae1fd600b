package model

import "longshore/transfer"

// Interruption is the bar about transfers that the end of the program cut off.
// They go on by themselves; the bar says so and offers to look first.
type Interruption struct {
	Text   string
	Paused bool // the queue stands still: offer to go on instead of to pause

	count  int
	where  string
	newest transfer.ItemID // what the user asked for later has a higher number
}

// noteInterrupted puts the bar up if something was cut off and goes on, and
// reports whether it did. What the user had paused is not counted.
func (a *App) noteInterrupted(cut []transfer.Interrupted) bool {
	if len(cut) == 0 {
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
	x.Paused = a.QueueView.Paused
	x.Text = wordInterrupted(x)
}

// DismissInterrupted takes the bar away; the transfers go on.
func (a *App) DismissInterrupted() {
	a.Interrupted = nil
	a.touch(PartQueue)
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

func (v *QueueView) idsOf(newest transfer.ItemID) (ids []transfer.ItemID) {
	l := &v.lists[OnQueue]
	for i, root := range l.roots {
		if root <= newest {
			ids = append(ids, l.ids[i])
		}
	}
	return ids
}
