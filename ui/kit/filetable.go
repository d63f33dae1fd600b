package kit

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Rows is what a FileTable shows. It is asked only for rows that are seen, and
// only on the UI goroutine. Key names a row for as long as it exists, so that
// choice and cursor follow it when the order changes.
type Rows interface {
	Len() int
	Cell(row, col int) Cell
	Icon(row int) fyne.Resource // nil: none
	Key(row int) string
}

// Tinter is an optional part of Rows: a ground colour for a row, or "".
type Tinter interface {
	Tint(row int) fyne.ThemeColorName
}

// Chooser is an optional part of Rows: a row that may not be chosen ("..")
// can have the cursor and be opened, but no command means it.
type Chooser interface{ Selectable(row int) bool }

// Finder is an optional part of Rows: it knows where a key is, or that it is
// gone (-1), without a walk over all rows.
type Finder interface{ Find(key string) int }

// CellKind is how a Cell is drawn.
type CellKind uint8

// The kinds of cell.
const (
	CellText     CellKind = iota
	CellProgress          // a bar filled to Value, with Text in its middle
	CellBadge             // Text on a rounded ground of Color
)

// Cell is what one field of a row shows.
type Cell struct {
	Kind  CellKind
	Text  string
	Color fyne.ThemeColorName // "": the column's
	Bold  bool
	Value float64 // CellProgress: 0 to 1; below 0 no bar is drawn
}

// FileTable shows rows of text in columns with one icon a row. It is one
// widget for any number of rows: only those in view have objects.
//
// The callbacks are set before the table is shown and are called on the UI
// goroutine. None may be needed: a nil one is left out.
type FileTable struct {
	widget.BaseWidget

	OnOpen       func(row int)                        // Enter or double click
	OnUp         func()                               // Backspace
	OnSelect     func()                               // the choice or the cursor changed
	OnSort       func(col int)                        // a click on a title; the owner sorts and calls SetSort
	OnColumns    func([]Column)                       // a border was dragged, to its end
	OnMenu       func(row int, at fyne.Position)      // right click, Menu, Shift+F10; row -1 is the empty ground; at is absolute
	OnHeaderMenu func(at fyne.Position)               // right click on the header
	OnIcon       func(row int)                        // a press on the icon of a row, as on a box to tick; nil: a press as any
	OnRename     func(row int, name string)           // the entry was closed with another name
	CanRename    func(row int) (name string, ok bool) // what the entry starts with; nil: the first column's text
	OnDelete     func()                               // Delete
	OnCopy       func()                               // Ctrl+C
	OnPaste      func()                               // Ctrl+V
	OnKey        func(*fyne.KeyEvent) bool            // a key the table has no use for; true if it was used
	OnFocus      func(focused bool)
	DragStart    func(rows []int) *Drag // rows leave by the mouse; nil refuses. Needs Drags
	Drags        *DragManager

	// NoIcons leaves out the place of the icon in the first column.
	NoIcons bool
	// Bare leaves the ground to the window, which is cleared to the colour of
	// one. To paint it again costs a fifth of a frame without a graphics card.
	// A table on a card paints its own.
	Bare bool
	// Empty is shown in the middle when there are no rows.
	Empty string

	rows     Rows
	cols     []Column
	sortCol  int
	sortDesc bool

	sel        selection
	keysStale  bool
	chosenKeys map[string]bool
	cursorKey  string

	vert, horz scrollbar
	spans      []span
	total      float32 // of all columns

	hover     int
	hoverHead int
	dropRow   int
	focused   bool
	press     pressState
	clicks    clickCounter
	finding   finder
	shift     bool
	ctrl      bool
	now       func() time.Time

	rename *renameEntry
	cut    ellipsis
	r      *tableRenderer
}

// Rows that are no rows.
const (
	noRow    = -1
	wholeRow = -2 // as a drop place: the whole table
)

var (
	_ fyne.Focusable     = (*FileTable)(nil)
	_ fyne.Draggable     = (*FileTable)(nil)
	_ fyne.Scrollable    = (*FileTable)(nil)
	_ fyne.Shortcutable  = (*FileTable)(nil)
	_ desktop.Mouseable  = (*FileTable)(nil)
	_ desktop.Hoverable  = (*FileTable)(nil)
	_ desktop.Cursorable = (*FileTable)(nil)
	_ desktop.Keyable    = (*FileTable)(nil)
)

// NewFileTable makes a table with these columns and no rows.
func NewFileTable(cols []Column) *FileTable {
	t := &FileTable{
		cols: append([]Column(nil), cols...), sortCol: -1,
		hover: noRow, hoverHead: -1, dropRow: noRow, now: time.Now,
	}
	t.sel.cursor, t.sel.anchor = -1, -1
	t.ExtendBaseWidget(t)
	return t
}

// SetRows shows other rows: another folder. Choice, cursor and scroll start
// anew.
func (t *FileTable) SetRows(rows Rows) {
	t.endRename(false)
	t.rows = rows
	t.sel.resize(t.length())
	t.sel.cursor = min(0, t.length()-1)
	t.sel.anchor = t.sel.cursor
	t.keysStale = true
	t.hover, t.finding.text = noRow, ""
	t.vert.offset, t.horz.offset = 0, 0
	t.relayout()
	if t.OnSelect != nil {
		t.OnSelect()
	}
}

// RefreshRows is for rows that came, went or changed places. If KeepKeys was
// called before they did, choice and cursor follow their keys; else the rows
// are taken to have grown or shrunk at their end only.
func (t *FileTable) RefreshRows() {
	if t.keysStale {
		t.keepPlaces()
	} else {
		t.restoreKeys()
	}
	t.relayout()
}

// ReplaceRows shows a new list of the same rows: RefreshRows for an owner
// that makes a new list instead of changing the old one.
func (t *FileTable) ReplaceRows(rows Rows) {
	t.rememberKeys()
	t.rows = rows
	t.RefreshRows()
}

// KeepKeys notes which rows are chosen, by key; see RefreshRows.
func (t *FileTable) KeepKeys() { t.rememberKeys() }

// RefreshCells is for values that changed while every row kept its place. It
// costs only the rows in view.
func (t *FileTable) RefreshCells() {
	if t.r != nil {
		t.r.rebind()
	}
}

// Rows returns what is shown.
func (t *FileTable) Rows() Rows { return t.rows }

// SetSort shows the triangle at a column; col -1 shows none.
func (t *FileTable) SetSort(col int, descending bool) {
	if t.sortCol == col && t.sortDesc == descending {
		return
	}
	t.sortCol, t.sortDesc = col, descending
	t.relayout()
}

// SetColumns changes columns: shown, hidden, other widths.
func (t *FileTable) SetColumns(cols []Column) {
	t.endRename(false)
	t.cols = append([]Column(nil), cols...)
	t.cut.forget()
	t.relayout()
}

// Columns returns the columns with the widths they have now.
func (t *FileTable) Columns() []Column { return append([]Column(nil), t.cols...) }

// MinSize is small: a table takes what it is given.
func (t *FileTable) MinSize() fyne.Size {
	return fyne.NewSize(dp(160), dp(headerHeight+2*rowHeight))
}

// RowAt finds the row under a place in the table, or -1.
func (t *FileTable) RowAt(pos fyne.Position) int {
	top := dp(headerHeight)
	if pos.Y < top || pos.Y >= t.Size().Height || pos.X < 0 || pos.X >= t.viewWidth() {
		return noRow
	}
	row := int((t.vert.offset + float64(pos.Y-top)) / float64(dp(rowHeight)))
	if row >= t.length() {
		return noRow
	}
	return row
}

// RowRect is where a row lies in the table now; it may be out of view.
func (t *FileTable) RowRect(row int) (fyne.Position, fyne.Size) {
	y := float64(dp(headerHeight)) + float64(row)*float64(dp(rowHeight)) - t.vert.offset
	return fyne.NewPos(0, float32(y)), fyne.NewSize(t.viewWidth(), dp(rowHeight))
}

// ScrollTo brings a row into view with the least movement.
func (t *FileTable) ScrollTo(row int) {
	if row < 0 {
		return
	}
	h := float64(dp(rowHeight))
	top := float64(row) * h
	offset := t.vert.offset
	if top < offset {
		offset = top
	} else if t.vert.view > 0 && top+h > offset+t.vert.view {
		offset = top + h - t.vert.view
	}
	if t.vert.scrollTo(offset) {
		t.scrolled()
	}
}

// ScrollBy moves the rows by a number of units, for scrolling while dragging.
func (t *FileTable) ScrollBy(dy float32) {
	if t.vert.scrollTo(t.vert.offset + float64(dy)) {
		t.scrolled()
	}
}

func (t *FileTable) scrolled() {
	if t.r != nil {
		t.r.place()
	}
}

func (t *FileTable) length() int {
	if t.rows == nil {
		return 0
	}
	return t.rows.Len()
}

func (t *FileTable) selectable(row int) bool {
	if c, ok := t.rows.(Chooser); ok {
		return c.Selectable(row)
	}
	return true
}

// viewWidth is the width the columns have: all but the scroll bar.
func (t *FileTable) viewWidth() float32 {
	w := t.Size().Width
	if t.vert.needed() {
		w -= dp(barWidth)
	}
	return w
}

func (t *FileTable) relayout() {
	if t.r != nil {
		t.r.Layout(t.Size())
		t.r.rebind()
	}
}

func (t *FileTable) restyle() {
	if t.r != nil {
		t.r.restyle()
	}
}
