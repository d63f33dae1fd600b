package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// TestPressElsewhereSettlesEntry holds what Fyne leaves undone: an entry keeps
// the keyboard when a widget is pressed that does not want it.
func TestPressElsewhereSettlesEntry(t *testing.T) {
	newApp(t, true)
	table := NewFileTable(fileColumns())
	table.SetRows(localRows())
	entry, tool, tabs, crumbs := NewEntry("Host", 100), NewToolButton("refresh", "", nil), NewTabBar(), NewCrumbs("home")
	pass := NewPasswordEntry("Password", 100)
	win, stage := newWindow(t, Dock(VBox(0, NewToolbar(tool, entry, pass), tabs, NewPaneBar(crumbs, crumbs)), nil, nil, nil, table), 600, 400)
	committed := 0
	entry.OnCommit = func(string) { committed++ }
	c := win.Canvas()
	c.Focus(table)
	if stage.LastTable() != table {
		t.Fatal("the stage does not know who had the keyboard")
	}
	for i, o := range []desktop.Mouseable{tool, tabs, crumbs, stage} {
		c.Focus(entry)
		test.Type(entry, "x")
		o.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary})
		if committed != i+1 || c.Focused() != fyne.Focusable(table) {
			t.Errorf("%T: committed %d times, %T has the keyboard", o, committed, c.Focused())
		}
	}
	c.Focus(pass)
	pass.eye.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary})
	if c.Focused() != fyne.Focusable(pass) {
		t.Error("the eye took the keyboard from its entry")
	}
	table.OnRename = func(int, string) { committed += 10 }
	table.SelectOnly(7)
	table.Rename()
	table.rename.SetText("other.html")
	tool.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary})
	if committed != 14 || table.Renaming() {
		t.Error("the new name was not taken")
	}
}

func TestStageIsNoTabStop(t *testing.T) {
	newApp(t, true)
	table, entry := NewFileTable(fileColumns()), NewEntry("", 80)
	win, _ := newWindow(t, Dock(NewToolbar(entry), nil, nil, nil, table), 600, 400)
	seen := map[fyne.Focusable]bool{}
	for range 6 {
		win.Canvas().FocusNext()
		seen[win.Canvas().Focused()] = true
	}
	if len(seen) != 2 || !seen[table] || !seen[entry] {
		t.Errorf("Tab goes to %v", seen)
	}
}

func TestEditingPathReturnsKeyboard(t *testing.T) {
	newApp(t, true)
	table, crumbs := NewFileTable(fileColumns()), NewCrumbs("home")
	win, _ := newWindow(t, Dock(NewPaneBar(crumbs, crumbs), nil, nil, nil, table), 600, 400)
	win.Canvas().Focus(table)
	win.Canvas().Unfocus() // what a press on the bar does
	crumbs.Edit()
	crumbs.entry.TypedKey(key(fyne.KeyEscape))
	if win.Canvas().Focused() != fyne.Focusable(table) {
		t.Errorf("%T has the keyboard", win.Canvas().Focused())
	}
}
