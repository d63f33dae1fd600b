package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"longshore/transfer/session"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// tools is the tool bar with the quick-connect fields at its right.
type tools struct {
	w       *Window
	bar     *kit.Toolbar
	buttons map[string]*kit.ToolButton
	row     *kit.Toolbar    // the fields, where the bar has no room for them
	box     *fyne.Container // bar and row
	quick   bool            // the fields are shown
	narrow  bool            // in a row of their own

	security *widget.Select
	host     *kit.Entry
	user     *kit.Entry
	password *kit.Entry
	port     *kit.Entry
	connect  *kit.Button
}

func newTools(w *Window) *tools {
	t := &tools{w: w, buttons: map[string]*kit.ToolButton{}}
	t.buildQuick()
	t.bar, t.row = kit.NewToolbar(), kit.NewPaneBar(nil)
	t.box = container.New(barLayout{t}, t.bar, t.row)
	t.fill()
	return t
}

func (t *tools) button(name string) *kit.ToolButton {
	if b := t.buttons[name]; b != nil {
		return b
	}
	a := t.w.model.Actions.Get(name)
	b := kit.NewToolButton(a.Icon, tipOf(a), func() { t.w.run(name) })
	t.buttons[name] = b
	return b
}

func tipOf(a *model.Action) string {
	if a.Key == "" {
		return a.Label
	}
	return a.Label + " (" + a.Key + ")"
}

// fill puts the buttons on the bar, and the fields if the user wants them.
func (t *tools) fill() {
	var items []fyne.CanvasObject
	for _, name := range model.ToolBar {
		if name == "" {
			items = append(items, kit.Gap())
		} else {
			items = append(items, t.button(name))
		}
	}
	t.quick = t.w.model.Settings.QuickBar
	fields := []fyne.CanvasObject{t.protocol(), t.host, t.user, t.password, t.port, t.connect}
	ends := []fyne.CanvasObject{kit.Spacer(), t.button("theme"), t.button("settings")}
	t.row.Hidden = !t.quick || !t.narrow
	switch {
	case !t.quick:
		t.row.SetItems()
	case t.narrow:
		t.row.SetItems(fields...)
	default:
		t.row.SetItems()
		items = append(append(items, kit.Gap()), fields...)
	}
	t.bar.SetItems(append(items, ends...)...)
	t.box.Refresh()
}

// fit moves the fields to a row of their own when the window has become too
// narrow for them, and back. It is called while a layout runs, so the change
// itself comes afterwards.
func (t *tools) fit(width float32) {
	need := t.bar.MinSize().Width
	if t.narrow {
		need += t.row.MinSize().Width
	}
	narrow := need > width
	if !t.quick || narrow == t.narrow || t.w.content == nil {
		return // before the window is whole no width is the last one
	}
	t.w.do(func() {
		if t.narrow != narrow {
			t.narrow = narrow
			t.fill()
			t.w.content.Refresh()
		}
	})
}

// barLayout sets the row under the bar and lets the window be narrower than
// both.
type barLayout struct{ t *tools }

func (l barLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(320, l.t.bar.MinSize().Height)
	if l.t.row.Visible() {
		size.Height += l.t.row.MinSize().Height
	}
	return size
}

func (l barLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	h := l.t.bar.MinSize().Height
	l.t.bar.Resize(fyne.NewSize(size.Width, h))
	l.t.row.Move(fyne.NewPos(0, h))
	l.t.row.Resize(fyne.NewSize(size.Width, l.t.row.MinSize().Height))
	l.t.fit(size.Width)
}

func (t *tools) buildQuick() {
	var names []string
	for _, s := range model.Securities {
		names = append(names, model.SecurityWord(s))
	}
	t.security = widget.NewSelect(names, nil)
	t.security.SetSelectedIndex(0)
	t.host = kit.NewEntry("Host or address", 160)
	t.user = kit.NewEntry("User", 90)
	t.password = kit.NewPasswordEntry("Password", 110)
	t.port = kit.NewEntry("Port", 48)
	t.connect = kit.NewButton("Connect", kit.ButtonPrimary, t.dial)
	for _, e := range []*kit.Entry{t.host, t.user, t.password, t.port} {
		e.OnSubmitted = func(string) { t.dial() }
	}
}

// protocol gives the list of protocols a width that shows the longest.
func (t *tools) protocol() fyne.CanvasObject {
	wide := fyne.MeasureText(model.SecurityWord(session.TLSIfOffered), theme.TextSize(), fyne.TextStyle{}).Width + 46*theme.TextSize()/12.5
	return container.NewGridWrap(fyne.NewSize(wide, t.security.MinSize().Height), framed(t.security))
}

func (t *tools) dial() {
	k := model.Quick{Security: session.ExplicitTLS, Host: t.host.Text, User: t.user.Text, Password: t.password.Text, Port: t.port.Text}
	if i := t.security.SelectedIndex(); i >= 0 {
		k.Security = model.Securities[i]
	}
	if err := t.w.model.QuickConnect(k); err != nil {
		t.w.model.Alert(model.Message{Grade: model.GradeWarning, What: model.Sentence(err.Error())})
		return
	}
	t.show(t.w.model.Tab().Target) // a password is in memory now, and nowhere on the screen
	t.w.focusPane(model.Remote)
}

// update shows which Actions can be done now, and the connection's address in
// the fields while nobody types there.
func (t *tools) update() {
	if t.quick != t.w.model.Settings.QuickBar {
		t.fill()
	}
	for name, b := range t.buttons {
		a := t.w.model.Actions.Get(name)
		b.SetWhy(a.Why())
		if name == "theme" {
			icon := "moon"
			if t.w.look.dark {
				icon = "sun"
			}
			b.SetIcon(icon, "")
		} else if a.On != nil {
			b.SetToggled(a.On())
		}
	}
}

// show puts a connection's address into the fields.
func (t *tools) show(target session.Target) {
	if target.Host == "" {
		return
	}
	for i, s := range model.Securities {
		if s == target.Security {
			t.security.SetSelectedIndex(i)
		}
	}
	t.host.SetText(target.Host)
	t.user.SetText(target.User)
	t.password.SetText("")
	t.port.SetText("")
	if target.Port != 0 {
		t.port.SetText(strconv.Itoa(target.Port))
	}
}

// FocusQuick opens the fields and goes to the first.
func (w *Window) FocusQuick() {
	if !w.model.Settings.QuickBar {
		w.run("quick-bar")
		w.tools.update()
	}
	w.win.Canvas().Focus(w.tools.host)
	w.tools.host.SelectAllText()
}
