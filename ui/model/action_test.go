package model

import (
	"strings"
	"testing"

	"longshore/transfer"
)

func TestMenusNameActions(t *testing.T) {
	b := newBench(t)
	var names []string
	for _, m := range MainMenu {
		names = append(names, m.Actions...)
	}
	names = append(names, ToolBar...)
	names = append(append(names, PaneMenu(Local)...), PaneMenu(Remote)...)
	for bottom := range BottomLog {
		names = append(names, RowMenu(bottom)...)
	}
	for _, n := range names {
		if n != "" && b.Actions.Get(n) == nil {
			t.Errorf("a menu names %q, which is no action", n)
		}
	}
}

func TestKeysAreUnique(t *testing.T) {
	b := newBench(t)
	keys := map[string]string{}
	for _, a := range b.Actions.All() {
		if other := keys[a.Key]; a.Key != "" && other != "" && !strings.HasPrefix(a.Name, "item-") {
			t.Errorf("%q does %q and %q", a.Key, other, a.Name)
		}
		keys[a.Key] = a.Name
	}
}

// Nothing that cannot be done fails in silence, and running it says why.
func TestDisabledActionsSayWhy(t *testing.T) {
	b := newBench(t)
	b.CloseTab(0)
	for _, a := range b.Actions.All() {
		why := a.Why()
		if why == "" {
			continue
		}
		b.Toasts = nil
		b.Actions.Run(a.Name)
		if len(b.Toasts) != 1 || b.Toasts[0].What != why {
			t.Errorf("%s: %q was not said", a.Name, why)
		}
	}
	if b.Actions.Get("download").Enabled() || b.Actions.Get("delete").Enabled() {
		t.Error("without a selection there is something to do")
	}
}

func TestItemActions(t *testing.T) {
	b := connected(t)
	_, _ = b.queue.Add(t.Context(), transfer.Request{}, transfer.Request{}, transfer.Request{})
	b.queue.set(3, transfer.Failed)
	b.Apply()
	b.SetRows([]int{0, 1})
	b.Actions.Run("item-pause")
	b.loop.settle()
	if b.queue.items[1].State != transfer.Paused || b.queue.items[2].State != transfer.Paused {
		t.Errorf("calls %v", b.queue.calls)
	}
	b.Apply()
	if b.Actions.Get("item-pause").Enabled() || !b.Actions.Get("item-resume").Enabled() {
		t.Error("paused items can be paused again, or not be resumed")
	}
	b.Actions.Run("retry-failed")
	b.loop.settle()
	if b.queue.items[3].State != transfer.Waiting {
		t.Error("not tried again")
	}
	b.Actions.Run("pause-all")
	b.loop.settle()
	b.Apply()
	if !b.Actions.Get("pause-all").On() {
		t.Error("not paused")
	}
}

func TestCompare(t *testing.T) {
	b, local, remote := withLocal(t)
	b.server.files["/web/note.txt"] = 99
	remote.Refresh()
	b.loop.settle()
	b.Tab().SetCompare(CompareSize)
	if local.Mark(local.RowOf("note.txt")) != Differs || local.Mark(local.RowOf("docs")) != Only || remote.Mark(remote.RowOf("note.txt")) != Differs {
		t.Error("marks are wrong")
	}
	b.Tab().SetCompare(CompareOff)
	if local.Comparing() {
		t.Error("still comparing")
	}
}

func TestClipboardTexts(t *testing.T) {
	b := connected(t)
	b.SetFocus(Remote)
	p := b.Tab().Remote
	p.SelectNames([]string{"a.html"}, "a.html")
	if got := b.pathsText(true); got != "ftpes://anna@ftp.example.com/web/a.html" {
		t.Errorf("URL %q", got)
	}
	if got := b.pathsText(false); got != "/web/a.html" {
		t.Errorf("path %q", got)
	}
}
