package kit

import "fyne.io/fyne/v2"

// Dock puts objects along the edges and one in the middle, without the gaps
// of Fyne's border layout. Any may be nil.
func Dock(top, bottom, left, right, center fyne.CanvasObject) *fyne.Container {
	d := &dockLayout{top, bottom, left, right, center}
	c := &fyne.Container{Layout: d}
	for _, o := range []fyne.CanvasObject{center, top, bottom, left, right} {
		if o != nil {
			c.Objects = append(c.Objects, o)
		}
	}
	return c
}

type dockLayout struct{ top, bottom, left, right, center fyne.CanvasObject }

func least(o fyne.CanvasObject) fyne.Size {
	if o == nil || !o.Visible() {
		return fyne.Size{}
	}
	return o.MinSize()
}

func (d *dockLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	t, b, l, r, c := least(d.top), least(d.bottom), least(d.left), least(d.right), least(d.center)
	return fyne.NewSize(
		max(t.Width, b.Width, l.Width+r.Width+c.Width),
		t.Height+b.Height+max(l.Height, r.Height, c.Height))
}

func (d *dockLayout) Layout(_ []fyne.CanvasObject, z fyne.Size) {
	x, y, w, h := float32(0), float32(0), z.Width, z.Height
	if m := least(d.top); m.Height > 0 {
		put(d.top, 0, 0, w, m.Height)
		y, h = m.Height, h-m.Height
	}
	if m := least(d.bottom); m.Height > 0 {
		h -= m.Height
		put(d.bottom, 0, y+h, w, m.Height)
	}
	if m := least(d.left); m.Width > 0 {
		put(d.left, 0, y, m.Width, h)
		x, w = m.Width, w-m.Width
	}
	if m := least(d.right); m.Width > 0 {
		w -= m.Width
		put(d.right, x+w, y, m.Width, h)
	}
	if d.center != nil {
		put(d.center, x, y, w, max(h, 0))
	}
}

// VBox puts objects below each other, each as wide as the room and as high
// as it needs, with a gap in units between them. One that grows (Grow) takes
// the height that is left.
func VBox(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &lineLayout{gap: gap, vertical: true}, Objects: objects}
}

// HBox puts objects side by side, each as wide as it needs and in the middle of
// the height, with a gap in units between them. One that grows (Grow) takes
// the width that is left.
func HBox(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: &lineLayout{gap: gap}, Objects: objects}
}

// Grow lets an object take the room that is left in an HBox or VBox.
func Grow(o fyne.CanvasObject) fyne.CanvasObject {
	return &fyne.Container{Layout: growLayout{}, Objects: []fyne.CanvasObject{o}}
}

// Pad puts room in units around an object.
func Pad(v, h float32, o fyne.CanvasObject) fyne.CanvasObject {
	return &fyne.Container{Layout: padLayout{v, h}, Objects: []fyne.CanvasObject{o}}
}

type growLayout struct{}

func (growLayout) MinSize(o []fyne.CanvasObject) fyne.Size   { return least(o[0]) }
func (growLayout) Layout(o []fyne.CanvasObject, z fyne.Size) { put(o[0], 0, 0, z.Width, z.Height) }

type padLayout struct{ v, h float32 }

func (p padLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return least(o[0]).AddWidthHeight(2*dp(p.h), 2*dp(p.v))
}

func (p padLayout) Layout(o []fyne.CanvasObject, z fyne.Size) {
	put(o[0], dp(p.h), dp(p.v), z.Width-2*dp(p.h), z.Height-2*dp(p.v))
}

type lineLayout struct {
	gap      float32
	vertical bool
}

func grows(o fyne.CanvasObject) bool {
	c, ok := o.(*fyne.Container)
	if !ok {
		return false
	}
	_, ok = c.Layout.(growLayout)
	return ok && c.Visible()
}

func (l *lineLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var along, across float32
	n := 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		n++
		m := o.MinSize()
		if l.vertical {
			along, across = along+m.Height, max(across, m.Width)
		} else {
			along, across = along+m.Width, max(across, m.Height)
		}
	}
	along += dp(l.gap) * float32(max(n-1, 0))
	if l.vertical {
		return fyne.NewSize(across, along)
	}
	return fyne.NewSize(along, across)
}

func (l *lineLayout) Layout(objects []fyne.CanvasObject, z fyne.Size) {
	m := l.MinSize(objects)
	spare := z.Width - m.Width
	if l.vertical {
		spare = z.Height - m.Height
	}
	at := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if grows(o) {
			m = m.AddWidthHeight(max(spare, 0), max(spare, 0))
			if !l.vertical {
				m.Height = z.Height
			}
			spare = 0
		}
		if l.vertical {
			put(o, 0, at, z.Width, m.Height)
			at += m.Height + dp(l.gap)
		} else {
			put(o, at, (z.Height-m.Height)/2, m.Width, m.Height)
			at += m.Width + dp(l.gap)
		}
	}
}
