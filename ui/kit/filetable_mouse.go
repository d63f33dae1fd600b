package kit

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// pressMode is what a pressed button is about to do.
type pressMode uint8

const (
	pressNone pressMode = iota
	pressRow
	pressHeader
	pressBorder
	pressVert
	pressHorz
)

// pressState is the memory between a press and its release. Taps are not used:
// Fyne loses them when the mouse moves by two pixels, and delays all of them
// where double taps are wanted.
type pressState struct {
	mode    pressMode
	row     int
	col     int
	at      fyne.Position
	settle  bool // a press on a chosen row: the others are let go at the release, unless it was a drag
	double  bool
	dragged bool
	x       float32 // last place of a dragged border
}

// clickCounter tells double clicks.
type clickCounter struct {
	row  int
	when time.Time
}

const doubleClick = 400 * time.Millisecond

// MouseDown is called by Fyne.
func (t *FileTable) MouseDown(ev *desktop.MouseEvent) {
	t.endRename(true)
	t.requestFocus()
	t.press = pressState{row: noRow, col: -1, at: ev.Position}
	if ev.Button == desktop.MouseButtonPrimary && t.pressBars(ev.Position) {
		return
	}
	if ev.Position.Y < dp(headerHeight) {
		t.pressHead(ev)
		return
	}
	row := t.RowAt(ev.Position)
	t.press.mode, t.press.row = pressRow, row
	if ev.Button == desktop.MouseButtonSecondary {
		t.pressMenu(row)
		return
	}
	if ev.Button != desktop.MouseButtonPrimary {
		return
	}
	if t.OnIcon != nil && row != noRow && ev.Position.X < dp(2*cellPad+rowIcon) {
		t.chooseOnly(row)
		t.OnIcon(row)
		return
	}
	t.pressRow(row, ev.Modifier)
}

func (t *FileTable) pressRow(row int, mod fyne.KeyModifier) {
	ctrl := mod&fyne.KeyModifierShortcutDefault != 0
	shift := mod&fyne.KeyModifierShift != 0
	now := t.now()
	if !ctrl && !shift && row != noRow && row == t.clicks.row && now.Sub(t.clicks.when) < doubleClick {
		t.press.double = true
	}
	t.clicks = clickCounter{row: row, when: now}
	switch {
	case row == noRow:
		if !ctrl && !shift {
			t.SelectNone()
		}
	case shift:
		t.extendTo(row, ctrl)
	case ctrl:
		t.toggle(row)
	case t.sel.has(row):
		t.press.settle = true
		t.sel.cursor, t.keysStale = row, true
		t.restyle()
	default:
		t.chooseOnly(row)
	}
}

func (t *FileTable) pressMenu(row int) {
	switch {
	case row == noRow:
		t.SelectNone()
	case t.sel.has(row):
		t.sel.cursor, t.keysStale = row, true
		t.restyle()
	default:
		t.chooseOnly(row)
	}
}

// chooseOnly is SelectOnly without scrolling: what was clicked is in view.
func (t *FileTable) chooseOnly(row int) {
	t.sel.clear()
	t.sel.set(row, t.selectable(row))
	t.sel.anchor, t.sel.cursor = row, row
	t.selectionChanged()
}

// MouseUp is called by Fyne.
func (t *FileTable) MouseUp(ev *desktop.MouseEvent) {
	p := t.press
	t.vert.release()
	t.horz.release()
	if p.dragged {
		return // DragEnd follows
	}
	t.press = pressState{row: noRow, col: -1}
	switch {
	case p.mode == pressHeader:
		t.releaseHead(p, ev)
	case p.mode != pressRow:
	case ev.Button == desktop.MouseButtonSecondary:
		if t.OnMenu != nil {
			t.OnMenu(p.row, ev.AbsolutePosition)
		}
	case p.double && t.RowAt(ev.Position) == p.row:
		t.clicks = clickCounter{row: noRow}
		if t.OnOpen != nil {
			t.OnOpen(p.row)
		}
	case p.settle:
		t.chooseOnly(p.row)
	}
}

func (t *FileTable) pressHead(ev *desktop.MouseEvent) {
	x := ev.Position.X + float32(t.horz.offset)
	if col := borderAt(t.spans, t.cols, x); col >= 0 && ev.Button == desktop.MouseButtonPrimary {
		t.press.mode, t.press.col, t.press.x = pressBorder, col, ev.Position.X
		return
	}
	t.press.mode, t.press.col = pressHeader, columnAt(t.spans, x)
}

func (t *FileTable) releaseHead(p pressState, ev *desktop.MouseEvent) {
	if ev.Button == desktop.MouseButtonSecondary {
		if t.OnHeaderMenu != nil {
			t.OnHeaderMenu(ev.AbsolutePosition)
		}
		return
	}
	if p.col >= 0 && !t.cols[p.col].NoSort && t.OnSort != nil && ev.Position.Y < dp(headerHeight) {
		t.OnSort(p.col)
	}
}

// pressBars gives a press to a scroll bar, if it is on one.
func (t *FileTable) pressBars(pos fyne.Position) bool {
	size, top := t.Size(), dp(headerHeight)
	if t.vert.needed() && pos.X >= size.Width-dp(barWidth) && pos.Y >= top {
		t.press.mode = pressVert
		if t.vert.press(float64(pos.Y-top-dp(2)), float64(size.Height-top-dp(4))) {
			t.scrolled()
		}
		return true
	}
	if t.horz.needed() && pos.Y >= size.Height-dp(8) && pos.X < t.viewWidth() {
		t.press.mode = pressHorz
		if t.horz.press(float64(pos.X-dp(2)), float64(t.viewWidth()-dp(4))) {
			t.relayout()
		}
		return true
	}
	return false
}

// Dragged is called by Fyne with every move of the mouse while its button is
// down, wherever the pointer is.
func (t *FileTable) Dragged(ev *fyne.DragEvent) {
	t.press.dragged = true
	size, top := t.Size(), dp(headerHeight)
	switch t.press.mode {
	case pressVert:
		if t.vert.drag(float64(ev.Position.Y-top-dp(2)), float64(size.Height-top-dp(4))) {
			t.scrolled()
		}
	case pressHorz:
		if t.horz.drag(float64(ev.Position.X-dp(2)), float64(t.viewWidth()-dp(4))) {
			t.relayout()
		}
	case pressBorder:
		dx := (ev.Position.X - t.press.x) / unit()
		if dragBorder(t.cols, t.press.col, dx) {
			t.press.x = ev.Position.X
			t.cut.forget()
			t.relayout()
		}
	case pressRow:
		t.dragRows(ev)
	}
}

func (t *FileTable) dragRows(ev *fyne.DragEvent) {
	if t.Drags == nil {
		return
	}
	if t.Drags.Active() == nil {
		if t.press.row == noRow || t.DragStart == nil {
			return
		}
		d := t.DragStart(t.Targets())
		if d == nil {
			t.press.mode = pressNone
			return
		}
		if d.Source == nil {
			d.Source = t
		}
		t.Drags.Start(d, ev.AbsolutePosition)
		t.press.row = noRow // Esc ends this drag; the same press starts no other
	}
	t.Drags.Move(ev.AbsolutePosition)
}

// DragEnd is called by Fyne when the button is let go after Dragged.
func (t *FileTable) DragEnd() {
	p := t.press
	t.press = pressState{row: noRow, col: -1}
	t.vert.release()
	t.horz.release()
	switch {
	case p.mode == pressBorder:
		if t.OnColumns != nil {
			t.OnColumns(t.Columns())
		}
	case p.mode == pressRow && t.Drags != nil:
		t.Drags.Drop()
	}
}

// MouseIn is called by Fyne.
func (t *FileTable) MouseIn(ev *desktop.MouseEvent) { t.MouseMoved(ev) }

// MouseMoved is called by Fyne.
func (t *FileTable) MouseMoved(ev *desktop.MouseEvent) {
	head := -1
	if ev.Position.Y < dp(headerHeight) {
		head = columnAt(t.spans, ev.Position.X+float32(t.horz.offset))
	}
	t.setHover(t.RowAt(ev.Position), head)
	t.press.at = ev.Position
}

// MouseOut is called by Fyne.
func (t *FileTable) MouseOut() { t.setHover(noRow, -1) }

func (t *FileTable) setHover(row, head int) {
	if row != t.hover {
		t.hover = row
		t.restyle()
	}
	if head != t.hoverHead {
		t.hoverHead = head
		if t.r != nil {
			t.r.head.layout(t, t.Size())
			t.r.repaint()
		}
	}
}

// Cursor is the shape of the pointer, asked by Fyne.
func (t *FileTable) Cursor() desktop.Cursor {
	x := t.press.at.X + float32(t.horz.offset)
	if t.press.mode == pressBorder || t.press.at.Y < dp(headerHeight) && borderAt(t.spans, t.cols, x) >= 0 {
		return desktop.HResizeCursor
	}
	return desktop.DefaultCursor
}

// Scrolled is called by Fyne for the wheel.
func (t *FileTable) Scrolled(ev *fyne.ScrollEvent) {
	dx, dy := float64(ev.Scrolled.DX), float64(ev.Scrolled.DY)
	if t.shift && dx == 0 {
		dx, dy = dy, 0
	}
	const rowsPerStep = 2.6 // Fyne sends 25 units a notch; three rows are what desktops do
	if dx != 0 && t.horz.scrollTo(t.horz.offset-dx*rowsPerStep) {
		t.relayout()
	}
	if dy != 0 && t.vert.scrollTo(t.vert.offset-dy*rowsPerStep) {
		t.scrolled()
	}
}

// setDropRow marks where a drop would land: a row, or the whole table. It is
// called by a DragManager.
func (t *FileTable) setDropRow(row int) {
	if t.dropRow == row {
		return
	}
	t.dropRow = row
	if t.r != nil {
		t.r.placeMarks()
		t.r.repaint()
	}
}
