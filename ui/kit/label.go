package kit

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Label is text of one line in a colour of the theme, cut with "…" where it
// does not fit; the whole is then its tool tip. It may have an icon before it
// and be clicked.
type Label struct {
	widget.BaseWidget
	OnTapped func()

	text  string
	color fyne.ThemeColorName
	size  fyne.ThemeSizeName
	style fyne.TextStyle
	align fyne.TextAlign
	icon  string
	ink   fyne.ThemeColorName // of the icon; "" is the text's
	tip   string
	least float32 // least width; below 0 the whole text
	cut   bool
}

// NewLabel makes a label that wants the width of its text.
func NewLabel(text string, color fyne.ThemeColorName) *Label {
	l := &Label{text: text, color: color, size: theme.SizeNameText, least: -1}
	l.ExtendBaseWidget(l)
	return l
}

// NewHeading is a bold label for a part of a card.
func NewHeading(text string) *Label {
	l := NewLabel(text, "")
	l.style.Bold = true
	return l
}

// Small sets the text in the size of captions, and returns the label.
func (l *Label) Small() *Label { l.size = theme.SizeNameCaptionText; return l }

// Cut lets the label become as narrow as a number of units, and returns it.
func (l *Label) Cut(least float32) *Label { l.least = least; return l }

// Align sets where the text stands in its room, and returns the label.
func (l *Label) Align(a fyne.TextAlign) *Label { l.align = a; return l }

// Mono sets the text in a fixed width, and returns the label.
func (l *Label) Mono() *Label { l.style.Monospace = true; return l }

// Text is what the label says.
func (l *Label) Text() string { return l.text }

// SetText changes what the label says; it costs nothing if it is the same.
func (l *Label) SetText(text string) { l.Set(text, l.color) }

// Set changes text and colour.
func (l *Label) Set(text string, color fyne.ThemeColorName) {
	if l.text != text || l.color != color {
		l.text, l.color = text, color
		l.Refresh()
	}
}

// SetIcon puts an icon of assets before the text; "" takes it away.
func (l *Label) SetIcon(icon string, color fyne.ThemeColorName) {
	if l.icon != icon || l.ink != color {
		l.icon, l.ink = icon, color
		l.Refresh()
	}
}

// SetTip sets a tool tip.
func (l *Label) SetTip(tip string) { l.tip = tip }

// Tapped is called by Fyne.
func (l *Label) Tapped(*fyne.PointEvent) {
	if l.OnTapped != nil {
		l.OnTapped()
	}
}

// MouseIn is called by Fyne.
func (l *Label) MouseIn(*desktop.MouseEvent) {
	tip := l.tip
	if tip == "" && l.cut {
		tip = l.text
	}
	hoverTip(l, tip)
}

// MouseMoved is called by Fyne.
func (l *Label) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is called by Fyne.
func (l *Label) MouseOut() { hideTip() }

// Cursor is the shape of the pointer, asked by Fyne.
func (l *Label) Cursor() desktop.Cursor {
	if l.OnTapped != nil {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// lead is the room of the icon before the text.
func (l *Label) lead() float32 {
	if l.icon == "" {
		return 0
	}
	return dp(20)
}

// CreateRenderer makes the drawing part; Fyne calls it.
func (l *Label) CreateRenderer() fyne.WidgetRenderer {
	text, img := newText(l.align), &canvas.Image{}
	return newParts(parts{
		of: l, objects: []fyne.CanvasObject{img, text},
		style: func() {
			styleText(text, l.text, l.color, l.size)
			text.TextStyle, text.Alignment = l.style, l.align
			l.styleIcon(img)
		},
		layout: func(z fyne.Size) {
			room := z.Width - l.lead()
			text.Text = oneLine(l.text)
			if l.cut = text.MinSize().Width > room+0.5; l.cut {
				text.Text = shortenSized(l.text, room, text.TextSize, l.style)
			}
			put(img, 0, (z.Height-dp(14))/2, dp(14), dp(14))
			put(text, l.lead(), 0, max(room, 0), z.Height)
		},
		min: func() fyne.Size {
			w := dp(l.least)
			if l.least < 0 {
				w = fyne.MeasureText(oneLine(l.text), theme.Size(l.size), l.style).Width + l.lead()
			}
			return fyne.NewSize(w, dp(20))
		},
	})
}

func (l *Label) styleIcon(img *canvas.Image) {
	img.Hidden = l.icon == ""
	if l.icon == "" {
		return
	}
	ink := l.ink
	if ink == "" {
		ink = l.color
	}
	img.Resource = Icon(l.icon, ink)
	img.Refresh()
}

// Paragraph is text over several lines that breaks at words.
func Paragraph(text string) *widget.Label {
	p := widget.NewLabel(text)
	p.Wrapping = fyne.TextWrapWord
	return p
}

func startsWith(s string, r rune) bool {
	for _, first := range s {
		return unicode.ToLower(first) == unicode.ToLower(r)
	}
	return false
}

// oneLine makes a text fit for a canvas.Text, which breaks at no newline.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return ' '
		}
		return r
	}, s)
}
