package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"longshore/transfer/listing"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// parentKey names the row that leads upwards; no file can have it.
const parentKey = "\x00.."

// paneRows is what a pane's table shows: the model's rows, and before them the
// one that leads upwards.
type paneRows struct {
	model.Shown
	parent bool
}

func (r paneRows) Len() int {
	if r.parent {
		return r.Shown.Len() + 1
	}
	return r.Shown.Len()
}

// entry is the file of a row, nil for the one that leads upwards.
func (r paneRows) entry(row int) *listing.Entry {
	if r.parent {
		row--
	}
	if row < 0 || row >= r.Shown.Len() {
		return nil
	}
	return r.Row(row)
}

// Key names a row for as long as it exists.
func (r paneRows) Key(row int) string {
	if e := r.entry(row); e != nil {
		return e.Raw
	}
	return parentKey
}

// Icon is the picture before the name.
func (r paneRows) Icon(row int) fyne.Resource {
	if e := r.entry(row); e != nil {
		return iconOf(e)
	}
	return kit.Icon("up", kit.ColorSecondary)
}

// Selectable leaves the row upwards out of every choice.
func (r paneRows) Selectable(row int) bool { return r.entry(row) != nil }

// Tint is the ground of rows that differ from the other side.
func (r paneRows) Tint(row int) fyne.ThemeColorName {
	if r.entry(row) == nil {
		return ""
	}
	if r.parent {
		row--
	}
	switch r.Mark(row) {
	case model.Only, model.Newer:
		return kit.ColorTintNew
	case model.Differs, model.Older:
		return kit.ColorTintDiffers
	}
	return ""
}

// Cell is one field of a row.
func (r paneRows) Cell(row, col int) kit.Cell {
	e := r.entry(row)
	if e == nil {
		if col == 0 {
			return kit.Cell{Text: ".."}
		}
		return kit.Cell{}
	}
	switch model.Column(col) {
	case model.BySize:
		if model.IsFolder(*e) {
			return kit.Cell{}
		}
		return kit.Cell{Text: model.FormatSize(e.Size)}
	case model.ByType:
		return kit.Cell{Text: model.FormatType(*e)}
	case model.ByTime:
		return kit.Cell{Text: model.FormatTime(e.Time)}
	case model.ByMode:
		return kit.Cell{Text: e.ModeString()}
	}
	c := kit.Cell{Text: e.Name, Color: theme.ColorNameForeground}
	if len(e.Name) > 0 && e.Name[0] == '.' {
		c.Color = kit.ColorSecondary
	}
	return c
}

// paneColumns are those of model.Column, in its order.
func paneColumns() []kit.Column {
	return []kit.Column{
		{ID: "name", Title: "Name", Flex: true, Min: 120},
		{ID: "size", Title: "Size", Width: 74, Align: fyne.TextAlignTrailing, Color: kit.ColorSecondary},
		{ID: "type", Title: "Type", Width: 84, Color: kit.ColorSecondary},
		{ID: "time", Title: "Modified", Width: 122, Color: kit.ColorSecondary},
		{ID: "mode", Title: "Permissions", Width: 88, Color: kit.ColorSecondary},
	}
}
