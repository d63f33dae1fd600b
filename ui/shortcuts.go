package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"longshore/ui/model"
)

// keyNames are the words of Action.Key that Fyne calls otherwise.
var keyNames = map[string]fyne.KeyName{
	"Del": fyne.KeyDelete, "Up": fyne.KeyUp, "Left": fyne.KeyLeft, "Right": fyne.KeyRight, "Tab": fyne.KeyTab,
	"+": fyne.KeyPlus, "-": fyne.KeyMinus, "Enter": fyne.KeyReturn,
}

// shortcutOf makes a shortcut of a key with Ctrl or Alt; plain keys and F-keys
// are none, see tableKey.
func shortcutOf(key string) fyne.Shortcut {
	name, mods := splitKey(key)
	if name == "" || mods&(fyne.KeyModifierControl|fyne.KeyModifierAlt) == 0 {
		return nil
	}
	return &desktop.CustomShortcut{KeyName: name, Modifier: mods}
}

func splitKey(key string) (fyne.KeyName, fyne.KeyModifier) {
	var mods fyne.KeyModifier
	for {
		word, rest, more := strings.Cut(key, "+")
		if !more || rest == "" {
			break
		}
		switch word {
		case "Ctrl":
			mods |= fyne.KeyModifierControl
		case "Shift":
			mods |= fyne.KeyModifierShift
		case "Alt":
			mods |= fyne.KeyModifierAlt
		}
		key = rest
	}
	if named, ok := keyNames[key]; ok {
		return named, mods
	}
	return fyne.KeyName(key), mods
}

// bindKeys gives every Action its key. Those in the menu bar are bound there
// too; Fyne asks the bar first and the canvas never hears of them twice.
func (w *Window) bindKeys() {
	c := w.win.Canvas()
	for _, a := range w.model.Actions.All() {
		s := shortcutOf(a.Key)
		if s == nil || inText(a.Key) || inMenu(a.Name) {
			continue
		}
		c.AddShortcut(s, func(fyne.Shortcut) { w.run(a.Name) })
	}
	// The key with "+" is "=" on most keyboards.
	c.AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyEqual, Modifier: fyne.KeyModifierControl},
		func(fyne.Shortcut) { w.run("zoom-in") })
	c.SetOnTypedKey(func(ev *fyne.KeyEvent) { w.tableKey(ev) })
}

func inMenu(name string) bool {
	for _, m := range model.MainMenu {
		for _, n := range m.Actions {
			if n == name {
				return true
			}
		}
	}
	return false
}

// tableKey does the Action of a key without Ctrl and Alt, and reports whether
// there is one.
func (w *Window) tableKey(ev *fyne.KeyEvent) bool {
	mods := w.modifiers()
	switch ev.Name {
	case fyne.KeyTab:
		w.focusPane(w.model.FocusSide().Other())
		return true
	case fyne.KeyEscape:
		if w.model.Actions.Get("stop").Enabled() {
			w.run("stop")
		}
		return true
	}
	for _, a := range w.model.Actions.All() {
		name, want := splitKey(a.Key)
		if name == ev.Name && want == mods && strings.HasPrefix(string(name), "F") && a.Key != "" {
			w.run(a.Name)
			return true
		}
	}
	return false
}

func (w *Window) focusPane(s model.Side) {
	w.model.SetFocus(s)
	w.panes[s].focus()
}

// FocusPane moves the keyboard to a side.
func (w *Window) FocusPane(s model.Side) { w.focusPane(s) }

// EditPath opens the path bar for typing.
func (w *Window) EditPath(s model.Side) { w.panes[s].crumbs.Edit() }

// EditFilter opens the filter of a side.
func (w *Window) EditFilter(s model.Side) {
	if c := w.win.Canvas(); w.bottom.find.Visible() && c.Focused() == w.bottom.table {
		c.Focus(w.bottom.find)
		return
	}
	w.panes[s].toggleFilter()
}

// Rename opens the entry over the row under the cursor.
func (w *Window) Rename(s model.Side) {
	w.panes[s].focus()
	w.panes[s].table.Rename()
}

// Copy puts text on the clipboard.
func (w *Window) Copy(text string) { w.app.Clipboard().SetContent(text) }

// Clipboard is the text on it.
func (w *Window) Clipboard() string { return w.app.Clipboard().Content() }

// modifiers are the keys held now.
func (w *Window) modifiers() fyne.KeyModifier {
	if d, ok := w.app.Driver().(desktop.Driver); ok {
		return d.CurrentKeyModifiers()
	}
	return 0
}
