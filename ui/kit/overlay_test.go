package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// press is a whole click on a widget, as the driver sends it.
func press(o interface {
	desktop.Mouseable
	fyne.CanvasObject
}, at fyne.Position, button desktop.MouseButton, mod fyne.KeyModifier) {
	ev := &desktop.MouseEvent{Button: button, Modifier: mod}
	ev.Position = at
	ev.AbsolutePosition = fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Add(at)
	o.MouseDown(ev)
	o.MouseUp(ev)
}

func key(name fyne.KeyName) *fyne.KeyEvent { return &fyne.KeyEvent{Name: name} }

func demoMenu(done *string) []MenuItem {
	do := func(s string) func() { return func() { *done = s } }
	return []MenuItem{
		{Label: "Upload", Icon: "upload", Key: "Enter", Do: do("upload")},
		{Label: "Add to queue", Icon: "queue", Do: do("queue")},
		{Separator: true},
		{Label: "Open", Icon: "external", Do: do("open")},
		{Label: "View / Edit", Icon: "eye", Key: "F4", Do: do("view")},
		{Label: "Compress", Icon: "archive", Why: "the server cannot do this"},
		{Separator: true},
		{Label: "New folder…", Icon: "new-folder", Key: "F7", Do: do("folder")},
		{Label: "Rename", Icon: "rename", Key: "F2", Do: do("rename")},
		{Label: "Copy as", Icon: "copy", Children: []MenuItem{{Label: "URL", Do: do("url")}, {Label: "Path", Checked: true, Do: do("path")}}},
		{Label: "Delete", Icon: "delete", Key: "Del", Danger: true, Do: do("delete")},
	}
}

func TestMenuByMouse(t *testing.T) {
	newApp(t, true)
	table, content := mockWindow()
	win, _ := newWindow(t, content, 1280, 776)
	win.Canvas().Focus(table)
	var done string
	m := ShowMenu(win.Canvas(), fyne.NewPos(80, 340), demoMenu(&done))
	for _, p := range []int{5, 9} {
		pos, size := m.ItemRect(p)
		m.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: pos.AddXY(20, size.Height/2)}})
		if p == 5 {
			savePicture(t, "menu-disabled", win.Canvas().Capture())
		}
	}
	savePicture(t, "menu", win.Canvas().Capture())
	if len(m.panels) != 2 {
		t.Fatalf("%d panels are open, want 2", len(m.panels))
	}
	pos, _ := m.ItemRect(5)
	press(m, pos.AddXY(5, 5), desktop.MouseButtonPrimary, 0)
	if done != "" || m.closed {
		t.Fatal("a disabled line did something")
	}
	pos, _ = m.ItemRect(8)
	press(m, pos.AddXY(5, 5), desktop.MouseButtonPrimary, 0)
	if done != "rename" || !m.closed {
		t.Errorf("chose %q, closed %v", done, m.closed)
	}
	if win.Canvas().Focused() != fyne.Focusable(table) {
		t.Error("the table has not got the keyboard back")
	}
}

func TestMenuByKeys(t *testing.T) {
	newApp(t, true)
	win, _ := newWindow(t, newBox(), 600, 500)
	var done string
	keys := func(names ...fyne.KeyName) *Menu {
		done = ""
		m := ShowMenu(win.Canvas(), fyne.NewPos(10, 10), demoMenu(&done))
		for _, n := range names {
			m.TypedKey(key(n))
		}
		return m
	}
	for _, c := range []struct {
		keys []fyne.KeyName
		want string
	}{
		{[]fyne.KeyName{fyne.KeyDown, fyne.KeyReturn}, "upload"},
		{[]fyne.KeyName{fyne.KeyUp, fyne.KeyReturn}, "delete"},
		{[]fyne.KeyName{fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn}, "open"},
		{[]fyne.KeyName{fyne.KeyUp, fyne.KeyUp, fyne.KeyRight, fyne.KeyDown, fyne.KeyReturn}, "url"},
		{[]fyne.KeyName{fyne.KeyUp, fyne.KeyUp, fyne.KeyRight, fyne.KeyLeft, fyne.KeyUp, fyne.KeySpace}, "rename"},
		{[]fyne.KeyName{fyne.KeyDown, fyne.KeyEscape}, ""},
	} {
		m := keys(c.keys...)
		if done != c.want || !m.closed {
			t.Errorf("%v: chose %q, want %q; closed %v", c.keys, done, c.want, m.closed)
		}
	}
	m := keys()
	m.TypedRune('n')
	m.TypedKey(key(fyne.KeyReturn))
	if done != "folder" {
		t.Errorf("letter chose %q", done)
	}
	m = keys()
	press(m, fyne.NewPos(550, 480), desktop.MouseButtonPrimary, 0)
	if !m.closed || done != "" {
		t.Error("a click outside did not just close the menu")
	}
}

func TestMenuStaysInWindow(t *testing.T) {
	newApp(t, true)
	win, _ := newWindow(t, newBox(), 400, 300)
	var done string
	m := ShowMenu(win.Canvas(), fyne.NewPos(395, 295), demoMenu(&done))
	p := m.panels[0]
	if p.pos.X < 0 || p.pos.Y < 0 || p.pos.X+p.size.Width > 400 || p.pos.Y+p.size.Height > 300 {
		t.Errorf("menu lies at %v with %v", p.pos, p.size)
	}
}

func existsModal(done *string) *Modal {
	answer := func(s string) func() bool { return func() bool { *done = s; return true } }
	rule := NewRadio([]string{"Overwrite", "Overwrite if newer", "Resume", "Rename", "Skip"}, nil)
	rule.SetIndex(1)
	rule.Check(2).SetWhy("the server does not support REST")
	name := NewEntry("", 200)
	name.SetText("index (2).html")
	always := NewCheck("Do this for all files of this transfer", nil)
	always.Set(true)
	mode := NewSelect([]string{"Uploads only", "All"}, 140, nil)
	mode.SetIndex(0)
	return &Modal{
		Title: "File exists", Icon: "question", Width: 480,
		Content: VBox(10,
			NewLabel("/var/www/html/index.html is already there.", ""),
			Form(
				FormRow{Label: "Source", Field: NewLabel("23.6 KB · 2026-11-22 04:48", "")},
				FormRow{Label: "Target", Field: NewLabel("23.3 KB · 2026-11-14 10:01", "")},
				FormRow{Label: "Action", Field: rule},
				FormRow{Label: "New name", Field: name, Hint: "in the same folder"},
				FormRow{Label: "For", Field: mode},
				FormRow{Label: "Password", Field: NewPasswordEntry("Password", 200)},
			),
			always, progressAt(0.4)),
		Buttons: []ModalButton{
			{Label: "Stop queue", Left: true, Kind: ButtonDanger, Do: answer("stop")},
			{Label: "Cancel", Cancel: true, Do: answer("cancel")},
			{Label: "OK", Default: true, Kind: ButtonPrimary, Do: answer("ok")},
		},
		Focus: name,
	}
}

func progressAt(v float64) *Progress {
	p := NewProgress()
	p.Set(v, "40 %")
	return p
}

func TestModalPictures(t *testing.T) {
	for _, dark := range []bool{true, false} {
		newApp(t, dark)
		table, content := mockWindow()
		win, stage := newWindow(t, content, 1280, 776)
		win.Canvas().Focus(table)
		var done string
		stage.ShowModal(existsModal(&done))
		name := map[bool]string{true: "modal-dark", false: "modal-light"}[dark]
		savePicture(t, name, win.Canvas().Capture())
		stage.Modal().Close()
		stage.Toast(Toast{Tone: ToneGood, Text: "34 files uploaded", Detail: "300.0 MB in 31 s, all sizes match"})
		stage.Toast(Toast{Tone: ToneBad, Text: "Upload of index.html failed", Detail: "550 permission denied", Button: "Retry"})
		stage.Toast(Toast{Text: "Reconnected"})
		hoverTip(table, "Upload (F5)\nnot connected")
		showTip()
		savePicture(t, name+"-toasts", win.Canvas().Capture())
		if stage.Toasts() != 3 {
			t.Errorf("%d toasts", stage.Toasts())
		}
	}
}

func TestModalKeysAndFocus(t *testing.T) {
	newApp(t, true)
	table, content := mockWindow()
	win, stage := newWindow(t, content, 1280, 776)
	c := win.Canvas()
	c.Focus(table)
	var done string

	m := existsModal(&done)
	stage.ShowModal(m)
	entry, ok := c.Focused().(*Entry)
	if !ok || entry.Text != "index (2).html" {
		t.Fatalf("%T has the keyboard", c.Focused())
	}
	for range 30 {
		c.FocusNext()
		if c.Focused() == fyne.Focusable(table) || c.Focused() == nil {
			t.Fatal("Tab left the card")
		}
		if _, bad := c.Focused().(*modalOverlay); bad {
			t.Fatal("Tab stopped at the card itself")
		}
	}
	c.Focus(entry)
	entry.TypedKey(key(fyne.KeyEscape))
	if done != "cancel" || stage.Modal() != nil {
		t.Fatalf("Esc: %q", done)
	}
	if c.Focused() != fyne.Focusable(table) {
		t.Errorf("%T has the keyboard after the card", c.Focused())
	}

	stage.ShowModal(existsModal(&done))
	c.Focused().TypedKey(key(fyne.KeyReturn))
	if done != "ok" || stage.Modal() != nil {
		t.Errorf("Enter: %q", done)
	}
	m = existsModal(&done)
	m.Focus = nil
	stage.ShowModal(m)
	if b, ok := c.Focused().(*Button); !ok || b.Label() != "OK" {
		t.Errorf("default button has not got the keyboard")
	}
	m.Button(2).SetWhy("no name")
	done = ""
	c.Focused().TypedKey(key(fyne.KeyReturn))
	if done != "" || stage.Modal() == nil {
		t.Error("a disabled default button answered")
	}
	m.Close()
}

func TestModalsWaitForEachOther(t *testing.T) {
	newApp(t, true)
	_, stage := newWindow(t, newBox(), 800, 600)
	var order []string
	card := func(title string, over bool) *Modal {
		return &Modal{Title: title, Over: over, OnClosed: func() { order = append(order, title) }, Buttons: []ModalButton{{Label: "OK", Default: true, Cancel: true}}}
	}
	a, b, c, over := card("a", false), card("b", false), card("c", false), card("over", true)
	stage.ShowModal(a)
	stage.ShowModal(b)
	stage.ShowModal(c)
	if stage.Modal() != a || stage.Waiting() != 2 {
		t.Fatal("the second card did not wait")
	}
	stage.ShowModal(over)
	if stage.Modal() != over {
		t.Fatal("the card above is not shown")
	}
	over.Press(0)
	if stage.Modal() != a {
		t.Fatal("the card below is not shown again")
	}
	c.Close() // answered by someone else while it waits
	a.Press(0)
	if stage.Modal() != b || stage.Waiting() != 0 {
		t.Fatal("the waiting card did not follow")
	}
	b.Close()
	if stage.Modal() != nil || len(order) != 3 {
		t.Errorf("closed %v", order)
	}
}

func TestModalRefusesToClose(t *testing.T) {
	newApp(t, true)
	_, stage := newWindow(t, newBox(), 800, 600)
	m := &Modal{Title: "x", Buttons: []ModalButton{{Label: "OK", Default: true, Do: func() bool { return false }}}}
	stage.ShowModal(m)
	test.Tap(m.Button(0))
	if stage.Modal() != m {
		t.Error("the card closed although its button said no")
	}
	m.Close()
}
