package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Toolbar is a row of objects on the ground of a bar, with a line below. What
// follows a Spacer is at the right end.
type Toolbar struct {
	widget.BaseWidget
	items     []fyne.CanvasObject
	height    float32
	ground    fyne.ThemeColorName
	gap       float32
	lineAbove bool
	grow      fyne.CanvasObject // takes the room that is left; nil: the spacer does
}

// NewToolbar is the bar at the top of the window, 42 units high.
func NewToolbar(items ...fyne.CanvasObject) *Toolbar { return newToolbar(42, ColorChrome, 2, items) }

// NewPaneBar is the bar above a pane or a list, 36 units high. grow, one of
// the items or nil, takes the room that is left.
func NewPaneBar(grow fyne.CanvasObject, items ...fyne.CanvasObject) *Toolbar {
	t := newToolbar(36, ColorChrome, 1, items)
	t.grow = grow
	return t
}

func newToolbar(height float32, ground fyne.ThemeColorName, gap float32, items []fyne.CanvasObject) *Toolbar {
	t := &Toolbar{items: items, height: height, ground: ground, gap: gap}
	t.ExtendBaseWidget(t)
	return t
}

// SetItems replaces what is on the bar.
func (t *Toolbar) SetItems(items ...fyne.CanvasObject) {
	t.items = items
	t.Refresh()
}

// Spacer pushes what follows to the right end of a Toolbar.
func Spacer() fyne.CanvasObject { return &spacer{newRect0()} }

// Gap is a thin line between groups of tool buttons.
func Gap() fyne.CanvasObject {
	g := &gapLine{}
	g.ExtendBaseWidget(g)
	return g
}

type spacer struct{ fyne.CanvasObject }

func newRect0() fyne.CanvasObject {
	r := newRect()
	r.Hide()
	return r
}

type gapLine struct{ widget.BaseWidget }

func (g *gapLine) CreateRenderer() fyne.WidgetRenderer {
	line := newRect()
	return newParts(parts{
		of: g, objects: []fyne.CanvasObject{line},
		style: func() { fillRect(line, theme.ColorNameSeparator, 0) },
		layout: func(s fyne.Size) {
			h := min(s.Height, dp(20))
			put(line, s.Width/2, (s.Height-h)/2, 1, h)
		},
		min: func() fyne.Size { return fyne.NewSize(dp(9), dp(20)) },
	})
}

// gapAfter is wider after what has a frame, or is text, than between icons.
func (t *Toolbar) gapAfter(o fyne.CanvasObject) float32 {
	switch o.(type) {
	case *ToolButton, *gapLine, *spacer:
		return dp(t.gap)
	}
	return dp(max(t.gap, 6))
}

func (t *Toolbar) children() []fyne.CanvasObject { return t.items }

// CreateRenderer makes the drawing part; Fyne calls it.
func (t *Toolbar) CreateRenderer() fyne.WidgetRenderer {
	r := &toolbarRenderer{t: t, ground: newRect(), line: newRect()}
	r.restyle()
	return r
}

type toolbarRenderer struct {
	t            *Toolbar
	ground, line *canvas.Rectangle
	objects      []fyne.CanvasObject
}

func (r *toolbarRenderer) Destroy()                     {}
func (r *toolbarRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *toolbarRenderer) MinSize() fyne.Size {
	w := dp(8) * 2
	for _, o := range r.t.items {
		if o.Visible() {
			w += o.MinSize().Width + r.t.gapAfter(o)
		}
	}
	return fyne.NewSize(w, dp(r.t.height))
}

func (r *toolbarRenderer) Layout(size fyne.Size) {
	t := r.t
	r.ground.Resize(size)
	put(r.line, 0, size.Height-1, size.Width, 1)
	if t.lineAbove {
		r.line.Move(fyne.Position{})
	}
	spare := max(size.Width-r.MinSize().Width, 0)
	x := dp(8)
	for _, o := range t.items {
		if _, ok := o.(*spacer); ok {
			if t.grow == nil {
				x, spare = x+spare, 0
			}
			continue
		}
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if o == t.grow {
			m.Width += spare
		}
		put(o, x, (size.Height-1-m.Height)/2, m.Width, m.Height)
		x += m.Width + t.gapAfter(o)
	}
}

func (r *toolbarRenderer) restyle() {
	fillRect(r.ground, r.t.ground, 0)
	fillRect(r.line, theme.ColorNameSeparator, 0)
	r.objects = append([]fyne.CanvasObject{r.ground, r.line}, r.t.items...)
}

func (r *toolbarRenderer) Refresh() {
	r.restyle()
	r.Layout(r.t.Size())
	for _, o := range r.t.items {
		o.Refresh()
	}
	canvas.Refresh(r.t)
}
