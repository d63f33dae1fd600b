package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// CreateRenderer makes the drawing part; Fyne calls it.
func (e *Entry) CreateRenderer() fyne.WidgetRenderer {
	r := e.Entry.CreateRenderer()
	w := &entryWheel{e: e}
	w.ExtendBaseWidget(w)
	return &entryRenderer{WidgetRenderer: r, wheel: w}
}

// entryRenderer puts an entryWheel over Fyne's entry.
type entryRenderer struct {
	fyne.WidgetRenderer
	wheel   *entryWheel
	objects []fyne.CanvasObject
}

func (r *entryRenderer) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	r.wheel.Resize(size)
}

func (r *entryRenderer) Objects() []fyne.CanvasObject {
	inner := r.WidgetRenderer.Objects()
	if len(r.objects) != len(inner)+1 {
		r.objects = make([]fyne.CanvasObject, len(inner)+1)
	}
	copy(r.objects, inner)
	r.objects[len(inner)] = r.wheel
	return r.objects
}

// entryWheel lies over an entry, draws nothing and takes the wheel alone: what
// scrolls in an entry would keep it, and a form under the pointer would stop
// at each entry it comes to.
type entryWheel struct {
	widget.BaseWidget
	e *Entry
}

func (w *entryWheel) CreateRenderer() fyne.WidgetRenderer {
	return newParts(parts{of: w, min: func() fyne.Size { return fyne.Size{} }})
}

// Scrolled is called by Fyne.
func (w *entryWheel) Scrolled(ev *fyne.ScrollEvent) {
	c := canvasOf(w.e)
	if c == nil {
		return
	}
	var top fyne.CanvasObject = c.Content()
	if over := c.Overlays().Top(); over != nil {
		top = over
	}
	if s := scrollAround(top, w.e, nil); s != nil {
		s.Scrolled(ev)
	}
}

// scrollAround finds what scrolls an object: the innermost on the way to it.
func scrollAround(at, target fyne.CanvasObject, best *container.Scroll) *container.Scroll {
	if at == target {
		return best
	}
	if s, ok := at.(*container.Scroll); ok {
		best = s
	}
	for _, child := range childrenOf(at) {
		if found := scrollAround(child, target, best); found != nil {
			return found
		}
	}
	return nil
}
