package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"longshore/transfer/session"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// logRows shows the transcript.
type logRows struct{ view *model.LogView }

func logColumns() []kit.Column {
	return []kit.Column{
		{ID: "time", Title: "Time", Width: 76, NoSort: true, Color: kit.ColorSecondary},
		{ID: "session", Title: "No.", Width: 44, NoSort: true, Align: fyne.TextAlignTrailing, Color: kit.ColorSecondary},
		{ID: "server", Title: "Server", Width: 150, NoSort: true, Color: kit.ColorSecondary},
		{ID: "text", Title: "Message", Flex: true, NoSort: true},
	}
}

func (r logRows) Len() int { return r.view.Len() }

// Key is the line's place; lines never change theirs while they are shown.
func (r logRows) Key(i int) string { return strconv.Itoa(i) }

// Icon is none.
func (r logRows) Icon(int) fyne.Resource { return nil }

// Cell is one field of a line.
func (r logRows) Cell(i, col int) kit.Cell {
	l := r.view.Line(i)
	switch col {
	case 0:
		return kit.Cell{Text: l.At.Local().Format("15:04:05")}
	case 1:
		return kit.Cell{Text: strconv.Itoa(l.Session)}
	case 2:
		return kit.Cell{Text: l.Server}
	}
	return kit.Cell{Text: l.Text, Color: lineColor(l.Dir)}
}

func lineColor(d session.LineDir) fyne.ThemeColorName {
	switch d {
	case session.Sent:
		return kit.ColorLink
	case session.Received:
		return theme.ColorNameSuccess
	case session.Problem:
		return theme.ColorNameError
	}
	return kit.ColorSecondary
}
