package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Split divides its room between two objects with a bar that can be dragged.
// A double click on the bar sets it back. A hidden part leaves all room to the
// other.
type Split struct {
	widget.BaseWidget
	OnChanged func(ratio float64) // the bar was let go somewhere else

	vertical      bool // one above the other
	first, second fyne.CanvasObject
	ratio, reset  float64
	bar           *splitBar
}

const splitWidth = 6

// NewHSplit puts two objects side by side; ratio is the first one's share.
func NewHSplit(first, second fyne.CanvasObject, ratio float64) *Split {
	return newSplit(false, first, second, ratio)
}

// NewVSplit puts two objects one above the other.
func NewVSplit(first, second fyne.CanvasObject, ratio float64) *Split {
	return newSplit(true, first, second, ratio)
}

func newSplit(vertical bool, first, second fyne.CanvasObject, ratio float64) *Split {
	s := &Split{vertical: vertical, first: first, second: second, ratio: ratio, reset: ratio}
	s.bar = &splitBar{s: s}
	s.bar.ExtendBaseWidget(s.bar)
	s.ExtendBaseWidget(s)
	return s
}

// Ratio is the first one's share, 0 to 1.
func (s *Split) Ratio() float64 { return s.ratio }

// SetRatio moves the bar without calling OnChanged.
func (s *Split) SetRatio(r float64) {
	r = min(max(r, 0), 1)
	if r != s.ratio {
		s.ratio = r
		s.Refresh()
	}
}

func (s *Split) children() []fyne.CanvasObject {
	return []fyne.CanvasObject{s.first, s.second, s.bar}
}

// along is the length of a size in the direction of the split.
func (s *Split) along(z fyne.Size) float32 {
	if s.vertical {
		return z.Height
	}
	return z.Width
}

// cut is the length of the first part, within what both need at least.
func (s *Split) cut(z fyne.Size) float32 {
	room := s.along(z) - dp(splitWidth)
	least, most := s.along(s.first.MinSize()), room-s.along(s.second.MinSize())
	at := float32(s.ratio) * room
	return max(min(at, most), min(least, room))
}

// CreateRenderer makes the drawing part; Fyne calls it.
func (s *Split) CreateRenderer() fyne.WidgetRenderer { return &splitRenderer{s} }

type splitRenderer struct{ s *Split }

func (r *splitRenderer) Destroy()                     {}
func (r *splitRenderer) Objects() []fyne.CanvasObject { return r.s.children() }

func (r *splitRenderer) MinSize() fyne.Size {
	a, b := fyne.Size{}, fyne.Size{}
	if r.s.first.Visible() {
		a = r.s.first.MinSize()
	}
	if r.s.second.Visible() {
		b = r.s.second.MinSize()
	}
	if r.s.vertical {
		return fyne.NewSize(max(a.Width, b.Width), a.Height+b.Height+dp(splitWidth))
	}
	return fyne.NewSize(a.Width+b.Width+dp(splitWidth), max(a.Height, b.Height))
}

func (r *splitRenderer) Layout(z fyne.Size) {
	s := r.s
	both := s.first.Visible() && s.second.Visible()
	s.bar.Hidden = !both
	switch {
	case both && s.vertical:
		at := s.cut(z)
		put(s.first, 0, 0, z.Width, at)
		put(s.bar, 0, at, z.Width, dp(splitWidth))
		put(s.second, 0, at+dp(splitWidth), z.Width, z.Height-at-dp(splitWidth))
	case both:
		at := s.cut(z)
		put(s.first, 0, 0, at, z.Height)
		put(s.bar, at, 0, dp(splitWidth), z.Height)
		put(s.second, at+dp(splitWidth), 0, z.Width-at-dp(splitWidth), z.Height)
	case s.first.Visible():
		put(s.first, 0, 0, z.Width, z.Height)
	default:
		put(s.second, 0, 0, z.Width, z.Height)
	}
}

func (r *splitRenderer) Refresh() {
	r.Layout(r.s.Size())
	r.s.first.Refresh()
	r.s.second.Refresh()
	r.s.bar.Refresh()
}

// splitBar is what is dragged.
type splitBar struct {
	widget.BaseWidget
	s       *Split
	grab    float32
	dragged bool
	hovered bool
}

var (
	_ fyne.Draggable      = (*splitBar)(nil)
	_ fyne.DoubleTappable = (*splitBar)(nil)
	_ desktop.Hoverable   = (*splitBar)(nil)
	_ desktop.Cursorable  = (*splitBar)(nil)
)

func (b *splitBar) DoubleTapped(*fyne.PointEvent) {
	b.s.SetRatio(b.s.reset)
	if b.s.OnChanged != nil {
		b.s.OnChanged(b.s.ratio)
	}
}

func (b *splitBar) Dragged(ev *fyne.DragEvent) {
	move := ev.Dragged.DX
	if b.s.vertical {
		move = ev.Dragged.DY
	}
	room := b.s.along(b.s.Size()) - dp(splitWidth)
	if room <= 0 {
		return
	}
	if !b.dragged {
		b.dragged, b.grab = true, b.s.cut(b.s.Size())
	}
	b.grab += move
	b.s.ratio = float64(min(max(b.grab/room, 0), 1))
	cache := &splitRenderer{b.s}
	cache.Layout(b.s.Size())
	canvas.Refresh(b.s)
}

func (b *splitBar) DragEnd() {
	b.dragged = false
	if b.s.OnChanged != nil {
		b.s.OnChanged(b.s.ratio)
	}
}

func (b *splitBar) MouseIn(*desktop.MouseEvent)    { b.hovered = true; b.Refresh() }
func (b *splitBar) MouseMoved(*desktop.MouseEvent) {}
func (b *splitBar) MouseOut()                      { b.hovered = false; b.Refresh() }

func (b *splitBar) Cursor() desktop.Cursor {
	if b.s.vertical {
		return desktop.VResizeCursor
	}
	return desktop.HResizeCursor
}

func (b *splitBar) CreateRenderer() fyne.WidgetRenderer {
	ground, grip := newRect(), newRect()
	return newParts(parts{
		of: b, objects: []fyne.CanvasObject{ground, grip},
		style: func() {
			fillRect(ground, ColorHardLine, 0)
			fillRect(grip, ColorFaint, 1)
			if b.hovered {
				fillRect(grip, theme.ColorNamePrimary, 1)
			}
		},
		layout: func(z fyne.Size) {
			put(ground, 0, 0, z.Width, z.Height)
			w, h := dp(2), dp(14)
			if b.s.vertical {
				w, h = h, w
			}
			put(grip, (z.Width-w)/2, (z.Height-h)/2, w, h)
		},
		min: func() fyne.Size { return fyne.NewSquareSize(dp(splitWidth)) },
	})
}
