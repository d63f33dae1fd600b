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

// pane is one side: a path bar, a filter that opens on demand, the files, and
// a line that counts them.
type pane struct {
	w      *Window
	side   model.Side
	box    *fyne.Container
	crumbs *kit.Crumbs
	table  *kit.FileTable
	filter *kit.Entry
	strip  *kit.Toolbar // holds the filter
	foot   *footer

	back, up, home, reload, sieve *kit.ToolButton

	shown  *model.Pane // what the table shows now
	dir    string
	picked uint64
	quiet  bool // the table is being told, it does not tell
}

func newPane(w *Window, side model.Side) *pane {
	p := &pane{w: w, side: side, foot: newFooter()}
	icon := "computer"
	if side == model.Remote {
		icon = "server"
	}
	p.crumbs = kit.NewCrumbs(icon)
	p.crumbs.OnGo = p.visit
	p.back = kit.NewSmallButton("back", "Back (Alt+Left)", func() { p.model().Back() })
	p.up = kit.NewSmallButton("up", "Folder above (Backspace)", func() { p.model().OpenParent() })
	p.home = kit.NewSmallButton("home", "Home folder", func() { p.model().OpenHome() })
	p.reload = kit.NewSmallButton("refresh", "Refresh (F5)", func() { p.model().Refresh() })
	p.sieve = kit.NewSmallButton("filter", "Filter names (Ctrl+F)", p.toggleFilter)
	bar := kit.NewPaneBar(p.crumbs, p.back, p.up, p.home, p.crumbs, p.reload, p.sieve)
	p.filter = kit.NewEntry("Part of a name, or *.html", 200)
	p.filter.OnChanged = func(text string) { p.model().SetFilter(text) }
	p.filter.OnCancel = func() bool { p.toggleFilter(); return true }
	p.filter.OnSubmitted = func(string) { p.focus() }
	p.strip = kit.NewPaneBar(p.filter, p.filter)
	p.strip.Hide()
	p.buildTable()
	p.box = container.New(stack{grow: p.table}, bar, p.strip, p.table, p.foot.box)
	return p
}

func (p *pane) buildTable() {
	t := kit.NewFileTable(paneColumns())
	p.table = t
	t.Bare = true
	saved := p.w.model.Settings.Panes.Local
	if p.side == model.Remote {
		saved = p.w.model.Settings.Panes.Remote
	}
	t.SetColumns(withWidths(paneColumns(), saved))
	t.SetRows(paneRows{})
	t.Drags = p.w.stage.Drags()
	t.OnOpen = p.open
	t.OnUp = func() { p.model().OpenParent() }
	t.OnSelect = p.tellSelection
	t.OnSort = func(col int) { p.model().SortBy(model.Column(col)) }
	t.OnColumns = p.keepColumns
	t.OnMenu = p.menu
	t.OnRename = func(row int, name string) {
		if i := p.model().RowOf(p.rows().Key(row)); i >= 0 {
			p.model().Rename(i, name)
		}
	}
	t.CanRename = func(row int) (string, bool) {
		e := p.rows().entry(row)
		if e == nil {
			return "", false
		}
		return e.Raw, true
	}
	t.OnDelete = func() { p.w.run("delete") }
	t.OnCopy = func() { p.w.run("copy") }
	t.OnPaste = func() { p.w.run("paste") }
	t.OnFocus = func(on bool) {
		if on {
			p.w.model.SetFocus(p.side)
		}
	}
	t.OnKey = p.w.tableKey
	t.DragStart = p.lift
}

// model is the pane of the tab in front.
func (p *pane) model() *model.Pane { return p.w.model.Tab().Pane(p.side) }

func (p *pane) rows() paneRows {
	r, _ := p.table.Rows().(paneRows)
	return r
}

// visit goes where a click on the path or a typed path leads.
func (p *pane) visit(path string) {
	m := p.model()
	for _, c := range m.Crumbs() {
		if c.Path == path {
			m.Open(path)
			return
		}
	}
	m.OpenTyped(path)
}

func (p *pane) open(row int) {
	m := p.model()
	if p.rows().entry(row) == nil {
		m.OpenParent()
		return
	}
	m.Activate(m.RowOf(p.rows().Key(row)))
}

func (p *pane) tellSelection() {
	if p.quiet {
		return
	}
	rows := p.rows()
	var names []string
	for _, i := range p.table.Selected() {
		names = append(names, rows.Key(i))
	}
	cursor := ""
	if i := p.table.CursorRow(); i >= 0 && rows.entry(i) != nil {
		cursor = rows.Key(i)
	}
	p.model().SelectNames(names, cursor)
}

// update shows what the model's pane has now.
func (p *pane) update() {
	m := p.model()
	rows := paneRows{m.Shown(), m.HasParent()}
	p.quiet = true
	if line := m.EmptyLine(); line != p.table.Empty {
		p.table.Empty = line
		p.table.Refresh()
	}
	if p.shown != m || p.dir != m.Dir {
		p.shown, p.dir, p.picked = m, m.Dir, m.Picked()-1
		p.table.SetRows(rows)
		p.closeFilter()
	} else if old := p.rows(); old.parent != rows.parent || !old.Same(rows.Shown) {
		p.table.ReplaceRows(rows)
	}
	if p.picked != m.Picked() {
		p.picked = m.Picked()
		if names := m.SelectedNames(); len(names) > 0 {
			p.table.SelectKeys(names...)
		} else {
			p.table.SelectNone()
		}
	}
	p.quiet = false
	p.table.SetSort(int(m.Sort.Column), m.Sort.Desc)
	p.showPath(m)
	p.foot.update(m)
	p.updateBar()
}

func (p *pane) showPath(m *model.Pane) {
	crumbs := m.Crumbs()
	out := make([]kit.Crumb, len(crumbs))
	for i, c := range crumbs {
		out[i] = kit.Crumb{Label: c.Label, Path: c.Path}
	}
	p.crumbs.SetPath(out, m.Dir)
}

func (p *pane) updateBar() {
	m := p.model()
	why := func(ok bool, text string) string {
		if ok {
			return ""
		}
		return text
	}
	p.back.SetWhy(why(m.CanBack(), "There is nothing to go back to"))
	p.up.SetWhy(why(m.HasParent(), "There is no folder above"))
	p.home.SetWhy(why(m.Ready(), "Not connected to a server"))
	p.reload.SetWhy(why(m.Ready(), "Not connected to a server"))
	p.sieve.SetWhy(why(m.Ready(), "Not connected to a server"))
	p.sieve.SetToggled(m.Filter != "")
}

func (p *pane) toggleFilter() {
	if p.strip.Visible() {
		p.closeFilter()
		p.focus()
		return
	}
	p.strip.Show()
	p.box.Refresh()
	p.w.win.Canvas().Focus(p.filter)
}

func (p *pane) closeFilter() {
	if !p.strip.Visible() {
		return
	}
	p.strip.Hide()
	p.filter.SetText("")
	p.model().SetFilter("")
	p.box.Refresh()
}

func (p *pane) focus() { p.w.win.Canvas().Focus(p.table) }

// menu opens the context menu. What is under the pointer is what it is about.
func (p *pane) menu(_ int, at fyne.Position) {
	p.w.model.SetFocus(p.side)
	p.tellSelection()
	kit.ShowMenu(p.w.win.Canvas(), at, p.w.menuItems(model.PaneMenu(p.side)))
}

// lift takes the chosen rows up for a drag.
func (p *pane) lift([]int) *kit.Drag {
	p.tellSelection()
	d := p.model().DragSelected()
	if d == nil {
		return nil
	}
	return &kit.Drag{Source: p.table, Data: d, Label: d.Label(), Icon: iconOf(&d.Entries[0]), Count: len(d.Entries)}
}

// targetRow translates a row of the table to one of the model.
func (p *pane) targetRow(row int) int {
	if row < 0 {
		return model.NoRow
	}
	if p.rows().entry(row) == nil {
		return model.ParentRow
	}
	return p.model().RowOf(p.rows().Key(row))
}

func (p *pane) keepColumns(cols []kit.Column) {
	saved := savedWidths(cols)
	p.w.model.Store(func(s *sites.Settings) {
		if p.side == model.Local {
			s.Panes.Local = saved
		} else {
			s.Panes.Remote = saved
		}
	})
}

func savedWidths(cols []kit.Column) []sites.Column {
	out := make([]sites.Column, len(cols))
	for i, c := range cols {
		out[i] = sites.Column{Name: c.ID, Width: c.Width, Off: c.Hidden}
	}
	return out
}

func withWidths(cols []kit.Column, saved []sites.Column) []kit.Column {
	for i := range cols {
		for _, s := range saved {
			if s.Name == cols[i].ID && s.Width > 0 {
				cols[i].Width, cols[i].Hidden = s.Width, s.Off
			}
		}
	}
	return cols
}

// footer is the line under a pane: a count at the left, a fact at the right.
type footer struct {
	box         *fyne.Container
	left, right *canvas.Text
}

func newFooter() *footer {
	f := &footer{left: newCaption(fyne.TextAlignLeading), right: newCaption(fyne.TextAlignTrailing)}
	f.box = container.New(&footLayout{}, newGround(kit.ColorChrome), f.left, f.right)
	return f
}

func (f *footer) update(m *model.Pane) {
	say(f.left, m.CountLine(), kit.ColorSecondary)
	say(f.right, m.FactLine(), kit.ColorSecondary)
}

// footLayout is 24 units high: a ground, a text left and one right.
type footLayout struct{}

func (*footLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(60, theme.CaptionTextSize()+13)
}

func (*footLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Resize(size)
	edge := theme.Padding() * 2.6
	for _, text := range o[1:] {
		text.Move(fyne.NewPos(edge, 0))
		text.Resize(fyne.NewSize(size.Width-2*edge, size.Height))
	}
}
