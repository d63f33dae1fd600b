package kit

import (
	"reflect"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
)

func TestScrollingBindsOnlyNewRows(t *testing.T) {
	rows := &manyRows{n: 100_000}
	table, _ := newTable(t, rows)
	rows.asked = 0
	bound := table.r.bound
	table.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -25)})
	if table.vert.offset != 65 {
		t.Errorf("one notch scrolled by %v", table.vert.offset)
	}
	if n := table.r.bound - bound; n > 4 {
		t.Errorf("a notch of the wheel filled %d rows anew", n)
	}
	table.TypedKey(key(fyne.KeyEnd))
	last, _ := table.RowRect(99_999)
	if bottom := last.Y + dp(rowHeight); abs32(bottom-table.Size().Height) > 0.6 {
		t.Errorf("the last row ends at %v of %v", bottom, table.Size().Height)
	}
	if rows.asked > 300 {
		t.Errorf("%d cells were asked for", rows.asked)
	}
	table.ScrollTo(50_000)
	if table.RowAt(rowPos(table, 50_000)) != 50_000 {
		t.Error("row 50000 is not in view")
	}
}

// TestOnlyRowsInViewAreShown looks for what would be drawn and cut away.
func TestOnlyRowsInViewAreShown(t *testing.T) {
	table, _ := newTable(t, &manyRows{n: 1000})
	for _, by := range []float32{0, 7, 15, 22, 1234} {
		table.ScrollBy(by)
		for _, s := range table.r.slots {
			if y := s.cells[0].text.Position().Y; s.cells[0].text.Visible() && (y >= table.Size().Height || y+dp(rowHeight) <= dp(headerHeight)) {
				t.Errorf("scrolled by %v: row %d is drawn at %v", by, s.row, y)
			}
		}
		first, last := table.RowAt(fyne.NewPos(5, dp(headerHeight)+1)), table.RowAt(fyne.NewPos(5, table.Size().Height-1))
		for row := first; row <= last; row++ {
			if s := table.r.slots[row%len(table.r.slots)]; s.row != row || !s.cells[0].text.Visible() {
				t.Errorf("scrolled by %v: row %d is not drawn", by, row)
			}
		}
	}
}

func TestIdleDoesNothing(t *testing.T) {
	table, win := newTable(t, localRows())
	win.Canvas().Capture()
	bound, laid, objects := table.r.bound, table.r.laid, len(table.r.objects)
	for range 5 {
		win.Canvas().Capture()
	}
	table.Resize(table.Size())
	table.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: rowPos(table, 2)}})
	table.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: rowPos(table, 2)}})
	if table.r.bound != bound || table.r.laid != laid || len(table.r.objects) != objects {
		t.Errorf("at rest %d rows were filled, %d layouts done", table.r.bound-bound, table.r.laid-laid)
	}
}

func TestChoiceFollowsRows(t *testing.T) {
	rows := localRows()
	table, _ := newTable(t, rows)
	table.SelectKeys("main.js", "css")
	table.sel.cursor = 14
	table.keysStale = true
	table.KeepKeys()
	for i, j := 1, len(rows.rows)-1; i < j; i, j = i+1, j-1 {
		rows.rows[i], rows.rows[j] = rows.rows[j], rows.rows[i]
	}
	table.RefreshRows()
	names := func() (out []string) {
		for _, r := range table.Selected() {
			out = append(out, rows.rows[r].name)
		}
		return out
	}
	if got := names(); !reflect.DeepEqual(got, []string{"main.js", "css"}) {
		t.Errorf("chosen are %v", got)
	}
	if c := table.CursorRow(); rows.rows[c].name != "main.js" {
		t.Errorf("cursor is on %s", rows.rows[c].name)
	}
	next := &fakeRows{rows: rows.rows[:4]}
	table.ReplaceRows(next)
	if table.SelectedCount() != 0 || table.CursorRow() >= 4 {
		t.Errorf("rows that are gone are chosen: %v, cursor %d", table.Selected(), table.CursorRow())
	}
	table.ReplaceRows(&fakeRows{})
	if table.CursorRow() != -1 {
		t.Errorf("cursor %d in an empty table", table.CursorRow())
	}
	table.TypedKey(key(fyne.KeyDown))
	table.TypedKey(key(fyne.KeyReturn))
	table.SelectAll()
	table.ReplaceRows(rows)
	if table.CursorRow() != 0 {
		t.Errorf("cursor %d when rows have come", table.CursorRow())
	}
	table.SetRows(nil)
}

func TestRowsThatGrow(t *testing.T) {
	rows := &manyRows{n: 70}
	table, _ := newTable(t, rows)
	told := 0
	table.OnSelect = func() { told++ }
	click(table, 3, 0)
	table.SelectWhere(func(row int) bool { return row == 3 || row > 60 })
	told = 0
	rows.n = 200
	table.RefreshRows()
	if table.SelectedCount() != 10 || !table.IsSelected(3) || told != 0 {
		t.Errorf("grown: %v chosen", table.Selected())
	}
	rows.n = 63
	table.RefreshRows()
	if got := table.Selected(); !reflect.DeepEqual(got, []int{3, 61, 62}) || told != 1 {
		t.Errorf("shrunk: %v chosen, told %d times", got, told)
	}
	rows.n = 0
	table.RefreshRows()
	rows.n = 5
	table.RefreshRows()
	if table.CursorRow() != 0 || table.SelectedCount() != 0 {
		t.Errorf("cursor %d, %d chosen", table.CursorRow(), table.SelectedCount())
	}
}

// keyCounter counts how many keys are asked for.
type keyCounter struct {
	manyRows
	keys int
}

func (k *keyCounter) Key(row int) string { k.keys++; return k.manyRows.Key(row) }

func TestUnchangedRowsAreNotWalked(t *testing.T) {
	rows := &keyCounter{manyRows: manyRows{n: 100_000}}
	table, _ := newTable(t, rows)
	table.SelectOnly(90_000)
	rows.keys = 0
	table.ReplaceRows(rows)
	if rows.keys > 10 || !table.IsSelected(90_000) || table.CursorRow() != 90_000 {
		t.Errorf("%d keys were asked for, cursor %d", rows.keys, table.CursorRow())
	}
}

func TestProgressCells(t *testing.T) {
	newApp(t, true)
	q := mockQueue()
	win, _ := newWindow(t, q, 1000, 220)
	win.Canvas().Capture()
	cell := &q.r.slots[0].cells[3]
	if cell.track == nil || cell.fill.Hidden || abs32(cell.fill.Size().Width/cell.track.Size().Width-0.46) > 0.01 {
		t.Fatal("the bar does not show 46 %")
	}
	rows := q.Rows().(*queueRows)
	rows.rows[0][3] = "80 %"
	bound := q.r.bound
	q.RefreshCells()
	if abs32(cell.fill.Size().Width/cell.track.Size().Width-0.8) > 0.01 {
		t.Error("the bar does not follow")
	}
	if q.r.bound-bound > 10 {
		t.Errorf("%d rows were filled", q.r.bound-bound)
	}
	if waiting := &q.r.slots[4].cells[3]; waiting.track != nil && !waiting.track.Hidden {
		t.Error("a waiting row has a bar")
	}
}

func TestThemeChangeReachesRows(t *testing.T) {
	table, win := newTable(t, localRows())
	win.Canvas().Capture()
	fyne.CurrentApp().Settings().SetTheme(NewTheme(false, 1.5))
	table.Refresh()
	img := win.Canvas().Capture()
	savePicture(t, "table-zoomed", img)
	if got := table.r.slots[0].cells[0].text; !sameColor(got.Color, lightColors[theme.ColorNameForeground]) || got.TextSize != 12.5*1.5 {
		t.Errorf("text is %v, %v high", got.Color, got.TextSize)
	}
}
