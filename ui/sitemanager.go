package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"longshore/sites"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// siteManager is the card with the saved sites: the tree at the left, the
// chosen site's fields at the right.
type siteManager struct {
	w     *Window
	card  *kit.Modal
	tree  *model.SiteTree
	table *kit.FileTable
	form  *siteForm
	right *fyne.Container
	hint  fyne.CanvasObject

	folder []string // of what is chosen; new things go there
	isDir  bool

	add, addFolder, copy, remove *kit.ToolButton
}

// ShowSites opens the card.
func (w *Window) ShowSites() {
	if w.sites == nil {
		newSiteManager(w).open()
	}
}

// SaveSite opens the card with the active tab's connection as a new site.
func (w *Window) SaveSite() {
	s, ok := w.model.SiteFromTab()
	if !ok {
		return
	}
	w.ShowSites()
	if s.ID != "" {
		w.sites.choose(s.ID)
		return
	}
	w.sites.edit(s)
}

func newSiteManager(w *Window) *siteManager {
	m := &siteManager{w: w, tree: w.model.NewSiteTree()}
	m.table = kit.NewFileTable([]kit.Column{{ID: "name", Title: "Sites", Flex: true, NoSort: true}})
	m.table.Empty = "No sites yet. Press + to add one."
	m.table.SetRows(siteRows{m.tree.Nodes})
	m.table.OnSelect = m.chosen
	m.table.OnOpen = m.openRow
	m.table.OnDelete = m.askDelete
	m.table.OnKey = func(ev *fyne.KeyEvent) bool {
		if ev.Name == fyne.KeyEscape {
			m.card.Close()
		}
		return ev.Name == fyne.KeyEscape
	}
	m.table.OnRename = m.renameFolder
	m.table.CanRename = func(row int) (string, bool) {
		n := m.tree.Nodes[row]
		return n.Label, n.Site == ""
	}
	m.form = newSiteForm(w)
	m.hint = container.NewCenter(paragraphCentred("Choose a site, or press + to add one."))
	m.right = container.NewStack(m.form.box, m.hint)
	m.form.box.Hide()
	return m
}

func paragraphCentred(text string) fyne.CanvasObject {
	t := canvas.NewText(text, themed(kit.ColorSecondary))
	t.TextSize = theme.TextSize()
	return t
}

func (m *siteManager) open() {
	m.w.sites = m
	filter := kit.NewEntry("Search", 120)
	filter.OnChanged = func(text string) { m.tree.SetFilter(text); m.update() }
	m.add = kit.NewSmallButton("plus", "New site", func() { m.newSite() })
	m.addFolder = kit.NewSmallButton("new-folder", "New folder", m.newFolder)
	m.copy = kit.NewSmallButton("copy", "Duplicate", m.duplicate)
	m.remove = kit.NewSmallButton("delete", "Delete", m.askDelete)
	bar := kit.NewPaneBar(filter, filter, m.add, m.addFolder, m.copy, m.remove)
	left := container.New(stack{grow: m.table}, bar, m.table)
	split := container.NewHSplit(left, container.NewPadded(m.right))
	split.Offset = 0.36
	m.card = &kit.Modal{Title: "Site manager", Icon: "sites", Content: split, Width: 840, Height: 470, Focus: m.table,
		Buttons: []kit.ModalButton{
			{Label: "Close", Cancel: true},
			{Label: "Save", Do: func() bool { m.save(); return false }},
			{Label: "Connect", Kind: kit.ButtonPrimary, Default: true, Do: func() bool { m.connect(); return false }},
			{Label: "Test connection", Left: true, Do: func() bool { m.test(); return false }},
		},
		OnClosed: func() { m.w.sites = nil }}
	m.w.stage.ShowModal(m.card)
	m.updateButtons()
	if len(m.tree.Nodes) > 0 {
		m.table.SelectOnly(0)
		m.chosen()
	}
}

// update shows what is saved now.
func (m *siteManager) update() {
	m.tree.Refresh()
	m.table.ReplaceRows(siteRows{m.tree.Nodes})
	m.updateButtons()
}

func (m *siteManager) node() (model.SiteNode, bool) {
	rows := m.table.Selected()
	if len(rows) != 1 || rows[0] >= len(m.tree.Nodes) {
		return model.SiteNode{}, false
	}
	return m.tree.Nodes[rows[0]], true
}

func (m *siteManager) chosen() {
	n, ok := m.node()
	if !ok {
		m.updateButtons()
		return
	}
	m.folder, m.isDir = n.Folder, n.Site == ""
	if s, found := m.tree.Site(n.Site); found && !m.isDir {
		m.edit(s)
	} else {
		m.form.box.Hide()
		m.hint.Show()
	}
	m.updateButtons()
}

func (m *siteManager) edit(s sites.Site) {
	m.form.show(s)
	m.hint.Hide()
	m.form.box.Show()
	m.updateButtons()
}

func (m *siteManager) updateButtons() {
	if m.card == nil {
		return
	}
	_, any := m.node()
	why := func(ok bool, text string) string {
		if ok {
			return ""
		}
		return text
	}
	editing := m.form.box.Visible()
	m.copy.SetWhy(why(any && !m.isDir, "Choose a site first"))
	m.remove.SetWhy(why(any, "Choose a site or a folder first"))
	for i := 1; i <= 3; i++ {
		if b := m.card.Button(i); b != nil {
			b.SetWhy(why(editing, "Choose a site first"))
		}
	}
}

func (m *siteManager) choose(id string) {
	m.table.SelectKeys(id)
	m.chosen()
}

func (m *siteManager) openRow(row int) {
	n := m.tree.Nodes[row]
	if n.Site == "" {
		m.tree.Toggle(n.Folder)
		m.update()
		return
	}
	m.connect()
}

func (m *siteManager) newSite() {
	s := sites.NewSite("", "")
	s.Folder, s.Logon = m.folder, sites.Normal
	m.table.SelectNone()
	m.edit(s)
	m.w.win.Canvas().Focus(m.form.name)
}

func (m *siteManager) save() {
	m.form.save(m.tree, func(s sites.Site) {
		m.update()
		m.choose(s.ID)
		m.w.model.Alert(model.Message{Grade: model.GradeGood, What: "Saved"})
	})
}

// connect saves what was changed and goes to the site.
func (m *siteManager) connect() {
	if !m.form.box.Visible() {
		return
	}
	dial := func(s sites.Site) {
		m.card.Close()
		m.w.model.ConnectSite(s)
		m.w.tools.show(s.TargetOf())
		m.w.focusPane(model.Remote)
	}
	if m.form.changed() || m.form.site.ID == "" {
		m.form.save(m.tree, dial)
		return
	}
	dial(m.form.site)
}

func (m *siteManager) newFolder() {
	m.askName("New folder", "Folder", func(name string) {
		path := append(append([]string(nil), m.folder...), name)
		m.tree.AddFolder(path, func() { m.update(); m.choose(siteRows{}.folderKey(path)) })
	})
}

func (m *siteManager) duplicate() {
	if n, ok := m.node(); ok && n.Site != "" {
		m.tree.Duplicate(n.Site, func(s sites.Site) { m.update(); m.choose(s.ID) })
	}
}

func (m *siteManager) renameFolder(row int, name string) {
	n := m.tree.Nodes[row]
	to := append(append([]string(nil), n.Folder[:len(n.Folder)-1]...), name)
	m.tree.RenameFolder(n.Folder, to, m.update)
}

func (m *siteManager) askDelete() {
	n, ok := m.node()
	if !ok {
		return
	}
	text := "The site and its saved password are deleted."
	if n.Site == "" {
		text = "The folder, all sites in it and their saved passwords are deleted."
	}
	m.w.stage.ShowModal(&kit.Modal{Title: "Delete \"" + n.Label + "\"?", Icon: "warning", Color: theme.ColorNameWarning, Over: true,
		Content: paragraph(text), Buttons: []kit.ModalButton{
			{Label: "Cancel", Cancel: true, Default: true},
			{Label: "Delete", Kind: kit.ButtonDanger, Do: func() bool { m.delete(n); return true }},
		}})
}

func (m *siteManager) delete(n model.SiteNode) {
	then := func() {
		m.form.box.Hide()
		m.hint.Show()
		m.update()
	}
	if n.Site == "" {
		m.folder = nil
		m.tree.DeleteFolder(n.Folder, then)
	} else {
		m.tree.Delete(n.Site, then)
	}
}

func (m *siteManager) askName(title, start string, do func(string)) {
	e := kit.NewEntry("", 260)
	e.SetText(start)
	card := &kit.Modal{Title: title, Icon: "new-folder", Content: e, Over: true, Focus: e}
	card.Buttons = []kit.ModalButton{
		{Label: "Cancel", Cancel: true},
		{Label: "Create", Kind: kit.ButtonPrimary, Default: true, Do: func() bool {
			if e.Text == "" {
				return false
			}
			do(e.Text)
			return true
		}},
	}
	e.OnSubmitted = func(string) { card.Press(1) }
	m.w.stage.ShowModal(card)
	e.SelectAllText()
}
