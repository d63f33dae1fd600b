package transfer

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// crashed gives the state folder of a program that was killed with a transfer
// half done, one that had not begun, and one that the user had paused.
func crashed(t *testing.T, f *fake, local string) (dir string, ids []ItemID) {
	t.Helper()
	q, err := Open(Config{Dir: t.TempDir(), Leaser: f, Slots: 1})
	if err != nil {
		t.Fatal(err)
	}
	q.Start()
	ids = add(t, q, Request{Local: local, Remote: "/began"}, Request{Local: local, Remote: "/not"}, Request{Local: local, Remote: "/paused"})
	q.Pause(ids[2])
	time.Sleep(2 * time.Second)
	synctest.Wait()
	b, err := os.ReadFile(filepath.Join(q.journal.dir, journalFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, journalFile), b, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, ids
}

// reopen opens a state folder with HoldAfterCrash and lets its slots work.
func reopen(t *testing.T, f *fake, dir string) *Queue {
	t.Helper()
	q, err := Open(Config{Dir: dir, Leaser: f, Slots: 1, HoldAfterCrash: true})
	if err != nil {
		t.Fatal(err)
	}
	q.Start()
	<-q.loaded
	synctest.Wait()
	return q
}

func TestCrashHoldsUntilReleased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		slowly(f)
		local, data := file(t, "a", 500_000)
		dir, ids := crashed(t, f, local)
		q := reopen(t, f, dir)
		if r, d := q.Restored(), q.Since(0); !r.Crashed || d.Held != 2 {
			t.Fatalf("crashed %v, %d held", r.Crashed, d.Held)
		}
		before := f.count("STOR")
		fresh := add(t, q, Request{Local: local, Remote: "/fresh"})
		wait(t, q, fresh...) // what is asked for now goes on its way
		is(t, q, fresh[0], Done)
		if n := f.count("STOR"); n != before+1 {
			t.Errorf("%d uploads beside the new one", n-before-1)
		}
		for _, id := range ids[:2] {
			if it := is(t, q, id, Waiting); !it.Held {
				t.Errorf("item %d is not held", id)
			}
		}
		q.Release()
		wait(t, q, ids[:2]...)
		is(t, q, ids[2], Paused)
		for _, p := range []string{"/began", "/not"} {
			if got, _ := f.get(p); !bytes.Equal(got, data) {
				t.Errorf("%s differs", p)
			}
		}
		if d := q.Since(0); d.Held != 0 {
			t.Errorf("%d still held", d.Held)
		}
		if err := q.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
}

// TestHeldItemsTakeOrders: an order about one item is a decision about it.
func TestHeldItemsTakeOrders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		slowly(f)
		local, _ := file(t, "a", 500_000)
		dir, ids := crashed(t, f, local)
		q := reopen(t, f, dir)
		q.Resume(ids[1])
		wait(t, q, ids[1])
		is(t, q, ids[1], Done)
		q.Cancel(ids[0])
		wait(t, q, ids[0])
		if d := q.Since(0); d.Held != 0 {
			t.Errorf("%d still held", d.Held)
		}
		if err := q.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
}

// TestCloseIsNoCrash: what the user left behind goes on by itself.
func TestCloseIsNoCrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		slowly(f)
		local, _ := file(t, "a", 500_000)
		dir, ids := crashed(t, f, local)
		if err := reopen(t, f, dir).Close(context.Background()); err != nil {
			t.Fatal(err)
		}
		q := reopen(t, f, dir)
		if r, d := q.Restored(), q.Since(0); r.Crashed || d.Held != 0 {
			t.Errorf("crashed %v, %d held", r.Crashed, d.Held)
		}
		wait(t, q, ids[:2]...)
		is(t, q, ids[0], Done)
		if err := q.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
}
