package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Stage is the content of a window: the caller's objects, and above them a
// layer for what floats. The layer takes no clicks.
type Stage struct {
	widget.BaseWidget
	content fyne.CanvasObject
	layer   *fyne.Container
	drags   *DragManager
	toasts  []*toast
	modals  []*Modal
	current *Modal
	last    *FileTable // had the keyboard last
}

var (
	_ desktop.Mouseable = (*Stage)(nil)
	_ fyne.Focusable    = (*Stage)(nil)
	_ fyne.Disableable  = (*Stage)(nil)
)

// NewStage puts content on a stage. Use it with Window.SetContent, and
// Window.SetPadded(false).
func NewStage(content fyne.CanvasObject) *Stage {
	s := &Stage{content: content, layer: newBox()}
	s.drags = newDragManager(s.layer)
	s.ExtendBaseWidget(s)
	return s
}

// Drags is the manager of drag and drop in this window.
func (s *Stage) Drags() *DragManager { return s.drags }

// Content is what was put on the stage.
func (s *Stage) Content() fyne.CanvasObject { return s.content }

// SetContent replaces what is on the stage.
func (s *Stage) SetContent(o fyne.CanvasObject) {
	s.content = o
	s.Refresh()
}

// StageFor finds the stage of the window that an object is in, or nil.
func StageFor(o fyne.CanvasObject) *Stage {
	c := canvasOf(o)
	if c == nil {
		return nil
	}
	s, _ := c.Content().(*Stage)
	return s
}

// LastTable is the table that had the keyboard last, or nil.
func (s *Stage) LastTable() *FileTable { return s.last }

// The stage counts as focusable, so that a click on a tool button or on the
// empty ground does not take the keyboard from the table that has it, and as
// disabled, so that Tab does not stop at it.

// FocusGained is called by Fyne.
func (s *Stage) FocusGained() {}

// FocusLost is called by Fyne.
func (s *Stage) FocusLost() {}

// TypedRune is called by Fyne.
func (s *Stage) TypedRune(rune) {}

// TypedKey is called by Fyne.
func (s *Stage) TypedKey(*fyne.KeyEvent) {}

// Enable is called by Fyne.
func (s *Stage) Enable() {}

// Disable is called by Fyne.
func (s *Stage) Disable() {}

// Disabled is asked by Fyne.
func (s *Stage) Disabled() bool { return true }

// MouseDown is called by Fyne for a press that nothing else wants.
func (s *Stage) MouseDown(*desktop.MouseEvent) {
	hideTip()
	settle(s)
}

// MouseUp is called by Fyne.
func (s *Stage) MouseUp(*desktop.MouseEvent) {}

// settle makes what is being typed final, because something else was pressed:
// Fyne leaves the keyboard in an entry when a widget is pressed that does not
// want it. The table that had the keyboard last has it again.
func settle(o fyne.CanvasObject) {
	c := canvasOf(o)
	if c == nil || c.Overlays().Top() != nil {
		return
	}
	switch f := c.Focused().(type) {
	case *renameEntry:
		f.table.endRename(true)
	case *Entry:
		if s := StageFor(o); s != nil && s.last != nil && s.last.Visible() {
			c.Focus(s.last)
		} else {
			c.Unfocus()
		}
	}
}

// layerFor is the layer above everything that is on top in an object's window:
// the stage's, or that of a modal card over it. Nil when there is none.
func layerFor(o fyne.CanvasObject) *fyne.Container {
	c := canvasOf(o)
	if c == nil {
		return nil
	}
	if top := c.Overlays().Top(); top != nil {
		if host, ok := top.(interface{ tipLayer() *fyne.Container }); ok {
			return host.tipLayer()
		}
		return nil
	}
	if s, ok := c.Content().(*Stage); ok {
		return s.layer
	}
	return nil
}

// showOn puts an object on a floating layer and asks for a frame, which adding
// to a container alone does not.
func showOn(layer *fyne.Container, o fyne.CanvasObject) {
	layer.Add(o)
	canvas.Refresh(layer)
}

func takeOff(layer *fyne.Container, o fyne.CanvasObject) {
	layer.Remove(o)
	canvas.Refresh(layer)
}

func (s *Stage) children() []fyne.CanvasObject { return []fyne.CanvasObject{s.content, s.layer} }

// CreateRenderer makes the drawing part; Fyne calls it.
func (s *Stage) CreateRenderer() fyne.WidgetRenderer { return &stageRenderer{s} }

type stageRenderer struct{ s *Stage }

func (r *stageRenderer) Destroy()                     {}
func (r *stageRenderer) MinSize() fyne.Size           { return r.s.content.MinSize() }
func (r *stageRenderer) Objects() []fyne.CanvasObject { return r.s.children() }

func (r *stageRenderer) Layout(size fyne.Size) {
	r.s.content.Move(fyne.Position{})
	r.s.content.Resize(size)
	r.s.layer.Resize(size)
	r.s.placeToasts()
}

func (r *stageRenderer) Refresh() {
	r.Layout(r.s.Size())
	r.s.repaintToasts()
	r.s.content.Refresh()
	r.s.layer.Refresh()
}
