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
	quick   bool // the fields are shown

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
	t.bar = kit.NewToolbar()
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
	if t.quick {
		items = append(items, kit.Gap(), t.protocol(), t.host, t.user, t.password, t.port, t.connect)
	}
	items = append(items, kit.Spacer(), t.button("theme"), t.button("settings"))
	t.bar.SetItems(items...)
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
	t.password.SetText("") // it is in memory now, and nowhere on the screen
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
