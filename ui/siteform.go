package ui

import (
	"reflect"
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

// siteForm edits one site, on a few pages.
type siteForm struct {
	w     *Window
	box   *fyne.Container
	bar   *kit.TabBar
	pages map[string]fyne.CanvasObject
	site  sites.Site

	name, host, port, user, account, remote, local, comment, charset *kit.Entry
	password                                                         *kit.Entry
	security, logon, store, mode                                     *widget.Select
	trustPASV, tls12                                                 *kit.Check
	transfers                                                        transferFields
	where                                                            *storeLine
	problem                                                          *widget.Label
	typed                                                            bool
	filling                                                          bool
	credentials                                                      []fyne.CanvasObject
	accountRow                                                       []fyne.CanvasObject
}

// rows is a page of the form.
type rows struct{ form *fyne.Container }

func newRows() rows { return rows{container.New(layout.NewFormLayout())} }

func (r rows) add(label string, field fyne.CanvasObject) []fyne.CanvasObject {
	l := widget.NewLabel(label)
	r.form.Add(l)
	r.form.Add(field)
	return []fyne.CanvasObject{l, field}
}

func (r rows) page() fyne.CanvasObject { return container.NewVScroll(besideBar(r.form)) }

// formPages are the form's pages in the order to show them.
var formPages = []kit.Tab{{ID: "server", Title: "Server"}, {ID: "transfers", Title: "Transfers"},
	{ID: "speed", Title: "Speed"}, {ID: "connection", Title: "If it does not work"}}

func newSiteForm(w *Window) *siteForm {
	f := &siteForm{w: w, bar: kit.NewTabBar()}
	f.problem = widget.NewLabel("")
	f.problem.Importance = widget.DangerImportance
	f.problem.Wrapping = fyne.TextWrapWord
	f.pages = map[string]fyne.CanvasObject{"server": f.serverPage(), "transfers": f.transfers.transfersPage(),
		"speed": f.transfers.speedPage(), "connection": f.connectionPage()}
	f.bar.OnSelect = f.turn
	stacked := container.NewStack()
	for _, p := range formPages {
		stacked.Add(f.pages[p.ID])
	}
	f.box = container.NewBorder(f.bar, f.problem, nil, nil, container.NewPadded(stacked))
	f.turn("server")
	return f
}

// turn shows a page.
func (f *siteForm) turn(id string) {
	f.bar.SetTabs(formPages, id)
	for name, page := range f.pages {
		if name == id {
			page.Show()
		} else {
			page.Hide()
		}
	}
}

func (f *siteForm) serverPage() fyne.CanvasObject {
	r := newRows()
	f.name = kit.NewEntry("", 260)
	f.security = widget.NewSelect(wordsOf(model.Securities, model.SecurityWord), func(string) { f.showPort() })
	f.host = kit.NewEntry("ftp.example.com", 200)
	f.port = kit.NewEntry("21", 56)
	f.logon = widget.NewSelect(wordsOf(logons, model.LogonWord), func(string) { f.showLogon() })
	f.user, f.account = kit.NewEntry("", 200), kit.NewEntry("", 200)
	f.password = kit.NewPasswordEntry("", 200)
	f.password.OnChanged = func(string) { f.typed = f.typed || !f.filling }
	f.store = widget.NewSelect([]string{"Save in the system keyring", "Save in the encrypted vault", "Do not save, ask each session"}, func(string) { f.showWhere() })
	f.where = newStoreLine(f.w, func(s sites.Store) { f.store.SetSelectedIndex(indexOf(stores, s)) })
	f.remote, f.local = kit.NewEntry("/", 200), kit.NewEntry("", 170)
	f.comment = kit.NewEntry("", 260)
	r.add("Name", f.name)
	r.add("Protocol", framed(f.security))
	r.add("Host", container.NewBorder(nil, nil, nil, container.NewHBox(widget.NewLabel("Port"), f.port), f.host))
	r.add("Log in", framed(f.logon))
	f.credentials = append(f.credentials, r.add("User", f.user)...)
	f.credentials = append(f.credentials, r.add("Password", f.password)...)
	f.credentials = append(f.credentials, r.add("", framed(f.store))...)
	f.credentials = append(f.credentials, r.add("", f.where.box)...)
	f.accountRow = r.add("Account", f.account)
	r.add("Folder there", f.remote)
	r.add("Folder here", container.NewBorder(nil, nil, nil, kit.NewSmallButton("folder", "Choose a folder", f.chooseLocal), f.local))
	r.add("Comment", f.comment)
	return r.page()
}

func (f *siteForm) connectionPage() fyne.CanvasObject {
	r := newRows()
	f.mode = widget.NewSelect([]string{"Automatic", "Passive (EPSV)", "Passive (PASV)", "Active"}, nil)
	f.charset = kit.NewEntry("UTF-8", 120)
	f.trustPASV = kit.NewCheck("Use the address the server names for data (PASV)", nil)
	f.tls12 = kit.NewCheck("Stay on TLS 1.2", nil)
	r.add("Data", framed(f.mode))
	r.add("Names in", f.charset)
	r.add("", f.trustPASV)
	r.add("", f.tls12)
	return r.page()
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
	f.port.SetText(model.NumberText(s.Port))
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
	f.transfers.show(model.TransfersOf(s))
	f.problem.SetText("")
	f.typed, f.filling = false, false
	f.showLogon()
	f.showPort()
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
	s.TrustPASVHost = f.trustPASV.On()
	s.TLSMax = ""
	if f.tls12.On() {
		s.TLSMax = "1.2"
	}
	var ok bool
	if s.Port, ok = model.Number(f.port.Text, 65535); !ok {
		return s, "The port is a number from 1 to 65535"
	}
	if problem := f.transfers.read().Into(&s); problem != "" {
		return s, problem
	}
	if f.typed {
		s.Password.Store = stores[f.store.SelectedIndex()]
	}
	return s, ""
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
	return problem != "" || f.typed || !reflect.DeepEqual(s, f.site)
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
