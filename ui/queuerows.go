package ui

import (
	"fmt"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"longshore/transfer"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// queueRows shows one of the queue's lists. It looks at the model itself:
// whoever lets the model change calls KeepKeys before and RefreshRows after.
type queueRows struct {
	w     *Window
	shelf model.Shelf
}

const (
	colFile = iota
	colWay
	colSize
	colProgress
	colSpeed
	colStatus
)

func queueColumns() []kit.Column {
	return []kit.Column{
		{ID: "file", Title: "File", Width: 260, NoSort: true},
		{ID: "way", Title: "From → To", Flex: true, NoSort: true, Color: kit.ColorSecondary},
		{ID: "size", Title: "Size", Width: 80, NoSort: true, Align: fyne.TextAlignTrailing, Color: kit.ColorSecondary},
		{ID: "progress", Title: "Progress", Width: 170, NoSort: true},
		{ID: "speed", Title: "Speed", Width: 80, NoSort: true, Align: fyne.TextAlignTrailing, Color: kit.ColorSecondary},
		{ID: "status", Title: "Status", Width: 180, NoSort: true, Color: kit.ColorSecondary},
	}
}

func (r queueRows) Len() int { return r.w.model.QueueView.Len(r.shelf) }

func (r queueRows) row(i int) *model.Transfer { return r.w.model.QueueView.Row(r.shelf, i) }

// Key names a transfer for as long as the journal lives.
func (r queueRows) Key(i int) string { return strconv.FormatUint(uint64(r.row(i).ID), 10) }

// Icon is an arrow in the transfer's direction.
func (r queueRows) Icon(i int) fyne.Resource {
	switch r.row(i).Direction {
	case transfer.Upload:
		return kit.Icon("upload", theme.ColorNameSuccess)
	case transfer.Download:
		return kit.Icon("download", theme.ColorNamePrimary)
	}
	return kit.Icon("delete", theme.ColorNameError)
}

// Cell is one field of a row.
func (r queueRows) Cell(i, col int) kit.Cell {
	t := r.row(i)
	size, _ := t.Bytes()
	switch col {
	case colFile:
		name := t.Name()
		if t.Folder {
			name += "/"
		}
		return kit.Cell{Text: name}
	case colWay:
		return kit.Cell{Text: t.Way(r.w.deps.Home)}
	case colSize:
		return kit.Cell{Text: model.FormatSize(size)}
	case colProgress:
		return progressCell(t)
	case colSpeed:
		return kit.Cell{Text: model.FormatRate(t.Rate)}
	}
	return kit.Cell{Text: model.StateWord(t, time.Now()), Color: statusColor(t)}
}

func progressCell(t *model.Transfer) kit.Cell {
	part, show := t.Progress()
	if !show || t.State == transfer.Failed || t.State == transfer.Cancelled || t.State == transfer.Skipped {
		return kit.Cell{}
	}
	// 100 % is for what is done: the last bytes are not the end.
	percent := min(int(part*100), 100)
	if !t.State.Ended() && percent == 100 {
		percent = 99
	}
	return kit.Cell{Kind: kit.CellProgress, Value: part, Text: fmt.Sprintf("%d %%", percent)}
}

func statusColor(t *model.Transfer) fyne.ThemeColorName {
	switch t.State {
	case transfer.Waiting, transfer.Paused:
		return kit.ColorFaint
	case transfer.Failed:
		return theme.ColorNameError
	case transfer.Asking, transfer.Retrying:
		return theme.ColorNameWarning
	case transfer.Done:
		return theme.ColorNameSuccess
	}
	return ""
}
