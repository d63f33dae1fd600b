package kit

import (
	"reflect"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

func hoverAt(o desktop.Hoverable, at fyne.Position) {
	o.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: at}})
}

func TestToolButton(t *testing.T) {
	newApp(t, true)
	taps := 0
	b := NewToolButton("upload", "Upload (F5)", func() { taps++ })
	newWindow(t, Dock(NewToolbar(b), nil, nil, nil, nil), 300, 200)
	test.Tap(b)
	b.SetWhy("not connected")
	test.Tap(b)
	if taps != 1 || b.Tip() != "Upload (F5)\nnot connected" {
		t.Errorf("%d taps, tip %q", taps, b.Tip())
	}
	b.SetWhy("")
	b.SetToggled(true)
	if !b.Toggled() || b.glyphColor() != theme.ColorNamePrimary {
		t.Error("it does not look held down")
	}
	if b.MinSize() != fyne.NewSquareSize(30) || NewSmallButton("up", "", nil).MinSize() != fyne.NewSquareSize(24) {
		t.Error("wrong measures")
	}
}

func TestTipIsShownAndHidden(t *testing.T) {
	newApp(t, true)
	b := NewToolButton("upload", "Upload", nil)
	_, stage := newWindow(t, Dock(NewToolbar(b), nil, nil, nil, nil), 300, 200)
	b.MouseIn(&desktop.MouseEvent{})
	if tips.timer == nil && tips.box == nil {
		t.Fatal("no tip is coming")
	}
	showTip()
	if len(stage.layer.Objects) != 1 {
		t.Fatal("the tip is not on the stage")
	}
	b.MouseDown(&desktop.MouseEvent{})
	if len(stage.layer.Objects) != 0 {
		t.Error("a press left the tip")
	}
	b.MouseOut()
	b.MouseIn(&desktop.MouseEvent{})
	if len(stage.layer.Objects) != 1 {
		t.Error("soon after one tip the next should come at once")
	}
	b.MouseOut()
}

func TestTabBar(t *testing.T) {
	newApp(t, true)
	var got []string
	note := func(what string) func(string) { return func(id string) { got = append(got, what+" "+id) } }
	b := NewTabBar()
	b.OnSelect, b.OnClose = note("select"), note("close")
	b.OnMenu = func(id string, _ fyne.Position) { got = append(got, "menu "+id) }
	b.OnNew = func() { got = append(got, "new") }
	tabs := []Tab{{ID: "a", Title: "anna@example.com", Icon: "lock", Closable: true}, {ID: "b", Title: "backup", Count: 3, Closable: true}, {ID: "c", Title: "Log"}}
	b.SetTabs(tabs, "a")
	win, _ := newWindow(t, Dock(b, nil, nil, nil, nil), 600, 200)
	at := func(id string, right float32) fyne.Position {
		pos, size, ok := b.TabRect(id)
		if !ok {
			t.Fatalf("no tab %s", id)
		}
		return pos.AddXY(size.Width-right, size.Height/2)
	}
	press(b, at("b", 50), desktop.MouseButtonPrimary, 0)
	press(b, at("a", 50), desktop.MouseButtonPrimary, 0)
	press(b, at("b", 14), desktop.MouseButtonPrimary, 0)
	press(b, at("a", 40), desktop.MouseButtonTertiary, 0)
	press(b, at("c", 10), desktop.MouseButtonTertiary, 0)
	press(b, at("c", 10), desktop.MouseButtonSecondary, 0)
	press(b, fyne.NewPos(500, 10), desktop.MouseButtonPrimary, 0)
	test.Tap(b.trailing[0].(*ToolButton))
	want := []string{"select b", "close b", "close a", "menu c", "new"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	hoverAt(b, at("b", 14))
	savePicture(t, "tabs", win.Canvas().Capture())

	many := tabs
	for i := range 20 {
		many = append(many, Tab{ID: string(rune('d' + i)), Title: "a server with a long name", Icon: "server", Closable: true})
	}
	b.SetTabs(many, "d")
	b.SetTabs(tabs[:1], "a")
	hoverAt(b, fyne.NewPos(300, 5))
	if len(b.Tabs()) != 1 || b.Current() != "a" {
		t.Errorf("%v", b.Tabs())
	}
}

func TestTabBarIdle(t *testing.T) {
	newApp(t, true)
	b := NewTabBar()
	b.SetTabs([]Tab{{ID: "a", Title: "A", Count: 1}}, "a")
	win, _ := newWindow(t, Dock(b, nil, nil, nil, nil), 600, 200)
	cells := b.r.cells[0]
	objects := b.r.objects
	win.Canvas().Capture()
	b.r.Layout(b.Size())
	b.SetTabs([]Tab{{ID: "a", Title: "A", Count: 1}}, "a")
	if b.r.cells[0] != cells || &objects[0] != &b.r.objects[0] {
		t.Error("new objects were made though nothing has changed")
	}
	b.SetTabs([]Tab{{ID: "a", Title: "A", Count: 2}}, "a")
	if b.r.cells[0] != cells || cells.count.Text != "2" {
		t.Error("a new count made new objects, or is not shown")
	}
}

func TestCrumbs(t *testing.T) {
	newApp(t, true)
	c := NewCrumbs("computer")
	var went []string
	c.OnGo = func(p string) { went = append(went, p) }
	path := []Crumb{{"home", "/home"}, {"anna", "/home/anna"}, {"Projects", "/home/anna/Projects"}}
	c.SetPath(path, "/home/anna/Projects")
	table := NewFileTable(fileColumns())
	win, _ := newWindow(t, Dock(NewPaneBar(c, NewSmallButton("up", "Up", nil), c), nil, nil, nil, table), 500, 200)
	win.Canvas().Focus(table)
	cell := func(i int) fyne.Position { return fyne.NewPos(c.r.cells[i].x+5, 10) }
	press(c, cell(1), desktop.MouseButtonPrimary, 0)
	if !reflect.DeepEqual(went, []string{"/home/anna"}) || c.Editing() {
		t.Fatalf("went %q, editing %v", went, c.Editing())
	}
	hoverAt(c, cell(0))
	savePicture(t, "crumbs", win.Canvas().Capture())
	press(c, fyne.NewPos(c.Size().Width-10, 10), desktop.MouseButtonPrimary, 0)
	if !c.Editing() || c.entry.SelectedText() != "/home/anna/Projects" {
		t.Fatalf("the entry is not open with the path chosen")
	}
	e := c.entry
	e.SetText("/tmp")
	e.TypedKey(key(fyne.KeyReturn))
	if went[len(went)-1] != "/tmp" || c.Editing() || win.Canvas().Focused() != fyne.Focusable(table) {
		t.Errorf("went %q, editing %v, %T has the keyboard", went, c.Editing(), win.Canvas().Focused())
	}
	c.Edit()
	c.entry.TypedKey(key(fyne.KeyEscape))
	if c.Editing() || len(went) != 2 {
		t.Error("Esc did not just close the entry")
	}
	c.Edit()
	win.Canvas().Focus(table)
	if c.Editing() || len(went) != 2 {
		t.Error("leaving the entry did not just close it")
	}
}

func TestCrumbsLeaveOutFirst(t *testing.T) {
	newApp(t, true)
	c := NewCrumbs("server")
	c.SetPath([]Crumb{{"example.com", "/"}, {"var", "/var"}, {"www", "/var/www"}, {"a-long-folder-name", "x"}, {"html", "y"}}, "y")
	win, _ := newWindow(t, NewPaneBar(c, c), 240, 40)
	savePicture(t, "crumbs-narrow", win.Canvas().Capture())
	last := c.r.cells[4]
	if last.text.Hidden || last.x+last.w > c.Size().Width {
		t.Error("the folder one is in is not seen")
	}
	if !c.r.cells[0].text.Hidden || c.r.more.Hidden {
		t.Error("the first folder should be left out")
	}
}

func TestEntryCommits(t *testing.T) {
	newApp(t, true)
	e := NewEntry("Host", 100)
	var got []string
	e.OnCommit = func(s string) { got = append(got, s) }
	b := NewButton("Connect", ButtonPrimary, func() { got = append(got, "tapped") })
	win, _ := newWindow(t, NewToolbar(e, b), 400, 100)
	c := win.Canvas()
	c.Focus(e)
	test.Type(e, "ftp.example.com")
	b.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary})
	b.MouseUp(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary})
	b.Tapped(nil)
	if want := []string{"ftp.example.com", "tapped"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	c.Focus(e)
	e.TypedKey(key(fyne.KeyReturn))
	c.Unfocus()
	if len(got) != 2 {
		t.Errorf("committed without a change: %q", got)
	}
	e.SetText("set by the program")
	c.Focus(e)
	c.Unfocus()
	if len(got) != 2 {
		t.Errorf("committed what the program set: %q", got)
	}
}

func TestPasswordEntry(t *testing.T) {
	newApp(t, true)
	e := NewPasswordEntry("Password", 120)
	newWindow(t, NewToolbar(e), 400, 100)
	test.Tap(e.eye)
	if e.Password || e.eye.icon != "eye" {
		t.Error("the eye does not show the password")
	}
	test.Tap(e.eye)
	if !e.Password || e.eye.icon != "eye-off" {
		t.Error("the eye does not hide it again")
	}
}

func TestSelect(t *testing.T) {
	newApp(t, true)
	var got []string
	s := NewSelect([]string{"FTP", "FTPS", "Anonymous"}, 100, func(o string) { got = append(got, o) })
	s.Set("FTP")
	win, _ := newWindow(t, NewToolbar(s), 400, 300)
	test.Tap(s)
	m := win.Canvas().Overlays().Top().(*Menu)
	pos, _ := m.ItemRect(1)
	savePicture(t, "select", win.Canvas().Capture())
	press(m, pos.AddXY(10, 5), desktop.MouseButtonPrimary, 0)
	s.TypedKey(key(fyne.KeyDown))
	s.TypedKey(key(fyne.KeyDown))
	s.TypedRune('f')
	if want := []string{"FTPS", "Anonymous", "FTP"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	s.SetWhy("connected")
	test.Tap(s)
	if win.Canvas().Overlays().Top() != nil {
		t.Error("a disabled choice opened")
	}
	s.SetOptions([]string{"X", "FTP"})
	if s.Selected() != "FTP" || s.SelectedIndex() != 1 {
		t.Errorf("after other options %q is chosen", s.Selected())
	}
}

func TestCheckAndRadio(t *testing.T) {
	newApp(t, true)
	var got []bool
	c := NewCheck("Remember", func(on bool) { got = append(got, on) })
	var chose []string
	r := NewRadio([]string{"Overwrite", "Skip"}, func(o string) { chose = append(chose, o) })
	newWindow(t, VBox(4, c, r), 300, 200)
	test.Tap(c)
	c.TypedKey(key(fyne.KeySpace))
	c.SetWhy("no keyring")
	test.Tap(c)
	if !reflect.DeepEqual(got, []bool{true, false}) || c.On() {
		t.Errorf("told %v", got)
	}
	test.Tap(r.Check(1))
	test.Tap(r.Check(1))
	if r.Index() != 1 || !reflect.DeepEqual(chose, []string{"Skip"}) {
		t.Errorf("chose %q", chose)
	}
	r.Set("Overwrite")
	if r.Selected() != "Overwrite" || len(chose) != 1 {
		t.Errorf("%q", r.Selected())
	}
}

func TestSplit(t *testing.T) {
	newApp(t, true)
	a, b := NewFileTable(fileColumns()), NewFileTable(fileColumns())
	s := NewHSplit(a, b, 0.5)
	told := 0.0
	s.OnChanged = func(r float64) { told = r }
	newWindow(t, s, 1006, 300)
	if a.Size().Width != 500 || b.Size().Width != 500 {
		t.Fatalf("%v and %v", a.Size(), b.Size())
	}
	s.bar.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(100, 0)})
	s.bar.DragEnd()
	if a.Size().Width != 600 || told < 0.599 || told > 0.601 {
		t.Errorf("dragged to %v, told %v", a.Size(), told)
	}
	s.SetRatio(0)
	if a.Size().Width < a.MinSize().Width {
		t.Errorf("the first part is only %v", a.Size())
	}
	b.Hide()
	s.Refresh()
	if a.Size().Width != 1006 || !s.bar.Hidden {
		t.Error("a hidden part keeps its room")
	}
	b.Show()
	s.bar.DoubleTapped(nil)
	if a.Size().Width != 500 {
		t.Errorf("a double click set it to %v", a.Size())
	}
}

func TestBannerAndForm(t *testing.T) {
	newApp(t, true)
	b := NewBanner()
	pressed := false
	hidden := NewEntry("", 80)
	hidden.Hide()
	form := Form(
		FormRow{Label: "Host", Field: NewEntry("host", 200)},
		FormRow{Label: "Hidden field", Field: hidden, Hint: "not seen"},
		FormRow{Label: "User", Field: NewEntry("user", 200), Hint: "empty: anonymous"},
		FormRow{Field: NewCheck("Passive mode", nil)},
	)
	win, stage := newWindow(t, Dock(b, nil, nil, nil, Pad(12, 12, form)), 700, 300)
	if b.Visible() {
		t.Fatal("the banner is there without a word")
	}
	b.Say(ToneWarn, "3 transfers to ftp.example.com were interrupted.", BannerButton{"Resume", func() { pressed = true }}, BannerButton{"Discard", nil})
	stage.Refresh()
	savePicture(t, "banner-form", win.Canvas().Capture())
	test.Tap(b.buttons[0])
	if !pressed || b.Size().Height != 34 {
		t.Errorf("pressed %v, %v high", pressed, b.Size())
	}
	host, user := form.Objects[1], form.Objects[6]
	if host.Position().X != user.Position().X || user.Position().Y < host.Position().Y+28 {
		t.Errorf("fields at %v and %v", host.Position(), user.Position())
	}
	if lab := form.Objects[2]; lab.Visible() {
		t.Error("the label of a hidden field is seen")
	}
}

func TestToastsGoAway(t *testing.T) {
	newApp(t, true)
	_, stage := newWindow(t, newBox(), 600, 400)
	did := false
	for range 6 {
		stage.Toast(Toast{Text: "hello", Button: "Undo", Do: func() { did = true }})
	}
	if stage.Toasts() != mostToasts {
		t.Errorf("%d are shown", stage.Toasts())
	}
	first := stage.toasts[0]
	for _, o := range first.box.Objects {
		if b, ok := o.(*Button); ok {
			test.Tap(b)
		}
	}
	if !did || stage.hasToast(first) {
		t.Error("its button did not do its work and close it")
	}
	for stage.Toasts() > 0 {
		stage.dropToast(stage.toasts[0])
	}
	if len(stage.layer.Objects) != 0 {
		t.Error("something is left")
	}
}

func TestLabelProgressBadge(t *testing.T) {
	newApp(t, true)
	l := NewLabel("a text that is too long for its room", ColorSecondary).Cut(40)
	p, b := NewProgress(), NewBadge("3", "")
	newWindow(t, VBox(4, HBox(4, l), p, b), 80, 120)
	l.Resize(fyne.NewSize(80, 20))
	if !l.cut {
		t.Error("the label is not cut")
	}
	p.Set(3, "")
	if p.value != 1 {
		t.Errorf("share %v", p.value)
	}
	if w := b.MinSize().Width; w < 17 {
		t.Errorf("badge %v wide", w)
	}
	b.Set("", "")
	if b.MinSize().Width != 0 {
		t.Error("an empty badge takes room")
	}
}

func TestBoxesGrow(t *testing.T) {
	newApp(t, true)
	e := NewEntry("", 50)
	row := HBox(10, NewLabel("Name", ""), Grow(e), NewButton("OK", ButtonNormal, nil))
	row.Resize(fyne.NewSize(400, 40))
	if got := e.Size(); got.Width < 250 || got.Height != 40 {
		t.Errorf("entry is %v", got)
	}
	col := VBox(0, NewLabel("Name", ""), Grow(NewFileTable(fileColumns())))
	col.Resize(fyne.NewSize(400, 400))
	if got := col.Objects[1].Size(); got.Height != 380 {
		t.Errorf("table is %v", got)
	}
}
