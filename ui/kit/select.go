package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Select is a choice from a short list, in the frame of an Entry.
type Select struct {
	widget.BaseWidget
	OnChanged func(option string)

	options []string
	current int // -1: none
	width   float32
	why     string
	focused bool
	hovered bool
	open    *Menu
}

var (
	_ fyne.Focusable    = (*Select)(nil)
	_ fyne.Disableable  = (*Select)(nil)
	_ fyne.Tappable     = (*Select)(nil)
	_ desktop.Mouseable = (*Select)(nil)
	_ desktop.Hoverable = (*Select)(nil)
)

// NewSelect makes a choice with nothing chosen, and a least width in units.
func NewSelect(options []string, width float32, changed func(string)) *Select {
	s := &Select{options: append([]string(nil), options...), current: -1, width: width, OnChanged: changed}
	s.ExtendBaseWidget(s)
	return s
}

// SetOptions replaces the list; what is chosen stays if it is still there.
func (s *Select) SetOptions(options []string) {
	was := s.Selected()
	s.options, s.current = append([]string(nil), options...), -1
	s.Set(was)
	s.Refresh()
}

// Options is the list.
func (s *Select) Options() []string { return append([]string(nil), s.options...) }

// Selected is what is chosen, or "".
func (s *Select) Selected() string {
	if s.current < 0 {
		return ""
	}
	return s.options[s.current]
}

// SelectedIndex is the place of what is chosen, or -1.
func (s *Select) SelectedIndex() int { return s.current }

// Set chooses without calling OnChanged; an option that is not in the list
// chooses nothing.
func (s *Select) Set(option string) {
	at := -1
	for i, o := range s.options {
		if o == option {
			at = i
		}
	}
	s.SetIndex(at)
}

// SetIndex chooses by place without calling OnChanged.
func (s *Select) SetIndex(i int) {
	if i != s.current && i < len(s.options) {
		s.current = i
		s.Refresh()
	}
}

func (s *Select) choose(i int) {
	if i == s.current || i < 0 || i >= len(s.options) {
		return
	}
	s.SetIndex(i)
	if s.OnChanged != nil {
		s.OnChanged(s.options[i])
	}
}

// SetWhy disables the choice for a reason, shown as its tool tip; "" enables.
func (s *Select) SetWhy(why string) {
	if s.why != why {
		s.why = why
		s.Refresh()
	}
}

// Disable is called by Fyne.
func (s *Select) Disable() { s.SetWhy(" ") }

// Enable is called by Fyne.
func (s *Select) Enable() { s.SetWhy("") }

// Disabled says whether the choice is disabled.
func (s *Select) Disabled() bool { return s.why != "" }

// Tapped opens the list.
func (s *Select) Tapped(*fyne.PointEvent) { s.showList() }

func (s *Select) showList() {
	c := canvasOf(s)
	if s.why != "" || c == nil || len(s.options) == 0 {
		return
	}
	items := make([]MenuItem, len(s.options))
	for i, o := range s.options {
		items[i] = MenuItem{Label: o, Checked: i == s.current, Do: func() { s.choose(i) }}
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(s)
	s.open = ShowMenu(c, at.AddXY(0, s.Size().Height+dp(2)), items)
	if s.current >= 0 {
		s.open.heat(0, s.current)
	}
}

// MouseDown is called by Fyne.
func (s *Select) MouseDown(*desktop.MouseEvent) {
	hideTip()
	if c := canvasOf(s); c != nil && s.why == "" {
		c.Focus(s)
	}
}

// MouseUp is called by Fyne.
func (s *Select) MouseUp(*desktop.MouseEvent) {}

// MouseIn is called by Fyne.
func (s *Select) MouseIn(*desktop.MouseEvent) {
	s.hovered = true
	if s.why != " " {
		hoverTip(s, s.why)
	}
	s.Refresh()
}

// MouseMoved is called by Fyne.
func (s *Select) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is called by Fyne.
func (s *Select) MouseOut() {
	s.hovered = false
	hideTip()
	s.Refresh()
}

// FocusGained is called by Fyne.
func (s *Select) FocusGained() {
	s.focused = true
	s.Refresh()
}

// FocusLost is called by Fyne.
func (s *Select) FocusLost() {
	s.focused = false
	s.Refresh()
}

// TypedRune chooses the next option that begins with the character.
func (s *Select) TypedRune(r rune) {
	for n := range s.options {
		i := (s.current + 1 + n) % len(s.options)
		if startsWith(s.options[i], r) {
			s.choose(i)
			return
		}
	}
}

// TypedKey is called by Fyne.
func (s *Select) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeyDown:
		s.choose(s.current + 1)
	case fyne.KeyUp:
		s.choose(s.current - 1)
	case fyne.KeySpace:
		s.showList()
	default:
		topKeys(s, ev)
	}
}

// CreateRenderer makes the drawing part; Fyne calls it.
func (s *Select) CreateRenderer() fyne.WidgetRenderer {
	box, over := newRect(), newRect()
	text, arrow := newText(fyne.TextAlignLeading), &canvas.Image{}
	return newParts(parts{
		of: s, objects: []fyne.CanvasObject{box, over, text, arrow},
		style: func() {
			fillRect(box, theme.ColorNameInputBackground, 4)
			edge, ink := theme.ColorNameInputBorder, fyne.ThemeColorName("")
			if s.focused {
				edge = theme.ColorNamePrimary
			}
			if s.why != "" {
				ink = theme.ColorNameDisabled
			}
			strokeRect(box, edge, 1)
			fillRect(over, theme.ColorNameHover, 4)
			over.Hidden = !s.hovered || s.why != ""
			styleText(text, s.Selected(), ink, theme.SizeNameText)
			arrow.Resource = Icon("caret-down", ink)
			arrow.Refresh()
		},
		layout: func(z fyne.Size) {
			put(box, 0, 0, z.Width, z.Height)
			put(over, 0, 0, z.Width, z.Height)
			text.Text = shorten(s.Selected(), z.Width-dp(30), fyne.TextStyle{})
			put(text, dp(9), 0, z.Width-dp(30), z.Height)
			put(arrow, z.Width-dp(18), (z.Height-dp(9))/2, dp(9), dp(9))
		},
		min: func() fyne.Size {
			w := dp(s.width)
			for _, o := range s.options {
				w = max(w, fyne.MeasureText(o, theme.Size(theme.SizeNameText), fyne.TextStyle{}).Width+dp(34))
			}
			return fyne.NewSize(w, dp(28))
		},
	})
}
