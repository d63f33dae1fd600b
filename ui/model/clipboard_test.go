package model

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"longshore/transfer"
)

func TestCopyAndPasteTransfers(t *testing.T) {
	b := connected(t)
	b.SetFocus(Remote)
	if b.Actions.Get("paste").Why() != wordNothingCopied {
		t.Errorf("with nothing copied: %q", b.Actions.Get("paste").Why())
	}
	p := b.Tab().Remote
	p.SelectNames([]string{"a.html"}, "a.html")
	b.Actions.Run("copy")
	// A rename would take the file away from where it was copied.
	p.Open("/web/css")
	b.loop.settle()
	if why := b.Actions.Get("paste").Why(); why != wordNoServerCopy {
		t.Errorf("at the same server: %q", why)
	}
	b.Actions.Run("paste")
	b.SetFocus(Local)
	b.Actions.Run("paste")
	b.loop.settle()
	if len(b.queue.requests) != 1 || b.queue.requests[0].Direction != transfer.Download || b.queue.requests[0].Remote != "/web/a.html" {
		t.Errorf("asked for %+v", b.queue.requests)
	}
	if slices.ContainsFunc(b.server.did, func(s string) bool { return s != "" }) {
		t.Errorf("the server was told %q", b.server.did)
	}
}

func TestPasteCopiesHere(t *testing.T) {
	b := newBench(t)
	for _, dir := range []string{"from", "to"} {
		if err := os.Mkdir(filepath.Join(b.home, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(b.home, "from", "x"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := b.Tab().Local
	p.Open(filepath.Join(b.home, "from"))
	b.loop.settle()
	p.SelectNames([]string{"x"}, "x")
	b.Actions.Run("copy")
	if why := b.Actions.Get("paste").Why(); why != wordAlreadyThere {
		t.Errorf("into its own folder: %q", why)
	}
	p.Open(filepath.Join(b.home, "to"))
	b.loop.settle()
	b.Actions.Run("paste")
	b.loop.settle()
	for _, dir := range []string{"from", "to"} {
		if data, err := os.ReadFile(filepath.Join(b.home, dir, "x")); err != nil || string(data) != "x" {
			t.Errorf("in %s: %q, %v", dir, data, err)
		}
	}
}
