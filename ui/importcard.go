package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"longshore/sites"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// importCard takes sites of other programs over: a file is chosen, what is in
// it is looked at, and what is ticked is stored.
type importCard struct {
	w    *Window
	m    *model.Import
	card *kit.Modal
	box  *fyne.Container

	path   *kit.Entry
	places []*kit.Button
	table  *kit.FileTable
	master *kit.Entry
	open   *kit.Button
	store  *kit.Select
	bar    *kit.Progress
	line   *kit.Label
	where  *storeLine
	note   *kit.Label // the whole note of the chosen row

	state model.ImportState
	shown int // places shown
	ready bool
}

// Places of the buttons of the card.
const (
	importBack = iota
	importClose
	importGo
)

// importHeight is what lists have room in.
const importHeight = 460

// ShowImport opens the card.
func (w *Window) ShowImport() {
	if w.imports != nil {
		return
	}
	c := &importCard{w: w, m: w.model.NewImport(), box: container.New(layout.NewStackLayout())}
	w.imports = c
	c.m.OnChange = w.soon(c.update)
	c.card = &kit.Modal{Title: "Import sites", Icon: "sites", Content: c.box, Width: 860,
		Buttons: []kit.ModalButton{
			importBack:  {Label: "Other file…", Left: true, Do: func() bool { c.m.Back(); return false }},
			importClose: {Label: "Close", Cancel: true, Do: c.close},
			importGo:    {Label: "Import", Kind: kit.ButtonPrimary, Default: true, Do: c.run},
		},
		OnClosed: func() { c.m.Close(); w.imports = nil }}
	c.build()
	w.stage.ShowModal(c.card)
	c.ready = true
	c.update()
	c.begin()
}

// close stops what is being stored, or closes the card.
func (c *importCard) close() bool {
	if c.m.State == model.ImportStoring {
		c.m.Cancel()
		return false
	}
	return true
}

func (c *importCard) run() bool {
	switch c.m.State {
	case model.ImportChoosing:
		c.m.Open(c.path.Text, "")
	case model.ImportPreview:
		c.m.Run()
	case model.ImportDone:
		return true
	}
	return false
}

// build makes the content for what the import waits for now.
func (c *importCard) build() {
	m := c.m
	c.state, c.shown = m.State, len(m.Places)
	c.line = kit.NewLabel("", "").Cut(200)
	c.places, c.table, c.open, c.master, c.bar = nil, nil, nil, nil, nil
	switch m.State {
	case model.ImportPreview:
		c.box.Objects = []fyne.CanvasObject{c.preview()}
	case model.ImportStoring:
		c.bar = kit.NewProgress()
		c.box.Objects = []fyne.CanvasObject{spaced(c.line, c.bar)}
	case model.ImportDone:
		c.box.Objects = []fyne.CanvasObject{c.summary()}
	default:
		c.box.Objects = []fyne.CanvasObject{c.choice()}
	}
	c.card.Height = importHeight
	if m.State == model.ImportChoosing && len(m.Places) == 0 {
		c.card.Height = 0
	}
	c.box.Refresh()
}

// begin puts the keyboard where one goes on.
func (c *importCard) begin() {
	switch {
	case c.table != nil:
		c.w.win.Canvas().Focus(c.table)
	case c.state == model.ImportChoosing:
		c.w.win.Canvas().Focus(c.path)
	}
}

func spaced(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(theme.Padding()*2.4), objects...)
}

// choice lists the files of other programs on this machine, and takes a path.
func (c *importCard) choice() fyne.CanvasObject {
	text := ""
	if c.path != nil {
		text = c.path.Text
	}
	c.path = kit.NewEntry("Path of a file", 300)
	c.path.SetText(text)
	c.path.OnChanged = func(string) { c.buttons() }
	c.path.OnSubmitted = func(text string) { c.m.Open(text, "") }
	list := spaced()
	if len(c.m.Places) == 0 {
		list.Add(paragraph(model.WordImportNone))
	} else {
		list.Add(kit.NewHeading(model.WordImportFound))
	}
	for _, p := range c.m.Places {
		b := kit.NewButton("Open", kit.ButtonNormal, func() { c.m.Open(p.Path, "") })
		c.places = append(c.places, b)
		name := kit.NewLabel(p.Program, "").Cut(120)
		where := kit.NewLabel(p.Path, kit.ColorSecondary).Cut(120)
		list.Add(leftOf(container.NewBorder(nil, nil, container.NewGridWrap(fyne.NewSize(150, 28), name), nil, where), b))
	}
	below := spaced(kit.NewHeading("Another file"), leftOf(c.path, kit.NewButton("Choose…", kit.ButtonNormal, c.choose)),
		kit.NewLabel(model.WordImportFormat, kit.ColorSecondary).Small().Cut(200), c.line)
	if len(c.m.Places) == 0 {
		return spaced(list, below)
	}
	scroll := container.NewVScroll(besideBar(list))
	return container.New(stack{grow: scroll}, scroll, below)
}

func (c *importCard) choose() {
	c.w.chooseFile("Import from", c.path.Text, func(path string) {
		c.path.SetText(path)
		c.m.Open(path, "")
	})
}

// preview lists what was found, with boxes to tick.
func (c *importCard) preview() fyne.CanvasObject {
	c.table = kit.NewFileTable([]kit.Column{
		{ID: "name", Title: "Site", Width: 200, NoSort: true},
		{ID: "host", Title: "Server", Width: 180, NoSort: true},
		{ID: "user", Title: "User", Width: 96, NoSort: true},
		{ID: "note", Title: "Note", Flex: true, NoSort: true, Color: kit.ColorSecondary},
	})
	c.table.SetRows(importRows{c.m})
	c.table.OnOpen = c.flip
	c.table.OnIcon = c.flip
	c.table.OnKey = func(ev *fyne.KeyEvent) bool {
		switch ev.Name {
		case fyne.KeySpace:
			for _, row := range c.table.Selected() {
				c.flip(row)
			}
		case fyne.KeyEscape:
			c.card.Press(importClose)
		default:
			return false
		}
		return true
	}
	words := []string{}
	choices := c.w.model.ImportStores()
	for _, s := range choices {
		words = append(words, model.StoreChoice(s))
	}
	c.store = kit.NewSelect(words, 220, nil)
	c.store.SetIndex(indexOf(choices, c.m.Store))
	c.store.OnChanged = func(string) {
		c.m.Store = choices[c.store.SelectedIndex()]
		c.where.show(c.m.Store)
	}
	c.where = newStoreLine(c.w, func(s sites.Store) {
		c.m.Store = s
		c.build() // the vault may be new in the list
		c.update()
	})
	c.where.shown = func() { c.card.Relayout() }
	c.where.show(c.m.Store)
	c.note = kit.NewLabel("", kit.ColorSecondary).Cut(200)
	c.table.OnSelect = c.chosen
	all := kit.NewButton("Tick all", kit.ButtonNormal, func() { c.m.TickAll(true) })
	none := kit.NewButton("None", kit.ButtonNormal, func() { c.m.TickAll(false) })
	head := leftOf(c.line, container.NewHBox(all, none))
	store := container.NewHBox(container.NewBorder(nil, nil, kit.NewLabel("Save passwords in  ", kit.ColorSecondary), nil, c.store))
	foot := spaced(c.note, rightOf(container.NewVBox(store), c.where.box))
	if c.m.NeedsMaster {
		c.master = kit.NewPasswordEntry("Master password of "+c.m.Format, 220)
		c.open = kit.NewButton("Unlock", kit.ButtonNormal, func() { c.m.Open(c.m.Path, c.master.Text) })
		c.master.OnSubmitted = func(text string) { c.m.Open(c.m.Path, text) }
		foot.Add(container.NewBorder(nil, nil, nil, container.NewCenter(container.NewHBox(c.master, c.open)), paragraph(model.WordImportMaster)))
	}
	return container.New(stack{grow: c.table}, container.New(layout.NewCustomPaddedLayout(0, theme.Padding()*2, 0, 0), head), c.table,
		container.New(layout.NewCustomPaddedLayout(theme.Padding()*2, 0, 0, 0), foot))
}

// chosen tells the whole note of the chosen row, which the column may cut.
func (c *importCard) chosen() {
	text := ""
	if rows := c.table.Selected(); len(rows) == 1 && rows[0] < len(c.m.Rows) {
		text = c.m.Rows[rows[0]].Note
	}
	c.note.SetText(text)
}

func (c *importCard) flip(row int) {
	if row < len(c.m.Rows) {
		c.m.Tick(row, !c.m.Rows[row].On)
	}
}

func (c *importCard) summary() fyne.CanvasObject {
	list := spaced()
	if c.m.Problem != "" {
		p := paragraph(c.m.Problem)
		list.Add(p)
	}
	for _, l := range c.m.Summary {
		list.Add(paragraph(l))
	}
	return container.NewVScroll(besideBar(list))
}

// update follows the import.
func (c *importCard) update() {
	if !c.ready {
		return
	}
	m := c.m
	if m.State == model.ImportReading {
		c.line.Set("Reading…", kit.ColorSecondary)
		c.buttons()
		return
	}
	if m.State != c.state || m.State == model.ImportChoosing && len(m.Places) != c.shown ||
		m.State == model.ImportPreview && (m.NeedsMaster != (c.master != nil)) {
		c.build()
		c.begin()
	}
	switch m.State {
	case model.ImportPreview:
		c.table.RefreshRows()
		c.line.Set(m.Line(), "")
	case model.ImportStoring:
		c.line.Set("Saving passwords…", "")
		share := 0.0
		if m.All > 0 {
			share = float64(m.Done) / float64(m.All)
		}
		c.bar.Set(share, model.FormatNumber(m.Done)+" of "+model.FormatNumber(m.All))
	default:
		c.line.Set("", "")
	}
	if m.Problem != "" {
		c.line.Set(m.Problem, theme.ColorNameError)
	}
	c.buttons()
	c.card.Relayout()
}

func (c *importCard) buttons() {
	back, shut, forth := c.card.Button(importBack), c.card.Button(importClose), c.card.Button(importGo)
	if back == nil {
		return
	}
	m := c.m
	back.Hidden = m.State != model.ImportPreview && m.State != model.ImportDone
	shut.SetLabel("Close")
	forth.SetLabel("Import")
	why := m.WhyNot()
	switch m.State {
	case model.ImportStoring:
		shut.SetLabel("Stop")
	case model.ImportDone:
		forth.SetLabel("Done")
		why = ""
	case model.ImportChoosing:
		forth.SetLabel("Open")
		if c.path.Text != "" {
			why = ""
		}
	}
	forth.SetWhy(why)
}

// importRows shows the sites that were found.
type importRows struct{ m *model.Import }

func (r importRows) Len() int { return len(r.m.Rows) }

// Key is the row's place: the list does not change while it is shown.
func (r importRows) Key(i int) string { return strconv.Itoa(i) }

// Icon is the box to tick.
func (r importRows) Icon(i int) fyne.Resource {
	if i >= len(r.m.Rows) {
		return nil
	}
	switch row := r.m.Rows[i]; {
	case row.Locked:
		return kit.Icon("minus", kit.ColorFaint)
	case row.On:
		return kit.Icon("tick-on", theme.ColorNamePrimary)
	}
	return kit.Icon("tick-off", kit.ColorSecondary)
}

// Cell is one field of a row.
func (r importRows) Cell(i, col int) kit.Cell {
	if i >= len(r.m.Rows) { // another file is being opened
		return kit.Cell{}
	}
	row := r.m.Rows[i]
	s := row.Found.Site
	color := fyne.ThemeColorName("")
	if row.Locked {
		color = kit.ColorFaint
	}
	switch col {
	case 0:
		return kit.Cell{Text: s.Path(), Color: color}
	case 1:
		t := s.TargetOf()
		return kit.Cell{Text: t.Addr(), Color: color}
	case 2:
		return kit.Cell{Text: userOf(s), Color: color}
	}
	if row.Note != "" && !row.On {
		return kit.Cell{Text: row.Note, Color: theme.ColorNameWarning}
	}
	return kit.Cell{Text: row.Note}
}

func userOf(s sites.Site) string {
	if s.Logon == sites.Anonymous {
		return "anonymous"
	}
	return s.User
}
