package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"longshore/ui/kit"
)

// newCaption is a small secondary text for the lines at the edges.
func newCaption(align fyne.TextAlign) *canvas.Text {
	t := canvas.NewText("", themed(kit.ColorSecondary))
	t.Alignment = align
	t.TextSize = theme.CaptionTextSize()
	return t
}

// say puts words into a caption, in the theme's present size and colour. It
// reports whether anything has changed; if not, nothing is drawn.
func say(t *canvas.Text, text string, name fyne.ThemeColorName) bool {
	ink, size := themed(name), theme.CaptionTextSize()
	if t.Text == text && t.Color == ink && t.TextSize == size {
		return false
	}
	t.Text, t.Color, t.TextSize = text, ink, size
	t.Refresh()
	return true
}

// sayIcon puts an icon of assets beside a caption; "" hides it. The caption
// that comes and goes with it has both drawn.
func sayIcon(i *canvas.Image, name string, ink fyne.ThemeColorName) {
	i.Hidden = name == ""
	if i.Hidden {
		return
	}
	if res := kit.Icon(name, ink); i.Resource != res {
		i.Resource = res
		i.Refresh()
	}
}

func themed(name fyne.ThemeColorName) color.Color { return theme.Color(name) }

// ground is a coloured area that follows the theme, or the frame of one.
type ground struct {
	widget.BaseWidget
	color fyne.ThemeColorName
	frame bool
}

// newFrame is a line round what lies below it.
func newFrame() *ground {
	g := &ground{color: theme.ColorNameInputBorder, frame: true}
	g.ExtendBaseWidget(g)
	return g
}

func newGround(c fyne.ThemeColorName) *ground {
	g := &ground{color: c}
	g.ExtendBaseWidget(g)
	return g
}

// CreateRenderer makes the drawing part; Fyne calls it.
func (g *ground) CreateRenderer() fyne.WidgetRenderer {
	r := &groundRenderer{g: g, rect: canvas.NewRectangle(color.Transparent)}
	r.style()
	return r
}

type groundRenderer struct {
	g    *ground
	rect *canvas.Rectangle
}

func (r *groundRenderer) Destroy()                     {}
func (r *groundRenderer) Layout(s fyne.Size)           { r.rect.Resize(s) }
func (r *groundRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *groundRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.rect} }
func (r *groundRenderer) Refresh() {
	r.style()
	r.rect.Refresh()
}

func (r *groundRenderer) style() {
	if !r.g.frame {
		r.rect.FillColor = themed(r.g.color)
		return
	}
	r.rect.StrokeColor, r.rect.StrokeWidth = themed(r.g.color), 1
	r.rect.CornerRadius = theme.Size(theme.SizeNameInputRadius)
}

// newFine is secondary text that wraps. Fyne's own "low importance" is the
// colour of what is switched off, and hard to read.
func newFine(text string) *widget.RichText {
	rt := widget.NewRichText()
	rt.Wrapping = fyne.TextWrapWord
	setFine(rt, text, kit.ColorSecondary)
	return rt
}

func setFine(rt *widget.RichText, text string, color fyne.ThemeColorName) {
	rt.Segments = []widget.RichTextSegment{&widget.TextSegment{Text: text, Style: widget.RichTextStyle{ColorName: color, SizeName: theme.SizeNameText}}}
	rt.Refresh()
}

// newFineLine is one line of it, cut where there is no room.
func newFineLine(text string) *widget.RichText {
	rt := newFine(text)
	rt.Wrapping = fyne.TextWrapOff
	rt.Truncation = fyne.TextTruncateEllipsis
	rt.Refresh()
	return rt
}
