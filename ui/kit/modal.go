package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// ModalButton is one answer of a Modal.
type ModalButton struct {
	Label   string
	Kind    ButtonKind
	Default bool        // what Enter does
	Cancel  bool        // what Esc does
	Left    bool        // stands at the left end, apart from the others
	Do      func() bool // nil or true: the card closes
}

// Modal is a card in the middle of the window that wants an answer. The rest
// of the window cannot be reached until it is closed, and has the keyboard
// again afterwards. Work in the background goes on.
type Modal struct {
	Title    string
	Icon     string // of assets; "" for none
	Color    fyne.ThemeColorName
	Content  fyne.CanvasObject
	Buttons  []ModalButton
	Width    float32        // least width of the card, in units; 0 is 420
	Height   float32        // least height of the content
	Focus    fyne.Focusable // who has the keyboard first; nil: the default button
	Over     bool           // shown at once above another card, instead of after it
	OnClosed func()

	stage   *Stage
	overlay *modalOverlay
	below   *Modal
}

// ShowModal shows a card, or puts it behind those that wait. Call it on the UI
// goroutine.
func (s *Stage) ShowModal(m *Modal) {
	m.stage = s
	if s.current != nil && !m.Over {
		s.modals = append(s.modals, m)
		return
	}
	m.below = s.current
	s.current = m
	m.open()
}

// Modal is the card that is shown, or nil.
func (s *Stage) Modal() *Modal { return s.current }

// Waiting is how many cards wait for the one that is shown.
func (s *Stage) Waiting() int { return len(s.modals) }

func (m *Modal) open() {
	hideTip()
	m.stage.drags.Cancel()
	c := canvasOf(m.stage)
	if c == nil {
		return
	}
	m.overlay = newModalOverlay(m)
	c.Overlays().Add(m.overlay)
	m.overlay.Resize(c.Size())
	m.focusFirst(c)
}

func (m *Modal) focusFirst(c fyne.Canvas) {
	switch {
	case m.Focus != nil:
		c.Focus(m.Focus)
		return
	}
	for i, b := range m.Buttons {
		if b.Default {
			c.Focus(m.overlay.buttons[i])
			return
		}
	}
	if len(m.overlay.buttons) > 0 {
		c.Focus(m.overlay.buttons[0])
	}
}

// Close closes the card without an answer, wherever it is. The next one that
// waits is shown.
func (m *Modal) Close() {
	s := m.stage
	if s == nil {
		return
	}
	for i, w := range s.modals {
		if w == m {
			s.modals = append(s.modals[:i:i], s.modals[i+1:]...)
			return
		}
	}
	if m.overlay == nil {
		return
	}
	m.closeOverlay()
	if s.current != m {
		// A card below another: the canvas has removed those above it as well.
		for s.current != nil && s.current != m {
			s.current.overlay = nil
			s.current = s.current.below
		}
	}
	s.current = m.below
	if m.OnClosed != nil {
		m.OnClosed()
	}
	if s.current == nil && len(s.modals) > 0 {
		next := s.modals[0]
		s.modals = s.modals[1:]
		s.ShowModal(next)
	}
}

func (m *Modal) closeOverlay() {
	hideTip()
	if c := canvasOf(m.stage); c != nil {
		c.Overlays().Remove(m.overlay)
	}
	m.overlay = nil
}

// Button gives a button of a card that is shown, to disable it with a reason.
func (m *Modal) Button(i int) *Button {
	if m.overlay == nil || i >= len(m.overlay.buttons) {
		return nil
	}
	return m.overlay.buttons[i]
}

// Press answers with the i-th button, as a click would.
func (m *Modal) Press(i int) {
	if i < 0 || i >= len(m.Buttons) || m.overlay == nil || m.overlay.buttons[i].Disabled() {
		return
	}
	if do := m.Buttons[i].Do; do == nil || do() {
		m.Close()
	}
}

// Relayout fits the card to a content whose least size has changed.
func (m *Modal) Relayout() {
	if m.overlay != nil {
		m.overlay.Refresh()
	}
}

// modalOverlay covers the window: a veil, and the card. It takes every click
// that the card's objects do not want.
type modalOverlay struct {
	widget.BaseWidget
	m       *Modal
	buttons []*Button
	layer   *fyne.Container
}

var (
	_ desktop.Mouseable = (*modalOverlay)(nil)
	_ desktop.Hoverable = (*modalOverlay)(nil)
	_ fyne.Focusable    = (*modalOverlay)(nil)
	_ fyne.Disableable  = (*modalOverlay)(nil)
)

func newModalOverlay(m *Modal) *modalOverlay {
	o := &modalOverlay{m: m, layer: newBox()}
	for i, b := range m.Buttons {
		o.buttons = append(o.buttons, NewButton(b.Label, b.Kind, func() { m.Press(i) }))
	}
	o.ExtendBaseWidget(o)
	return o
}

func (o *modalOverlay) tipLayer() *fyne.Container     { return o.layer }
func (o *modalOverlay) children() []fyne.CanvasObject { return []fyne.CanvasObject{o.m.Content} }

func (o *modalOverlay) MouseDown(*desktop.MouseEvent)  { hideTip() }
func (o *modalOverlay) MouseUp(*desktop.MouseEvent)    {}
func (o *modalOverlay) MouseIn(*desktop.MouseEvent)    {}
func (o *modalOverlay) MouseMoved(*desktop.MouseEvent) {}
func (o *modalOverlay) MouseOut()                      {}

// The overlay counts as focusable, so that a click beside the card leaves the
// keyboard where it is, and as disabled, so that Tab does not stop at it.
func (o *modalOverlay) FocusGained()               {}
func (o *modalOverlay) FocusLost()                 {}
func (o *modalOverlay) TypedRune(rune)             {}
func (o *modalOverlay) TypedKey(ev *fyne.KeyEvent) { o.overlayKey(ev) }
func (o *modalOverlay) Enable()                    {}
func (o *modalOverlay) Disable()                   {}
func (o *modalOverlay) Disabled() bool             { return true }

// overlayKey is Enter and Esc from whatever on the card has the keyboard.
func (o *modalOverlay) overlayKey(ev *fyne.KeyEvent) bool {
	for i, b := range o.m.Buttons {
		enter := ev.Name == fyne.KeyReturn || ev.Name == fyne.KeyEnter
		if b.Default && enter || b.Cancel && ev.Name == fyne.KeyEscape {
			o.m.Press(i)
			return true
		}
	}
	return false
}

// modalLook is what draws a card.
type modalLook struct {
	o                         *modalOverlay
	scrim, shadow, card, line *canvas.Rectangle
	title                     *canvas.Text
	icon                      *canvas.Image
}

func (o *modalOverlay) CreateRenderer() fyne.WidgetRenderer {
	l := &modalLook{o, newRect(), newRect(), newRect(), newRect(), newText(fyne.TextAlignLeading), &canvas.Image{}}
	objects := []fyne.CanvasObject{l.scrim, l.shadow, l.card, l.line, l.icon, l.title}
	if o.m.Content != nil {
		objects = append(objects, o.m.Content)
	}
	for _, b := range o.buttons {
		objects = append(objects, b)
	}
	return newParts(parts{
		of: o, objects: append(objects, o.layer), style: l.style, layout: l.layout,
		min: func() fyne.Size { return fyne.NewSize(1, 1) },
	})
}

func (l *modalLook) style() {
	m := l.o.m
	fillRect(l.scrim, ColorScrim, 0)
	fillRect(l.shadow, theme.ColorNameShadow, 10)
	fillRect(l.card, theme.ColorNameOverlayBackground, 8)
	strokeRect(l.card, theme.ColorNameInputBorder, 1)
	fillRect(l.line, theme.ColorNameSeparator, 0)
	styleText(l.title, m.Title, "", theme.SizeNameSubHeadingText)
	l.title.TextStyle.Bold = true
	l.icon.Hidden = m.Icon == ""
	if m.Icon != "" {
		l.icon.Resource = Icon(m.Icon, m.Color)
		l.icon.Refresh()
	}
	for _, b := range l.o.buttons {
		b.Refresh()
	}
	if m.Content != nil {
		m.Content.Refresh()
	}
}

func (l *modalLook) layout(s fyne.Size) {
	o := l.o
	put(l.scrim, 0, 0, s.Width, s.Height)
	put(o.layer, 0, 0, s.Width, s.Height)
	size := o.cardSize(s)
	x, y := (s.Width-size.Width)/2, max((s.Height-size.Height)*0.42, dp(8))
	put(l.card, x, y, size.Width, size.Height)
	put(l.shadow, x-dp(3), y, size.Width+dp(6), size.Height+dp(7))
	left := x + dp(18)
	if !l.icon.Hidden {
		put(l.icon, left, y+dp(14), dp(20), dp(20))
		left += dp(29)
	}
	put(l.title, left, y+dp(11), size.Width, dp(24))
	if o.m.Content != nil {
		put(o.m.Content, x+dp(18), y+dp(46), size.Width-dp(36), size.Height-dp(46+14+54))
	}
	put(l.line, x+1, y+size.Height-dp(54), size.Width-2, 1)
	o.layoutButtons(x, y+size.Height-dp(41), size.Width)
}

// cardSize is what the card needs, cut to the window.
func (o *modalOverlay) cardSize(s fyne.Size) fyne.Size {
	m := o.m
	w, h := dp(420), dp(m.Height)
	if m.Width > 0 {
		w = dp(m.Width)
	}
	if m.Content != nil {
		c := m.Content.MinSize()
		w, h = max(w, c.Width+dp(36)), max(h, c.Height)
	}
	bar := dp(36)
	for _, b := range o.buttons {
		bar += b.MinSize().Width + dp(8)
	}
	w = max(w, bar)
	return fyne.NewSize(min(w, s.Width-dp(16)), min(h+dp(46+14+54), s.Height-dp(16)))
}

func (o *modalOverlay) layoutButtons(x, y, w float32) {
	left, right := x+dp(18), x+w-dp(18)
	for i := len(o.buttons) - 1; i >= 0; i-- {
		b := o.buttons[i]
		if b.Hidden {
			continue
		}
		m := b.MinSize()
		m.Width = max(m.Width, dp(80))
		if o.m.Buttons[i].Left {
			put(b, left, y, m.Width, m.Height)
			left += m.Width + dp(8)
			continue
		}
		right -= m.Width
		put(b, right, y, m.Width, m.Height)
		right -= dp(8)
	}
}
