package model

import (
	"strings"
	"time"

	"longshore/transfer"
)

// canWait reports whether a transfer can still be put off.
func canWait(t *Transfer) bool {
	return t.State == transfer.Waiting || t.State == transfer.Paused || t.State == transfer.Retrying
}

// askStartLater asks when the chosen transfers shall begin.
func (a *App) askStartLater() {
	ids := idsOf(a.chosen(), canWait)
	now := a.deps.Now()
	x := &Question{About: AskName, Title: "Start later", Field: "Time, or date and time",
		Value: now.Local().Add(time.Hour).Format("15:04"),
		Text:  []string{Count(len(ids), "transfer begins", "transfers begin") + " at that time, also after a restart."},
		Check: func(text string) string {
			if _, ok := startTime(text, now); !ok {
				return "It is written as 22:30 or 2026-12-31 22:30"
			}
			return ""
		}}
	x.Choices = []Choice{
		{Label: wordCancel, Role: Decline},
		{Label: "Start then", Role: Default, Do: func(r Reply) {
			if t, ok := startTime(r.Text, now); ok {
				a.engine(func(q Queue) { q.StartAt(t, ids...) })
			}
		}},
	}
	a.Questions.add(x)
}

// startTime reads a time of day, which is the next one, or a date and time.
func startTime(text string, now time.Time) (time.Time, bool) {
	text = strings.TrimSpace(text)
	now = now.Local()
	if t, err := time.ParseInLocation("2006-01-02 15:04", text, time.Local); err == nil {
		return t, true
	}
	t, err := time.ParseInLocation("15:04", text, time.Local)
	if err != nil {
		return t, false
	}
	at := time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), 0, 0, time.Local)
	if at.Before(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at, true
}

// MoveRows puts transfers before the one of a row, or at the end.
func (a *App) MoveRows(ids []transfer.ItemID, row int) {
	before := transfer.ItemID(0)
	if row >= 0 && row < a.QueueView.Len(OnQueue) {
		before = a.QueueView.Row(OnQueue, row).ID
	}
	a.engine(func(q Queue) { q.Move(ids, before) })
}
