package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"longshore/sites"
	"longshore/transfer"
	"longshore/transfer/ftptest"
	"longshore/transfer/session"
)

// TestBesideAWindow: the window has its queue in the same state folder. A
// command neither takes that over nor waits for it nor writes to it.
func TestBesideAWindow(t *testing.T) {
	b := newBench(t, ftptest.Options{})
	dir := sites.PathsUnder(b.state).QueueDir()
	q, err := transfer.Open(transfer.Config{Dir: dir, Leaser: transfer.NewLeaser(session.NewPool(&session.Env{}))})
	if err != nil {
		t.Fatal(err)
	}
	r := transfer.Request{Direction: transfer.Download, Target: session.Target{Host: "window.example"}, Remote: "/a", Local: b.local("a"), Size: -1}
	ids, err := q.Add(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	journal := filepath.Join(dir, "queue.journal")
	before, err := os.ReadFile(journal)
	if err != nil || len(before) == 0 {
		t.Fatalf("%d bytes, %v", len(before), err)
	}
	write(t, b.local("file"), "hello")
	b.ok("put", "file", b.url("/file"))
	if got, err := os.ReadFile(b.remote("file")); err != nil || string(got) != "hello" {
		t.Errorf("%q, %v", got, err)
	}
	if after, err := os.ReadFile(journal); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the window's journal was written to: %v", err)
	}
	if it, ok := q.Item(ids[0]); !ok || it.State != transfer.Waiting {
		t.Errorf("the window's item is %+v", it)
	}
	if err := q.Close(context.Background()); err != nil {
		t.Error(err)
	}
}
