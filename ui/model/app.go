package model

import (
	"context"
	"time"

	"longshore/sites"
	"longshore/transfer"
	"longshore/transfer/session"
)

// Part names pieces of the screen, so that a change redraws only what it
// touched. Parts are joined by or.
type Part uint32

// The parts of the screen.
const (
	PartTabs Part = 1 << iota
	PartLocal
	PartRemote
	PartQueue
	PartLog
	PartStatus
	PartQuestion
	PartToasts
	PartActions
	PartLook // theme and zoom
	PartSites
	PartAll Part = 1<<iota - 1
)

// Queue is the part of transfer.Queue that the window uses.
type Queue interface {
	Add(ctx context.Context, requests ...transfer.Request) ([]transfer.ItemID, error)
	Start()
	Pause(ids ...transfer.ItemID)
	Resume(ids ...transfer.ItemID)
	Cancel(ids ...transfer.ItemID)
	Retry(ids ...transfer.ItemID)
	Forget(ids ...transfer.ItemID)
	Leftovers() []transfer.Leftover
	CleanUp(ctx context.Context, ids ...transfer.ItemID) error
	Move(ids []transfer.ItemID, before transfer.ItemID)
	PauseAll(paused bool)
	Release()
	Verify(ids ...transfer.ItemID)
	StartAt(t time.Time, ids ...transfer.ItemID)
	Answer(id transfer.QuestionID, a transfer.Answer) error
	Since(rev transfer.Rev) transfer.Delta
}

// Screen is what only a window can do. The model asks for it; it never asks
// back.
type Screen interface {
	ShowSites()
	SaveSite()
	FocusQuick()
	ShowSettings()
	ShowCheck(*Check)
	ShowImport()
	ShowExport()
	EditSite(id string)
	MakeVault(then func())
	EditNewSite(sites.Site)
	ShowAbout()
	ShowKeys()
	EditPath(Side)
	EditFilter(Side)
	Rename(Side)
	FocusPane(Side)
	Copy(text string)
	Clipboard() string // what another program or Copy put there, as text
	OpenLocal(path string)
	Quit()
}

// Deps is what an App needs from the program around it. Go and Do must be
// set; the rest may be left out in a test that does not touch it.
type Deps struct {
	Context context.Context // ends with the program
	Go      func(func())    // runs blocking work beside the UI goroutine
	Do      func(func())    // runs something on the UI goroutine, in order
	After   func(time.Duration, func())
	Now     func() time.Time
	Touch   func(Part) // something changed; called on the UI goroutine

	Queue     Queue
	Open      func(session.Target) Server
	Sites     Sites
	Passwords Passwords
	Trust     Trust
	Memory    Memory  // what was learned about servers
	Check     Checker // the connection check
	Log       *Log
	Screen    Screen
	Settings  SettingsStore
	// Restored tells what the queue's file held; nil if nobody knows.
	Restored func() transfer.Restored
	// Tune hands changed settings to the engine: slots and speed limits.
	Tune func(sites.Settings)
	Home string // the user's home folder, "" if there is none
}

// App is the application. All of it belongs to the UI goroutine.
type App struct {
	deps Deps

	Tabs      []*Tab
	active    int
	nextTab   int
	QueueView *QueueView
	LogView   *LogView
	Questions *Questions
	Waiting   *Unlocking // the bar about a locked keyring, nil for none
	// Interrupted is the bar about what the last end cut off, nil for none.
	Interrupted *Interruption
	Toasts      []Toast
	nextToast   int
	Settings    sites.Settings
	Actions     *Actions
	focus       Side
	copied      *Drag  // held for a paste
	copiedText  string // what stands for it on the clipboard
	rev         transfer.Rev
	closing     bool
	restored    bool // the queue's file was read, and the user told what was in it
	bottom      Bottom
	rows        []int // chosen in the lower list
}

// New joins the parts. It does no I/O.
func New(d Deps) *App {
	d.fill()
	a := &App{deps: d, Settings: sites.DefaultSettings(), QueueView: NewQueueView(d.Now()), LogView: NewLogView(logRows)}
	if d.Settings != nil {
		a.Settings = d.Settings.Get()
	}
	a.Questions = newQuestions(a)
	a.Actions = newActions(a)
	return a
}

func (d *Deps) fill() {
	if d.Context == nil {
		d.Context = context.Background()
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Touch == nil {
		d.Touch = func(Part) {}
	}
	if d.After == nil {
		d.After = func(time.Duration, func()) {}
	}
	if d.Log == nil {
		d.Log = NewLog(logRows)
	}
	if d.Screen == nil {
		d.Screen = noScreen{}
	}
	if d.Tune == nil {
		d.Tune = func(sites.Settings) {}
	}
}

// SetScreen tells the App about its window once that exists.
func (a *App) SetScreen(s Screen) { a.deps.Screen = s }

// Start opens the first tab with the folder where the user last was.
func (a *App) Start() {
	a.NewTab()
	a.touch(PartAll)
}

// Apply catches up with the queue and the log. The pump calls it.
func (a *App) Apply() {
	if a.deps.Queue != nil {
		a.applyDelta(a.deps.Queue.Since(a.rev))
	}
	if a.LogView.catchUp(a.deps.Log) {
		a.touch(PartLog)
	}
}

func (a *App) applyDelta(d transfer.Delta) {
	if !a.QueueView.News(d) {
		a.rev = d.Rev
		return
	}
	ended := a.QueueView.Apply(d)
	a.rev = d.Rev
	if !d.Restoring && !a.restored {
		a.restored = true
		a.tellRestored()
	}
	a.followInterrupted()
	a.Questions.fromQueue(d)
	a.refreshAfter(ended)
	a.tellEnded(ended)
	a.tellArrived(ended)
	a.touch(PartQueue | PartStatus | PartActions)
}

// touch reports changed parts of the screen.
func (a *App) touch(p Part) { a.deps.Touch(p) }

// Close ends what the tabs do at their servers. The queue is closed by whoever
// opened it, afterwards.
func (a *App) Close() {
	a.closing = true
	for _, t := range a.Tabs {
		t.close()
	}
}

// Focused is the pane that the keyboard and the tool bar work on.
func (a *App) Focused() *Pane {
	if t := a.Tab(); t != nil {
		return t.Pane(a.focus)
	}
	return nil
}

// SetFocus says which pane the user went to.
func (a *App) SetFocus(s Side) {
	if a.focus != s {
		a.focus = s
		a.touch(PartActions)
	}
}

// FocusSide is the side of the pane that has the focus.
func (a *App) FocusSide() Side { return a.focus }

type noScreen struct{}

func (noScreen) ShowSites()       {}
func (noScreen) SaveSite()        {}
func (noScreen) FocusQuick()      {}
func (noScreen) ShowSettings()    {}
func (noScreen) ShowCheck(*Check) {}
func (noScreen) ShowImport()      {}
func (noScreen) ShowExport()      {}
func (noScreen) EditSite(string)  {}
func (noScreen) MakeVault(func()) {}

func (noScreen) EditNewSite(sites.Site) {}

func (noScreen) ShowAbout()        {}
func (noScreen) ShowKeys()         {}
func (noScreen) EditPath(Side)     {}
func (noScreen) EditFilter(Side)   {}
func (noScreen) Rename(Side)       {}
func (noScreen) FocusPane(Side)    {}
func (noScreen) Copy(string)       {}
func (noScreen) Clipboard() string { return "" }
func (noScreen) OpenLocal(string)  {}
func (noScreen) Quit()             {}
