package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Check is a box to tick with its text. NewRadio makes round ones of which one
// is chosen.
type Check struct {
	widget.BaseWidget
	OnChanged func(on bool)

	label   string
	on      bool
	round   bool
	why     string
	hovered bool
	focused bool
}

var (
	_ fyne.Focusable    = (*Check)(nil)
	_ fyne.Tappable     = (*Check)(nil)
	_ fyne.Disableable  = (*Check)(nil)
	_ desktop.Hoverable = (*Check)(nil)
	_ desktop.Mouseable = (*Check)(nil)
)

// NewCheck makes a box that is not ticked.
func NewCheck(label string, changed func(bool)) *Check {
	c := &Check{label: label, OnChanged: changed}
	c.ExtendBaseWidget(c)
	return c
}

// On says whether the box is ticked.
func (c *Check) On() bool { return c.on }

// Set ticks the box without calling OnChanged.
func (c *Check) Set(on bool) {
	if c.on != on {
		c.on = on
		c.Refresh()
	}
}

// SetWhy disables the box for a reason, shown as its tool tip; "" enables.
func (c *Check) SetWhy(why string) {
	if c.why != why {
		c.why = why
		c.Refresh()
	}
}

// Disable is called by Fyne.
func (c *Check) Disable() { c.SetWhy(" ") }

// Enable is called by Fyne.
func (c *Check) Enable() { c.SetWhy("") }

// Disabled says whether the box is disabled.
func (c *Check) Disabled() bool { return c.why != "" }

// Tapped is called by Fyne.
func (c *Check) Tapped(*fyne.PointEvent) { c.flip() }

func (c *Check) flip() {
	if c.why != "" || c.round && c.on {
		return
	}
	c.on = !c.on
	c.Refresh()
	if c.OnChanged != nil {
		c.OnChanged(c.on)
	}
}

// MouseDown is called by Fyne.
func (c *Check) MouseDown(*desktop.MouseEvent) {
	hideTip()
	if cv := canvasOf(c); cv != nil && c.why == "" {
		cv.Focus(c)
	}
}

// MouseUp is called by Fyne.
func (c *Check) MouseUp(*desktop.MouseEvent) {}

// MouseIn is called by Fyne.
func (c *Check) MouseIn(*desktop.MouseEvent) {
	c.hovered = true
	if c.why != " " {
		hoverTip(c, c.why)
	}
	c.Refresh()
}

// MouseMoved is called by Fyne.
func (c *Check) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is called by Fyne.
func (c *Check) MouseOut() {
	c.hovered = false
	hideTip()
	c.Refresh()
}

// FocusGained is called by Fyne.
func (c *Check) FocusGained() { c.focused = true; c.Refresh() }

// FocusLost is called by Fyne.
func (c *Check) FocusLost() { c.focused = false; c.Refresh() }

// TypedRune is called by Fyne.
func (c *Check) TypedRune(rune) {}

// TypedKey is called by Fyne.
func (c *Check) TypedKey(ev *fyne.KeyEvent) {
	if ev.Name == fyne.KeySpace {
		c.flip()
		return
	}
	topKeys(c, ev)
}

// CreateRenderer makes the drawing part; Fyne calls it.
func (c *Check) CreateRenderer() fyne.WidgetRenderer {
	box, dot, tick := newRect(), newRect(), &canvas.Image{}
	text := newText(fyne.TextAlignLeading)
	return newParts(parts{
		of: c, objects: []fyne.CanvasObject{box, dot, tick, text},
		style: func() { c.style(box, dot, tick, text) },
		layout: func(z fyne.Size) {
			side := dp(15)
			y := (z.Height - side) / 2
			put(box, dp(1), y, side, side)
			put(dot, dp(1)+side/2-dp(3), y+side/2-dp(3), dp(6), dp(6))
			put(tick, dp(2), y+dp(1), side-dp(2), side-dp(2))
			put(text, dp(23), 0, max(z.Width-dp(23), 0), z.Height)
		},
		min: func() fyne.Size { return fyne.NewSize(text.MinSize().Width+dp(26), dp(24)) },
	})
}

func (c *Check) style(box, dot *canvas.Rectangle, tick *canvas.Image, text *canvas.Text) {
	fill, edge, ink, radius := theme.ColorNameInputBackground, ColorFaint, fyne.ThemeColorName(""), float32(3)
	if c.round {
		radius = 7.5
	}
	switch {
	case c.why != "":
		ink, edge = theme.ColorNameDisabled, theme.ColorNameInputBorder
	case c.on:
		fill, edge = theme.ColorNamePrimary, theme.ColorNamePrimary
	case c.hovered || c.focused:
		edge = theme.ColorNamePrimary
	}
	fillRect(box, fill, radius)
	strokeRect(box, edge, 1)
	if c.focused && c.on {
		strokeRect(box, theme.ColorNameForeground, 1)
	}
	on := theme.ColorNameForegroundOnPrimary
	if c.why != "" {
		on = theme.ColorNameDisabled
	}
	dot.StrokeWidth = 0
	fillRect(dot, on, 3)
	dot.Hidden = !c.on || !c.round
	tick.Hidden = !c.on || c.round
	if !tick.Hidden {
		tick.Resource = Icon("check", on)
		tick.Refresh()
	}
	styleText(text, c.label, ink, theme.SizeNameText)
}

// Radio is a column of round boxes of which one is chosen.
type Radio struct {
	widget.BaseWidget
	OnChanged func(option string)
	checks    []*Check
	box       *fyne.Container
}

// NewRadio makes the boxes; none is chosen.
func NewRadio(options []string, changed func(string)) *Radio {
	r := &Radio{OnChanged: changed}
	box := VBox(0)
	for i, o := range options {
		c := NewCheck(o, nil)
		c.round = true
		c.OnChanged = func(bool) {
			r.SetIndex(i)
			if r.OnChanged != nil {
				r.OnChanged(o)
			}
		}
		r.checks = append(r.checks, c)
		box.Add(c)
	}
	r.box = box
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer makes the drawing part; Fyne calls it.
func (r *Radio) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.box) }

// SetIndex chooses a box without calling OnChanged.
func (r *Radio) SetIndex(at int) {
	for i, c := range r.checks {
		c.Set(i == at)
	}
}

// Set chooses a box by its text without calling OnChanged.
func (r *Radio) Set(option string) {
	for _, c := range r.checks {
		c.Set(c.label == option)
	}
}

// Index is the place of the chosen box, or -1.
func (r *Radio) Index() int {
	for i, c := range r.checks {
		if c.on {
			return i
		}
	}
	return -1
}

// Selected is the text of the chosen box, or "".
func (r *Radio) Selected() string {
	if i := r.Index(); i >= 0 {
		return r.checks[i].label
	}
	return ""
}

// Check gives one of the boxes, to disable it.
func (r *Radio) Check(i int) *Check { return r.checks[i] }
