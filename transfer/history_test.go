package transfer

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

func TestHistoryIsBounded(t *testing.T) {
	state := t.TempDir()
	local := filepath.Join(t.TempDir(), "tree")
	for i := range 30 {
		write(t, local, fmt.Sprint(i))
	}
	f := newFake()
	start := func() (*Queue, *reader) {
		q, err := Open(Config{Dir: state, Leaser: f, History: History{Items: 20, Age: 48 * time.Hour}})
		if err != nil {
			t.Fatal(err)
		}
		q.Start()
		return q, &reader{items: map[ItemID]Item{}}
	}
	synctest.Test(t, func(t *testing.T) {
		q, r := start()
		stays := add(t, q, Request{Local: filepath.Join(local, "0"), Remote: "/later", Options: Options{NotBefore: time.Now().Add(1000 * time.Hour)}})
		is(t, q, stays[0], Waiting)
		r.read(q)
		ids := add(t, q, Request{Folder: true, Local: local, Remote: "/t"})
		wait(t, q, ids...)
		r.read(q)
		if len(r.items) != 32 {
			t.Errorf("%d items right after the end, want all 32", len(r.items))
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		r.read(q)
		if len(r.items) > 21 {
			t.Errorf("%d items, want at most 20 and the one for later", len(r.items))
		}
		if it, ok := r.items[ids[0]]; ok && (it.Total.Files != 30 || it.Total.Done != 30 || it.Total.Moved != 50) {
			t.Errorf("the folder's totals are %+v", it.Total)
		}
		compareReader(t, q, r)
		consistent(t, q)
		if err := q.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		q, r := start()
		<-q.loaded
		r.read(q)
		if n := len(r.items); n > 21 || n < 15 {
			t.Errorf("%d items after a restart", n)
		}
		consistent(t, q)
		for _, it := range r.items {
			if it.Folder && (it.Total.Files != 30 || it.Total.Done != 30) {
				t.Errorf("the folder's totals are %+v after a restart", it.Total)
			}
		}
		time.Sleep(72 * time.Hour)
		synctest.Wait()
		r.read(q)
		if len(r.items) != 1 {
			t.Errorf("%d items after three days, want the one for later", len(r.items))
		}
		if err := q.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
}

// Other bounds count at once, by number and by age.
func TestHistoryBoundsChange(t *testing.T) {
	in(t, Config{Dir: "", History: History{Items: 1000, Age: 1000 * time.Hour}}, func(t *testing.T, f *fake, q *Queue) {
		local, _ := file(t, "a", 10)
		left := func() int { return len(q.Since(0).Items) }
		for i := range 40 {
			wait(t, q, add(t, q, Request{Local: local, Remote: fmt.Sprint("/", i)})...)
		}
		time.Sleep(2 * time.Hour)
		if left() != 40 {
			t.Fatalf("%d items before", left())
		}
		q.SetHistory(History{Items: 10, Age: 1000 * time.Hour})
		if left() != 10 {
			t.Errorf("%d items, at most 10 are to be kept", left())
		}
		q.SetHistory(History{Items: 10, Age: time.Hour})
		if left() != 0 {
			t.Errorf("%d items older than is to be kept", left())
		}
	})
}

// No secret is in what the queue writes; and nothing but its own files.
func TestFilesOfTheQueue(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	q, err := Open(Config{Dir: dir, Leaser: newFake()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.Add(context.Background(), Request{Direction: Remove, Target: hostA, Remote: "/a"}); err != nil {
		t.Fatal(err)
	}
	if err := q.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	es, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range es {
		info, _ := e.Info()
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %v", e.Name(), info.Mode())
		}
	}
	if info, _ := os.Stat(dir); info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v", info.Mode())
	}
	if len(es) != 2 {
		t.Errorf("files: %v", es)
	}
}
