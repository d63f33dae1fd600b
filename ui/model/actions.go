package model

import (
	"longshore/sites"
	"longshore/transfer/listing"
	"longshore/transfer/session"
)

func newActions(a *App) *Actions {
	x := &Actions{app: a, by: map[string]*Action{}}
	x.forFiles()
	x.forPanes()
	x.forServers()
	x.forQueue()
	x.forItems()
	x.forProgram()
	return x
}

// Reasons why an Action is off.

func (a *App) needSelection() string {
	p := a.Focused()
	switch {
	case p == nil || !p.Ready():
		return wordNotConnected
	case len(p.selected) == 0:
		return wordNoSelection
	}
	return ""
}

func (a *App) needPane() string {
	if p := a.Focused(); p == nil || !p.Ready() {
		return wordNotConnected
	}
	return ""
}

func (a *App) needServer() string {
	if t := a.Tab(); t == nil || t.State != Connected && t.State != Asleep {
		return wordNotConnected
	}
	return ""
}

// needTransfer tells why the selection of a side cannot go to the other.
func (a *App) needTransfer(from Side) string {
	if why := a.needServer(); why != "" {
		return why
	}
	if t := a.Tab(); len(t.Pane(from).selected) == 0 {
		return wordNoSelection + " on the " + from.word() + " side"
	}
	return ""
}

func (s Side) word() string {
	if s == Remote {
		return "right"
	}
	return "left"
}

func (x *Actions) forFiles() {
	a := x.app
	x.add(Action{Name: "upload", Label: "Upload", Key: "Ctrl+U", Icon: "upload",
		Why: func() string { return a.needTransfer(Local) }, Do: func() { a.Transfer(a.Tab().Local) }})
	x.add(Action{Name: "download", Label: "Download", Key: "Ctrl+J", Icon: "download",
		Why: func() string { return a.needTransfer(Remote) }, Do: func() { a.Transfer(a.Tab().Remote) }})
	x.add(Action{Name: "open", Label: "Open", Key: "Enter", Why: a.needSelection, Do: func() { a.openSelected() }})
	x.add(Action{Name: "rename", Label: "Rename", Key: "F2", Icon: "rename",
		Why: a.needSelection, Do: func() { a.deps.Screen.Rename(a.focus) }})
	x.add(Action{Name: "delete", Label: "Delete", Key: "Del", Icon: "delete",
		Why: a.needSelection, Do: func() { a.Focused().AskDelete() }})
	x.add(Action{Name: "new-folder", Label: "New folder…", Key: "F7", Icon: "new-folder",
		Why: a.needPane, Do: func() { a.Focused().AskFolder() }})
	x.add(Action{Name: "new-file", Label: "New file…", Key: "Shift+F7", Icon: "new-file", Why: a.needPane, Do: func() { a.Focused().AskFile() }})
	x.add(Action{Name: "permissions", Label: "Permissions…", Icon: "permissions",
		Why: a.needSelection, Do: func() { a.Focused().AskMode() }})
	x.add(Action{Name: "copy", Label: "Copy", Key: "Ctrl+C", Icon: "copy", Why: a.needSelection, Do: a.CopyFiles})
	x.add(Action{Name: "paste", Label: "Paste", Key: "Ctrl+V", Why: a.needPaste, Do: a.PasteFiles})
	x.add(Action{Name: "copy-path", Label: "Copy path", Why: a.needPane, Do: func() { a.deps.Screen.Copy(a.pathsText(false)) }})
	x.add(Action{Name: "copy-url", Label: "Copy URL", Why: func() string {
		if a.focus == Local {
			return "Only files at a server have a URL"
		}
		return a.needPane()
	}, Do: func() { a.deps.Screen.Copy(a.pathsText(true)) }})
	x.add(Action{Name: "select-all", Label: "Select all", Key: "Ctrl+A", Why: a.needPane, Do: func() { a.Focused().SelectAll() }})
	x.add(Action{Name: "invert", Label: "Invert selection", Key: "Ctrl+I", Why: a.needPane, Do: func() { a.Focused().InvertSelection() }})
}

func (a *App) openSelected() {
	p := a.Focused()
	rows := p.SelectedRows()
	if len(rows) != 1 {
		return
	}
	if e := p.Row(rows[0]); p.Side == Local && !IsFolder(e) {
		a.deps.Screen.OpenLocal(p.Path(e))
		return
	}
	p.Activate(rows[0])
}

// pathsText lists what is selected, or the folder itself, for the clipboard.
func (a *App) pathsText(url bool) string {
	p := a.Focused()
	paths := []string{p.Dir}
	if d := p.DragSelected(); d != nil {
		paths = d.paths
	}
	text := ""
	for i, full := range paths {
		if i > 0 {
			text += "\n"
		}
		if url && p.Side == Remote {
			text += p.tab.Target.URL(full)
		} else {
			text += listing.Escape(full)
		}
	}
	return text
}

func (x *Actions) forPanes() {
	a := x.app
	x.add(Action{Name: "refresh", Label: "Refresh", Key: "F5", Icon: "refresh", Why: a.needPane, Do: func() {
		t := a.Tab()
		t.Local.Refresh()
		t.Remote.Refresh()
	}})
	x.add(Action{Name: "hidden", Label: "Hidden files", Key: "Ctrl+H", Icon: "eye",
		On: func() bool { return a.Settings.Hidden }, Do: func() { a.setHidden(!a.Settings.Hidden) }})
	x.add(Action{Name: "filter", Label: "Filter names", Key: "Ctrl+F", Icon: "filter", Why: a.needPane,
		Do: func() { a.deps.Screen.EditFilter(a.focus) }})
	x.add(Action{Name: "edit-path", Label: "Type a path", Key: "Ctrl+L", Why: a.needPane,
		Do: func() { a.deps.Screen.EditPath(a.focus) }})
	x.add(Action{Name: "up", Label: "Folder above", Key: "Alt+Up", Icon: "parent", Why: func() string {
		if p := a.Focused(); p == nil || !p.HasParent() {
			return "There is no folder above"
		}
		return ""
	}, Do: func() { a.Focused().OpenParent() }})
	x.add(Action{Name: "back", Label: "Back", Key: "Alt+Left", Icon: "back", Why: func() string {
		if p := a.Focused(); p == nil || !p.CanBack() {
			return "There is nothing to go back to"
		}
		return ""
	}, Do: func() { a.Focused().Back() }})
	x.add(Action{Name: "forward", Label: "Forward", Key: "Alt+Right", Icon: "forward", Why: func() string {
		if p := a.Focused(); p == nil || !p.CanForward() {
			return "There is nothing to go forward to"
		}
		return ""
	}, Do: func() { a.Focused().Forward() }})
	x.addCompare("compare-size", "Compare by size", "Ctrl+O", CompareSize)
	x.addCompare("compare-time", "Compare by time", "Ctrl+Shift+O", CompareTime)
}

func (x *Actions) addCompare(name, label, key string, by CompareBy) {
	a := x.app
	x.add(Action{Name: name, Label: label, Key: key, Icon: "compare", Why: a.needServer,
		On: func() bool { return a.Tab() != nil && a.Tab().compare == by },
		Do: func() {
			if t := a.Tab(); t.compare == by {
				t.SetCompare(CompareOff)
			} else {
				t.SetCompare(by)
			}
		}})
}

func (a *App) setHidden(show bool) {
	a.Settings.Hidden = show
	a.Store(func(s *sites.Settings) { s.Hidden = show })
	for _, t := range a.Tabs {
		t.Local.SetHidden(show)
		t.Remote.SetHidden(show)
	}
	a.touch(PartActions)
}

func (x *Actions) forServers() {
	a := x.app
	known := func() string {
		if t := a.Tab(); t == nil || t.Target.Host == "" {
			return "This tab has no server yet"
		}
		return ""
	}
	x.add(Action{Name: "sites", Label: "Site manager…", Key: "Ctrl+S", Icon: "sites", Do: func() { a.deps.Screen.ShowSites() }})
	x.add(Action{Name: "save-site", Label: "Save connection as site…", Why: known, Do: func() { a.deps.Screen.SaveSite() }})
	x.add(Action{Name: "connect", Label: "Connect to a server", Key: "Ctrl+K", Icon: "connect", Do: func() { a.deps.Screen.FocusQuick() }})
	x.add(Action{Name: "reconnect", Label: "Reconnect", Key: "Ctrl+R", Why: known, Do: func() { a.Tab().Reconnect() }})
	x.add(Action{Name: "disconnect", Label: "Disconnect", Key: "Ctrl+D", Icon: "disconnect", Why: func() string {
		if t := a.Tab(); t == nil || t.State == Unconnected || t.State == Broken {
			return wordNotConnected
		}
		return ""
	}, Do: func() { a.Tab().Disconnect() }})
	x.add(Action{Name: "stop", Label: "Stop", Key: "Ctrl+.", Icon: "stop", Why: func() string {
		if t := a.Tab(); t == nil || !t.Busy() && !t.Local.Loading() {
			return "Nothing is being waited for"
		}
		return ""
	}, Do: func() { a.Tab().Stop() }})
	x.add(Action{Name: "check", Label: "Check the connection…", Key: "Ctrl+Shift+K", Icon: "shield-check", Why: a.needCheck, Do: a.CheckTab})
	x.add(Action{Name: "import", Label: "Import sites…", Key: "Ctrl+Shift+I", Do: func() { a.deps.Screen.ShowImport() }})
	x.add(Action{Name: "export", Label: "Export sites…", Why: a.needSites, Do: func() { a.deps.Screen.ShowExport() }})
	x.add(Action{Name: "raw", Label: "Send a command…", Why: a.needServer, Do: func() { a.askRaw() }})
	x.add(Action{Name: "server-info", Label: "About this server…", Why: a.needServer, Do: func() { a.showServer() }})
	x.add(Action{Name: "bookmark", Label: "Bookmark these folders…", Key: "Ctrl+B", Why: a.needBookmark, Do: func() { a.askBookmark() }})
}

func (x *Actions) forProgram() {
	a := x.app
	x.add(Action{Name: "new-tab", Label: "New tab", Key: "Ctrl+T", Icon: "plus", Do: func() { a.NewTab() }})
	x.add(Action{Name: "close-tab", Label: "Close tab", Key: "Ctrl+W", Icon: "close", Do: func() { a.CloseTab(a.active) }})
	x.add(Action{Name: "next-tab", Label: "Next tab", Key: "Ctrl+Tab", Do: func() { a.Activate((a.active + 1) % len(a.Tabs)) }})
	x.add(Action{Name: "settings", Label: "Settings…", Key: "Ctrl+,", Icon: "settings", Do: func() { a.deps.Screen.ShowSettings() }})
	x.add(Action{Name: "quit", Label: "Quit", Key: "Ctrl+Q", Do: a.RequestQuit})
	x.add(Action{Name: "quick-bar", Label: "Quick connect bar", On: func() bool { return a.Settings.QuickBar },
		Do: func() { on := !a.Settings.QuickBar; a.Change(func(s *sites.Settings) { s.QuickBar = on }) }})
	x.add(Action{Name: "queue-panel", Label: "Queue", Key: "Ctrl+Shift+Q", On: func() bool { return a.Settings.LogOpen },
		Do: func() { on := !a.Settings.LogOpen; a.Change(func(s *sites.Settings) { s.LogOpen = on }) }})
	x.add(Action{Name: "log", Label: "Log", Key: "Ctrl+Shift+L", Icon: "log", Do: func() { a.ShowBottom(BottomLog) }})
	x.add(Action{Name: "theme", Label: "Dark theme", Icon: "moon", On: func() bool { return a.Settings.Theme != "light" },
		Do: a.toggleTheme})
	x.add(Action{Name: "zoom-in", Label: "Larger", Key: "Ctrl++", Do: func() { a.zoom(0.1) }})
	x.add(Action{Name: "zoom-out", Label: "Smaller", Key: "Ctrl+-", Do: func() { a.zoom(-0.1) }})
	x.add(Action{Name: "zoom-reset", Label: "Normal size", Key: "Ctrl+0", Do: func() { a.zoom(0) }})
	x.add(Action{Name: "keys", Label: "Keys", Key: "F1", Icon: "question", Do: func() { a.deps.Screen.ShowKeys() }})
	x.add(Action{Name: "about", Label: "About Longshore", Do: func() { a.deps.Screen.ShowAbout() }})
}

func (a *App) toggleTheme() {
	to := "light"
	if a.Settings.Theme == "light" {
		to = "dark"
	}
	a.Change(func(s *sites.Settings) { s.Theme = to })
}

// zoom changes the size of everything; 0 is the normal size.
func (a *App) zoom(by float32) {
	to := float32(1)
	if by != 0 {
		to = min(max(a.Settings.Zoom+by, MinZoom), MaxZoom)
	}
	a.Change(func(s *sites.Settings) { s.Zoom = to })
}

// SecurityOf is how the quick-connect bar starts: what the tab used last.
func (a *App) SecurityOf() session.Security {
	if t := a.Tab(); t != nil && t.Target.Security != "" {
		return t.Target.Security
	}
	return session.ExplicitTLS
}
