package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Progress is a bar with text in its middle, for cards. Rows of a table have
// their own (CellProgress).
type Progress struct {
	widget.BaseWidget
	value float64
	text  string
	color fyne.ThemeColorName
}

// NewProgress makes an empty bar.
func NewProgress() *Progress {
	p := &Progress{}
	p.ExtendBaseWidget(p)
	return p
}

// Set shows a share, 0 to 1, and a text. It costs nothing if both are the same.
func (p *Progress) Set(value float64, text string) {
	value = min(max(value, 0), 1)
	if p.value != value || p.text != text {
		p.value, p.text = value, text
		p.Refresh()
	}
}

// SetColor sets the colour of the part that is done; "" is the theme's.
func (p *Progress) SetColor(c fyne.ThemeColorName) {
	if p.color != c {
		p.color = c
		p.Refresh()
	}
}

// CreateRenderer makes the drawing part; Fyne calls it.
func (p *Progress) CreateRenderer() fyne.WidgetRenderer {
	track, fill, text := newRect(), newRect(), newText(fyne.TextAlignCenter)
	return newParts(parts{
		of: p, objects: []fyne.CanvasObject{track, fill, text},
		style: func() {
			color := ColorBar
			if p.color != "" {
				color = p.color
			}
			fillRect(track, ColorBarTrack, 3)
			fillRect(fill, color, 3)
			fill.Hidden = p.value == 0
			styleText(text, p.text, "", theme.SizeNameText)
		},
		layout: func(z fyne.Size) {
			put(track, 0, 0, z.Width, z.Height)
			put(fill, 0, 0, z.Width*float32(p.value), z.Height)
			put(text, 0, 0, z.Width, z.Height)
		},
		min: func() fyne.Size { return fyne.NewSize(dp(120), dp(18)) },
	})
}
