package kit

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// manyRows are rows that are made as they are asked for; asked counts how
// often.
type manyRows struct {
	n     int
	asked int
}

func (m *manyRows) Len() int               { return m.n }
func (m *manyRows) Key(row int) string     { return fmt.Sprint("k", row) }
func (m *manyRows) Icon(int) fyne.Resource { return FileIcon("file") }
func (m *manyRows) Cell(row, col int) Cell {
	m.asked++
	switch col {
	case 0:
		return Cell{Text: fmt.Sprintf("file-%06d.txt", row)}
	case 1:
		return Cell{Text: fmt.Sprintf("%d.%d KB", row%1000, row%10)}
	case 2:
		return Cell{Text: "TXT file"}
	case 3:
		return Cell{Text: fmt.Sprintf("2026-11-%02d %02d:%02d", 1+row%28, row%24, row%60)}
	}
	return Cell{Text: "-rw-r--r--"}
}

func newTable(t testing.TB, rows Rows) (*FileTable, fyne.Window) {
	t.Helper()
	newApp(t, true)
	table := NewFileTable(fileColumns())
	win, stage := newWindow(t, table, 600, headerHeight+10*rowHeight)
	table.Drags = stage.Drags()
	table.SetRows(rows)
	win.Canvas().Focus(table)
	return table, win
}

func rowPos(t *FileTable, row int) fyne.Position {
	pos, size := t.RowRect(row)
	return pos.AddXY(40, size.Height/2)
}

func click(t *FileTable, row int, mod fyne.KeyModifier) {
	t.clicks.row = noRow // no double click
	press(t, rowPos(t, row), desktop.MouseButtonPrimary, mod)
}

const (
	ctrl  = fyne.KeyModifierShortcutDefault
	shift = fyne.KeyModifierShift
)

func TestClicksChoose(t *testing.T) {
	table, _ := newTable(t, &manyRows{n: 100})
	changes := 0
	table.OnSelect = func() { changes++ }
	for _, c := range []struct {
		row  int
		mod  fyne.KeyModifier
		want []int
	}{
		{2, 0, []int{2}},
		{5, shift, []int{2, 3, 4, 5}},
		{3, shift, []int{2, 3}},
		{0, shift, []int{0, 1, 2}},
		{7, ctrl, []int{0, 1, 2, 7}},
		{1, ctrl, []int{0, 2, 7}},
		{4, ctrl | shift, []int{0, 1, 2, 3, 4, 7}},
		{4, 0, []int{4}}, // a click on a chosen row leaves it alone
	} {
		click(table, c.row, c.mod)
		if got := table.Selected(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("click on %d with %v chose %v, want %v", c.row, c.mod, got, c.want)
		}
	}
	if changes == 0 {
		t.Error("nobody was told")
	}
	table.SetRows(&manyRows{n: 3})
	click(table, 1, 0)
	press(table, fyne.NewPos(50, headerHeight+5*rowHeight), desktop.MouseButtonPrimary, 0)
	if table.SelectedCount() != 0 {
		t.Error("a click on the empty ground left rows chosen")
	}
}

func TestPressOnChosenRowWaitsForRelease(t *testing.T) {
	table, _ := newTable(t, &manyRows{n: 100})
	click(table, 2, 0)
	click(table, 4, shift)
	ev := &desktop.MouseEvent{Button: desktop.MouseButtonPrimary}
	ev.Position = rowPos(table, 3)
	table.MouseDown(ev)
	if table.SelectedCount() != 3 {
		t.Fatal("the press let go of the others before a drag could begin")
	}
	table.MouseUp(ev)
	if got := table.Selected(); !reflect.DeepEqual(got, []int{3}) {
		t.Errorf("after the release %v are chosen", got)
	}
}

func TestKeysMoveAndChoose(t *testing.T) {
	table, _ := newTable(t, &manyRows{n: 100})
	typed := func(shifted bool, names ...fyne.KeyName) {
		if shifted {
			table.KeyDown(key(desktop.KeyShiftLeft))
			defer table.KeyUp(key(desktop.KeyShiftLeft))
		}
		for _, n := range names {
			table.TypedKey(key(n))
		}
	}
	check := func(what string, cursor int, want ...int) {
		t.Helper()
		if got := table.Selected(); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) || table.CursorRow() != cursor {
			t.Errorf("%s: %v chosen, cursor %d; want %v, %d", what, got, table.CursorRow(), want, cursor)
		}
	}
	typed(false, fyne.KeyDown)
	check("down", 1, 1)
	typed(true, fyne.KeyDown, fyne.KeyDown)
	check("shift down twice", 3, 1, 2, 3)
	typed(true, fyne.KeyUp)
	check("shift up", 2, 1, 2)
	typed(false, fyne.KeyEnd)
	check("end", 99, 99)
	if table.RowAt(rowPos(table, 99)) != 99 {
		t.Error("the cursor's row is out of view")
	}
	typed(false, fyne.KeyDown)
	check("down at the end", 99, 99)
	typed(false, fyne.KeyHome, fyne.KeyPageDown)
	check("page down", 9, 9)
	typed(false, fyne.KeyPageUp)
	check("page up", 0, 0)
	typed(false, fyne.KeySpace)
	check("space", 0)
	typed(false, fyne.KeyInsert, fyne.KeyInsert)
	check("insert twice", 2, 0, 1)
	table.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyDown, Modifier: ctrl})
	check("ctrl down", 3, 0, 1)
	table.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeySpace, Modifier: ctrl})
	check("ctrl space", 3, 0, 1, 3)
	table.TypedShortcut(&fyne.ShortcutSelectAll{})
	if table.SelectedCount() != 100 {
		t.Errorf("ctrl a chose %d", table.SelectedCount())
	}
	table.SelectInvert()
	check("invert", 3)
	typed(true, fyne.KeyHome)
	check("shift home", 0, 0, 1, 2, 3)
}

func TestParentRowIsNeverChosen(t *testing.T) {
	table, _ := newTable(t, localRows())
	table.SelectAll()
	if table.IsSelected(0) || table.SelectedCount() != 19 {
		t.Errorf("%d chosen, .. among them: %v", table.SelectedCount(), table.IsSelected(0))
	}
	click(table, 0, 0)
	if table.SelectedCount() != 0 || table.CursorRow() != 0 || table.Targets() != nil {
		t.Error("a click chose ..")
	}
	click(table, 2, shift)
	if got := table.Selected(); !reflect.DeepEqual(got, []int{1, 2}) {
		t.Errorf("a range from .. chose %v", got)
	}
}

func TestKeysThatMeanSomething(t *testing.T) {
	table, win := newTable(t, localRows())
	var got []string
	note := func(s string) { got = append(got, s) }
	table.OnOpen = func(row int) { note(fmt.Sprint("open ", row)) }
	table.OnUp = func() { note("up") }
	table.OnDelete = func() { note("delete") }
	table.OnMenu = func(row int, at fyne.Position) {
		if table.RowAt(at) < row {
			t.Errorf("menu of row %d at %v", row, at)
		}
		note(fmt.Sprint("menu ", row))
	}
	table.OnKey = func(ev *fyne.KeyEvent) bool { note(string(ev.Name)); return ev.Name == fyne.KeyF5 }
	win.Canvas().SetOnTypedKey(func(ev *fyne.KeyEvent) { note("canvas " + string(ev.Name)) })
	var short string
	win.Canvas().AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyR, Modifier: ctrl}, func(s fyne.Shortcut) { short = s.ShortcutName() })

	click(table, 3, 0)
	for _, k := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyBackspace, fyne.KeyDelete, desktop.KeyMenu, fyne.KeyF5, fyne.KeyF6} {
		table.TypedKey(key(k))
	}
	table.KeyDown(key(desktop.KeyShiftRight))
	table.TypedKey(key(fyne.KeyF10))
	table.KeyUp(key(desktop.KeyShiftRight))
	want := []string{"open 3", "up", "delete", "menu 3", "F5", "F6", "canvas F6", "menu 3"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	table.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyR, Modifier: ctrl})
	if short == "" {
		t.Error("a shortcut that is not the table's did not reach the canvas")
	}
}

func TestDoubleClickOpens(t *testing.T) {
	table, _ := newTable(t, &manyRows{n: 50})
	now := time.Unix(1000, 0)
	table.now = func() time.Time { return now }
	opened := -1
	table.OnOpen = func(row int) { opened = row }
	twice := func(first, second int, pause time.Duration) int {
		opened = -1
		table.clicks.row = noRow
		press(table, rowPos(table, first), desktop.MouseButtonPrimary, 0)
		now = now.Add(pause)
		press(table, rowPos(table, second), desktop.MouseButtonPrimary, 0)
		now = now.Add(time.Minute)
		return opened
	}
	if got := twice(3, 3, 200*time.Millisecond); got != 3 {
		t.Errorf("double click opened %d", got)
	}
	if got := twice(3, 3, time.Second); got != -1 {
		t.Errorf("two slow clicks opened %d", got)
	}
	if got := twice(3, 4, 100*time.Millisecond); got != -1 {
		t.Errorf("clicks on two rows opened %d", got)
	}
}

func TestRightClick(t *testing.T) {
	table, _ := newTable(t, &manyRows{n: 5})
	var rows []int
	table.OnMenu = func(row int, _ fyne.Position) { rows = append(rows, row) }
	click(table, 0, 0)
	click(table, 2, shift)
	press(table, rowPos(table, 1), desktop.MouseButtonSecondary, 0)
	if table.SelectedCount() != 3 {
		t.Error("a right click on a chosen row changed the choice")
	}
	press(table, rowPos(table, 4), desktop.MouseButtonSecondary, 0)
	if got := table.Selected(); !reflect.DeepEqual(got, []int{4}) {
		t.Errorf("a right click elsewhere chose %v", got)
	}
	press(table, fyne.NewPos(40, headerHeight+8*rowHeight), desktop.MouseButtonSecondary, 0)
	if !reflect.DeepEqual(rows, []int{1, 4, -1}) || table.SelectedCount() != 0 {
		t.Errorf("menus of %v", rows)
	}
}

func TestHeaderSortsAndResizes(t *testing.T) {
	table, win := newTable(t, localRows())
	sorted, saved := -1, []Column(nil)
	table.OnSort = func(col int) { sorted = col }
	table.OnColumns = func(c []Column) { saved = c }
	mid := fyne.NewPos(table.spans[3].x+40, 10)
	press(table, mid, desktop.MouseButtonPrimary, 0)
	if sorted != 3 {
		t.Errorf("sorted by %d", sorted)
	}
	table.SetSort(3, true)

	before := table.spans[3].w
	edge := fyne.NewPos(table.spans[3].end()-1, 10)
	table.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: edge}})
	if table.Cursor() != desktop.HResizeCursor {
		t.Error("the pointer does not show that a border can be dragged")
	}
	ev := &desktop.MouseEvent{Button: desktop.MouseButtonPrimary}
	ev.Position = edge
	table.MouseDown(ev)
	for dx := float32(5); dx <= 30; dx += 5 {
		table.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: edge.AddXY(dx, 3)}})
	}
	table.DragEnd()
	if got := table.spans[3].w - before; abs32(got-30) > 0.01 {
		t.Errorf("the column grew by %v, want 30", got)
	}
	if saved == nil || abs32(saved[3].Width-152) > 0.01 || sorted != 3 {
		t.Errorf("told %v, sorted %d", saved, sorted)
	}
	savePicture(t, "table-resized", win.Canvas().Capture())
}

func TestTypeToFind(t *testing.T) {
	table, win := newTable(t, localRows())
	now := time.Unix(1000, 0)
	table.now = func() time.Time { return now }
	at := func() string { return table.Rows().(*fakeRows).rows[table.CursorRow()].name }
	typed := func(s string) {
		for _, r := range s {
			if r == ' ' {
				table.TypedKey(key(fyne.KeySpace))
			}
			table.TypedRune(r)
		}
	}
	typed("in")
	if at() != "index.html" {
		t.Errorf("in: %s", at())
	}
	savePicture(t, "table-find", win.Canvas().Capture())
	typed("t")
	if at() != "intro-video.mp4" {
		t.Errorf("int: %s", at())
	}
	table.TypedKey(key(fyne.KeyBackspace)) // takes back the t
	now = now.Add(2 * time.Second)
	typed("S")
	if at() != "site-backup.tar.gz" {
		t.Errorf("S: %s", at())
	}
	typed("s")
	if at() != "style.css" {
		t.Errorf("s again: %s", at())
	}
	typed("s")
	if at() != "scripts" {
		t.Errorf("s round the end: %s", at())
	}
	chosen := table.SelectedCount()
	typed(" ")
	if table.SelectedCount() != chosen {
		t.Error("a space inside a search toggled the row")
	}
	table.TypedKey(key(fyne.KeyEscape))
	if table.findOpen() {
		t.Error("Esc did not end the search")
	}
}

func TestRename(t *testing.T) {
	table, win := newTable(t, localRows())
	var renamed []string
	table.OnRename = func(row int, name string) { renamed = append(renamed, fmt.Sprint(row, " ", name)) }
	open := func(row int) *renameEntry {
		click(table, row, 0)
		table.TypedKey(key(fyne.KeyF2))
		return table.rename
	}
	e := open(9)
	if e == nil || e.SelectedText() != "contact" {
		t.Fatalf("chosen in the entry is %q", e.SelectedText())
	}
	if win.Canvas().Focused() != fyne.Focusable(e) {
		t.Error("the entry has not got the keyboard")
	}
	savePicture(t, "table-rename", win.Canvas().Capture())
	for _, r := range "start" {
		e.TypedRune(r)
	}
	e.TypedKey(key(fyne.KeyReturn))
	if table.Renaming() || win.Canvas().Focused() != fyne.Focusable(table) {
		t.Error("the entry is still there")
	}
	e = open(3)
	e.SetText("other")
	e.TypedKey(key(fyne.KeyEscape))
	e = open(6)
	if got := e.SelectedText(); got != ".htaccess" {
		t.Errorf("stem of .htaccess is %q", got)
	}
	e.SetText("x")
	win.Canvas().Unfocus()
	if e := open(0); e != nil {
		t.Error(".. can be renamed")
	}
	e = open(4)
	e.SetText("")
	e.TypedKey(key(fyne.KeyReturn))
	if want := []string{"9 start.php", "6 x"}; !reflect.DeepEqual(renamed, want) {
		t.Errorf("renamed %q, want %q", renamed, want)
	}
}

func TestScrollbarInTable(t *testing.T) {
	table, _ := newTable(t, &manyRows{n: 1000})
	x := table.Size().Width - 5
	ev := &desktop.MouseEvent{Button: desktop.MouseButtonPrimary}
	ev.Position = fyne.NewPos(x, headerHeight+8)
	table.MouseDown(ev)
	table.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, table.Size().Height+50)}})
	table.DragEnd()
	if got := table.vert.offset; got != table.vert.limit() {
		t.Errorf("dragged to %v of %v", got, table.vert.limit())
	}
	ev.Position = fyne.NewPos(x, headerHeight+4)
	table.MouseDown(ev)
	table.MouseUp(ev)
	if got := table.vert.limit() - table.vert.offset; got < 150 || got > 220 {
		t.Errorf("a press beside the thumb scrolled by %v", got)
	}
	if table.SelectedCount() != 0 {
		t.Error("the scroll bar chose a row")
	}
}
