package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"longshore/transfer/session"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// showLearned opens what was learned about a server, to be corrected.
func (w *Window) showLearned(t session.Target, then func()) {
	e := w.model.Learned(t)
	if e == nil {
		return
	}
	c := &learnedCard{w: w, e: e, then: then}
	c.open()
}

// learnedCard edits what is known about one server.
type learnedCard struct {
	w    *Window
	e    *model.Learned
	card *kit.Modal
	then func()

	tls, tls12              *kit.Check
	data, list              *kit.Select
	sessions, clock, naming *kit.Entry
	pin                     *kit.Label
	distrust                *kit.Button
	problem                 *kit.Label
}

func (c *learnedCard) open() {
	e := c.e
	software := e.Software
	if software == "" {
		software = "not known"
	}
	c.tls = kit.NewCheck("It has TLS: a connection without is refused", func(on bool) { e.TLSSeen = on })
	c.tls12 = kit.NewCheck("Data connections work with TLS 1.2 only", func(on bool) { e.TLS12 = on })
	c.tls.Set(e.TLSSeen)
	c.tls12.Set(e.TLS12)
	c.data = kit.NewSelect(wordsOf(model.DataModes, model.DataModeWord), 180, nil)
	c.data.SetIndex(indexOf(model.DataModes, e.Data))
	c.list = kit.NewSelect(wordsOf(model.ListModes, model.ListModeWord), 180, nil)
	c.list.SetIndex(indexOf(model.ListModes, e.List))
	c.sessions, c.clock, c.naming = kit.NewEntry("not known", 120), kit.NewEntry("not known", 120), kit.NewEntry("not known", 120)
	c.sessions.SetText(e.MaxSessions)
	c.clock.SetText(e.Clock)
	c.naming.SetText(e.Charset)
	c.pin = kit.NewLabel("", "").Cut(160)
	c.distrust = kit.NewButton("Ask again", kit.ButtonNormal, func() { e.Distrust(c.showPin) })
	c.problem = kit.NewLabel("", theme.ColorNameError).Cut(100)
	c.showPin()
	form := kit.Form(
		kit.FormRow{Label: "Server", Field: kit.NewLabel(e.Server(), "").Cut(160)},
		kit.FormRow{Label: "Software", Field: kit.NewLabel(software, "").Cut(160)},
		kit.FormRow{Label: "Encryption", Field: c.tls},
		kit.FormRow{Label: " ", Field: c.tls12},
		kit.FormRow{Label: "Certificate", Field: leftOf(c.pin, c.distrust)},
		kit.FormRow{Label: "Data connections", Field: c.data},
		kit.FormRow{Label: "Connections at once", Field: c.sessions},
		kit.FormRow{Label: "Folders listed by", Field: c.list},
		kit.FormRow{Label: "Clock", Field: c.clock, Hint: "Minutes that the times in its lists are ahead of UTC"},
		kit.FormRow{Label: "Names in", Field: c.naming, Hint: "A character set as ISO-8859-1; empty for UTF-8"},
		kit.FormRow{Field: c.problem},
	)
	c.card = &kit.Modal{Title: model.WordLearnedTitle, Icon: "server", Content: form, Width: 520, Over: true,
		Buttons: []kit.ModalButton{
			{Label: "Forget everything", Kind: kit.ButtonDanger, Left: true, Do: func() bool { c.forget(); return false }},
			{Label: "Cancel", Cancel: true},
			{Label: "Save", Kind: kit.ButtonPrimary, Default: true, Do: func() bool { c.save(); return false }},
		}}
	c.w.stage.ShowModal(c.card)
}

// forget asks first: a decision about a certificate is among what is lost, and
// nothing can bring that back.
func (c *learnedCard) forget() {
	c.w.stage.ShowModal(&kit.Modal{Title: "Forget what was learned?", Icon: "warning", Color: theme.ColorNameWarning, Over: true,
		Content: paragraph(c.e.ForgetText()), Buttons: []kit.ModalButton{{Label: "Cancel", Cancel: true, Default: true},
			{Label: "Forget", Kind: kit.ButtonDanger, Do: func() bool { c.e.ForgetAll(c.done); return true }}}})
}

func (c *learnedCard) showPin() {
	if c.e.Pin == nil {
		c.pin.Set("not trusted by you", kit.ColorSecondary)
		c.distrust.SetWhy("There is no decision of yours to take back")
		return
	}
	c.pin.Set("trusted by you since "+c.e.Pin.Since.Local().Format("2006-01-02"), "")
	c.distrust.SetWhy("")
}

func (c *learnedCard) save() {
	c.e.Data, c.e.List = model.DataModes[c.data.SelectedIndex()], model.ListModes[c.list.SelectedIndex()]
	c.e.MaxSessions, c.e.Clock, c.e.Charset = c.sessions.Text, c.clock.Text, c.naming.Text
	c.e.Save(c.problem.SetText, c.done)
}

func (c *learnedCard) done() {
	c.card.Close()
	c.then()
}

// leftOf puts the second thing beside the first, which takes the room.
func leftOf(wide, right fyne.CanvasObject) fyne.CanvasObject {
	return &fyne.Container{Layout: beside{}, Objects: []fyne.CanvasObject{wide, right}}
}

// beside is the layout of a wide thing and a small one at its right.
type beside struct{}

func (beside) MinSize(o []fyne.CanvasObject) fyne.Size {
	a, b := o[0].MinSize(), o[1].MinSize()
	return fyne.NewSize(a.Width+b.Width+theme.Padding()*2, max(a.Height, b.Height))
}

func (beside) Layout(o []fyne.CanvasObject, z fyne.Size) {
	b := o[1].MinSize()
	o[0].Resize(fyne.NewSize(z.Width-b.Width-theme.Padding()*2, z.Height))
	o[1].Resize(fyne.NewSize(b.Width, b.Height))
	o[1].Move(fyne.NewPos(z.Width-b.Width, (z.Height-b.Height)/2))
}
