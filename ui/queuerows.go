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
	cols  []kit.Column
}

// What a column of the lists shows; its ID.
const (
	colFile     = "file"
	colWay      = "way"
	colSize     = "size"
	colProgress = "progress"
	colSpeed    = "speed"
	colStatus   = "status"
	colEnded    = "ended"
)

// queueColumns are those of a list: what failed needs room for the reason,
// what is done for how it was checked.
func queueColumns(shelf model.Shelf) []kit.Column {
	file := kit.Column{ID: colFile, Title: "File", Width: 240, NoSort: true}
	way := kit.Column{ID: colWay, Title: "From → To", Flex: true, NoSort: true, Color: kit.ColorSecondary}
	size := kit.Column{ID: colSize, Title: "Size", Width: 80, NoSort: true, Align: fyne.TextAlignTrailing, Color: kit.ColorSecondary}
	ended := kit.Column{ID: colEnded, Title: "Ended", Width: 126, NoSort: true, Color: kit.ColorSecondary}
	status := kit.Column{ID: colStatus, Title: "Status", Width: 190, NoSort: true, Color: kit.ColorSecondary}
	switch shelf {
	case model.OnFailed:
		status.Title, status.Width = "Reason", 440
		return []kit.Column{file, way, ended, status}
	case model.OnDone:
		status.Title, status.Width = "Checked", 260
		return []kit.Column{file, way, size, ended, status}
	}
	return []kit.Column{file, way, size,
		{ID: colProgress, Title: "Progress", Width: 170, NoSort: true},
		{ID: colSpeed, Title: "Speed", Width: 80, NoSort: true, Align: fyne.TextAlignTrailing, Color: kit.ColorSecondary}, status}
}

func (r queueRows) Len() int { return r.w.model.QueueView.Len(r.shelf) }

func (r queueRows) row(i int) *model.Transfer { return r.w.model.QueueView.Row(r.shelf, i) }

// Key names a transfer for as long as the journal lives.
func (r queueRows) Key(i int) string { return strconv.FormatUint(uint64(r.row(i).ID), 10) }

// Find is the row of a key.
func (r queueRows) Find(key string) int {
	id, err := strconv.ParseUint(key, 10, 64)
	if err != nil {
		return -1
	}
	return r.w.model.QueueView.Find(r.shelf, transfer.ItemID(id))
}

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
	if col >= len(r.cols) { // the table's columns are changed after its rows
		return kit.Cell{}
	}
	t := r.row(i)
	size, _ := t.Bytes()
	switch r.cols[col].ID {
	case colFile:
		name := t.Name()
		if t.Folder {
			name += "/"
		}
		return kit.Cell{Text: name}
	case colWay:
		return kit.Cell{Text: t.Way(r.w.deps.Home)}
	case colSize:
		if t.Folder && size == 0 {
			return kit.Cell{} // nothing in it is known yet
		}
		return kit.Cell{Text: model.FormatSize(size)}
	case colProgress:
		return progressCell(t)
	case colEnded:
		return kit.Cell{Text: model.FormatTime(t.Item.Ended)}
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
