package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
)

// stack is a layout of rows over one another: each as high as it needs, and
// one of them, grow, as high as there is room. Fyne's border layout puts
// padding between its parts, which a window without margins does not want.
type stack struct{ grow fyne.CanvasObject }

func (l stack) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	rest := size.Height
	for _, o := range objects {
		if o.Visible() && o != l.grow {
			rest -= o.MinSize().Height
		}
	}
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		h := o.MinSize().Height
		if o == l.grow {
			h = max(rest, 0)
		}
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, h))
		y += h
	}
}

func (l stack) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var min fyne.Size
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		min.Width = max(min.Width, m.Width)
		min.Height += m.Height
	}
	return min
}

// besideBar keeps what scrolls clear of the scroll bar, which Fyne draws over
// the content.
func besideBar(o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(0, 0, 0, theme.Size(theme.SizeNameScrollBar)+theme.Padding()), o)
}

// rightOf puts a wide thing at the right of another. Unlike with Fyne's border,
// Tab goes from left to right.
func rightOf(left, wide fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewBorderLayout(nil, nil, left, nil), left, wide)
}

// flush brings the text of one of Fyne's widgets, which keep a margin round it,
// to the left edge where our own texts and entries stand.
func flush(o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(0, 0, -theme.InnerPadding(), 0), o)
}

// framed gives a list of choices the frame that an entry has; Fyne draws none.
func framed(o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewStack(o, newFrame())
}
