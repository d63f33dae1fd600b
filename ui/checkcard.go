package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"longshore/transfer/session"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// checkCard shows a connection check: its steps while they are tried, and
// afterwards what may help.
type checkCard struct {
	w     *Window
	check *model.Check
	card  *kit.Modal

	line     *kit.Label
	steps    *fyne.Container
	scroll   *container.Scroll
	help     *fyne.Container // what may help, above the steps
	after    *fyne.Container
	write    *kit.Check
	folder   *kit.Entry
	parallel *kit.Check

	rows  []*stepRow
	cures []*kit.Button
	learn *kit.Button
	state model.CheckState
}

// Places of the buttons of the card.
const (
	checkCopy = iota
	checkClose
	checkRun
)

// ShowCheck opens the card and begins.
func (w *Window) ShowCheck(m *model.Check) {
	if w.checking != nil {
		w.checking.card.Close()
	}
	c := &checkCard{w: w, check: m}
	w.checking = c
	c.build()
	m.OnChange = w.soon(c.update)
	w.stage.ShowModal(c.card)
	m.Start()
}

func (c *checkCard) build() {
	m := c.check
	c.line = kit.NewLabel("", kit.ColorSecondary).Cut(200)
	c.steps = container.New(layout.NewCustomPaddedVBoxLayout(theme.Padding()))
	c.after = container.New(layout.NewCustomPaddedVBoxLayout(theme.Padding() * 2))
	c.help = container.New(layout.NewCustomPaddedVBoxLayout(theme.Padding() * 2))
	c.help.Hide()
	c.scroll = container.NewVScroll(besideBar(container.New(layout.NewCustomPaddedVBoxLayout(theme.Padding()*3), c.steps, c.after)))
	c.write = kit.NewCheck(model.WordCheckWrite, func(on bool) { m.Write = on })
	c.folder = kit.NewEntry("/", 140)
	c.folder.SetText(m.Folder)
	c.folder.OnChanged = func(text string) { m.Folder = text }
	c.parallel = kit.NewCheck(model.WordCheckParallel, func(on bool) { m.Parallel = on })
	more := container.New(layout.NewCustomPaddedLayout(theme.Padding()*2.4, 0, 0, 0), container.New(layout.NewCustomPaddedVBoxLayout(theme.Padding()),
		rightOf(c.write, c.folder), c.parallel))
	content := container.New(stack{grow: c.scroll}, c.line, c.help, c.scroll, more)
	c.card = &kit.Modal{Title: "Connection check of " + m.Target.String(), Icon: "shield-check", Content: content, Width: 700, Height: 440, Over: true,
		Buttons: []kit.ModalButton{
			checkCopy:  {Label: "Copy report", Left: true, Do: func() bool { m.CopyReport(); return false }},
			checkClose: {Label: "Close", Cancel: true},
			checkRun:   {Label: "Check again", Kind: kit.ButtonPrimary, Default: true, Do: func() bool { c.run(); return false }},
		},
		OnClosed: func() { m.Close(); c.w.checking = nil }}
}

// run starts or stops; several connections are asked about first.
func (c *checkCard) run() {
	m := c.check
	if m.State == model.CheckRunning {
		m.Stop()
		return
	}
	if why := m.FolderProblem(); why != "" {
		c.line.Set(why, theme.ColorNameError)
		return
	}
	if !m.Parallel {
		m.Start()
		return
	}
	c.w.stage.ShowModal(&kit.Modal{Title: model.WordParallelTitle, Icon: "question", Over: true, Content: paragraph(m.WordParallelText()),
		Buttons: []kit.ModalButton{{Label: "Cancel", Cancel: true},
			{Label: "Try it", Kind: kit.ButtonPrimary, Default: true, Do: func() bool { m.Start(); return true }}}})
}

// update follows the check. Rows are kept, so that nothing jumps while the
// steps come one by one.
func (c *checkCard) update() {
	m := c.check
	running := m.State == model.CheckRunning
	c.line.Set(m.CheckLine(), kit.ColorSecondary)
	if len(m.Steps) < len(c.rows) {
		c.steps.RemoveAll()
		c.rows = nil
	}
	added := false
	for i, s := range m.Steps {
		if i == len(c.rows) {
			c.rows = append(c.rows, newStepRow())
			c.steps.Add(c.rows[i].box)
			added = true
		}
		c.rows[i].show(s)
	}
	c.showAfter()
	if b := c.card.Button(checkRun); b != nil {
		label := "Check again"
		if running {
			label = "Stop"
		}
		b.SetLabel(label)
	}
	if b := c.card.Button(checkCopy); b != nil {
		why := ""
		if running || len(m.Steps) == 0 {
			why = "There is no report yet"
		}
		b.SetWhy(why)
	}
	switch {
	case running && added:
		c.scroll.ScrollToBottom()
	case !running && c.state == model.CheckRunning:
		c.scroll.ScrollToTop()
	}
	c.state = m.State
	c.card.Relayout()
}

// showAfter is what comes when the check has ended: the remedies, and what is
// known about the server.
func (c *checkCard) showAfter() {
	m := c.check
	c.after.RemoveAll()
	c.help.RemoveAll()
	c.cures, c.learn = nil, nil
	c.help.Hidden = m.State == model.CheckRunning || len(m.Cures) == 0
	if m.State == model.CheckRunning {
		return
	}
	if len(m.Cures) > 0 {
		c.help.Add(kit.NewHeading(model.WordCures))
		for _, cure := range m.Cures {
			b := kit.NewButton(cure.Label, kit.ButtonNormal, cure.Press)
			done := kit.NewLabel(cure.Done, theme.ColorNameSuccess).Cut(80)
			if cure.Done != "" {
				b.SetWhy(cure.Done)
				done.SetIcon("check", theme.ColorNameSuccess)
			}
			c.cures = append(c.cures, b)
			c.help.Add(container.NewBorder(nil, nil, b, nil, done))
		}
	}
	lines := m.Lines()
	if len(lines) == 0 {
		lines = []string{model.WordNothingKnown}
	}
	c.learn = kit.NewIconButton("edit", "Edit…", kit.ButtonNormal, func() {
		c.w.showLearned(m.Target, func() { c.update() })
	})
	c.after.Add(container.NewBorder(nil, nil, kit.NewHeading(model.WordLearnedTitle), c.learn))
	for _, l := range lines {
		c.after.Add(paragraph(l))
	}
}

// stepRow is one step: how it went, its name, and a sentence.
type stepRow struct {
	box   *fyne.Container
	icon  *canvas.Image
	title *kit.Label
	text  *widget.RichText
	more  *widget.RichText
	last  session.CheckStep
}

const (
	stepIcon  = 18
	stepTitle = 168
)

func newStepRow() *stepRow {
	r := &stepRow{icon: &canvas.Image{}, title: kit.NewLabel("", "").Cut(80), text: newFine(" "), more: newFine("")}
	r.icon.SetMinSize(fyne.NewSize(stepIcon, stepIcon))
	texts := container.New(layout.NewCustomPaddedVBoxLayout(-theme.Padding()*2), r.text, r.more)
	gap := canvas.NewRectangle(color.Transparent)
	gap.SetMinSize(fyne.NewSize(stepTitle, 1))
	line := r.text.MinSize().Height
	r.box = container.NewBorder(nil, nil, container.NewVBox(container.NewGridWrap(fyne.NewSize(stepTitle, line),
		container.NewBorder(nil, nil, container.NewCenter(r.icon), nil, r.title))), nil, texts)
	return r
}

// stepLooks are icon and colour of each grade.
var stepLooks = map[session.Grade]struct {
	icon  string
	color fyne.ThemeColorName
}{
	session.Green:   {"check-circle", theme.ColorNameSuccess},
	session.Amber:   {"warning", theme.ColorNameWarning},
	session.Red:     {"error", theme.ColorNameError},
	session.Skipped: {"minus", kit.ColorFaint},
	session.Running: {"clock", theme.ColorNamePrimary},
}

func (r *stepRow) show(s session.CheckStep) {
	if s.Name == r.last.Name && s.Grade == r.last.Grade && s.Text == r.last.Text {
		return
	}
	r.last = s
	look := stepLooks[s.Grade]
	r.icon.Resource = kit.Icon(look.icon, look.color)
	r.icon.Refresh()
	faint, ink := fyne.ThemeColorName(""), theme.ColorNameForeground
	if s.Grade == session.Skipped || s.Grade == session.Running {
		faint, ink = kit.ColorSecondary, kit.ColorSecondary
	}
	r.title.Set(s.Title, faint)
	text, more := model.StepWords(s)
	setFine(r.text, text, ink)
	setFine(r.more, more, kit.ColorSecondary)
	r.more.Hidden = more == ""
	r.box.Refresh()
}
