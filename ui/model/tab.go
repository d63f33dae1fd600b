package model

import (
	"context"
	"errors"
	"time"

	"longshore/sites"
	"longshore/transfer/session"
	"longshore/ui/model/disk"
)

// TabState says how a tab stands with its server.
type TabState uint8

// The states of a tab.
const (
	Unconnected TabState = iota
	Connecting
	Connected
	Asleep // connected, but so long unused that the session is gone; it comes back by itself
	Broken // the last attempt failed; Err says why
)

// Lock tells how a tab's connection is protected.
type Lock uint8

// The locks.
const (
	LockNone  Lock = iota // no connection
	LockTLS               // encrypted
	LockPlain             // readable on the network
)

// asleepAfter is when the keep-alive of an unused browsing session ends.
const asleepAfter = 30 * time.Minute

// Tab is one connection with a local and a remote pane.
type Tab struct {
	app    *App
	ID     int
	Target session.Target
	Site   sites.Site // empty for a quick connection
	State  TabState
	Info   session.Info
	Err    error
	Local  *Pane
	Remote *Pane

	server  Server
	gen     uint64 // of the connection; older results are dropped
	cancel  context.CancelFunc
	home    string // where the login put us
	wantDir string // where to go after the login
	used    time.Time
	compare CompareBy
	tries   int // passwords refused in a row
}

// Tab is the active tab.
func (a *App) Tab() *Tab {
	if a.active < 0 || a.active >= len(a.Tabs) {
		return nil
	}
	return a.Tabs[a.active]
}

// ActiveTab is the index of the active tab.
func (a *App) ActiveTab() int { return a.active }

// NewTab opens an unconnected tab beside the others and goes to it.
func (a *App) NewTab() *Tab {
	dir := a.startFolder()
	a.nextTab++
	t := &Tab{app: a, ID: a.nextTab}
	t.Local = newPane(a, t, Local, localFolders{home: a.deps.Home})
	t.Remote = newPane(a, t, Remote, remoteFolders{tab: t})
	a.Tabs = append(a.Tabs, t)
	a.Activate(len(a.Tabs) - 1)
	t.Local.Open(dir)
	return t
}

func (a *App) startFolder() string {
	if t := a.Tab(); t != nil && t.Local.Dir != "" {
		return t.Local.Dir
	}
	if dir := a.Settings.Panes.LocalDir; dir != "" && disk.IsFolder(dir) {
		return dir
	}
	if a.deps.Home != "" {
		return a.deps.Home
	}
	return "/"
}

// Activate goes to a tab.
func (a *App) Activate(i int) {
	if i < 0 || i >= len(a.Tabs) {
		return
	}
	a.active = i
	a.touch(PartTabs | PartLocal | PartRemote | PartStatus | PartActions | PartQuestion)
}

// CloseTab ends a tab's connection and removes it. The last tab stays, empty.
func (a *App) CloseTab(i int) {
	if i < 0 || i >= len(a.Tabs) {
		return
	}
	a.Tabs[i].close()
	if len(a.Tabs) == 1 {
		a.Tabs[0].Disconnect()
		return
	}
	a.Tabs = append(a.Tabs[:i:i], a.Tabs[i+1:]...)
	if a.active > i || a.active == len(a.Tabs) {
		a.active--
	}
	a.Activate(a.active)
}

// Pane is the tab's pane on a side.
func (t *Tab) Pane(s Side) *Pane {
	if s == Remote {
		return t.Remote
	}
	return t.Local
}

// Title names the tab.
func (t *Tab) Title() string {
	if t.Target.Host == "" {
		return wordNewTab
	}
	return t.Target.String()
}

// HostLabel is the first step of the remote path.
func (t *Tab) HostLabel() string { return t.Target.Host }

// Lock tells how the connection is protected, and the TLS version.
func (t *Tab) Lock() (Lock, string) {
	switch {
	case t.State != Connected && t.State != Asleep:
		return LockNone, ""
	case t.Info.TLS == "":
		return LockPlain, ""
	}
	return LockTLS, t.Info.TLS
}

// Busy reports whether the tab waits for its server.
func (t *Tab) Busy() bool { return t.State == Connecting || t.Remote.Loading() }

// Connect goes to a server in the active tab if that is free, else in a new
// one, and shows dir there ("" for the folder after the login).
func (a *App) Connect(target session.Target, site sites.Site, dir string) *Tab {
	t := a.Tab()
	if t == nil || t.State != Unconnected && t.State != Broken {
		t = a.NewTab()
	}
	t.Site = site
	if site.LocalDir != "" && disk.IsFolder(site.LocalDir) {
		t.Local.Open(site.LocalDir)
	}
	t.connect(target, dir)
	return t
}

// ConnectSite goes to a saved site.
func (a *App) ConnectSite(s sites.Site) *Tab { return a.Connect(s.TargetOf(), s, s.RemoteDir) }

func (t *Tab) connect(target session.Target, dir string) {
	t.drop()
	t.gen++
	gen := t.gen
	ctx, cancel := context.WithCancel(t.app.deps.Context)
	t.Target, t.wantDir, t.cancel = target, dir, cancel
	t.State, t.Err, t.Info = Connecting, nil, session.Info{}
	server := t.app.deps.Open(target)
	t.server = server
	t.touch()
	t.app.deps.Go(func() {
		defer cancel()
		home, info, err := server.Connect(ctx)
		t.app.deps.Do(func() {
			if t.gen == gen {
				t.connected(home, info, err)
			}
		})
	})
}

func (t *Tab) connected(home string, info session.Info, err error) {
	t.cancel = nil
	if err != nil {
		t.failed(err)
		return
	}
	t.State, t.Info, t.home, t.used, t.tries = Connected, info, home, t.app.deps.Now(), 0
	dir := t.wantDir
	if dir == "" {
		dir = home
	}
	if dir == "" {
		dir = "/"
	}
	t.touch()
	t.Remote.Open(dir)
}

// failed says why a connection was not made, as a question where the user can
// help and as a message where not.
func (t *Tab) failed(err error) {
	t.State, t.Err = Broken, err
	t.touch()
	if session.KindOf(err) == session.Cancelled {
		t.State = Unconnected
		return
	}
	if t.app.Questions.fromTab(t, err) {
		return
	}
	t.app.Alert(t.app.offerCheck(wordConnectFailed(t.Target, err), t.Target, err))
}

// Reconnect makes the tab's connection again where it was.
func (t *Tab) Reconnect() {
	if t.Target.Host == "" {
		return
	}
	dir := t.Remote.Dir
	if dir == "" {
		dir = t.wantDir
	}
	t.connect(t.Target, dir)
}

// Disconnect ends the connection; the tab stays.
func (t *Tab) Disconnect() {
	t.drop()
	t.gen++
	t.State, t.Err, t.Info = Unconnected, nil, session.Info{}
	t.Remote.clear()
	t.touch()
}

// Stop ends what the tab waits for, and nothing else.
func (t *Tab) Stop() {
	if t.State == Connecting {
		t.Disconnect()
		return
	}
	if t.Remote.loading {
		t.Remote.stop()
	}
	if t.Local.loading {
		t.Local.stop()
	}
}

// drop lets the session go beside the UI goroutine: saying goodbye may block.
func (t *Tab) drop() {
	if t.cancel != nil {
		t.cancel()
		t.cancel = nil
	}
	t.Remote.stop()
	if server := t.server; server != nil {
		t.server = nil
		t.app.deps.Go(server.Close)
	}
}

func (t *Tab) close() {
	t.drop()
	t.gen++
	t.Local.stop()
	t.Local.gen++
	t.Remote.gen++
	t.app.Questions.dropTab(t)
}

// loaded notes that a pane has a new folder.
func (t *Tab) loaded(p *Pane) {
	if p.Side == Remote {
		t.used = t.app.deps.Now()
		if t.State == Asleep {
			t.State = Connected
		}
	} else {
		t.app.Settings.Panes.LocalDir = p.Dir
	}
	t.recompare()
	t.touch()
}

// Tick notices tabs whose session has gone to sleep.
func (a *App) Tick() {
	for _, t := range a.Tabs {
		if t.State == Connected && a.deps.Now().Sub(t.used) > asleepAfter {
			t.State = Asleep
			t.touch()
		}
	}
}

func (t *Tab) touch() {
	t.app.touch(PartTabs | PartLocal | PartRemote | PartStatus | PartActions)
}

// listFailed tells why a folder could not be shown.
func (a *App) listFailed(p *Pane, dir string, err error) {
	if errors.Is(err, context.Canceled) || session.KindOf(err) == session.Cancelled {
		return
	}
	if p.Side == Remote && a.Questions.fromTab(p.tab, err) {
		return
	}
	m := wordListFailed(p.Side, dir, err)
	if p.Side == Remote {
		m = a.offerCheck(m, p.tab.Target, err)
	}
	a.Alert(m)
}
