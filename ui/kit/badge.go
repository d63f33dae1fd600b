package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Badge is a short text on a rounded ground: a count, a state.
type Badge struct {
	widget.BaseWidget
	text   string
	ground fyne.ThemeColorName
}

// NewBadge makes a badge; an empty ground is grey.
func NewBadge(text string, ground fyne.ThemeColorName) *Badge {
	b := &Badge{text: text, ground: ground}
	b.ExtendBaseWidget(b)
	return b
}

// Set changes text and ground; an empty text hides the badge.
func (b *Badge) Set(text string, ground fyne.ThemeColorName) {
	if b.text != text || b.ground != ground {
		b.text, b.ground = text, ground
		b.Refresh()
	}
}

// CreateRenderer makes the drawing part; Fyne calls it.
func (b *Badge) CreateRenderer() fyne.WidgetRenderer {
	ground, text := newRect(), newText(fyne.TextAlignCenter)
	return newParts(parts{
		of: b, objects: []fyne.CanvasObject{ground, text},
		style: func() {
			name, ink := b.ground, theme.ColorNameForegroundOnError
			if name == "" {
				name, ink = ColorBadge, ""
			}
			fillRect(ground, name, 8)
			ground.Hidden = b.text == ""
			styleText(text, b.text, ink, theme.SizeNameCaptionText)
		},
		layout: func(z fyne.Size) {
			h := dp(17)
			put(ground, 0, (z.Height-h)/2, z.Width, h)
			put(text, 0, 0, z.Width, z.Height)
		},
		min: func() fyne.Size {
			if b.text == "" {
				return fyne.NewSize(0, dp(17))
			}
			return fyne.NewSize(max(text.MinSize().Width+dp(11), dp(17)), dp(17))
		},
	})
}
