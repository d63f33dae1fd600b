package kit

import (
	"reflect"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
)

// twoPanes are tables side by side, the right one taking drops on folders and
// as a whole.
type twoPanes struct {
	left, right *FileTable
	stage       *Stage
	win         fyne.Window
	drops       []Drop
}

func newPanes(t *testing.T) *twoPanes {
	t.Helper()
	newApp(t, true)
	p := &twoPanes{left: NewFileTable(fileColumns()), right: NewFileTable(fileColumns())}
	bar := NewToolbar(NewToolButton("refresh", "Refresh", nil))
	p.win, p.stage = newWindow(t, Dock(bar, nil, nil, nil, NewHSplit(p.left, p.right, 0.5)), 1280, 300)
	p.left.SetRows(localRows())
	p.right.SetRows(localRows())
	p.left.DragStart = func(rows []int) *Drag {
		return &Drag{Data: rows, Label: p.left.Rows().(*fakeRows).rows[rows[0]].name, Count: len(rows), Icon: FileIcon("code")}
	}
	accept := func(d *Drag, row int) bool {
		if row < 0 {
			return d.Source != p.right
		}
		return p.right.Rows().(*fakeRows).rows[row].icon == "folder"
	}
	p.stage.Drags().AddTable("pane/left", p.left, func(*Drag, int) bool { return false }, nil)
	p.stage.Drags().AddTable("pane/right", p.right, accept, func(d Drop) { p.drops = append(p.drops, d) })
	p.win.Canvas().Focus(p.left)
	return p
}

func absOf(t *FileTable, row int) fyne.Position {
	return fyne.CurrentApp().Driver().AbsolutePositionForObject(t).Add(rowPos(t, row))
}

// carry presses a row of the left table and moves to a place in the window.
func (p *twoPanes) carry(row int, to fyne.Position) *desktop.MouseEvent {
	ev := &desktop.MouseEvent{Button: desktop.MouseButtonPrimary}
	ev.Position, ev.AbsolutePosition = rowPos(p.left, row), absOf(p.left, row)
	p.left.MouseDown(ev)
	from := ev.AbsolutePosition
	for i := 1; i <= 8; i++ {
		f := float32(i) / 8
		at := fyne.NewPos(from.X+(to.X-from.X)*f, from.Y+(to.Y-from.Y)*f)
		p.left.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{AbsolutePosition: at, Position: at.Subtract(absOf(p.left, 0))}})
	}
	return ev
}

func (p *twoPanes) release(ev *desktop.MouseEvent) {
	p.left.MouseUp(ev)
	p.left.DragEnd()
}

func TestDragToFolder(t *testing.T) {
	p := newPanes(t)
	click(p.left, 7, 0)
	click(p.left, 8, shift)
	ev := p.carry(7, absOf(p.right, 3))
	if p.right.dropRow != 3 {
		t.Errorf("marked is row %d", p.right.dropRow)
	}
	if p.left.SelectedCount() != 2 {
		t.Error("the drag changed the choice")
	}
	savePicture(t, "drag", p.win.Canvas().Capture())
	p.release(ev)
	if len(p.drops) != 1 || p.drops[0].Row != 3 || p.drops[0].Target.Name != "pane/right" {
		t.Fatalf("dropped %+v", p.drops)
	}
	if got := p.drops[0].Data; !reflect.DeepEqual(got, []int{7, 8}) {
		t.Errorf("carried %v", got)
	}
	if p.right.dropRow != noRow || len(p.stage.layer.Objects) != 0 || p.stage.Drags().Active() != nil {
		t.Error("marks are left after the drop")
	}
}

func TestDragToPane(t *testing.T) {
	p := newPanes(t)
	p.release(p.carry(7, absOf(p.right, 8))) // a file: the pane as a whole
	if len(p.drops) != 1 || p.drops[0].Row != -1 {
		t.Fatalf("dropped %+v", p.drops)
	}
	p.release(p.carry(7, fyne.NewPos(20, 10))) // the tool bar
	p.release(p.carry(7, absOf(p.left, 2)))    // refused
	if len(p.drops) != 1 {
		t.Errorf("dropped where nothing takes it: %+v", p.drops[1:])
	}
}

func TestEscCancelsDrag(t *testing.T) {
	p := newPanes(t)
	ev := p.carry(7, absOf(p.right, 3))
	p.left.TypedKey(key(fyne.KeyEscape))
	if p.stage.Drags().Active() != nil || p.right.dropRow != noRow {
		t.Fatal("Esc did not end the drag")
	}
	p.left.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{AbsolutePosition: absOf(p.right, 4)}})
	p.release(ev)
	if len(p.drops) != 0 {
		t.Error("it was dropped all the same")
	}
	p.release(p.carry(7, absOf(p.right, 3)))
	if len(p.drops) != 1 {
		t.Error("the next drag does not work")
	}
}

func TestDragFromEmptyGroundOrParent(t *testing.T) {
	p := newPanes(t)
	p.left.SetRows(&fakeRows{localRows().rows[:2]})
	p.left.DragStart = func(rows []int) *Drag {
		if len(rows) == 0 {
			return nil
		}
		return &Drag{Label: "x"}
	}
	p.carry(5, absOf(p.right, 3))
	if p.stage.Drags().Active() != nil {
		t.Error("the empty ground was dragged")
	}
	p.left.DragEnd()
	p.carry(0, absOf(p.right, 3))
	if p.stage.Drags().Active() != nil {
		t.Error(".. was dragged")
	}
	p.left.DragEnd()
}

func TestDropFromOutside(t *testing.T) {
	p := newPanes(t)
	uris := []fyne.URI{storage.NewFileURI("/tmp/a b.txt"), storage.NewFileURI("/tmp/ü.txt")}
	if !p.stage.Drags().DropURIs(absOf(p.right, 2), uris) {
		t.Fatal("nobody took the files")
	}
	d := p.drops[0]
	if d.Row != 2 || d.Source != nil || len(d.URIs) != 2 {
		t.Errorf("dropped %+v", d)
	}
	if p.stage.Drags().DropURIs(fyne.NewPos(3, 3), uris) {
		t.Error("the tool bar took files")
	}
	p.right.Hide()
	if p.stage.Drags().DropURIs(absOf(p.right, 2), uris) {
		t.Error("a hidden table took files")
	}
}

// TestLabelFollowsPointer has the stage away from the window's corner, as a
// menu bar puts it.
func TestLabelFollowsPointer(t *testing.T) {
	newApp(t, true)
	table := NewFileTable(fileColumns())
	stage := NewStage(table)
	win := test.NewWindow(Pad(30, 20, stage))
	defer win.Close()
	win.SetPadded(false)
	win.Resize(fyne.NewSize(700, 300))
	left := 0
	stage.Drags().OnOutside = func(*Drag) { left++ }
	at := fyne.NewPos(200, 100)
	stage.Drags().Start(&Drag{Label: "a.txt"}, at)
	got := fyne.CurrentApp().Driver().AbsolutePositionForObject(stage.Drags().ghost.box)
	if got != at.AddXY(12, 12) {
		t.Errorf("label at %v, pointer at %v", got, at)
	}
	if left != 0 {
		t.Error("the pointer has not left the window")
	}
	stage.Drags().Move(fyne.NewPos(701, 100))
	if left != 1 {
		t.Error("nobody was told that the pointer left the window")
	}
	given := 0
	stage.Drags().OnCancel = func() { given++ }
	stage.Drags().Cancel()
	stage.Drags().Start(&Drag{Label: "b.txt"}, at)
	stage.Drags().Drop()
	if given != 1 {
		t.Errorf("told %d times that a drag was given up", given)
	}
}

func TestDropModifier(t *testing.T) {
	p := newPanes(t)
	p.stage.Drags().mods = func() fyne.KeyModifier { return fyne.KeyModifierControl }
	p.release(p.carry(7, absOf(p.right, 3)))
	if p.drops[0].Modifier != fyne.KeyModifierControl {
		t.Errorf("modifier %v", p.drops[0].Modifier)
	}
}

func TestDragScrollsNearEdges(t *testing.T) {
	p := newPanes(t)
	m := p.stage.Drags()
	bottom := fyne.CurrentApp().Driver().AbsolutePositionForObject(p.right).AddXY(50, p.right.Size().Height-2)
	ev := p.carry(7, bottom)
	if m.edge == nil {
		t.Fatal("it does not scroll")
	}
	now := time.Now()
	m.ticked = now
	for i := 1; i <= 200; i++ {
		m.tick(now.Add(time.Duration(i) * 16 * time.Millisecond))
	}
	if p.right.vert.offset != p.right.vert.limit() {
		t.Errorf("scrolled to %v of %v", p.right.vert.offset, p.right.vert.limit())
	}
	m.Move(absOf(p.right, 12))
	if m.edge != nil {
		t.Error("it goes on scrolling in the middle")
	}
	p.release(ev)
}

func TestModalEndsDrag(t *testing.T) {
	p := newPanes(t)
	p.carry(7, absOf(p.right, 3))
	m := &Modal{Title: "Question", Buttons: []ModalButton{{Label: "OK", Default: true}}}
	p.stage.ShowModal(m)
	if p.stage.Drags().Active() != nil {
		t.Error("the drag goes on under the card")
	}
	m.Close()
}
