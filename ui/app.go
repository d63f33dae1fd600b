package ui

import (
	"context"
	"sync"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"longshore/sites"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// Title is the window's fixed name: X11 makes it the WM_CLASS, by which
// desktops group windows.
const Title = "Longshore"

// Window is the program's one window.
type Window struct {
	app   fyne.App
	win   fyne.Window
	model *model.App
	deps  model.Deps
	stage *kit.Stage
	pump  *Pump
	probe *probe

	post    func(func()) // to the UI goroutine
	changed model.Part
	queued  bool
	ended   atomic.Bool
	work    sync.WaitGroup
	cancel  context.CancelFunc

	tools    *tools
	tabs     *tabs
	panes    [2]*pane
	split    *container.Split
	lower    *container.Split
	bottom   *bottom
	status   *status
	asks     *asks
	menus    *menus
	sites    *siteManager
	settings *settingsCard
	checking *checkCard
	imports  *importCard
	unlock   *unlockBar
	cut      *interruptBar
	look     look
	version  string
	tip      int // the newest message shown

	content *fyne.Container
	offered offered
}

// New builds the window and joins it to the model. It shows nothing yet. The
// bells ring when the queue or anything else that Apply reads has changed.
func New(a fyne.App, d model.Deps, version string, bells ...<-chan struct{}) *Window {
	w := &Window{app: a, version: version, post: fyne.Do}
	if d.Do != nil {
		w.post = d.Do // a test has its own UI goroutine
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	d.Context, d.Do, d.Touch, d.Screen = ctx, w.do, w.touch, w
	d.Go = func(f func()) { w.work.Go(f) }
	d.After = w.after
	if d.Log == nil {
		d.Log = model.NewLog(logKept)
	}
	w.deps = d
	w.model = model.New(d)
	w.win = a.NewWindow(Title)
	w.win.SetMaster()
	w.build()
	w.pump = NewPump(w.do, w.apply, clockBeat, append(bells, d.Log.Changed())...)
	return w
}

// Model is the application behind the window.
func (w *Window) Model() *model.App { return w.model }

func (w *Window) build() {
	w.look.apply(w)
	w.stage = kit.NewStage(nil)
	w.tools = newTools(w)
	w.tabs = newTabs(w)
	w.panes = [2]*pane{newPane(w, model.Local), newPane(w, model.Remote)}
	w.bottom = newBottom(w)
	w.status = newStatus(w)
	w.asks = newAsks(w)
	w.unlock = newUnlockBar(w)
	w.cut = newInterruptBar(w)
	w.menus = newMenus(w)
	w.split = container.NewHSplit(w.panes[0].box, w.panes[1].box)
	w.split.Offset = w.model.Settings.Window.Split
	w.lower = container.NewVSplit(w.split, w.bottom.box)
	w.lower.Offset = w.model.Settings.Window.QueueRows
	w.content = container.New(stack{grow: w.lower}, w.tools.box, w.tabs.bar, w.unlock.bar, w.cut.bar, w.lower, w.status.box)
	w.stage.SetContent(w.content)
	w.win.SetPadded(false)
	w.win.SetIcon(kit.AppIcon())
	w.win.SetMainMenu(w.menus.main)
	w.win.SetContent(w.stage)
	w.win.Resize(fyne.NewSize(w.model.Settings.Window.Width, w.model.Settings.Window.Height))
	w.win.SetCloseIntercept(w.model.RequestQuit)
	w.bindKeys()
	w.bindDrops()
	w.bindForeground()
}

// Start shows the window, follows the engine and opens the first tab.
func (w *Window) Start() {
	w.model.Start()
	w.win.Show()
	w.pump.Start()
	w.focusPane(model.Local)
}

// do runs f on the UI goroutine. After the end it is dropped: the toolkit
// would run it on the caller's.
func (w *Window) do(f func()) {
	if w.ended.Load() {
		return
	}
	w.post(func() {
		if !w.ended.Load() {
			f()
		}
	})
}

// after runs f on the UI goroutine later, unless the window has closed.
func (w *Window) after(d duration, f func()) {
	newTimer(d, func() { w.do(f) })
}

// apply catches up with the engine. The table of the queue keeps its choice by
// name over what the model does to the rows.
func (w *Window) apply() {
	w.bottom.table.KeepKeys()
	w.model.Apply()
	w.model.Tick()
	w.refresh()
}

// touch notes parts that changed and has them drawn once, soon.
func (w *Window) touch(p model.Part) {
	w.changed |= p
	if !w.queued && w.content != nil {
		w.queued = true
		w.do(w.refresh)
	}
}

// refresh draws what changed.
func (w *Window) refresh() {
	w.queued = false
	p := w.changed
	w.changed = 0
	if p == 0 || w.ended.Load() {
		return
	}
	if p&model.PartLook != 0 {
		w.look.apply(w)
	}
	if p&(model.PartTabs|model.PartSites) != 0 {
		w.tabs.update()
	}
	if p&(model.PartLocal|model.PartTabs) != 0 {
		w.panes[model.Local].update()
	}
	if p&(model.PartRemote|model.PartTabs) != 0 {
		w.panes[model.Remote].update()
	}
	if p&(model.PartQueue|model.PartLog|model.PartQuestion) != 0 {
		w.bottom.update()
		w.cut.update()
	}
	if p&model.PartStatus != 0 {
		w.status.update()
		for _, side := range w.panes {
			side.foot.update(side.model())
		}
	}
	if p&model.PartQuestion != 0 {
		w.asks.update()
		w.unlock.update()
	}
	if p&model.PartToasts != 0 {
		w.showToasts()
	}
	w.updateActions(p)
}

func (w *Window) updateActions(p model.Part) {
	w.tools.update()
	w.panes[model.Local].updateBar()
	w.panes[model.Remote].updateBar()
	if p&(model.PartActions|model.PartSites|model.PartTabs) != 0 {
		w.menus.update()
	}
	if p&model.PartSites != 0 && w.sites != nil {
		w.sites.update()
	}
	if p&model.PartSites != 0 && w.settings != nil {
		w.settings.part.update()
	}
}

// showToasts hands new messages to the stage, which takes them away again.
func (w *Window) showToasts() {
	tones := map[model.Grade]kit.Tone{model.GradeInfo: kit.ToneInfo, model.GradeGood: kit.ToneGood,
		model.GradeWarning: kit.ToneWarn, model.GradeError: kit.ToneBad}
	for _, t := range w.model.Toasts {
		if t.ID <= w.tip {
			continue
		}
		w.tip = t.ID
		detail := t.Server
		if detail != "" && t.Hint != "" {
			detail += "\n"
		}
		id := t.ID
		w.stage.Toast(kit.Toast{Tone: tones[t.Grade], Text: t.What, Detail: detail + t.Hint, Button: t.Button,
			Do: func() { w.model.Press(id) }})
	}
}

// keepSizes stores where the window and its dividers are.
func (w *Window) keepSizes() {
	size, split, rows := w.win.Canvas().Size(), w.split.Offset, w.lower.Offset
	dir := w.model.Settings.Panes.LocalDir
	w.model.Store(func(s *sites.Settings) {
		s.Window.Width, s.Window.Height, s.Window.Split, s.Window.QueueRows = size.Width, size.Height, split, rows
		s.Panes.LocalDir = dir
	})
}
