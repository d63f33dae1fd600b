package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"longshore/ui/kit"
	"longshore/ui/model"
)

// status is the bar at the bottom: the connection at the left, what moves at
// the right.
type status struct {
	w     *Window
	box   *fyne.Container
	dot   *canvas.Circle
	conn  *canvas.Text
	lock  *canvas.Image
	tls   *canvas.Text
	down  *canvas.Image
	up    *canvas.Image
	rateD *canvas.Text
	rateU *canvas.Text
	total *canvas.Text
}

func newStatus(w *Window) *status {
	s := &status{w: w, dot: canvas.NewCircle(color.Transparent), conn: newCaption(fyne.TextAlignLeading),
		lock: &canvas.Image{}, tls: newCaption(fyne.TextAlignLeading), down: &canvas.Image{}, up: &canvas.Image{},
		rateD: newCaption(fyne.TextAlignLeading), rateU: newCaption(fyne.TextAlignLeading), total: newCaption(fyne.TextAlignLeading)}
	s.box = container.New(s, newGround(kit.ColorChrome), s.dot, s.conn, s.lock, s.tls, s.down, s.rateD, s.up, s.rateU, s.total)
	return s
}

// MinSize is 24 units high.
func (s *status) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(100, theme.CaptionTextSize()+13)
}

// Layout puts the connection left and the rates right.
func (s *status) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(size)
	gap := theme.Padding() * 2.5
	icon := theme.CaptionTextSize() + 3
	at := func(o fyne.CanvasObject, x, w, h float32) {
		o.Move(fyne.NewPos(x, (size.Height-h)/2))
		o.Resize(fyne.NewSize(w, h))
	}
	x := gap
	at(s.dot, x, 8, 8)
	x += 8 + gap*0.8
	at(s.conn, x, s.conn.MinSize().Width, size.Height)
	x += s.conn.MinSize().Width + gap
	at(s.lock, x, icon, icon)
	x += icon + gap*0.6
	at(s.tls, x, s.tls.MinSize().Width, size.Height)
	x = size.Width - gap
	for _, pair := range []struct {
		text *canvas.Text
		icon *canvas.Image
	}{{s.total, nil}, {s.rateU, s.up}, {s.rateD, s.down}} {
		x -= pair.text.MinSize().Width
		at(pair.text, x, pair.text.MinSize().Width, size.Height)
		if pair.icon != nil {
			x -= icon + gap*0.6
			at(pair.icon, x, icon, icon)
		}
		x -= gap * 1.6
	}
}

func (s *status) update() {
	v, t := s.w.model.QueueView, s.w.model.Tab()
	if c := themed(stateColor(t.State)); s.dot.FillColor != c {
		s.dot.FillColor = c
		s.dot.Refresh()
	}
	lock, version := t.Lock()
	switch lock {
	case model.LockTLS:
		sayIcon(s.lock, "lock", theme.ColorNameSuccess)
	case model.LockPlain:
		sayIcon(s.lock, "lock-open", theme.ColorNameError)
		version = "not encrypted"
	default:
		sayIcon(s.lock, "", "")
		version = ""
	}
	down, up := "", ""
	if v.Busy() { // a rate that dies away says nothing
		down, up = model.FormatRate(v.DownRate), model.FormatRate(v.UpRate)
	}
	sayIcon(s.down, iconBeside("download", down), theme.ColorNamePrimary)
	sayIcon(s.up, iconBeside("upload", up), theme.ColorNameSuccess)
	moved := say(s.conn, t.StateText(), theme.ColorNameForeground)
	moved = say(s.tls, version, kit.ColorSecondary) || moved
	moved = say(s.rateD, down, kit.ColorSecondary) || moved
	moved = say(s.rateU, up, kit.ColorSecondary) || moved
	moved = say(s.total, v.TotalLine(), kit.ColorSecondary) || moved
	if moved {
		s.Layout(s.box.Objects, s.box.Size())
	}
}

// iconBeside is the icon of a rate, none where none is told.
func iconBeside(icon, rate string) string {
	if rate == "" {
		return ""
	}
	return icon
}

func stateColor(s model.TabState) fyne.ThemeColorName {
	switch s {
	case model.Connected:
		return theme.ColorNameSuccess
	case model.Connecting:
		return theme.ColorNameWarning
	case model.Asleep:
		return theme.ColorNamePrimary
	case model.Broken:
		return theme.ColorNameError
	}
	return theme.ColorNameDisabled
}
