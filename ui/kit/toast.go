package kit

import (
	"image/color"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// Tone is what a message is about; it chooses icon and colour.
type Tone uint8

// The tones.
const (
	ToneInfo Tone = iota
	ToneGood
	ToneWarn
	ToneBad
)

func (t Tone) look() (icon string, color fyne.ThemeColorName) {
	switch t {
	case ToneGood:
		return "check-circle", theme.ColorNameSuccess
	case ToneWarn:
		return "warning", theme.ColorNameWarning
	case ToneBad:
		return "error", theme.ColorNameError
	}
	return "info", theme.ColorNamePrimary
}

// Toast is a message in the lower right corner that goes by itself.
type Toast struct {
	Tone   Tone
	Text   string
	Detail string // a second, fainter line; may be ""
	Button string // a link at the end; "" for none
	Do     func()
	Life   time.Duration // 0: 6 seconds, 12 for ToneBad
}

// toast is one that is shown.
type toast struct {
	box    *fyne.Container
	size   fyne.Size
	timer  *time.Timer
	fade   *fyne.Animation
	ground *canvas.Rectangle
	paint  []func() // give its parts the colours of the theme
}

const mostToasts = 4

// Toast shows a message. At most four are shown; the oldest goes first.
func (s *Stage) Toast(t Toast) {
	if len(s.toasts) >= mostToasts {
		s.dropToast(s.toasts[0])
	}
	life := t.Life
	if life == 0 {
		life = 6 * time.Second
		if t.Tone == ToneBad {
			life = 12 * time.Second
		}
	}
	shown := s.newToast(t)
	s.toasts = append(s.toasts, shown)
	showOn(s.layer, shown.box)
	s.placeToasts()
	shown.timer = time.AfterFunc(life, func() { fyne.Do(func() { s.fadeToast(shown) }) })
}

func (s *Stage) newToast(t Toast) *toast {
	icon, color := t.Tone.look()
	shown := &toast{ground: newRect()}
	edge, img := newRect(), canvas.NewImageFromResource(Icon(icon, color))
	shown.painted(func() {
		fillRect(shown.ground, theme.ColorNameOverlayBackground, 6)
		strokeRect(shown.ground, theme.ColorNameInputBorder, 1)
		fillRect(edge, color, 2)
	})
	shown.box = newBox(shown.ground, edge, img)
	x, height := shown.addText(t)
	if t.Button != "" {
		b := NewButton(t.Button, ButtonLink, func() {
			s.dropToast(shown)
			if t.Do != nil {
				t.Do()
			}
		})
		put(b, x, (height-dp(28))/2, b.MinSize().Width, dp(28))
		x += b.MinSize().Width
		shown.box.Add(b)
	}
	closer := newToolButton("close", "", 22, 12, func() { s.dropToast(shown) })
	shown.box.Add(closer)
	shown.size = fyne.NewSize(max(x+dp(32), dp(240)), height)
	put(closer, shown.size.Width-dp(30), (height-dp(22))/2, dp(22), dp(22))
	put(edge, dp(1), dp(6), dp(3), height-dp(12))
	put(img, dp(13), (height-dp(17))/2, dp(17), dp(17))
	shown.ground.Resize(shown.size)
	shown.box.Resize(shown.size)
	return shown
}

// painted does what gives a part its colours, now and whenever the theme changes.
func (shown *toast) painted(f func()) {
	f()
	shown.paint = append(shown.paint, f)
}

// repaintToasts follows a change of the theme.
func (s *Stage) repaintToasts() {
	for _, t := range s.toasts {
		for _, f := range t.paint {
			f()
		}
	}
}

// The widest line of a message, and how many it may have: a sentence that says
// why something failed is read whole or not at all.
const (
	toastWidth = 400
	toastLines = 3
)

// addText puts the lines, and returns where they end and how high the message
// is.
func (shown *toast) addText(t Toast) (right, height float32) {
	left, width := dp(38), float32(0)
	y := dp(9)
	line := func(text string, color fyne.ThemeColorName, size fyne.ThemeSizeName, step float32) {
		o := newText(fyne.TextAlignLeading)
		shown.painted(func() { styleText(o, text, color, size) })
		shown.box.Add(o)
		put(o, left, y, o.MinSize().Width, step)
		width = max(width, o.MinSize().Width)
		y += step
	}
	for _, text := range wrapLines(t.Text, dp(toastWidth), theme.TextSize(), toastLines) {
		line(text, "", theme.SizeNameText, dp(18))
	}
	if t.Detail != "" {
		y += dp(1)
		for _, text := range wrapLines(t.Detail, dp(toastWidth), theme.CaptionTextSize(), toastLines-1) {
			line(text, ColorSecondary, theme.SizeNameCaptionText, dp(16))
		}
	}
	return left + width + dp(8), max(dp(40), y+dp(9))
}

// wrapLines breaks a text between words into lines that fit; the last of them
// is shortened if there is more.
func wrapLines(text string, width, size float32, most int) []string {
	var lines []string
	words := strings.Fields(text)
	for len(words) > 0 && len(lines) < most-1 {
		n := 1
		for n < len(words) && fyne.MeasureText(strings.Join(words[:n+1], " "), size, fyne.TextStyle{}).Width <= width {
			n++
		}
		lines = append(lines, shortenSized(strings.Join(words[:n], " "), width, size, fyne.TextStyle{}))
		words = words[n:]
	}
	if len(words) > 0 {
		lines = append(lines, shortenSized(strings.Join(words, " "), width, size, fyne.TextStyle{}))
	}
	return lines
}

// placeToasts stacks the messages from the bottom, the newest lowest, above a
// status bar.
func (s *Stage) placeToasts() {
	y := s.Size().Height - dp(34)
	for i := len(s.toasts) - 1; i >= 0; i-- {
		t := s.toasts[i]
		y -= t.size.Height
		t.box.Move(fyne.NewPos(s.Size().Width-t.size.Width-dp(14), y))
		y -= dp(8)
	}
}

// fadeToast lets a message go: its ground first becomes clear.
func (s *Stage) fadeToast(t *toast) {
	if !s.hasToast(t) {
		return
	}
	from := t.ground.FillColor
	t.fade = canvas.NewColorRGBAAnimation(from, color.Transparent, 250*time.Millisecond, func(c color.Color) {
		t.ground.FillColor = c
		canvas.Refresh(t.ground)
	})
	t.fade.Start()
	time.AfterFunc(260*time.Millisecond, func() { fyne.Do(func() { s.dropToast(t) }) })
}

func (s *Stage) hasToast(t *toast) bool {
	for _, o := range s.toasts {
		if o == t {
			return true
		}
	}
	return false
}

func (s *Stage) dropToast(t *toast) {
	for i, o := range s.toasts {
		if o == t {
			s.toasts = append(s.toasts[:i:i], s.toasts[i+1:]...)
		}
	}
	if t.timer != nil {
		t.timer.Stop()
	}
	if t.fade != nil {
		t.fade.Stop()
	}
	takeOff(s.layer, t.box)
	s.placeToasts()
}

// Toasts is how many messages are shown.
func (s *Stage) Toasts() int { return len(s.toasts) }
