package ui

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"longshore/sites"
	"longshore/transfer/session"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// logons and stores are the choices in the order to show them.
var (
	logons = []sites.Logon{sites.Anonymous, sites.AskLogon, sites.Normal, sites.WithAcct}
	stores = passwordStores
	modes  = []session.DataMode{session.DataAuto, session.DataEPSV, session.DataPASV, session.DataActive}
)

// siteForm edits one site.
type siteForm struct {
	w    *Window
	box  *fyne.Container
	site sites.Site

	name, host, port, user, account, remote, local, comment, charset, sessions *kit.Entry
	password, up, down                                                         *kit.Entry
	security, logon, store, mode                                               *widget.Select
	links                                                                      *widget.Select
	trustPASV, tls12, safe, times                                              *kit.Check
	where                                                                      *storeLine
	problem                                                                    *widget.Label
	typed                                                                      bool
	filling                                                                    bool
	credentials                                                                []fyne.CanvasObject
	accountRow                                                                 []fyne.CanvasObject
}

func newSiteForm(w *Window) *siteForm {
	f := &siteForm{w: w}
	form := container.New(layout.NewFormLayout())
	row := func(label string, field fyne.CanvasObject) []fyne.CanvasObject {
		l := widget.NewLabel(label)
		form.Add(l)
		form.Add(field)
		return []fyne.CanvasObject{l, field}
	}
	f.name = kit.NewEntry("", 260)
	f.security = widget.NewSelect(wordsOf(model.Securities, model.SecurityWord), func(string) { f.showPort() })
	f.host = kit.NewEntry("ftp.example.com", 200)
	f.port = kit.NewEntry("21", 56)
	f.logon = widget.NewSelect(wordsOf(logons, model.LogonWord), func(string) { f.showLogon() })
	f.user, f.account = kit.NewEntry("", 200), kit.NewEntry("", 200)
	f.password = kit.NewPasswordEntry("", 200)
	f.password.OnChanged = func(string) { f.typed = f.typed || !f.filling }
	f.store = widget.NewSelect([]string{"Save in the system keyring", "Save in the encrypted vault", "Do not save, ask each session"}, func(string) { f.showWhere() })
	f.where = newStoreLine(w, func(s sites.Store) { f.store.SetSelectedIndex(indexOf(stores, s)) })
	f.problem = widget.NewLabel("")
	f.problem.Importance = widget.DangerImportance
	f.problem.Wrapping = fyne.TextWrapWord
	f.remote, f.local = kit.NewEntry("/", 200), kit.NewEntry("", 170)
	f.comment = kit.NewEntry("", 260)
	row("Name", f.name)
	row("Protocol", framed(f.security))
	row("Host", container.NewBorder(nil, nil, nil, container.NewHBox(widget.NewLabel("Port"), f.port), f.host))
	row("Log in", framed(f.logon))
	f.credentials = append(f.credentials, row("User", f.user)...)
	f.credentials = append(f.credentials, row("Password", f.password)...)
	f.credentials = append(f.credentials, row("", framed(f.store))...)
	f.credentials = append(f.credentials, row("", f.where.box)...)
	f.accountRow = row("Account", f.account)
	row("Folder there", f.remote)
	row("Folder here", container.NewBorder(nil, nil, nil, kit.NewSmallButton("folder", "Choose a folder", f.chooseLocal), f.local))
	row("Comment", f.comment)
	f.advanced(row)
	f.box = container.NewBorder(nil, f.problem, nil, nil, container.NewVScroll(besideBar(form)))
	return f
}

func (f *siteForm) advanced(row func(string, fyne.CanvasObject) []fyne.CanvasObject) {
	head := widget.NewLabel("If it does not work")
	head.TextStyle.Bold = true
	row("", head)
	f.mode = widget.NewSelect([]string{"Automatic", "Passive (EPSV)", "Passive (PASV)", "Active"}, nil)
	f.charset, f.sessions = kit.NewEntry("UTF-8", 120), kit.NewEntry("as many as the queue wants", 120)
	f.trustPASV = kit.NewCheck("Use the address the server names for data (PASV)", nil)
	f.tls12 = kit.NewCheck("Stay on TLS 1.2", nil)
	f.safe = kit.NewCheck("Upload beside the old file, then replace it", nil)
	f.times = kit.NewCheck("Keep the files' times", nil)
	row("Data", framed(f.mode))
	row("Names in", f.charset)
	row("Connections", f.sessions)
	row("", f.trustPASV)
	row("", f.tls12)
	f.links = widget.NewSelect(wordsOf(sites.LinkRules, model.LinksWord), nil)
	f.up, f.down = kit.NewEntry("none", 80), kit.NewEntry("none", 80)
	row("Speed limit", container.NewHBox(f.up, widget.NewLabel("KB/s up"), f.down, widget.NewLabel("down")))
	row("Links in folders", framed(f.links))
	row("", f.safe)
	row("", f.times)
}

func wordsOf[T any](list []T, word func(T) string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = word(v)
	}
	return out
}

func indexOf[T comparable](list []T, v T) int {
	for i := range list {
		if list[i] == v {
			return i
		}
	}
	return 0
}

// show fills the fields from a site.
func (f *siteForm) show(s sites.Site) {
	f.site, f.filling = s, true
	f.name.SetText(s.Name)
	f.host.SetText(s.Host)
	f.port.SetText(numberText(s.Port))
	f.user.SetText(s.User)
	f.account.SetText(s.Account)
	f.password.SetText("")
	f.password.SetPlaceHolder("")
	if s.Password.Saved() {
		f.password.SetPlaceHolder("saved; type to replace it")
	}
	f.remote.SetText(s.RemoteDir)
	f.local.SetText(s.LocalDir)
	f.comment.SetText(s.Comment)
	f.charset.SetText(s.Charset)
	f.sessions.SetText(numberText(s.MaxSessions))
	f.security.SetSelectedIndex(indexOf(model.Securities, s.Security))
	f.logon.SetSelectedIndex(indexOf(logons, s.Logon))
	store := s.Password.Store
	if !s.Password.Saved() && s.Logon != sites.AskLogon {
		store = f.w.model.Settings.PasswordStore
	}
	f.store.SetSelectedIndex(indexOf(stores, store))
	f.mode.SetSelectedIndex(indexOf(modes, s.Data))
	f.trustPASV.Set(s.TrustPASVHost)
	f.tls12.Set(s.TLSMax == "1.2")
	f.up.SetText(numberText(int(s.LimitUp >> 10)))
	f.down.SetText(numberText(int(s.LimitDown >> 10)))
	f.links.SetSelectedIndex(indexOf(sites.LinkRules, s.Links))
	f.safe.Set(s.SafeUpload)
	f.times.Set(s.KeepTimes)
	f.problem.SetText("")
	f.typed, f.filling = false, false
	f.showLogon()
	f.showPort()
}

func numberText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// read gives the site as the fields have it, and a problem in words.
func (f *siteForm) read() (sites.Site, string) {
	s := f.site
	s.Name, s.Host, s.User, s.Account = strings.TrimSpace(f.name.Text), strings.TrimSpace(f.host.Text), strings.TrimSpace(f.user.Text), f.account.Text
	s.RemoteDir, s.LocalDir, s.Comment = strings.TrimSpace(f.remote.Text), strings.TrimSpace(f.local.Text), f.comment.Text
	s.Charset = strings.TrimSpace(f.charset.Text)
	s.Security = model.Securities[f.security.SelectedIndex()]
	s.Logon = logons[f.logon.SelectedIndex()]
	s.Data = modes[f.mode.SelectedIndex()]
	s.Links = sites.LinkRules[max(f.links.SelectedIndex(), 0)]
	s.TrustPASVHost, s.SafeUpload, s.KeepTimes = f.trustPASV.On(), f.safe.On(), f.times.On()
	s.TLSMax = ""
	if f.tls12.On() {
		s.TLSMax = "1.2"
	}
	var ok bool
	if s.Port, ok = number(f.port.Text, 65535); !ok {
		return s, "The port is a number from 1 to 65535"
	}
	if s.MaxSessions, ok = number(f.sessions.Text, 10); !ok {
		return s, "The number of connections is from 1 to 10, or empty"
	}
	up, upOK := number(f.up.Text, 1<<30)
	down, downOK := number(f.down.Text, 1<<30)
	if !upOK || !downOK {
		return s, "A speed limit is a number of KB a second, or empty"
	}
	if up != int(s.LimitUp>>10) { // else it stays to the byte
		s.LimitUp = int64(up) << 10
	}
	if down != int(s.LimitDown>>10) {
		s.LimitDown = int64(down) << 10
	}
	if f.typed {
		s.Password.Store = stores[f.store.SelectedIndex()]
	}
	return s, ""
}

func number(text string, most int) (int, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 1 && n <= most
}

// save stores what the fields have and then calls then.
func (f *siteForm) save(tree *model.SiteTree, then func(sites.Site)) {
	s, problem := f.read()
	if problem != "" {
		f.problem.SetText(problem)
		return
	}
	f.problem.SetText("")
	withPassword := f.typed && s.Logon != sites.Anonymous
	tree.Save(s, f.password.Text, withPassword, func(_, text string) { f.problem.SetText(text) }, func(stored sites.Site) {
		f.show(stored)
		then(stored)
	})
}

// changed reports whether the fields differ from the site.
func (f *siteForm) changed() bool {
	s, problem := f.read()
	was := f.site
	return problem != "" || f.typed || s.Name != was.Name || s.Host != was.Host || s.Port != was.Port || s.User != was.User ||
		s.Security != was.Security || s.Logon != was.Logon || s.RemoteDir != was.RemoteDir || s.LocalDir != was.LocalDir ||
		s.Comment != was.Comment || s.Account != was.Account || s.Charset != was.Charset || s.Data != was.Data ||
		s.MaxSessions != was.MaxSessions || s.TLSMax != was.TLSMax || s.TrustPASVHost != was.TrustPASVHost ||
		s.SafeUpload != was.SafeUpload || s.Links != was.Links || s.LimitUp != was.LimitUp || s.LimitDown != was.LimitDown ||
		s.KeepTimes != was.KeepTimes
}

func (f *siteForm) showPort() {
	t := session.Target{}
	if i := f.security.SelectedIndex(); i >= 0 {
		t.Security = model.Securities[i]
	}
	f.port.SetPlaceHolder(strconv.Itoa(t.PortOrDefault()))
}

// showLogon hides the fields that the way to log in has no use for.
func (f *siteForm) showLogon() {
	i := f.logon.SelectedIndex()
	for _, o := range f.credentials {
		o.Show()
		if i <= 0 {
			o.Hide()
		}
	}
	for _, o := range f.accountRow {
		o.Hide()
		if i >= 0 && logons[i] == sites.WithAcct {
			o.Show()
		}
	}
	f.showWhere()
}

// showWhere says where a password would go and whether it can go there now.
func (f *siteForm) showWhere() {
	i := f.store.SelectedIndex()
	if f.filling || i < 0 {
		return
	}
	f.where.show(stores[i])
}

func (f *siteForm) chooseLocal() {
	f.w.chooseFolder("Folder here", f.local.Text, f.local.SetText)
}
