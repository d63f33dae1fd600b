package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Banner is a bar across its room that says something which stays true until
// it is answered: a lost connection, an interrupted queue. Hidden at first.
type Banner struct {
	widget.BaseWidget
	tone    Tone
	text    *Label
	buttons []*Button
	closer  *ToolButton

	OnClose func() // the person has dismissed it; the room it took is free
}

// BannerButton is one answer of a Banner.
type BannerButton struct {
	Label string
	Do    func()
}

// NewBanner makes a hidden banner.
func NewBanner() *Banner {
	b := &Banner{text: NewLabel("", "").Cut(80)}
	b.closer = newToolButton("close", "Dismiss", 24, 12, b.dismiss)
	b.ExtendBaseWidget(b)
	b.BaseWidget.Hide()
	return b
}

// Say shows the banner. The caller lays its parent out again, since the
// banner takes room.
func (b *Banner) Say(tone Tone, text string, buttons ...BannerButton) {
	b.tone = tone
	b.text.SetText(text)
	b.buttons = nil
	for _, o := range buttons {
		b.buttons = append(b.buttons, NewButton(o.Label, ButtonLink, o.Do))
	}
	b.BaseWidget.Show()
	b.Refresh()
}

func (b *Banner) dismiss() {
	b.Hide()
	if b.OnClose != nil {
		b.OnClose()
	}
}

// Text is what the banner says.
func (b *Banner) Text() string { return b.text.Text() }

// Button is the one with that label, nil if there is none.
func (b *Banner) Button(label string) *Button {
	for _, o := range b.buttons {
		if o.Label() == label {
			return o
		}
	}
	return nil
}

// CreateRenderer makes the drawing part; Fyne calls it.
func (b *Banner) CreateRenderer() fyne.WidgetRenderer {
	r := &bannerRenderer{b: b, ground: newRect(), tint: newRect(), line: newRect(), icon: &canvas.Image{}}
	r.restyle()
	return r
}

type bannerRenderer struct {
	b                  *Banner
	ground, tint, line *canvas.Rectangle
	icon               *canvas.Image
	objects            []fyne.CanvasObject
}

func (r *bannerRenderer) Destroy()                     {}
func (r *bannerRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *bannerRenderer) MinSize() fyne.Size {
	w := dp(160)
	for _, o := range r.b.buttons {
		w += o.MinSize().Width
	}
	return fyne.NewSize(w, dp(34))
}

func (r *bannerRenderer) restyle() {
	icon, color := r.b.tone.look()
	tint := map[Tone]fyne.ThemeColorName{
		ToneInfo: ColorSelectionIdle, ToneGood: ColorTintNew, ToneWarn: ColorTintDiffers, ToneBad: ColorTintWrong,
	}[r.b.tone]
	fillRect(r.ground, ColorChrome, 0)
	fillRect(r.tint, tint, 0)
	fillRect(r.line, theme.ColorNameSeparator, 0)
	r.icon.Resource = Icon(icon, color)
	r.icon.Refresh()
	r.objects = []fyne.CanvasObject{r.ground, r.tint, r.line, r.icon, r.b.text}
	for _, o := range r.b.buttons {
		r.objects = append(r.objects, o)
	}
	r.objects = append(r.objects, r.b.closer)
}

func (r *bannerRenderer) Layout(z fyne.Size) {
	r.ground.Resize(z)
	r.tint.Resize(z)
	put(r.line, 0, z.Height-1, z.Width, 1)
	put(r.icon, dp(12), (z.Height-dp(17))/2, dp(17), dp(17))
	right := z.Width - dp(30)
	put(r.b.closer, right, (z.Height-dp(24))/2, dp(24), dp(24))
	for i := len(r.b.buttons) - 1; i >= 0; i-- {
		m := r.b.buttons[i].MinSize()
		right -= m.Width
		put(r.b.buttons[i], right, (z.Height-m.Height)/2, m.Width, m.Height)
	}
	put(r.b.text, dp(38), 0, max(right-dp(44), 0), z.Height)
}

func (r *bannerRenderer) Refresh() {
	r.restyle()
	r.Layout(r.b.Size())
	for _, o := range r.objects[4:] {
		o.Refresh()
	}
	canvas.Refresh(r.b)
}
