package model

import (
	"os"
	"path/filepath"
	"testing"

	"longshore/sites"
	"longshore/transfer"
	"longshore/transfer/listing"
	"longshore/transfer/session"
	"longshore/ui/model/disk"
)

// withLocal is a connected bench whose left side has a file and two folders.
func withLocal(t *testing.T) (*bench, *Pane, *Pane) {
	t.Helper()
	b := connected(t)
	for _, dir := range []string{"docs", "docs/deep", "other"} {
		if err := os.Mkdir(filepath.Join(b.home, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(b.home, "note.txt"), []byte("hello"), 0o644); err != nil {
		t.Fatal(err)
	}
	b.Tab().Local.Refresh()
	b.loop.settle()
	return b, b.Tab().Local, b.Tab().Remote
}

func TestUploadOntoFolder(t *testing.T) {
	b, local, remote := withLocal(t)
	local.SelectNames([]string{"docs", "note.txt"}, "docs")
	remote.Drop(local.DragSelected(), remote.RowOf("css"), false)
	b.loop.settle()
	if len(b.queue.requests) != 2 {
		t.Fatalf("%d requests", len(b.queue.requests))
	}
	for _, r := range b.queue.requests {
		name := filepath.Base(r.Local)
		if r.Direction != transfer.Upload || r.Remote != "/web/css/"+name || r.Folder != (name == "docs") || r.Local != filepath.Join(b.home, name) {
			t.Errorf("%+v", r)
		}
	}
}

func TestDownloadOntoPaneAndQueue(t *testing.T) {
	b, local, remote := withLocal(t)
	remote.SelectNames([]string{"css"}, "css")
	local.Drop(remote.DragSelected(), local.RowOf("note.txt"), false) // a file's row is the pane
	b.DropOnQueue(remote.DragSelected())
	b.loop.settle()
	for _, r := range b.queue.requests {
		if r.Direction != transfer.Download || r.Remote != "/web/css" || r.Local != filepath.Join(b.home, "css") || !r.Folder {
			t.Errorf("%+v", r)
		}
	}
	if len(b.queue.requests) != 2 {
		t.Errorf("%d requests", len(b.queue.requests))
	}
}

func TestMoveAtTheServer(t *testing.T) {
	b, _, remote := withLocal(t)
	remote.SelectNames([]string{"a.html"}, "a.html")
	remote.Drop(remote.DragSelected(), remote.RowOf("css"), false)
	b.loop.settle()
	if _, ok := b.server.files["/web/css/a.html"]; !ok {
		t.Errorf("did %v", b.server.did)
	}
	if len(b.queue.requests) != 0 {
		t.Error("a move at the server went through the queue")
	}
}

func TestMoveAndCopyHere(t *testing.T) {
	b, local, _ := withLocal(t)
	local.SelectNames([]string{"docs"}, "docs")
	local.Drop(local.DragSelected(), local.RowOf("other"), true)
	b.loop.settle()
	if !disk.IsFolder(filepath.Join(b.home, "other/docs/deep")) || !disk.IsFolder(filepath.Join(b.home, "docs")) {
		t.Error("not copied")
	}
	local.SelectNames([]string{"note.txt"}, "note.txt")
	local.Drop(local.DragSelected(), local.RowOf("other"), false)
	b.loop.settle()
	if _, err := os.Stat(filepath.Join(b.home, "other/note.txt")); err != nil {
		t.Error(err)
	}
	// A second of the same name is not replaced.
	if err := os.WriteFile(filepath.Join(b.home, "note.txt"), []byte("new"), 0o644); err != nil {
		t.Fatal(err)
	}
	local.Refresh()
	b.loop.settle()
	local.SelectNames([]string{"note.txt"}, "note.txt")
	local.Drop(local.DragSelected(), local.RowOf("other"), false)
	b.loop.settle()
	if data, _ := os.ReadFile(filepath.Join(b.home, "other/note.txt")); string(data) != "hello" {
		t.Errorf("replaced by %q", data)
	}
}

func TestEffects(t *testing.T) {
	b, local, remote := withLocal(t)
	local.SelectNames([]string{"docs"}, "docs")
	docs := local.DragSelected()
	remote.SelectNames([]string{"css"}, "css")
	css := remote.DragSelected()
	other := &Drag{From: Remote, Target: session.Target{Host: "elsewhere"}, Entries: css.Entries, paths: css.paths}
	for _, c := range []struct {
		name    string
		on      *Pane
		drag    *Drag
		row     int
		copying bool
		want    Effect
	}{
		{"up", remote, docs, NoRow, false, WillUpload}, {"down", local, css, NoRow, false, WillDownload},
		{"onto itself", local, docs, local.RowOf("docs"), false, NoEffect}, {"to where it is", local, docs, NoRow, false, NoEffect},
		{"into the folder above", local, docs, ParentRow, false, WillMove}, {"copy beside", local, docs, local.RowOf("other"), true, WillCopy},
		{"server's own folder", remote, css, remote.RowOf("css"), false, NoEffect}, {"from another server", remote, other, NoRow, false, NoEffect},
		{"nothing", remote, nil, NoRow, false, NoEffect},
	} {
		if got, why := c.on.EffectOf(c.drag, c.row, c.copying); got != c.want || got == NoEffect && why == "" {
			t.Errorf("%s: %v %q, want %v", c.name, got, why, c.want)
		}
	}
	b.Tab().Disconnect()
	if got, _ := b.Tab().Remote.EffectOf(docs, NoRow, false); got != NoEffect {
		t.Errorf("without a server: %v", got)
	}
}

// A folder cannot be moved below itself, also not by a link in the tree.
func TestNotIntoItsOwnChild(t *testing.T) {
	b, local, _ := withLocal(t)
	local.SelectNames([]string{"docs"}, "docs")
	docs := local.DragSelected()
	local.Open(filepath.Join(b.home, "docs"))
	b.loop.settle()
	if got, _ := local.EffectOf(docs, local.RowOf("deep"), false); got != NoEffect {
		t.Errorf("effect %v", got)
	}
}

func TestUnsafeNamesAreRefused(t *testing.T) {
	b, local, remote := withLocal(t)
	d := &Drag{From: Remote, Target: remote.tab.Target, Dir: "/web", Entries: []listing.Entry{{Raw: "../evil", Name: "../evil"}, {Raw: "good", Name: "good"}},
		paths: []string{"/web/../evil", "/web/good"}}
	local.Drop(d, NoRow, false)
	b.loop.settle()
	if len(b.queue.requests) != 1 || filepath.Base(b.queue.requests[0].Local) != "good" {
		t.Errorf("%+v", b.queue.requests)
	}
	if len(b.Toasts) == 0 {
		t.Error("nothing was said about the refused name")
	}
}

func TestOptionsOfSiteAndSettings(t *testing.T) {
	s := sites.DefaultSettings()
	s.ExistsUpload, s.ExistsDownload = sites.ExistsSkip, sites.ExistsRename
	s.Skip = []string{"*~"}
	site := sites.Site{ID: "1", ExistsUpload: sites.ExistsNewer, SafeUpload: true, Skip: []string{".git"}}
	up := transferOptions(s, site, transfer.Upload)
	if up.Exists != transfer.Newer || !up.SafeUpload || up.KeepTimes || len(up.Skip) != 2 {
		t.Errorf("up: %+v", up)
	}
	if down := transferOptions(s, site, transfer.Download); down.Exists != transfer.Rename || len(down.Skip) != 1 {
		t.Errorf("down: %+v", down)
	}
	if quick := transferOptions(s, sites.Site{}, transfer.Upload); !quick.KeepTimes || quick.Exists != transfer.Skip {
		t.Errorf("quick: %+v", quick)
	}
}
