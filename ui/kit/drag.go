package kit

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
)

// Drag is something that is carried: rows of a table, or files from outside.
type Drag struct {
	Source any           // the widget it comes from; nil: from another program
	Data   any           // the caller's own
	Label  string        // shown under the pointer
	Icon   fyne.Resource // shown before the label; may be nil
	Count  int           // how many things; above 1 it is shown
	URIs   []fyne.URI    // files from another program
}

// Drop is where a Drag was let go.
type Drop struct {
	*Drag
	Target   *DropTarget
	Row      int              // the row it was let go on, or -1 for the whole target
	Position fyne.Position    // in the target
	Modifier fyne.KeyModifier // held at that moment
}

// DropTarget is a place that takes drags.
type DropTarget struct {
	Name   string // for tests and logs: "pane/remote"
	Object fyne.CanvasObject
	// Accept says whether the target takes this drag at a row (folder rows
	// of a table), or as a whole when row is -1. It is asked while the
	// pointer moves, so it must be quick.
	Accept func(d *Drag, row int) bool
	OnDrop func(Drop)

	table *FileTable
}

// DragManager carries a Drag from its source to a target. Fyne tells only the
// source about the moves, so the manager finds the target by its place in the
// window. It belongs to a Stage, whose top layer shows the label.
type DragManager struct {
	layer   *fyne.Container
	ghost   *ghost
	targets []*DropTarget
	active  *Drag
	over    *DropTarget
	row     int
	at      fyne.Position
	edge    *fyne.Animation
	ticked  time.Time
	mods    func() fyne.KeyModifier
	// OnOutside is called when the pointer leaves the window during a drag,
	// for a program that can hand the drag to the desktop. May be nil.
	OnOutside func(*Drag)
	// OnCancel is called when a drag is given up, as with Esc. May be nil.
	OnCancel func()
}

func newDragManager(layer *fyne.Container) *DragManager {
	return &DragManager{layer: layer, row: noRow, mods: currentModifiers}
}

func currentModifiers() fyne.KeyModifier {
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		return d.CurrentKeyModifiers()
	}
	return 0
}

// Add registers a target. Later ones lie above earlier ones.
func (m *DragManager) Add(t *DropTarget) {
	t.table, _ = t.Object.(*FileTable)
	m.targets = append(m.targets, t)
}

// AddTable registers a table: rows for which accept says yes are places of
// their own, and the table as a whole is asked with row -1.
func (m *DragManager) AddTable(name string, table *FileTable, accept func(d *Drag, row int) bool, drop func(Drop)) {
	table.Drags = m
	m.Add(&DropTarget{Name: name, Object: table, Accept: accept, OnDrop: drop})
}

// Remove forgets the target of an object.
func (m *DragManager) Remove(o fyne.CanvasObject) {
	for i, t := range m.targets {
		if t.Object == o {
			m.targets = append(m.targets[:i:i], m.targets[i+1:]...)
			return
		}
	}
}

// At finds the target and row for a drag at a place in the window, or nil.
func (m *DragManager) At(d *Drag, at fyne.Position) (*DropTarget, int) {
	t, rel := m.under(at)
	if t == nil || t.Accept == nil {
		return nil, noRow
	}
	if t.table != nil {
		if row := t.table.RowAt(rel); row != noRow && t.Accept(d, row) {
			return t, row
		}
	}
	if t.Accept(d, noRow) {
		return t, noRow
	}
	return nil, noRow
}

// under finds the topmost visible target below a place.
func (m *DragManager) under(at fyne.Position) (*DropTarget, fyne.Position) {
	for i := len(m.targets) - 1; i >= 0; i-- {
		t := m.targets[i]
		if canvasOf(t.Object) == nil || !shown(t.Object) {
			continue
		}
		rel := at.Subtract(fyne.CurrentApp().Driver().AbsolutePositionForObject(t.Object))
		size := t.Object.Size()
		if rel.X >= 0 && rel.Y >= 0 && rel.X < size.Width && rel.Y < size.Height {
			return t, rel
		}
	}
	return nil, fyne.Position{}
}

// shown says whether an object is on the screen: hidden parents count. Fyne
// gives an object it does not find while walking what is visible the place
// 0,0, which an object that is really there has only if it is the first.
func shown(o fyne.CanvasObject) bool {
	c := canvasOf(o)
	if !o.Visible() || c == nil || c.Content() == nil {
		return false
	}
	return visibleIn(c.Content(), o)
}

func visibleIn(tree, o fyne.CanvasObject) bool {
	if tree == o {
		return tree.Visible()
	}
	if !tree.Visible() {
		return false
	}
	for _, child := range childrenOf(tree) {
		if visibleIn(child, o) {
			return true
		}
	}
	return false
}

// Start begins a drag. The label follows the pointer.
func (m *DragManager) Start(d *Drag, at fyne.Position) {
	m.Cancel()
	m.active = d
	m.ghost = newGhost(d)
	showOn(m.layer, m.ghost.box)
	m.Move(at)
}

// Active is the drag that is going on, or nil.
func (m *DragManager) Active() *Drag { return m.active }

// Move follows the pointer; at is in the window.
func (m *DragManager) Move(at fyne.Position) {
	if m.active == nil {
		return
	}
	m.at = at
	target, row := m.At(m.active, at)
	m.mark(target, row)
	// The layer lies below the menu bar, so its corner is not the window's.
	corner := fyne.CurrentApp().Driver().AbsolutePositionForObject(m.layer)
	m.ghost.move(at.Subtract(corner), m.layer.Size())
	m.nearEdge()
	if c := canvasOf(m.layer); m.OnOutside != nil && c != nil && !inside(at, c.Size()) {
		m.OnOutside(m.active)
	}
}

// mark moves the highlight.
func (m *DragManager) mark(t *DropTarget, row int) {
	if m.over != nil && m.over != t && m.over.table != nil {
		m.over.table.setDropRow(noRow)
	}
	m.over, m.row = t, row
	if t != nil && t.table != nil {
		if row == noRow {
			row = wholeRow
		}
		t.table.setDropRow(row)
	}
	if m.ghost != nil {
		m.ghost.accept(t != nil)
	}
}

// Drop lets go where the pointer is.
func (m *DragManager) Drop() {
	d, t, row := m.active, m.over, m.row
	if d == nil {
		return
	}
	at := m.at
	m.end()
	if t != nil && t.OnDrop != nil {
		rel := at.Subtract(fyne.CurrentApp().Driver().AbsolutePositionForObject(t.Object))
		t.OnDrop(Drop{Drag: d, Target: t, Row: row, Position: rel, Modifier: m.mods()})
	}
}

// DropURIs routes files that another program dropped on the window
// (Window.SetOnDropped). It reports whether a target took them.
func (m *DragManager) DropURIs(at fyne.Position, uris []fyne.URI) bool {
	d := &Drag{URIs: uris, Count: len(uris)}
	t, row := m.At(d, at)
	if t == nil || t.OnDrop == nil {
		return false
	}
	rel := at.Subtract(fyne.CurrentApp().Driver().AbsolutePositionForObject(t.Object))
	t.OnDrop(Drop{Drag: d, Target: t, Row: row, Position: rel, Modifier: m.mods()})
	return true
}

// Cancel ends a drag without a drop.
func (m *DragManager) Cancel() {
	if m.active == nil {
		return
	}
	m.end()
	if m.OnCancel != nil {
		m.OnCancel()
	}
}

func (m *DragManager) end() {
	m.active = nil
	m.mark(nil, noRow)
	m.stopEdge()
	takeOff(m.layer, m.ghost.box)
	m.ghost = nil
}

// edgeReach is how near to a table's edge the pointer scrolls it.
const edgeReach = 26

// nearEdge scrolls the table under the pointer while it is near its edge.
func (m *DragManager) nearEdge() {
	if m.edgeSpeed() == 0 {
		m.stopEdge()
		return
	}
	if m.edge != nil {
		return
	}
	m.ticked = time.Now()
	m.edge = &fyne.Animation{
		Duration: time.Second, RepeatCount: fyne.AnimationRepeatForever, Curve: fyne.AnimationLinear,
		Tick: func(float32) { m.tick(time.Now()) },
	}
	m.edge.Start()
}

func (m *DragManager) stopEdge() {
	if m.edge != nil {
		m.edge.Stop()
		m.edge = nil
	}
}

// edgeSpeed is in units a second; 0 when the pointer is not near an edge.
func (m *DragManager) edgeSpeed() float32 {
	t, rel := m.under(m.at)
	if t == nil || t.table == nil {
		return 0
	}
	top, bottom := rel.Y-dp(headerHeight), t.table.Size().Height-rel.Y
	const fastest = 900
	switch reach := dp(edgeReach); {
	case top < reach:
		return -dp(fastest) * (1 - max(top, 0)/reach)
	case bottom < reach:
		return dp(fastest) * (1 - max(bottom, 0)/reach)
	}
	return 0
}

func (m *DragManager) tick(now time.Time) {
	if m.active == nil {
		return
	}
	dt := min(now.Sub(m.ticked), 100*time.Millisecond)
	m.ticked = now
	if t, _ := m.under(m.at); t != nil && t.table != nil {
		t.table.ScrollBy(m.edgeSpeed() * float32(dt.Seconds()))
		target, row := m.At(m.active, m.at)
		m.mark(target, row)
	}
}

// ghost is the label under the pointer.
type ghost struct {
	box    *fyne.Container
	ground *canvas.Rectangle
	size   fyne.Size
}

func newGhost(d *Drag) *ghost {
	g := &ghost{ground: canvas.NewRectangle(colorOf(theme.ColorNameOverlayBackground))}
	g.ground.StrokeWidth, g.ground.CornerRadius = 1, dp(4)
	g.box = newBox(g.ground)
	x, h := dp(8), dp(24)
	if d.Icon != nil {
		img := canvas.NewImageFromResource(d.Icon)
		img.Move(fyne.NewPos(x, dp(4)))
		img.Resize(fyne.NewSquareSize(dp(rowIcon)))
		g.box.Add(img)
		x += dp(rowIcon + 6)
	}
	label := d.Label
	if d.Count > 1 {
		label = fmt.Sprintf("%s  +%d", d.Label, d.Count-1)
	}
	text := canvas.NewText(shorten(label, dp(260), fyne.TextStyle{}), colorOf(""))
	text.TextSize = theme.Size(theme.SizeNameText)
	text.Move(fyne.NewPos(x, 0))
	text.Resize(fyne.NewSize(text.MinSize().Width, h))
	g.box.Add(text)
	g.size = fyne.NewSize(x+text.MinSize().Width+dp(8), h)
	g.ground.Resize(g.size)
	g.box.Resize(g.size)
	g.accept(false)
	return g
}

func (g *ghost) accept(ok bool) {
	c := colorOf(theme.ColorNameInputBorder)
	if ok {
		c = colorOf(theme.ColorNamePrimary)
	}
	if g.ground.StrokeColor != c {
		g.ground.StrokeColor = c
		canvas.Refresh(g.ground)
	}
}

// move keeps the label beside the pointer and inside the window.
func (g *ghost) move(at fyne.Position, win fyne.Size) {
	pos := at.AddXY(dp(12), dp(12))
	pos.X = max(0, min(pos.X, win.Width-g.size.Width))
	pos.Y = max(0, min(pos.Y, win.Height-g.size.Height))
	g.box.Move(pos)
}
