package ui

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"longshore/sites"
	"longshore/transfer"
	"longshore/transfer/listing"
	"longshore/transfer/session"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// server is a few names in memory.
type server struct {
	refuse error
	names  []string // full paths; a slash at the end makes a folder
}

func (s *server) Connect(context.Context) (string, session.Info, error) {
	return "/web", session.Info{TLS: "TLS 1.3"}, s.refuse
}

func (s *server) List(_ context.Context, dir string, rows func([]listing.Entry)) (listing.Report, error) {
	for _, n := range s.names {
		if e := (listing.Entry{Raw: path.Base(n), Name: path.Base(n), Size: 10}); path.Dir(strings.TrimSuffix(n, "/")) == dir {
			if strings.HasSuffix(n, "/") {
				e.Type, e.Size = listing.Dir, -1
			}
			rows([]listing.Entry{e})
		}
	}
	return listing.Report{}, nil
}

func (s *server) MakeDir(_ context.Context, p string) error {
	s.names = append(s.names, p+"/")
	return nil
}
func (s *server) MakeFile(context.Context, string) error           { return nil }
func (s *server) Rename(context.Context, string, string) error     { return nil }
func (s *server) Chmod(context.Context, string, fs.FileMode) error { return nil }
func (s *server) Raw(context.Context, string) (int, string, error) { return 200, "ok", nil }
func (s *server) Close()                                           {}

// idle lends nothing: what the tests put into the queue stays there.
type idle struct{}

func (idle) Lease(ctx context.Context, _ session.Target) (transfer.Server, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}
func (idle) Release(transfer.Server, error) {}

// stand is a window with everything round it, on a UI goroutine that the test
// itself is.
type stand struct {
	*Window
	calls  chan func()
	queue  *transfer.Queue
	book   *sites.Book
	server *server
	local  string
}

func newStand(t *testing.T) *stand {
	t.Helper()
	a := test.NewApp()
	s := &stand{calls: make(chan func(), 10000), server: &server{names: []string{"/web/css/", "/web/index.html", "/web/a.txt"}}, local: t.TempDir()}
	for _, name := range []string{"one.txt", "two.txt"} {
		if err := os.WriteFile(filepath.Join(s.local, name), []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	if s.queue, err = transfer.Open(transfer.Config{Leaser: idle{}}); err != nil {
		t.Fatal(err)
	}
	if s.book, err = sites.LoadBook(""); err != nil {
		t.Fatal(err)
	}
	known, err := sites.LoadKnownServers("")
	if err != nil {
		t.Fatal(err)
	}
	settings, err := sites.LoadSettings("")
	if err != nil {
		t.Fatal(err)
	}
	s.Window = New(a, model.Deps{Do: func(f func()) { s.calls <- f }, Queue: s.queue, Sites: s.book, Trust: known, Settings: settings, Home: s.local,
		Passwords: sites.NewSecrets(s.book, sites.NewMemoryVault(), nil),
		Open:      func(session.Target) model.Server { return s.server }}, "1.2.3", s.queue.Changed())
	t.Cleanup(func() {
		s.Close()
		for len(s.calls) > 0 {
			<-s.calls
		}
		s.Wait()
		if err := s.queue.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	s.Start()
	s.win.Resize(fyne.NewSize(1280, 800))
	s.until(t, "the local folder", func() bool { return s.panes[0].table.Rows().Len() == 3 })
	return s
}

// until runs what waits for the UI goroutine until something is so.
func (s *stand) until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	late := time.After(10 * time.Second)
	for !ok() {
		select {
		case f := <-s.calls:
			f()
		case <-late:
			t.Fatalf("%s: not within 10 s", what)
		}
	}
	// What was caused by it is drawn, too.
	for len(s.calls) > 0 {
		(<-s.calls)()
	}
}

var anna = session.Target{Host: "ftp.example.com", User: "anna", Security: session.ExplicitTLS}

func (s *stand) connect(t *testing.T) {
	t.Helper()
	s.model.Connect(anna, sites.Site{}, "")
	s.until(t, "the remote folder", func() bool { return s.panes[1].table.Rows().Len() == 4 })
}

func TestWindowShowsBothSides(t *testing.T) {
	s := newStand(t)
	s.connect(t)
	rows := s.panes[1].rows()
	var got []string
	for i := range rows.Len() {
		got = append(got, rows.Cell(i, 0).Text)
	}
	if want := []string{"..", "css", "a.txt", "index.html"}; !slices.Equal(got, want) {
		t.Errorf("right side %v, want %v", got, want)
	}
	if s.status.conn.Text != "Connected to ftp.example.com" || s.status.tls.Text != "TLS 1.3" {
		t.Errorf("status %q %q", s.status.conn.Text, s.status.tls.Text)
	}
	if n := colors(s.win.Canvas().Capture()); n < 50 {
		t.Errorf("the picture has %d colours: nothing is drawn", n)
	}
}

func colors(img image.Image) int {
	seen := map[string]bool{}
	for y := 0; y < img.Bounds().Dy(); y += 3 {
		for x := 0; x < img.Bounds().Dx(); x += 3 {
			seen[fmt.Sprint(img.At(x, y))] = true
		}
	}
	return len(seen)
}

// What is chosen in the table is what the model acts on, and the other way.
func TestSelectionGoesBothWays(t *testing.T) {
	s := newStand(t)
	s.connect(t)
	p := s.panes[1]
	p.table.SelectKeys("a.txt", "css")
	p.tellSelection()
	if got := s.model.Tab().Remote.SelectedNames(); len(got) != 2 {
		t.Errorf("the model has %v", got)
	}
	s.model.SetFocus(model.Remote)
	s.run("invert")
	s.until(t, "the inverted choice", func() bool { return slices.Equal(p.table.Selected(), []int{3}) })
	p.table.SelectOnly(0) // the row upwards is never acted on
	p.tellSelection()
	if n := len(s.model.Tab().Remote.Selected()); n != 0 {
		t.Errorf("%d entries chosen by the row upwards", n)
	}
}

func TestDropUploads(t *testing.T) {
	s := newStand(t)
	s.connect(t)
	left, right := s.panes[0], s.panes[1]
	left.table.SelectKeys("one.txt")
	d := left.lift(left.table.Selected())
	row := slices.IndexFunc([]int{0, 1, 2, 3}, func(i int) bool { return right.rows().Key(i) == "css" })
	if !right.accepts(d, row) || right.accepts(d, row+1) || !right.accepts(d, -1) || left.accepts(d, -1) {
		t.Fatal("wrong places accept the drop")
	}
	right.drop(kit.Drop{Drag: d, Row: row})
	s.until(t, "the upload in the queue", func() bool { return s.bottom.table.Rows().Len() == 1 })
	item, _ := s.queue.Item(s.model.QueueView.Row(model.OnQueue, 0).ID)
	if item.Remote != "/web/css/one.txt" || item.Local != filepath.Join(s.local, "one.txt") {
		t.Errorf("%+v", item.Request)
	}
}

// Files of another program go where they are let go.
func TestForeignDrop(t *testing.T) {
	s := newStand(t)
	s.connect(t)
	at := absolute(s.panes[1].table).AddXY(40, 300)
	s.stage.Drags().DropURIs(at, []fyne.URI{storage.NewFileURI(filepath.Join(s.local, "two.txt"))})
	s.until(t, "the upload in the queue", func() bool { return s.model.QueueView.Len(model.OnQueue) == 1 })
	if got := s.model.QueueView.Row(model.OnQueue, 0).Remote; got != "/web/two.txt" {
		t.Errorf("goes to %q", got)
	}
}

func TestQuestionCard(t *testing.T) {
	s := newStand(t)
	s.connect(t)
	s.model.SetFocus(model.Remote)
	s.panes[1].table.SelectKeys("a.txt")
	s.panes[1].tellSelection()
	s.run("delete")
	s.until(t, "the card", func() bool { return s.stage.Modal() != nil })
	card := s.stage.Modal()
	for i, b := range card.Buttons {
		if b.Default {
			card.Press(i) // Enter is no where the safe answer is no
		}
	}
	s.until(t, "the card's end", func() bool { return s.stage.Modal() == nil && s.model.Questions.Len() == 0 })
	if s.queue.Since(0).Totals.Files != 0 {
		t.Error("Enter deleted")
	}
}

func TestNameCard(t *testing.T) {
	s := newStand(t)
	s.connect(t)
	s.model.SetFocus(model.Remote)
	s.run("new-folder")
	s.until(t, "the card", func() bool { return s.asks.entry != nil })
	s.asks.entry.SetText("a/b")
	s.stage.Modal().Press(1)
	if s.stage.Modal() == nil || s.asks.problem.Text == "" {
		t.Fatal("a name with a slash was taken")
	}
	s.asks.entry.SetText("new")
	s.stage.Modal().Press(1)
	s.until(t, "the folder, chosen", func() bool { return slices.Equal(s.model.Tab().Remote.SelectedNames(), []string{"new"}) })
}

func TestSiteManager(t *testing.T) {
	s := newStand(t)
	s.run("sites")
	s.until(t, "the card", func() bool { return s.sites != nil })
	m := s.sites
	m.newSite()
	m.form.name.SetText("Work")
	m.form.host.SetText("not a host")
	m.form.user.SetText("anna")
	m.save()
	if m.form.problem.Text == "" {
		t.Fatal("a wrong host was saved")
	}
	m.form.host.SetText("ftp.example.com")
	m.form.store.SetSelectedIndex(0)
	m.form.password.SetText("s3cret")
	m.save()
	s.until(t, "the saved site", func() bool { return len(m.tree.Nodes) == 1 && m.form.site.ID != "" })
	site, err := s.book.FindByName("Work")
	if err != nil || !site.Password.Saved() || m.form.password.Text != "" {
		t.Errorf("%+v, %v; the field still has %d characters", site, err, len(m.form.password.Text))
	}
	m.connect()
	s.until(t, "the connection", func() bool { return s.model.Tab().State == model.Connected && s.sites == nil })
	s.run("sites")
	s.sites.choose(site.ID)
	s.sites.delete(s.sites.tree.Nodes[0])
	s.until(t, "the site gone", func() bool { return len(s.book.Sites()) == 0 })
}

// A window at rest has nothing to draw.
func TestIdleWindowIsQuiet(t *testing.T) {
	s := newStand(t)
	s.connect(t)
	s.apply()
	for len(s.calls) > 0 {
		(<-s.calls)()
	}
	for range 5 {
		s.apply()
		if s.changed != 0 || s.queued {
			t.Fatalf("the clock's beat changed %b", s.changed)
		}
	}
}

func TestSettingsAndOtherCards(t *testing.T) {
	s := newStand(t)
	for _, name := range []string{"settings", "keys", "about"} {
		s.run(name)
		if s.stage.Modal() == nil {
			t.Errorf("%s shows no card", name)
			continue
		}
		s.stage.Modal().Close()
	}
	s.run("theme")
	s.until(t, "the other theme", func() bool { return s.look.set })
	s.run("zoom-in")
	s.until(t, "larger", func() bool { return s.look.zoom > 1 })
	s.run("quick-bar")
	s.until(t, "no fields", func() bool { return !s.tools.quick })
	s.run("queue-panel")
	s.until(t, "no queue", func() bool { return !s.bottom.box.Visible() })
}

// TestTransferCounts: the program chooses how many run at once until a person does.
func TestTransferCounts(t *testing.T) {
	s := newStand(t)
	shown := func() (words []string, first *widget.Select) {
		s.ShowSettings()
		defer s.stage.Modal().Close()
		for _, o := range test.LaidOutObjects(s.stage.Modal().Content.(*container.Scroll).Content) {
			if choice, ok := o.(*widget.Select); ok && slices.Contains(choice.Options, "7") {
				words = append(words, choice.Selected)
				first = cmp.Or(first, choice)
			}
		}
		return words, first
	}
	words, first := shown()
	if len(words) != 2 || !strings.HasPrefix(words[0], "Automatic") || !strings.HasPrefix(words[1], "Automatic") {
		t.Fatalf("the settings show %q", words)
	}
	first.SetSelected("7")
	if s.model.Settings.Slots != 7 {
		t.Errorf("7 was chosen, the settings have %d", s.model.Settings.Slots)
	}
	if words, first = shown(); words[0] != "7" {
		t.Errorf("7 was chosen, the settings show %q", words)
	}
	if first.SetSelectedIndex(0); s.model.Settings.Slots != 0 {
		t.Errorf("automatic was chosen, the settings have %d", s.model.Settings.Slots)
	}
}

// TestTypedAddressIsTakenApart: once it was understood the fields show what was
// understood, and a password in it no more.
func TestTypedAddressIsTakenApart(t *testing.T) {
	s := newStand(t)
	q := s.tools
	q.host.SetText("ftp://anna:secret@files.example:2121/pub")
	q.dial()
	if q.host.Text != "files.example" || q.user.Text != "anna" || q.port.Text != "2121" || q.password.Text != "" {
		t.Errorf("host %q, user %q, port %q, password %q", q.host.Text, q.user.Text, q.port.Text, q.password.Text)
	}
	if to := s.model.Tab().Target; to.Host != "files.example" || to.Port != 2121 {
		t.Errorf("it goes to %+v", to)
	}
	q.host.SetText("sftp://files.example")
	if q.dial(); q.host.Text != "sftp://files.example" {
		t.Errorf("what was refused became %q", q.host.Text)
	}
}

// TestTabGoesFromLeftToRight through what stands side by side.
func TestTabGoesFromLeftToRight(t *testing.T) {
	newStand(t)
	left, right := kit.NewCheck("left", nil), kit.NewEntry("right", 80)
	w := test.NewTempWindow(t, rightOf(left, right))
	w.Canvas().FocusNext()
	if w.Canvas().Focused() != left {
		t.Errorf("first comes %T", w.Canvas().Focused())
	}
	if w.Canvas().FocusNext(); w.Canvas().Focused() != right {
		t.Errorf("then comes %T", w.Canvas().Focused())
	}
}

func TestEveryActionsIconExists(t *testing.T) {
	s := newStand(t)
	for _, a := range s.model.Actions.All() {
		if a.Icon != "" && !kit.HasIcon(a.Icon) {
			t.Errorf("%s: there is no icon %q", a.Name, a.Icon)
		}
	}
}

// What a site has is in the form's fields, and they give it back.
func TestSiteFormKeepsTheSite(t *testing.T) {
	s := newStand(t)
	site := sites.NewSite("Work", "ftp.example.com")
	site.ExistsUpload, site.ExistsDownload, site.Links = sites.ExistsNewer, sites.ExistsRename, sites.LinksFollow
	site.SafeUpload, site.KeepBackup, site.KeepTimes, site.KeepMode, site.Digest, site.ReadBack = true, true, false, true, true, true
	site.Skip, site.MaxSessions, site.Segments = []string{"*.tmp", "/build/"}, 3, 2
	site.LimitUp, site.LimitDown, site.Schedule = 1500, 2<<10, "sat 10:00-12:00 1/2"
	f := newSiteForm(s.Window)
	f.show(site)
	if got, problem := f.read(); problem != "" || !reflect.DeepEqual(got, site) {
		t.Errorf("%q: read %+v, want %+v", problem, got, site)
	}
	if f.changed() {
		t.Error("an untouched form counts as changed")
	}
	f.transfers.digest.Tapped(nil)
	if got, _ := f.read(); got.Digest || !f.changed() {
		t.Error("the box for digests has no effect")
	}
	f.transfers.week.SetText("never")
	if _, problem := f.read(); problem == "" {
		t.Error("a schedule that cannot be read is taken")
	}
}

// The search stands over what has ended only, and narrows the table.
func TestSearchField(t *testing.T) {
	s := newStand(t)
	ids, err := s.queue.Add(t.Context(),
		transfer.Request{Direction: transfer.Download, Target: anna, Local: filepath.Join(s.local, "a.txt"), Remote: "/web/a.txt", Size: 10},
		transfer.Request{Direction: transfer.Download, Target: anna, Local: filepath.Join(s.local, "b.txt"), Remote: "/web/b.txt", Size: 10})
	if err != nil {
		t.Fatal(err)
	}
	s.queue.Cancel(ids...)
	s.until(t, "two in the failed list", func() bool { return s.model.QueueView.Len(model.OnFailed) == 2 })
	if s.bottom.find.Visible() {
		t.Error("the search stands over the queue")
	}
	s.model.ShowBottom(model.BottomFailed)
	s.until(t, "the failed list", func() bool { return s.bottom.find.Visible() && s.bottom.table.Rows().Len() == 2 })
	s.win.Canvas().Focus(s.bottom.table)
	s.EditFilter(model.Local)
	test.Type(s.win.Canvas().Focused(), "B.TXT")
	s.until(t, "one row", func() bool { return s.bottom.table.Rows().Len() == 1 })
	test.Type(s.bottom.find, "x")
	s.until(t, "no row", func() bool {
		return s.bottom.table.Rows().Len() == 0 && strings.Contains(s.bottom.table.Empty, "search")
	})
	s.bottom.find.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	s.until(t, "all rows", func() bool { return s.bottom.table.Rows().Len() == 2 && s.win.Canvas().Focused() == s.bottom.table })
}

// How long ended transfers are kept is taken over when it is typed, and what is no number is not.
func TestHistorySettings(t *testing.T) {
	s := newStand(t)
	form := container.NewWithoutLayout()
	(&settingsCard{w: s.Window}).history(form)
	var fields []*kit.Entry
	for _, o := range form.Objects {
		if row, ok := o.(*fyne.Container); ok {
			for _, o := range row.Objects {
				if e, ok := o.(*kit.Entry); ok {
					fields = append(fields, e)
				}
			}
		}
	}
	if len(fields) != 2 || fields[0].Text != "90" || fields[1].Text != "10000" {
		t.Fatalf("%d fields", len(fields))
	}
	days := fields[0]
	for _, c := range []struct {
		typed string
		want  int
	}{{"7", 7}, {"0", 7}, {"a week", 7}, {"", 7}, {"3651", 7}, {" 30 ", 30}} {
		days.Entry.SetText(c.typed)
		days.Commit()
		if got := s.model.Settings.HistoryDays; got != c.want || days.Text != fmt.Sprint(c.want) {
			t.Errorf("%q: %d days are kept, the field shows %q", c.typed, got, days.Text)
		}
	}
}
