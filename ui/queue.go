package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"longshore/sites"
	"longshore/transfer"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// bottom is the lower part of the window: the queue's lists and the log.
type bottom struct {
	w     *Window
	box   *fyne.Container
	bar   *kit.TabBar
	strip *kit.Toolbar // questions that wait
	ask   *kit.Button
	table *kit.FileTable
	log   *kit.FileTable
	pages *fyne.Container
	pause *kit.ToolButton
	more  *kit.ToolButton
	find  *kit.Entry // narrows what has ended

	front model.Bottom
	first bool // nothing was shown yet
	shape uint64
	lines int
}

// bottomIDs are the tabs' names, for the probe too.
var bottomIDs = []string{model.BottomQueue: "queue", model.BottomFailed: "failed", model.BottomDone: "completed", model.BottomLog: "log"}

func newBottom(w *Window) *bottom {
	b := &bottom{w: w, first: true}
	b.pause = kit.NewSmallButton("pause", "Pause the queue (Ctrl+P)", func() { w.run("pause-all") })
	b.more = kit.NewSmallButton("more", "More", func() { b.menu(-1, absolute(b.more).AddXY(0, b.more.Size().Height)) })
	shut := kit.NewSmallButton("close", "Hide this part (Ctrl+Shift+Q)", func() { w.run("queue-panel") })
	b.find = kit.NewEntry("Search names, sites, states", 210)
	b.find.OnChanged = func(text string) { b.table.KeepKeys(); w.model.SearchEnded(text) }
	b.find.OnCancel = func() bool { b.find.SetText(""); w.win.Canvas().Focus(b.table); return true }
	b.find.OnSubmitted = func(string) { w.win.Canvas().Focus(b.table) }
	b.find.Hide()
	b.bar = kit.NewTabBar(b.find, b.pause, b.more, shut)
	b.bar.OnSelect = func(id string) {
		for i, name := range bottomIDs {
			if name == id {
				w.model.ShowBottom(model.Bottom(i))
			}
		}
	}
	b.ask = kit.NewIconButton("question", "", kit.ButtonLink, b.takeQuestion)
	b.strip = kit.NewPaneBar(nil, b.ask)
	b.strip.Hide()
	b.buildTables()
	b.pages = container.NewStack(b.table, b.log)
	b.box = container.New(stack{grow: b.pages}, b.bar, b.strip, b.pages)
	return b
}

func (b *bottom) buildTables() {
	b.table = kit.NewFileTable(withWidths(queueColumns(model.OnQueue), b.w.model.Settings.Panes.Queue))
	b.table.Bare = true
	b.table.OnMenu = b.menu
	b.table.OnOpen = func(int) { b.w.run("item-details") }
	b.table.OnSelect = func() { b.w.model.SetRows(b.table.Selected()) }
	b.table.OnDelete = func() {
		if b.front == model.BottomQueue {
			b.w.run("item-cancel")
		} else {
			b.w.run("item-forget")
		}
	}
	b.table.OnKey = b.w.tableKey
	b.table.DragStart = b.dragRows
	b.table.OnColumns = func(cols []kit.Column) {
		if b.front != model.BottomQueue {
			return // the others are as wide as what they say
		}
		saved := savedWidths(cols)
		b.w.model.Settings.Panes.Queue = saved
		b.w.model.Store(func(s *sites.Settings) { s.Panes.Queue = saved })
	}
	b.log = kit.NewFileTable(logColumns())
	b.log.NoIcons, b.log.Bare = true, true
	b.log.Empty = "What is said between Longshore and the servers appears here."
	b.log.SetRows(logRows{b.w.model.LogView})
	b.log.OnMenu = func(_ int, at fyne.Position) {
		kit.ShowMenu(b.w.win.Canvas(), at, []kit.MenuItem{
			{Label: "Copy the log", Icon: "copy", Do: func() { b.w.Copy(b.w.model.LogView.Text()) }},
			{Label: "Clear", Icon: "delete", Do: func() { b.w.model.LogView.Clear(); b.w.touch(model.PartLog) }},
		})
	}
}

// emptyWords say what an empty list means.
var emptyWords = []string{
	model.BottomQueue:  "The queue is empty. Drag files from one side to the other.",
	model.BottomFailed: "Nothing has failed.",
	model.BottomDone:   "Nothing has arrived yet.",
}

func (b *bottom) update() {
	m := b.w.model
	v := m.QueueView
	open := m.Settings.LogOpen
	if open != b.box.Visible() {
		b.box.Hidden = !open
		b.w.lower.Refresh()
		b.w.content.Refresh()
	}
	b.bar.SetTabs([]kit.Tab{
		{ID: "queue", Title: "Queue", Count: v.Len(model.OnQueue)},
		{ID: "failed", Title: "Failed", Count: v.Count(model.OnFailed), CountOn: theme.ColorNameError},
		{ID: "completed", Title: "Completed", Count: v.Count(model.OnDone)},
		{ID: "log", Title: "Log"},
	}, bottomIDs[m.Bottom()])
	icon, tip := "pause", "Pause the queue (Ctrl+P)"
	if v.Paused {
		icon, tip = "play", "Let the queue go on (Ctrl+P)"
	}
	b.pause.SetIcon(icon, "")
	b.pause.SetTip(tip)
	b.pause.SetToggled(v.Paused)
	b.showPage(m.Bottom())
	b.updateStrip()
}

func (b *bottom) showPage(page model.Bottom) {
	shelf, isList := page.Shelf()
	b.log.Hidden, b.table.Hidden = isList, !isList
	changed := b.first || page != b.front
	b.first, b.front = false, page
	switch {
	case !isList:
		if changed {
			b.showFind(false)
		}
		b.updateLog(changed)
	case changed:
		b.shape = b.w.model.QueueView.Shape()
		b.table.Empty = emptyWords[page]
		b.showFind(shelf != model.OnQueue)
		b.showColumns(shelf)
		b.w.model.SetRows(nil)
	case b.shape != b.w.model.QueueView.Shape():
		b.shape = b.w.model.QueueView.Shape()
		b.sayEmpty(page)
		b.table.RefreshRows()
		b.w.model.SetRows(b.table.Selected())
	default:
		b.table.RefreshCells()
	}
	if changed {
		b.pages.Refresh()
	}
}

// sayEmpty tells why a list is empty.
func (b *bottom) sayEmpty(page model.Bottom) {
	text := emptyWords[page]
	if b.w.model.QueueView.Searching() {
		text = "Nothing fits the search."
	}
	if text != b.table.Empty {
		b.table.Empty = text
		b.table.Refresh() // the table takes its words over then
	}
}

// showFind shows the field for a search, empty, above what has ended.
func (b *bottom) showFind(show bool) {
	b.find.SetText("")
	if b.find.Visible() != show {
		b.find.Hidden = !show
		b.bar.Refresh()
	}
}

func (b *bottom) showColumns(shelf model.Shelf) {
	cols := queueColumns(shelf)
	if shelf == model.OnQueue {
		cols = withWidths(cols, b.w.model.Settings.Panes.Queue)
	}
	b.table.SetRows(queueRows{w: b.w, shelf: shelf, cols: cols})
	b.table.SetColumns(cols)
}

// updateLog follows the newest line, unless the user has chosen one to read.
func (b *bottom) updateLog(changed bool) {
	n := b.w.model.LogView.Len()
	if n == b.lines && !changed {
		return
	}
	b.lines = n
	b.log.RefreshRows()
	if n > 0 && b.log.SelectedCount() == 0 {
		b.log.ScrollTo(n - 1)
	}
}

func (b *bottom) updateStrip() {
	waiting := b.w.model.Questions.Waiting()
	show := len(waiting) > 0
	if show {
		b.ask.SetLabel(waiting[0].StripWord() + "  Decide…")
	}
	if show != b.strip.Visible() {
		b.strip.Hidden = !show
		b.box.Refresh()
	}
}

func (b *bottom) takeQuestion() {
	if waiting := b.w.model.Questions.Waiting(); len(waiting) > 0 {
		b.w.model.Questions.Take(waiting[0].ID)
	}
}

func (b *bottom) menu(_ int, at fyne.Position) {
	kit.ShowMenu(b.w.win.Canvas(), at, b.w.menuItems(model.RowMenu(b.front)))
}

// absolute is where an object lies in the window.
func absolute(o fyne.CanvasObject) fyne.Position {
	return fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
}

// queueRowsHeld are transfers that are carried to another place in the queue.
type queueRowsHeld []transfer.ItemID

func (b *bottom) dragRows(rows []int) *kit.Drag {
	if b.front != model.BottomQueue || len(rows) == 0 {
		return nil
	}
	ids := b.w.model.QueueView.IDs(model.OnQueue, rows)
	return &kit.Drag{Data: queueRowsHeld(ids), Label: b.w.model.QueueView.Row(model.OnQueue, rows[0]).Name(), Count: len(ids)}
}

// takesRows says where carried rows may be let go: before another row, or
// behind all. Files go to the list as a whole.
func (b *bottom) takesRows(d *kit.Drag, row int) bool {
	if _, ours := d.Data.(queueRowsHeld); ours {
		return b.front == model.BottomQueue
	}
	return row < 0 && b.w.queueAccepts(carried(d))
}

func (b *bottom) drop(d kit.Drop) {
	if ids, ours := d.Data.(queueRowsHeld); ours {
		b.w.model.MoveRows(ids, d.Row)
		return
	}
	b.w.model.DropOnQueue(carried(d.Drag))
}
