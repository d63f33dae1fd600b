package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// parts is the renderer of all small widgets here: a fixed list of objects and
// what to do with them. style sets colours and texts, layout sets places.
type parts struct {
	of      fyne.Widget
	objects []fyne.CanvasObject
	style   func()
	layout  func(fyne.Size)
	min     func() fyne.Size
}

func (p *parts) Destroy()                     {}
func (p *parts) Objects() []fyne.CanvasObject { return p.objects }
func (p *parts) MinSize() fyne.Size           { return p.min() }

func (p *parts) Layout(size fyne.Size) {
	if p.layout != nil {
		p.layout(size)
	}
}

func (p *parts) Refresh() {
	if p.style != nil {
		p.style()
	}
	p.Layout(p.of.Size())
	canvas.Refresh(p.of)
}

// newParts makes the renderer and styles it for the first time.
func newParts(p parts) *parts {
	if p.style != nil {
		p.style()
	}
	return &p
}

// newBox is a container that leaves its objects where they are put.
func newBox(objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Objects: objects}
}

func newRect() *canvas.Rectangle { return canvas.NewRectangle(color.Transparent) }

// fillRect colours a rectangle, or hides it when it has no colour: a clear one
// would cost as much as a filled one.
func fillRect(r *canvas.Rectangle, name fyne.ThemeColorName, radius float32) {
	r.Hidden = name == "" && r.StrokeWidth == 0
	if name == "" {
		r.FillColor = color.Transparent
	} else {
		r.FillColor = colorOf(name)
	}
	r.CornerRadius = dp(radius)
}

func strokeRect(r *canvas.Rectangle, name fyne.ThemeColorName, width float32) {
	r.StrokeColor, r.StrokeWidth = colorOf(name), width
	r.Hidden = false
}

func newText(align fyne.TextAlign) *canvas.Text {
	t := canvas.NewText("", color.Black)
	t.Alignment = align
	return t
}

// styleText sets a text in the size the theme has for it.
func styleText(t *canvas.Text, text string, name fyne.ThemeColorName, size fyne.ThemeSizeName) {
	t.Text, t.Color, t.TextSize = text, colorOf(name), theme.Size(size)
}

func put(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
}

// inside says whether a place is in something of this size.
func inside(p fyne.Position, s fyne.Size) bool {
	return p.X >= 0 && p.Y >= 0 && p.X < s.Width && p.Y < s.Height
}

// parent is a widget whose children can be walked without Fyne's caches.
type parent interface{ children() []fyne.CanvasObject }

func childrenOf(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case *container.Split:
		return []fyne.CanvasObject{o.Leading, o.Trailing}
	case *container.Scroll:
		return []fyne.CanvasObject{o.Content}
	case parent:
		return o.children()
	}
	return nil
}

// topKeys gives Esc and Enter to what lies on top of the canvas: a modal card
// or a menu. Widgets that have the keyboard inside of one call it for keys
// they do not use, since Fyne passes no key on to a parent.
func topKeys(o fyne.CanvasObject, ev *fyne.KeyEvent) bool {
	c := canvasOf(o)
	if c == nil {
		return false
	}
	if k, ok := c.Overlays().Top().(interface{ overlayKey(*fyne.KeyEvent) bool }); ok {
		return k.overlayKey(ev)
	}
	return false
}
