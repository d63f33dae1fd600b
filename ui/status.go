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
	m := s.w.model
	t := m.Tab()
	s.conn.Text = t.StateText()
	s.dot.FillColor = themed(stateColor(t.State))
	lock, version := t.Lock()
	s.lock.Hidden = lock == model.LockNone
	s.tls.Text = ""
	switch lock {
	case model.LockTLS:
		s.lock.Resource, s.tls.Text = kit.Icon("lock", theme.ColorNameSuccess), version
	case model.LockPlain:
		s.lock.Resource, s.tls.Text = kit.Icon("lock-open", theme.ColorNameError), "not encrypted"
	}
	v := m.QueueView
	s.down.Resource, s.up.Resource = kit.Icon("download", theme.ColorNamePrimary), kit.Icon("upload", theme.ColorNameSuccess)
	s.rateD.Text, s.rateU.Text = "", ""
	if v.Busy() { // a rate that dies away says nothing
		s.rateD.Text, s.rateU.Text = model.FormatRate(v.DownRate), model.FormatRate(v.UpRate)
	}
	s.down.Hidden, s.up.Hidden = s.rateD.Text == "", s.rateU.Text == ""
	s.total.Text = v.TotalLine()
	restyle(s.conn, s.tls, s.rateD, s.rateU, s.total)
	s.conn.Color = themed(theme.ColorNameForeground)
	s.box.Refresh()
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
