package transfer

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"longshore/transfer/session"
)

// slowly makes transfers of 500,000 bytes take 5 s.
func slowly(f *fake) { f.chunk, f.pace = 10_000, 100*time.Millisecond }

// removals lists the items that delete at the server.
func removals(q *Queue) (ids []ItemID) {
	for _, it := range q.Since(0).Items {
		if it.Direction == Remove {
			ids = append(ids, it.ID)
		}
	}
	return ids
}

func TestCancelledSafeUploadLeavesNothing(t *testing.T) {
	in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
		slowly(f)
		local, data := file(t, "a", 500_000)
		f.put("/a", []byte("what was there"), time.Now())
		ids := add(t, q, Request{Local: local, Remote: "/a", Options: Options{SafeUpload: true, Exists: Overwrite}})
		time.Sleep(2 * time.Second)
		if _, there := f.get("/.a.part"); !there {
			t.Fatal("there is no temporary file")
		}
		q.Cancel(ids...)
		wait(t, q, ids...)
		wait(t, q, removals(q)...)
		if _, there := f.get("/.a.part"); there {
			t.Error("the temporary file is still there")
		}
		if got, _ := f.get("/a"); string(got) != "what was there" {
			t.Errorf("the target is %q", got)
		}
		if l := q.Leftovers(); len(l) != 0 {
			t.Errorf("told of %+v", l)
		}
		q.Retry(ids...)
		wait(t, q, ids...)
		is(t, q, ids[0], Done)
		if got, _ := f.get("/a"); !bytes.Equal(got, data) {
			t.Error("tried again, the upload differs")
		}
	})
}

// A server that is away is not bothered: its temporary file is remembered,
// also by the next program, and removed when somebody says so.
func TestLeftoverIsRemembered(t *testing.T) {
	dir := t.TempDir()
	local, _ := file(t, "a", 500_000)
	f := newFake()
	synctest.Test(t, func(t *testing.T) {
		q, err := Open(Config{Dir: dir, Leaser: f, Retries: 1})
		if err != nil {
			t.Fatal(err)
		}
		slowly(f)
		var away atomic.Bool
		f.refuse = func(int, session.Target) error {
			if away.Load() {
				return &session.Error{Kind: session.Network, Step: "dial", Err: errors.New("away")}
			}
			return nil
		}
		f.cut = func(op, p string, _ int64) error {
			if away.Load() {
				return lost(op, p, false)
			}
			return nil
		}
		q.Start()
		ids := add(t, q, Request{Local: local, Remote: "/a", Options: Options{SafeUpload: true}})
		time.Sleep(2 * time.Second)
		away.Store(true)
		time.Sleep(time.Second)
		is(t, q, ids[0], Retrying)
		time.Sleep(time.Minute)
		q.Cancel(ids...)
		synctest.Wait()
		if n := len(removals(q)); n != 0 {
			t.Errorf("%d removals at a server that is away", n)
		}
		if err := q.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
	f.refuse, f.cut = nil, nil
	synctest.Test(t, func(t *testing.T) {
		q, err := Open(Config{Dir: dir, Leaser: f})
		if err != nil {
			t.Fatal(err)
		}
		q.Start()
		<-q.loaded
		l := q.Leftovers()
		if len(l) != 1 || l[0].Path != "/.a.part" || l[0].Size <= 0 || l[0].Target != hostA {
			t.Fatalf("%+v", l)
		}
		if err := q.CleanUp(context.Background(), l[0].Item); err != nil {
			t.Fatal(err)
		}
		wait(t, q, removals(q)...)
		if _, there := f.get("/.a.part"); there || len(q.Leftovers()) != 0 {
			t.Errorf("still there: %v, told of %+v", there, q.Leftovers())
		}
		if err := q.CleanUp(context.Background(), l[0].Item); err != nil || len(removals(q)) != 1 {
			t.Errorf("cleaned up twice: %v, %d removals", err, len(removals(q)))
		}
		if err := q.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
}

// A download that failed keeps its partial file to go on from, until it is
// cleaned up.
func TestFailedDownloadLeavesItsPart(t *testing.T) {
	in(t, Config{Retries: 1}, func(t *testing.T, f *fake, q *Queue) {
		_, data := file(t, "a", 500_000)
		f.put("/a", data, time.Now())
		f.chunk = 10_000
		f.cut = func(op, p string, moved int64) error {
			if moved >= 100_000 || f.counts["RETR /a"] > 1 { // no progress after the first
				return lost(op, p, false)
			}
			return nil
		}
		target := filepath.Join(t.TempDir(), "a")
		part := filepath.Join(filepath.Dir(target), ".a.part")
		ids := add(t, q, Request{Direction: Download, Local: target, Remote: "/a"})
		wait(t, q, ids...)
		is(t, q, ids[0], Failed)
		info, err := os.Stat(part)
		if err != nil {
			t.Fatal(err)
		}
		if l := q.Leftovers(); len(l) != 1 || l[0].Path != part || l[0].Size != info.Size() || l[0].Item != ids[0] {
			t.Fatalf("%+v, want %s of %d bytes", l, part, info.Size())
		}
		if err := q.CleanUp(context.Background(), ids...); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(part); !errors.Is(err, os.ErrNotExist) || len(q.Leftovers()) != 0 {
			t.Errorf("still there: %v, %+v", err, q.Leftovers())
		}
		f.mu.Lock()
		f.cut = nil
		f.mu.Unlock()
		q.Retry(ids...)
		wait(t, q, ids...)
		is(t, q, ids[0], Done)
		if got, _ := os.ReadFile(target); !bytes.Equal(got, data) {
			t.Error("tried again, the download differs")
		}
	})
}

// Two items may have the same target: what one leaves is taken by the other.
func TestLeftoverOfAnotherStays(t *testing.T) {
	in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
		slowly(f)
		local, data := file(t, "a", 500_000)
		f.put("/down", data, time.Now())
		target := filepath.Join(t.TempDir(), "down")
		up := Request{Local: local, Remote: "/a", Options: Options{SafeUpload: true, Exists: Overwrite}}
		down := Request{Direction: Download, Local: target, Remote: "/down", Options: Options{Exists: Overwrite}}
		ids := add(t, q, up, down)
		time.Sleep(2 * time.Second)
		q.Pause(ids...)
		synctest.Wait()
		more := add(t, q, up, down)
		time.Sleep(time.Second)
		q.Cancel(ids...)
		synctest.Wait()
		if len(q.Leftovers()) != 0 || len(removals(q)) != 0 {
			t.Errorf("told of %+v, %d removals", q.Leftovers(), len(removals(q)))
		}
		wait(t, q, more...)
		for _, id := range more {
			if it := is(t, q, id, Done); it.Attempts != 0 {
				t.Errorf("it was disturbed: %+v", it)
			}
		}
		if got, _ := f.get("/a"); !bytes.Equal(got, data) {
			t.Error("the upload differs")
		}
		if got, _ := os.ReadFile(target); !bytes.Equal(got, data) {
			t.Error("the download differs")
		}
	})
}

// A removal that was asked for waits until the upload of the same file is in
// its place.
func TestRemovalWaitsForTheWriter(t *testing.T) {
	in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
		slowly(f)
		local, data := file(t, "a", 500_000)
		ids := add(t, q, Request{Local: local, Remote: "/a", Options: Options{SafeUpload: true}})
		time.Sleep(time.Second)
		ids = append(ids, add(t, q, Request{Direction: Remove, Remote: "/.a.part"})...)
		wait(t, q, ids...)
		for _, id := range ids {
			if it := is(t, q, id, Done); it.Attempts != 0 {
				t.Errorf("%+v", it)
			}
		}
		if got, _ := f.get("/a"); !bytes.Equal(got, data) {
			t.Error("the upload differs")
		}
	})
}

// TestHalfUploadIsOffered: an upload without a temporary name that failed
// leaves half a file under the target's own name.
func TestHalfUploadIsOffered(t *testing.T) {
	in(t, Config{Retries: 1}, func(t *testing.T, f *fake, q *Queue) {
		f.chunk = 10_000
		f.cut = func(op, p string, n int64) error {
			if op == "STOR" && n >= 50_000 {
				return reply(session.Denied, op, p, 552)
			}
			return nil
		}
		local, data := file(t, "a", 200_000)
		ids := add(t, q, Request{Local: local, Remote: "/half"}, Request{Local: local, Remote: "/other"})
		wait(t, q, ids...)
		is(t, q, ids[0], Failed)
		left := q.Leftovers()
		if len(left) != 2 || left[0].Path != "/half" || left[0].Size != 50_000 {
			t.Fatalf("left %+v", left)
		}
		f.put("/other", data, time.Now()) // somebody brought it there in another way
		if err := q.CleanUp(t.Context(), ids...); err != nil {
			t.Fatal(err)
		}
		wait(t, q, removals(q)...)
		if _, there := f.get("/half"); there {
			t.Error("the half file is still there")
		}
		if got, _ := f.get("/other"); !bytes.Equal(got, data) {
			t.Error("a whole file was removed")
		}
		if l := q.Leftovers(); len(l) != 0 {
			t.Errorf("still told of %+v", l)
		}
	})
}

// noOverwrite is a server that does not rename over a file, and whose
// connection goes at the worst moment: the old file stands aside, the new one
// is not there yet.
func noOverwrite(f *fake) (cut *bool) {
	cut = new(bool)
	f.fail = func(op, p string, n int) error {
		if op != "RNTO" || p != "/a" {
			return nil
		}
		switch _, old := f.files["/.a.old"]; {
		case !old && f.files["/a"] != nil:
			return reply(session.Denied, "rename", p, 550)
		case old && *cut:
			return lost("rename", p, false)
		}
		return nil
	}
	return cut
}

// TestSwapCutInTheMiddle: what was there before is removed when the new file
// arrived after all, and put back when it never does.
func TestSwapCutInTheMiddle(t *testing.T) {
	for _, arrives := range []bool{true, false} {
		in(t, Config{Retries: 2}, func(t *testing.T, f *fake, q *Queue) {
			f.put("/a", []byte("what was there"), time.Now().Add(-time.Hour))
			cut := noOverwrite(f)
			*cut = true
			local, data := file(t, "a", 100_000)
			ids := add(t, q, Request{Local: local, Remote: "/a", Options: Options{SafeUpload: true, Exists: Overwrite}})
			wait(t, q, ids...)
			is(t, q, ids[0], Failed)
			if l := q.Leftovers(); len(l) != 1 || l[0].Old != "/a" {
				t.Fatalf("left %+v", l)
			}
			f.mu.Lock()
			*cut = false
			f.mu.Unlock()
			want := []byte("what was there")
			if arrives {
				want = data
				q.Retry(ids...)
				wait(t, q, ids...)
				is(t, q, ids[0], Done)
			} else {
				if err := q.CleanUp(t.Context(), ids...); err != nil {
					t.Fatal(err)
				}
				wait(t, q, removals(q)...)
			}
			if got, _ := f.get("/a"); !bytes.Equal(got, want) {
				t.Errorf("arrives %v: the target has %d bytes, want %d", arrives, len(got), len(want))
			}
			for _, p := range []string{"/.a.old", "/.a.part"} {
				if _, there := f.get(p); there {
					t.Errorf("arrives %v: %s is still there", arrives, p)
				}
			}
		})
	}
}
