package kit

import (
	"fyne.io/fyne/v2"
)

// FormRow is one line of a Form. A row without a label stretches over the
// whole width.
type FormRow struct {
	Label string
	Field fyne.CanvasObject
	Hint  string // small text below the field; may be ""
}

// Form puts labels and fields into two columns. A hidden field takes its row
// with it.
func Form(rows ...FormRow) *fyne.Container {
	f := &formLayout{}
	c := &fyne.Container{Layout: f}
	for _, r := range rows {
		line := formLine{field: r.Field}
		if r.Label != "" {
			line.label = NewLabel(r.Label, ColorSecondary)
			c.Objects = append(c.Objects, line.label)
		}
		c.Objects = append(c.Objects, r.Field)
		if r.Hint != "" {
			line.hint = NewLabel(r.Hint, ColorFaint).Small().Cut(80)
			c.Objects = append(c.Objects, line.hint)
		}
		f.lines = append(f.lines, line)
	}
	return c
}

type formLine struct {
	label, hint *Label
	field       fyne.CanvasObject
}

func (l formLine) showParts(show bool) {
	if l.label != nil {
		l.label.Hidden = !show
	}
	if l.hint != nil {
		l.hint.Hidden = !show
	}
}

type formLayout struct{ lines []formLine }

const (
	formGap  = 8
	formSide = 12
	formHint = 16
)

func (f *formLayout) labelWidth() float32 {
	w := float32(0)
	for _, l := range f.lines {
		if l.label != nil && l.field.Visible() {
			w = max(w, l.label.MinSize().Width)
		}
	}
	if w > 0 {
		w += dp(formSide)
	}
	return w
}

func (f *formLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	left := f.labelWidth()
	var z fyne.Size
	for _, l := range f.lines {
		if !l.field.Visible() {
			continue
		}
		m := l.field.MinSize()
		if l.label != nil {
			m.Width += left
		}
		if l.hint != nil {
			m.Height += dp(formHint)
		}
		z.Width, z.Height = max(z.Width, m.Width), z.Height+m.Height+dp(formGap)
	}
	z.Height = max(0, z.Height-dp(formGap))
	return z
}

func (f *formLayout) Layout(_ []fyne.CanvasObject, z fyne.Size) {
	left, y := f.labelWidth(), float32(0)
	for _, l := range f.lines {
		l.showParts(l.field.Visible())
		if !l.field.Visible() {
			continue
		}
		x, h := float32(0), l.field.MinSize().Height
		if l.label != nil {
			x = left
			put(l.label, 0, y, left-dp(formSide), min(h, dp(28)))
		}
		put(l.field, x, y, z.Width-x, h)
		y += h
		if l.hint != nil {
			put(l.hint, x, y, z.Width-x, dp(formHint))
			y += dp(formHint)
		}
		y += dp(formGap)
	}
}
