package model

import (
	"fmt"
	"slices"

	"longshore/transfer"
	"longshore/transfer/listing"
)

// clearFailed takes the failed transfers off the list.
func (a *App) clearFailed() {
	ids := a.QueueView.AllIDs(OnFailed)
	a.engine(func(q Queue) { a.forget(q, ids) })
}

// forget takes transfers off the list. If they left partial files behind, the
// user is asked about them first: nothing else knows them. It runs beside the
// UI goroutine.
func (a *App) forget(q Queue, ids []transfer.ItemID) {
	chosen := make(map[transfer.ItemID]bool, len(ids))
	for _, id := range ids {
		chosen[id] = true
	}
	left := slices.DeleteFunc(slices.Clone(q.Leftovers()), func(l transfer.Leftover) bool { return !chosen[l.Item] })
	if len(left) == 0 {
		q.Forget(ids...)
		return
	}
	a.deps.Do(func() { a.askLeftovers(ids, left) })
}

func (a *App) askLeftovers(ids []transfer.ItemID, left []transfer.Leftover) {
	owners := make([]transfer.ItemID, len(left))
	for i, l := range left {
		owners[i] = l.Item
	}
	ctx := a.deps.Context
	x := &Question{About: AskDelete, Title: fmt.Sprintf("Remove %s, too?", Count(len(left), "partial file", "partial files")),
		Text: wordLeftovers(left)}
	x.Choices = []Choice{
		{Label: "Cancel", Role: Decline},
		{Label: "Keep them", Do: func(Reply) { a.engine(func(q Queue) { q.Forget(ids...) }) }},
		{Label: "Remove them", Role: Default, Do: func(Reply) {
			a.engine(func(q Queue) {
				if err := q.CleanUp(ctx, owners...); err != nil && ctx.Err() == nil {
					a.deps.Do(func() { a.Alert(Message{Grade: GradeWarning, What: Sentence(err.Error())}) })
					return
				}
				q.Forget(ids...)
			})
		}},
	}
	a.Questions.add(x)
}

// leftoversNamed is how many partial files are named.
const leftoversNamed = 5

func wordLeftovers(left []transfer.Leftover) []string {
	text := []string{"They are what arrived of transfers that failed or were cancelled. A transfer that is tried again can go on from them."}
	for i, l := range left {
		if i == leftoversNamed {
			text = append(text, fmt.Sprintf("… and %s more", FormatNumber(len(left)-i)))
			break
		}
		where := ""
		if l.Direction != transfer.Download {
			where = " at " + l.Target.String()
		}
		line := fmt.Sprintf("%s%s, %s", listing.Escape(l.Path), where, FormatSize(l.Size))
		if l.Old != "" {
			line += "; what was there before is put back"
		}
		text = append(text, line)
	}
	return text
}
