package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// ButtonKind is how much a Button asks for.
type ButtonKind uint8

// The kinds of button.
const (
	ButtonNormal  ButtonKind = iota
	ButtonPrimary            // what most people want
	ButtonDanger             // destroys something
	ButtonLink               // text only, in a banner or toast
)

// Button is a labelled button 28 units high. Unlike Fyne's, a press takes the
// keyboard, so that an entry that had it commits first.
type Button struct {
	widget.BaseWidget
	OnTapped func()

	label   string
	icon    string
	kind    ButtonKind
	tip     string
	why     string
	hovered bool
	pressed bool
	focused bool
}

var (
	_ fyne.Focusable    = (*Button)(nil)
	_ fyne.Tappable     = (*Button)(nil)
	_ fyne.Disableable  = (*Button)(nil)
	_ desktop.Mouseable = (*Button)(nil)
	_ desktop.Hoverable = (*Button)(nil)
)

// NewButton makes a button.
func NewButton(label string, kind ButtonKind, tapped func()) *Button {
	b := &Button{label: label, kind: kind, OnTapped: tapped}
	b.ExtendBaseWidget(b)
	return b
}

// NewIconButton makes a button with an icon of assets before its label.
func NewIconButton(icon, label string, kind ButtonKind, tapped func()) *Button {
	b := &Button{label: label, icon: icon, kind: kind, OnTapped: tapped}
	b.ExtendBaseWidget(b)
	return b
}

// Label is what the button says.
func (b *Button) Label() string { return b.label }

// SetLabel changes what the button says.
func (b *Button) SetLabel(label string) {
	if b.label != label {
		b.label = label
		b.Refresh()
	}
}

// SetKind changes how much the button asks for.
func (b *Button) SetKind(kind ButtonKind) {
	b.kind = kind
	b.Refresh()
}

// SetTip sets a tool tip.
func (b *Button) SetTip(tip string) { b.tip = tip }

// SetWhy disables the button for a reason, shown as its tool tip; "" enables.
func (b *Button) SetWhy(why string) {
	if b.why != why {
		b.why = why
		b.Refresh()
	}
}

// Disable is SetWhy with a space; Fyne wants it, so that Tab leaves the button
// out.
func (b *Button) Disable() { b.SetWhy(" ") }

// Enable is SetWhy("").
func (b *Button) Enable() { b.SetWhy("") }

// Disabled says whether the button is disabled.
func (b *Button) Disabled() bool { return b.why != "" }

// Tapped is called by Fyne.
func (b *Button) Tapped(*fyne.PointEvent) { b.activate() }

func (b *Button) activate() {
	hideTip()
	if b.why == "" && b.OnTapped != nil {
		b.OnTapped()
	}
}

// MouseDown is called by Fyne.
func (b *Button) MouseDown(*desktop.MouseEvent) {
	hideTip()
	b.pressed = true
	if c := canvasOf(b); c != nil && b.why == "" {
		c.Focus(b)
	}
	b.Refresh()
}

// MouseUp is called by Fyne.
func (b *Button) MouseUp(*desktop.MouseEvent) {
	b.pressed = false
	b.Refresh()
}

// MouseIn is called by Fyne.
func (b *Button) MouseIn(*desktop.MouseEvent) {
	b.hovered = true
	tip := b.tip
	if b.why != "" && b.why != " " {
		tip = b.why
	}
	hoverTip(b, tip)
	b.Refresh()
}

// MouseMoved is called by Fyne.
func (b *Button) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is called by Fyne.
func (b *Button) MouseOut() {
	b.hovered, b.pressed = false, false
	hideTip()
	b.Refresh()
}

// FocusGained is called by Fyne.
func (b *Button) FocusGained() {
	b.focused = true
	b.Refresh()
}

// FocusLost is called by Fyne.
func (b *Button) FocusLost() {
	b.focused = false
	b.Refresh()
}

// TypedRune is called by Fyne.
func (b *Button) TypedRune(rune) {}

// TypedKey is called by Fyne.
func (b *Button) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		b.activate()
	default:
		topKeys(b, ev)
	}
}

// buttonLook is what draws a button.
type buttonLook struct {
	b                  *Button
	ground, over, ring *canvas.Rectangle
	text               *canvas.Text
	img                *canvas.Image
}

// CreateRenderer makes the drawing part; Fyne calls it.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	l := &buttonLook{b, newRect(), newRect(), newRect(), newText(fyne.TextAlignCenter), &canvas.Image{}}
	return newParts(parts{
		of: b, objects: []fyne.CanvasObject{l.ground, l.over, l.ring, l.img, l.text},
		style: l.style, layout: l.layout, min: l.min,
	})
}

func (l *buttonLook) style() {
	b := l.b
	fill, ink := b.colors()
	l.ground.StrokeWidth, l.ring.StrokeWidth = 0, 0
	fillRect(l.ground, fill, 4)
	if b.kind == ButtonNormal {
		strokeRect(l.ground, theme.ColorNameInputBorder, 1)
	}
	fillRect(l.over, b.overlay(), 4)
	fillRect(l.ring, "", 5)
	if b.focused {
		strokeRect(l.ring, theme.ColorNamePrimary, 1.5)
	}
	styleText(l.text, b.label, ink, theme.SizeNameText)
	l.text.TextStyle.Bold = b.kind == ButtonPrimary || b.kind == ButtonDanger
	l.img.Hidden = b.icon == ""
	if b.icon != "" {
		l.img.Resource = Icon(b.icon, ink)
		l.img.Refresh()
	}
}

func (l *buttonLook) layout(s fyne.Size) {
	put(l.ground, 0, 0, s.Width, s.Height)
	put(l.over, 0, 0, s.Width, s.Height)
	put(l.ring, -dp(2), -dp(2), s.Width+dp(4), s.Height+dp(4))
	if l.b.icon == "" {
		put(l.text, 0, 0, s.Width, s.Height)
		return
	}
	side, gap := dp(16), dp(5)
	x := (s.Width - side - gap - l.text.MinSize().Width) / 2
	put(l.img, x, (s.Height-side)/2, side, side)
	put(l.text, x+side+gap, 0, l.text.MinSize().Width, s.Height)
}

func (l *buttonLook) min() fyne.Size {
	w := l.text.MinSize().Width + dp(24)
	if l.b.icon != "" {
		w += dp(21)
	}
	if l.b.kind == ButtonLink {
		return fyne.NewSize(w-dp(8), dp(28))
	}
	return fyne.NewSize(max(w, dp(64)), dp(28))
}

func (b *Button) colors() (fill, ink fyne.ThemeColorName) {
	switch {
	case b.why != "" && b.kind != ButtonLink:
		return theme.ColorNameDisabledButton, theme.ColorNameDisabled
	case b.kind == ButtonPrimary:
		return theme.ColorNamePrimary, theme.ColorNameForegroundOnPrimary
	case b.kind == ButtonDanger:
		return theme.ColorNameError, theme.ColorNameForegroundOnError
	case b.kind == ButtonLink:
		return "", theme.ColorNamePrimary
	}
	return theme.ColorNameButton, ""
}

func (b *Button) overlay() fyne.ThemeColorName {
	switch {
	case b.why != "":
		return ""
	case b.pressed:
		return theme.ColorNamePressed
	case b.hovered:
		return theme.ColorNameHover
	}
	return ""
}
