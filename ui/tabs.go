package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"longshore/ui/kit"
	"longshore/ui/model"
)

// tabs is the row of connections.
type tabs struct {
	w     *Window
	bar   *kit.TabBar
	shown int // id of the tab in front
}

func newTabs(w *Window) *tabs {
	t := &tabs{w: w, bar: kit.NewTabBar()}
	t.bar.OnSelect = func(id string) { w.model.Activate(t.index(id)) }
	t.bar.OnClose = func(id string) { w.model.CloseTab(t.index(id)) }
	t.bar.OnNew = func() { w.run("new-tab") }
	t.bar.OnMenu = func(id string, at fyne.Position) {
		w.model.Activate(t.index(id))
		kit.ShowMenu(w.win.Canvas(), at, w.menuItems([]string{"reconnect", "disconnect", "save-site", "", "new-tab", "close-tab"}))
	}
	return t
}

func (t *tabs) index(id string) int {
	for i, tab := range t.w.model.Tabs {
		if strconv.Itoa(tab.ID) == id {
			return i
		}
	}
	return -1
}

func (t *tabs) update() {
	var list []kit.Tab
	for _, tab := range t.w.model.Tabs {
		list = append(list, kitTab(tab))
	}
	front := t.w.model.Tab()
	t.bar.SetTabs(list, strconv.Itoa(front.ID))
	if t.shown != front.ID {
		t.shown = front.ID
		t.w.tools.show(front.Target)
	}
}

func kitTab(tab *model.Tab) kit.Tab {
	k := kit.Tab{ID: strconv.Itoa(tab.ID), Title: tab.Title(), Closable: true, Icon: "server", Color: kit.ColorSecondary}
	lock, version := tab.Lock()
	switch {
	case tab.State == model.Connecting:
		k.Icon, k.Tip = "clock", "Connecting"
	case tab.State == model.Broken:
		k.Icon, k.Color, k.Tip = "warning", theme.ColorNameWarning, "The last attempt failed"
	case lock == model.LockTLS:
		k.Icon, k.Color, k.Tip = "lock", "", "Encrypted, "+version
	case lock == model.LockPlain:
		k.Icon, k.Color, k.Tip = "lock-open", theme.ColorNameError, "Not encrypted: everything can be read on the way"
	}
	return k
}
