package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

func (t *FileTable) requestFocus() {
	if c := canvasOf(t); c != nil {
		c.Focus(t)
	}
}

// FocusGained is called by Fyne.
func (t *FileTable) FocusGained() { t.setFocused(true) }

// FocusLost is called by Fyne.
func (t *FileTable) FocusLost() { t.setFocused(false) }

func (t *FileTable) setFocused(on bool) {
	t.focused = on
	if s := StageFor(t); on && s != nil {
		s.last = t
	}
	if !on {
		t.shift, t.ctrl = false, false
		t.endFind()
	}
	t.restyle()
	if t.OnFocus != nil {
		t.OnFocus(on)
	}
}

// Focused says whether the keyboard is here.
func (t *FileTable) Focused() bool { return t.focused }

// KeyDown follows the modifiers; Fyne sends none with TypedKey.
func (t *FileTable) KeyDown(ev *fyne.KeyEvent) { t.modifier(ev.Name, true) }

// KeyUp follows the modifiers.
func (t *FileTable) KeyUp(ev *fyne.KeyEvent) { t.modifier(ev.Name, false) }

func (t *FileTable) modifier(key fyne.KeyName, down bool) {
	switch key {
	case desktop.KeyShiftLeft, desktop.KeyShiftRight:
		t.shift = down
	case desktop.KeyControlLeft, desktop.KeyControlRight:
		t.ctrl = down
	}
}

// TypedKey is called by Fyne for keys without Ctrl or Alt.
func (t *FileTable) TypedKey(ev *fyne.KeyEvent) {
	if t.findKey(ev.Name) {
		return
	}
	if step, ok := t.step(ev.Name); ok {
		t.moveCursor(step, t.shift, false)
		return
	}
	switch ev.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if t.OnOpen != nil && t.sel.cursor >= 0 && t.sel.cursor < t.length() {
			t.OnOpen(t.sel.cursor)
		}
	case fyne.KeyBackspace:
		if t.OnUp != nil {
			t.OnUp()
		}
	case fyne.KeySpace:
		t.toggleCursor()
	case fyne.KeyInsert:
		t.toggleCursor()
		t.moveCursor(t.sel.cursor+1, false, true)
	case fyne.KeyDelete:
		if t.OnDelete != nil {
			t.OnDelete()
		}
	case fyne.KeyF2:
		t.Rename()
	case desktop.KeyMenu:
		t.keyMenu()
	case fyne.KeyEscape:
		t.escape(ev)
	default:
		t.otherKey(ev)
	}
}

func (t *FileTable) otherKey(ev *fyne.KeyEvent) {
	if ev.Name == fyne.KeyF10 && t.shift {
		t.keyMenu()
		return
	}
	if t.OnKey != nil && t.OnKey(ev) {
		return
	}
	if c := canvasOf(t); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(ev)
	}
}

// escape ends the smallest thing that is going on.
func (t *FileTable) escape(ev *fyne.KeyEvent) {
	switch {
	case t.Drags != nil && t.Drags.Active() != nil:
		t.Drags.Cancel()
	case t.sel.count > 1:
		t.SelectNone()
	default:
		t.otherKey(ev)
	}
}

// step says which row a key leads to.
func (t *FileTable) step(key fyne.KeyName) (int, bool) {
	cursor, page := t.sel.cursor, max(1, int(t.vert.view/float64(dp(rowHeight)))-1)
	switch key {
	case fyne.KeyUp:
		return cursor - 1, true
	case fyne.KeyDown:
		return cursor + 1, true
	case fyne.KeyPageUp:
		return cursor - page, true
	case fyne.KeyPageDown:
		return cursor + page, true
	case fyne.KeyHome:
		return 0, true
	case fyne.KeyEnd:
		return t.length() - 1, true
	}
	return 0, false
}

// moveCursor goes to a row, held within the list: choosing it alone, choosing
// all rows up to it (extend), or leaving the choice as it is (keep).
func (t *FileTable) moveCursor(row int, extend, keep bool) {
	n := t.length()
	if n == 0 {
		return
	}
	row = min(max(row, 0), n-1)
	switch {
	case extend:
		t.extendTo(row, false)
	case keep:
		t.sel.cursor, t.sel.anchor = row, row
		t.selectionChanged()
	default:
		t.chooseOnly(row)
	}
	t.ScrollTo(row)
}

func (t *FileTable) toggleCursor() {
	if c := t.sel.cursor; c >= 0 && c < t.length() {
		t.toggle(c)
	}
}

// keyMenu opens the context menu beside the row under the cursor.
func (t *FileTable) keyMenu() {
	if t.OnMenu == nil {
		return
	}
	row := t.sel.cursor
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(t)
	if row < 0 || row >= t.length() {
		t.OnMenu(noRow, at.AddXY(dp(20), dp(headerHeight+8)))
		return
	}
	t.ScrollTo(row)
	if !t.sel.has(row) {
		t.chooseOnly(row)
	}
	pos, size := t.RowRect(row)
	t.OnMenu(row, at.AddXY(dp(cellPad+rowIcon), pos.Y+size.Height))
}

// TypedRune is called by Fyne for characters: they look for a row.
func (t *FileTable) TypedRune(r rune) {
	if r == ' ' && !t.findOpen() {
		return // Space has been a TypedKey already
	}
	t.findType(r)
}

// TypedShortcut is called by Fyne for keys with Ctrl or Alt. What is not the
// table's own goes on to the canvas, where the window keeps its shortcuts.
func (t *FileTable) TypedShortcut(s fyne.Shortcut) {
	switch s := s.(type) {
	case *fyne.ShortcutSelectAll:
		t.SelectAll()
		return
	case *fyne.ShortcutCopy:
		if t.OnCopy != nil {
			t.OnCopy()
			return
		}
	case *fyne.ShortcutPaste:
		if t.OnPaste != nil {
			t.OnPaste()
			return
		}
	case *desktop.CustomShortcut:
		if s.Modifier == fyne.KeyModifierShortcutDefault && t.controlKey(s.KeyName) {
			return
		}
		if step, ok := t.step(s.KeyName); ok && s.Modifier == fyne.KeyModifierShortcutDefault|fyne.KeyModifierShift {
			t.extendTo(min(max(step, 0), t.length()-1), true)
			t.ScrollTo(t.sel.cursor)
			return
		}
	}
	if c, ok := canvasOf(t).(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// controlKey moves the cursor without choosing, or toggles the row under it.
func (t *FileTable) controlKey(key fyne.KeyName) bool {
	if key == fyne.KeySpace {
		t.toggleCursor()
		return true
	}
	if step, ok := t.step(key); ok {
		t.moveCursor(step, false, true)
		return true
	}
	return false
}

// canvasOf is the canvas an object is on, or nil.
func canvasOf(o fyne.CanvasObject) fyne.Canvas {
	if fyne.CurrentApp() == nil {
		return nil
	}
	return fyne.CurrentApp().Driver().CanvasForObject(o)
}
