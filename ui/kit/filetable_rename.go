package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// renameEntry is the entry over a row's name.
type renameEntry struct {
	widget.Entry
	table *FileTable
	row   int
	key   string
	was   string
	done  bool
}

// Rename opens the entry over the row under the cursor, with the name's stem
// chosen. It does nothing if the row may not be renamed.
func (t *FileTable) Rename() {
	row := t.sel.cursor
	if t.r == nil || t.OnRename == nil || row < 0 || row >= t.length() || !t.selectable(row) {
		return
	}
	name := t.rows.Cell(row, firstShown(t.cols)).Text
	if t.CanRename != nil {
		var ok bool
		if name, ok = t.CanRename(row); !ok {
			return
		}
	}
	t.endRename(false)
	t.ScrollTo(row)
	e := &renameEntry{table: t, row: row, key: t.rows.Key(row), was: name}
	e.ExtendBaseWidget(e)
	e.Scroll = fyne.ScrollNone
	e.SetText(name)
	t.rename = e
	t.r.collect()
	t.r.place()
	if c := canvasOf(t); c != nil {
		c.Focus(e)
	}
	e.selectStem()
	t.restyle()
}

// Renaming says whether the entry is open.
func (t *FileTable) Renaming() bool { return t.rename != nil }

// selectStem chooses the name without its ending. Entry has no call for it, so
// Shift and the arrow are typed.
func (e *renameEntry) selectStem() {
	n := len([]rune(stem(e.was)))
	e.CursorColumn = 0
	shift := &fyne.KeyEvent{Name: desktop.KeyShiftLeft}
	e.KeyDown(shift)
	for range n {
		e.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	}
	e.KeyUp(shift)
}

// stem is a name without its last ending; a leading dot begins no ending.
func stem(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		return name[:i]
	}
	return name
}

// TypedKey is called by Fyne.
func (e *renameEntry) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeyEscape:
		e.table.endRename(false)
	case fyne.KeyReturn, fyne.KeyEnter:
		e.table.endRename(true)
	default:
		e.Entry.TypedKey(ev)
	}
}

// FocusLost takes the name, as other file managers do.
func (e *renameEntry) FocusLost() {
	e.Entry.FocusLost()
	if !e.done {
		e.table.closeRename(true, false)
	}
}

// endRename closes the entry and gives the keyboard back to the table.
func (t *FileTable) endRename(take bool) { t.closeRename(take, true) }

func (t *FileTable) closeRename(take, refocus bool) {
	e := t.rename
	if e == nil {
		return
	}
	e.done = true
	t.rename = nil
	if t.r != nil {
		t.r.collect()
		t.r.place()
	}
	if refocus {
		t.requestFocus()
	}
	t.restyle()
	if take && e.Text != e.was && e.Text != "" && t.OnRename != nil {
		if row := t.rowOfKey(e.key, e.row); row != noRow {
			t.OnRename(row, e.Text)
		}
	}
}

// rowOfKey finds a row again that may have moved while its entry was open.
func (t *FileTable) rowOfKey(key string, guess int) int {
	if guess < t.length() && t.rows.Key(guess) == key {
		return guess
	}
	for row := range t.length() {
		if t.rows.Key(row) == key {
			return row
		}
	}
	return noRow
}

func (t *FileTable) renameRect() (fyne.Position, fyne.Size) {
	first := firstShown(t.cols)
	pos, size := t.RowRect(t.rename.row)
	x := t.spans[first].x - float32(t.horz.offset) + textLeft(t, first) - dp(3)
	return fyne.NewPos(x, pos.Y), fyne.NewSize(t.spans[first].w-textLeft(t, first)+dp(1), size.Height)
}
