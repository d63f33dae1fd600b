package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"longshore/ui/kit"
	"longshore/ui/model"
)

// chooser is the card that looks for a file or a folder of this machine. Fyne
// has one, which knows neither Esc nor Enter and looks like another program.
type chooser struct {
	w       *Window
	m       *model.Chooser
	card    *kit.Modal
	crumbs  *kit.Crumbs
	table   *kit.FileTable
	up      *kit.ToolButton
	problem *kit.Label
	dir     string
}

// Places of the buttons of the card.
const (
	chooserCancel = iota
	chooserTake
)

// chooseFile has the user find a file, beginning at the path in an entry.
func (w *Window) chooseFile(title, path string, then func(path string)) {
	w.openChooser(title, "Open", path, false, then)
}

// chooseFolder has the user find a folder.
func (w *Window) chooseFolder(title, path string, then func(path string)) {
	w.openChooser(title, "Choose this folder", path, true, then)
}

func (w *Window) openChooser(title, take, path string, folders bool, then func(string)) {
	c := &chooser{w: w, crumbs: kit.NewCrumbs("computer"), problem: kit.NewLabel("", theme.ColorNameError).Cut(200)}
	c.m = w.model.NewChooser(folders, func(path string) {
		c.card.Close()
		then(path)
	})
	c.m.OnChange = c.update
	c.build(folders)
	c.card = &kit.Modal{Title: title, Icon: "folder", Width: 640, Height: 400, Over: true, Focus: c.table, OnClosed: c.m.Close,
		Content: c.content(), Buttons: []kit.ModalButton{
			chooserCancel: {Label: "Cancel", Cancel: true},
			chooserTake: {Label: take, Kind: kit.ButtonPrimary, Default: true, Do: func() bool {
				if path, why := c.m.Choice(c.row()); why == "" {
					c.m.OnChosen(path)
				}
				return false
			}}}}
	w.stage.ShowModal(c.card)
	c.m.Begin(path)
	c.follow()
}

func (c *chooser) build(folders bool) {
	c.crumbs.OnGo = c.m.Typed
	c.up = kit.NewSmallButton("up", "Folder above (Backspace)", c.m.Up)
	c.table = kit.NewFileTable([]kit.Column{
		{ID: "name", Title: "Name", Flex: true, Min: 160, NoSort: true},
		{ID: "size", Title: "Size", Width: 80, Align: fyne.TextAlignTrailing, Color: kit.ColorSecondary, NoSort: true, Hidden: folders},
		{ID: "time", Title: "Modified", Width: 126, Color: kit.ColorSecondary, NoSort: true},
	})
	c.table.Empty = "There is no file here."
	if folders {
		c.table.Empty = "There is no folder in this one."
	}
	c.table.SetRows(chooserRows{c.m})
	c.table.OnOpen = c.m.Activate
	c.table.OnUp = c.m.Up
	c.table.OnSelect = c.follow
	c.table.OnKey = func(ev *fyne.KeyEvent) bool {
		if ev.Name == fyne.KeyEscape {
			c.card.Press(chooserCancel)
		}
		return ev.Name == fyne.KeyEscape
	}
}

func (c *chooser) content() fyne.CanvasObject {
	home := kit.NewSmallButton("home", "Home folder", c.m.Home)
	bar := kit.NewPaneBar(c.crumbs, c.up, home, c.crumbs)
	return container.New(stack{grow: c.table}, bar, c.table, c.problem)
}

// row is the chosen one, -1 for none.
func (c *chooser) row() int {
	if rows := c.table.Selected(); len(rows) == 1 {
		return rows[0]
	}
	return -1
}

// update shows what the model has.
func (c *chooser) update() {
	if c.m.Dir != c.dir || c.m.Problem == "" {
		c.dir = c.m.Dir
		crumbs := c.m.Crumbs()
		out := make([]kit.Crumb, len(crumbs))
		for i, s := range crumbs {
			out[i] = kit.Crumb{Label: s.Label, Path: s.Path}
		}
		c.crumbs.SetPath(out, c.dir)
		c.table.SetRows(chooserRows{c.m})
	}
	why := ""
	if !c.m.HasParent() {
		why = "There is no folder above"
	}
	c.up.SetWhy(why)
	c.problem.SetText(c.m.Problem)
	c.follow()
}

// follow lets the button say what is missing.
func (c *chooser) follow() {
	if b := c.card.Button(chooserTake); b != nil {
		_, why := c.m.Choice(c.row())
		b.SetWhy(why)
	}
}

// chooserRows shows the files of a folder.
type chooserRows struct{ m *model.Chooser }

func (r chooserRows) Len() int { return r.m.Len() }

func (r chooserRows) Key(i int) string { return r.m.Row(i).Raw }

// Icon is the picture before the name.
func (r chooserRows) Icon(i int) fyne.Resource { return iconOf(r.m.Row(i)) }

// Cell is one field of a row.
func (r chooserRows) Cell(i, col int) kit.Cell {
	e := r.m.Row(i)
	switch col {
	case 1:
		if model.IsFolder(*e) {
			return kit.Cell{}
		}
		return kit.Cell{Text: model.FormatSize(e.Size)}
	case 2:
		return kit.Cell{Text: model.FormatTime(e.Time)}
	}
	return kit.Cell{Text: e.Name}
}
