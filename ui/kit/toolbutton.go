package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// ToolButton is an icon to press, with a tool tip. It never takes the
// keyboard: what it does is in a menu with a key as well.
type ToolButton struct {
	widget.BaseWidget
	OnTapped func()

	icon    string
	color   fyne.ThemeColorName
	tip     string
	why     string // not empty: disabled, and the reason
	side    float32
	glyph   float32
	inEntry bool // belongs to an entry, whose keyboard it leaves alone
	toggled bool
	hovered bool
	pressed bool
}

var (
	_ fyne.Tappable     = (*ToolButton)(nil)
	_ desktop.Hoverable = (*ToolButton)(nil)
	_ desktop.Mouseable = (*ToolButton)(nil)
)

// NewToolButton is a button of the main tool bar, 30 units with an icon of 18.
func NewToolButton(icon, tip string, tapped func()) *ToolButton {
	return newToolButton(icon, tip, 30, 18, tapped)
}

// NewSmallButton is a button of a pane's bar, 24 units with an icon of 15.
func NewSmallButton(icon, tip string, tapped func()) *ToolButton {
	return newToolButton(icon, tip, 24, 15, tapped)
}

func newToolButton(icon, tip string, side, glyph float32, tapped func()) *ToolButton {
	b := &ToolButton{icon: icon, tip: tip, side: side, glyph: glyph, OnTapped: tapped}
	b.ExtendBaseWidget(b)
	return b
}

// SetIcon changes the icon and its colour; "" is the colour of text.
func (b *ToolButton) SetIcon(icon string, color fyne.ThemeColorName) {
	if b.icon != icon || b.color != color {
		b.icon, b.color = icon, color
		b.Refresh()
	}
}

// SetTip changes the tool tip.
func (b *ToolButton) SetTip(tip string) { b.tip = tip }

// Tip is what the tool tip says: the name, and why the button is disabled.
func (b *ToolButton) Tip() string {
	if b.why != "" {
		return b.tip + "\n" + b.why
	}
	return b.tip
}

// SetWhy disables the button for a reason, which its tool tip shows; "" enables
// it.
func (b *ToolButton) SetWhy(why string) {
	changed := (b.why == "") != (why == "")
	b.why = why
	if changed {
		b.Refresh()
	}
}

// Why is the reason the button is disabled for, or "".
func (b *ToolButton) Why() string { return b.why }

// SetToggled shows the button as held down.
func (b *ToolButton) SetToggled(on bool) {
	if b.toggled != on {
		b.toggled = on
		b.Refresh()
	}
}

// Toggled says whether the button is shown as held down.
func (b *ToolButton) Toggled() bool { return b.toggled }

// Tapped is called by Fyne.
func (b *ToolButton) Tapped(*fyne.PointEvent) {
	hideTip()
	if b.why == "" && b.OnTapped != nil {
		b.OnTapped()
	}
}

// MouseIn is called by Fyne.
func (b *ToolButton) MouseIn(*desktop.MouseEvent) {
	b.hovered = true
	hoverTip(b, b.Tip())
	b.Refresh()
}

// MouseMoved is called by Fyne.
func (b *ToolButton) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is called by Fyne.
func (b *ToolButton) MouseOut() {
	b.hovered, b.pressed = false, false
	hideTip()
	b.Refresh()
}

// MouseDown is called by Fyne.
func (b *ToolButton) MouseDown(*desktop.MouseEvent) {
	hideTip()
	if !b.inEntry {
		settle(b)
	}
	b.pressed = true
	b.Refresh()
}

// MouseUp is called by Fyne.
func (b *ToolButton) MouseUp(*desktop.MouseEvent) {
	b.pressed = false
	b.Refresh()
}

// CreateRenderer makes the drawing part; Fyne calls it.
func (b *ToolButton) CreateRenderer() fyne.WidgetRenderer {
	ground, img := newRect(), &canvas.Image{}
	return newParts(parts{
		of: b, objects: []fyne.CanvasObject{ground, img},
		style: func() {
			fillRect(ground, b.ground(), 4)
			img.Resource = Icon(b.icon, b.glyphColor())
			img.Refresh()
		},
		layout: func(s fyne.Size) {
			side, glyph := min(s.Width, s.Height, dp(b.side)), dp(b.glyph)
			put(ground, (s.Width-side)/2, (s.Height-side)/2, side, side)
			put(img, (s.Width-glyph)/2, (s.Height-glyph)/2, glyph, glyph)
		},
		min: func() fyne.Size { return fyne.NewSquareSize(dp(b.side)) },
	})
}

func (b *ToolButton) ground() fyne.ThemeColorName {
	switch {
	case b.why != "":
		return ""
	case b.toggled:
		return theme.ColorNameSelection
	case b.pressed:
		return theme.ColorNamePressed
	case b.hovered:
		return theme.ColorNameHover
	}
	return ""
}

func (b *ToolButton) glyphColor() fyne.ThemeColorName {
	switch {
	case b.why != "":
		return theme.ColorNameDisabled
	case b.toggled && b.color == "":
		return theme.ColorNamePrimary
	}
	return b.color
}
