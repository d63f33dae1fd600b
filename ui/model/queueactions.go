package model

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"longshore/transfer"
	"longshore/transfer/listing"
)

// SetRows says which rows of the lower list are chosen.
func (a *App) SetRows(rows []int) {
	a.rows = rows
	a.touch(PartActions)
}

// chosen are the transfers that are chosen in the lower list.
func (a *App) chosen() []*Transfer {
	shelf, ok := a.bottom.Shelf()
	if !ok {
		return nil
	}
	var out []*Transfer
	for _, i := range a.rows {
		if i >= 0 && i < a.QueueView.Len(shelf) {
			out = append(out, a.QueueView.Row(shelf, i))
		}
	}
	return out
}

func idsOf(list []*Transfer, keep func(*Transfer) bool) []transfer.ItemID {
	var ids []transfer.ItemID
	for _, t := range list {
		if keep == nil || keep(t) {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

func (x *Actions) forQueue() {
	a := x.app
	x.add(Action{Name: "pause-all", Label: "Pause the queue", Key: "Ctrl+P", Icon: "pause",
		On: func() bool { return a.QueueView.Paused },
		Do: func() { a.engine(func(q Queue) { q.PauseAll(!a.QueueView.Paused) }) }})
	x.add(Action{Name: "cancel-all", Label: "Cancel everything in the queue…", Why: func() string {
		if a.QueueView.Len(OnQueue) == 0 {
			return "The queue is empty"
		}
		return ""
	}, Do: a.askCancelAll})
	x.add(Action{Name: "retry-failed", Label: "Try all failed again", Icon: "retry", Why: func() string { return a.needShelf(OnFailed) },
		Do: func() { ids := a.QueueView.AllIDs(OnFailed); a.engine(func(q Queue) { q.Retry(ids...) }) }})
	x.add(Action{Name: "clear-failed", Label: "Clear failed", Why: func() string { return a.needShelf(OnFailed) },
		Do: a.clearFailed})
	x.add(Action{Name: "clear-done", Label: "Clear completed", Why: func() string { return a.needShelf(OnDone) },
		Do: func() { ids := a.QueueView.AllIDs(OnDone); a.engine(func(q Queue) { q.Forget(ids...) }) }})
}

func (a *App) needShelf(s Shelf) string {
	if a.QueueView.Len(s) > 0 {
		return ""
	}
	if a.QueueView.Count(s) > 0 {
		return "Nothing here fits the search"
	}
	if s == OnFailed {
		return "Nothing has failed"
	}
	return "Nothing has been completed"
}

// engine gives the queue an order beside the UI goroutine, since the queue
// writes its journal before it returns. The result comes back as state.
func (a *App) engine(order func(Queue)) {
	if q := a.deps.Queue; q != nil {
		a.deps.Go(func() { order(q) })
	}
}

func (x *Actions) forItems() {
	a := x.app
	item := func(name, label, icon, key, off string, fits func(*Transfer) bool, do func(Queue, []transfer.ItemID)) {
		x.add(Action{Name: name, Label: label, Icon: icon, Key: key, Why: func() string {
			switch list := a.chosen(); {
			case len(list) == 0:
				return "Select transfers first"
			case len(idsOf(list, fits)) == 0:
				return off
			}
			return ""
		}, Do: func() {
			ids := idsOf(a.chosen(), fits)
			a.engine(func(q Queue) { do(q, ids) })
		}})
	}
	x.add(Action{Name: "item-check", Label: "Check the connection…", Icon: "shield-check", Why: a.needCheckItem,
		Do: func() { a.CheckTarget(a.chosen()[0].Target) }})
	live := func(t *Transfer) bool { return !t.State.Ended() }
	item("item-pause", "Pause", "pause", "", "It is not running or waiting",
		func(t *Transfer) bool { return live(t) && t.State != transfer.Paused },
		func(q Queue, ids []transfer.ItemID) { q.Pause(ids...) })
	item("item-resume", "Resume", "play", "", "It is not paused",
		func(t *Transfer) bool { return t.State == transfer.Paused || t.Held },
		func(q Queue, ids []transfer.ItemID) { q.Resume(ids...) })
	item("item-retry", "Try again now", "retry", "", "It has not failed",
		func(t *Transfer) bool {
			return t.State == transfer.Failed || t.State == transfer.Cancelled || t.State == transfer.Retrying
		},
		func(q Queue, ids []transfer.ItemID) { q.Retry(ids...) })
	item("item-cancel", "Cancel", "close", "Del", "It has ended already", live,
		func(q Queue, ids []transfer.ItemID) { q.Cancel(ids...) })
	item("item-forget", "Remove from the list", "delete", "Del", "It is still in the queue",
		func(t *Transfer) bool { return t.State.Ended() }, a.forget)
	x.add(Action{Name: "item-details", Label: "Details…", Icon: "info", Why: func() string {
		if len(a.chosen()) != 1 {
			return "Select one transfer first"
		}
		return ""
	}, Do: func() { a.showTransfer(a.chosen()[0]) }})
	item("item-verify", "Verify again", "shield-check", "", "Only files that have arrived can be verified",
		func(t *Transfer) bool {
			return t.State == transfer.Done && !t.Folder && t.Direction != transfer.Remove
		},
		func(q Queue, ids []transfer.ItemID) { q.Verify(ids...) })
	x.add(Action{Name: "item-later", Label: "Start later…", Icon: "clock", Why: func() string {
		switch list := a.chosen(); {
		case len(list) == 0:
			return "Select transfers first"
		case len(idsOf(list, canWait)) == 0:
			return "It has begun already"
		}
		return ""
	}, Do: a.askStartLater})
	x.add(Action{Name: "export-history", Label: "Export the list…", Icon: "save", Why: func() string {
		if a.QueueView.Len(OnDone)+a.QueueView.Len(OnFailed) == 0 {
			return "Nothing has ended yet"
		}
		return ""
	}, Do: a.askExportHistory})
	item("item-top", "To the top", "top", "", "It has ended already", live,
		func(q Queue, ids []transfer.ItemID) { q.Move(ids, firstOf(q, ids)) })
	item("item-bottom", "To the bottom", "bottom", "", "It has ended already", live,
		func(q Queue, ids []transfer.ItemID) { q.Move(ids, 0) })
}

// firstOf is the first item of the queue that is not among ids.
func firstOf(q Queue, ids []transfer.ItemID) transfer.ItemID {
	for _, id := range q.Since(0).Order {
		if !slices.Contains(ids, id) {
			return id
		}
	}
	return 0
}

func (a *App) askCancelAll() {
	a.askCancel(a.QueueView.Len(OnQueue), "Cancel", func() []transfer.ItemID { return a.QueueView.AllIDs(OnQueue) })
}

// askCancel cancels, if the user agrees, what which finds by then.
func (a *App) askCancel(n int, verb string, which func() []transfer.ItemID) {
	x := &Question{About: AskDelete, Title: fmt.Sprintf("%s %s?", verb, Count(n, "transfer", "transfers")),
		Text: []string{"Nothing that has arrived is deleted. The files can be tried again from the Failed tab."}, Warning: true}
	x.Choices = []Choice{
		{Label: wordKeepWorking, Role: Decline},
		{Label: verb + " them", Role: Danger, Do: func(Reply) {
			ids := which()
			a.engine(func(q Queue) { q.Cancel(ids...) })
		}},
	}
	a.Questions.add(x)
}

// showTransfer tells everything about one transfer.
func (a *App) showTransfer(t *Transfer) {
	x := &Question{About: AskText, Title: t.Name(), Facts: t.facts(a.deps.Now())}
	x.Choices = []Choice{{Label: "Close", Role: Default}}
	a.Questions.add(x)
}

func (t *Transfer) facts(now time.Time) []Fact {
	facts := []Fact{{"What", DirectionWord(t.Direction)}, {"Server", t.Target.String()}, {"Here", listing.Escape(t.Local)},
		{"There", listing.Escape(t.Remote)}, {"State", StateWord(t, now)}}
	if size, moved := t.Bytes(); size >= 0 {
		facts = append(facts, Fact{"Size", FormatSize(size)}, Fact{"Moved", FormatSize(moved)})
	}
	facts = append(facts, Fact{"Added", FormatTime(t.Added)}, Fact{"Begun", FormatTime(t.Started)}, Fact{"Ended", FormatTime(t.Item.Ended)})
	if t.Err != nil {
		m := FailureWords(t.Err)
		facts = append(facts, Fact{"Problem", m.What}, Fact{"Server said", m.Server}, Fact{"Try this", m.Hint})
		if t.Err.Cause != "" {
			facts = append(facts, Fact{"Cause", listing.Escape(t.Err.Cause)})
		}
	}
	if t.Total != nil && len(t.Total.Refused) > 0 {
		facts = append(facts, Fact{"Left out", listing.Escape(leftOut(t.Total))})
	}
	return facts
}

// leftOut names what was refused of a folder, and how many more there were.
func leftOut(t *transfer.Totals) string {
	text := strings.Join(t.Refused, "; ")
	if t.RefusedMore > 0 {
		text += "; " + FormatNumber(t.RefusedMore) + " more"
	}
	return text
}
