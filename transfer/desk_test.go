package transfer

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"

	"longshore/transfer/session"
)

// TestDeskOfAnotherFolder: a folder that one item reached by itself must not
// be used by one that came from a folder above, where a link leads out of it.
func TestDeskOfAnotherFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // links need a privilege there
	}
	top, outside := t.TempDir(), t.TempDir()
	link := filepath.Join(top, "link")
	if err := os.Symlink(outside, link); err != nil {
		t.Fatal(err)
	}
	k := &desk{}
	defer k.clear()
	file := filepath.Join(link, "x")
	if _, err := k.place(&work{local: file}, file); err != nil {
		t.Fatal(err)
	}
	up := &work{local: top, folder: true}
	if p, err := k.place(&work{up: up, local: file}, file); err == nil {
		t.Errorf("%q leads out of %q", p.root.Name(), top)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := k.place(&work{local: file}, file); err != nil {
		t.Fatal(err)
	}
	if f, err := k.source(&work{up: up, local: file}); err == nil {
		f.Close()
		t.Errorf("%q was opened, which is outside %q", file, top)
	}
}

// TestDeskThatWasRemoved: the folder goes away between two files.
func TestDeskThatWasRemoved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	k := &desk{}
	defer k.clear()
	file := filepath.Join(dir, "x")
	p, err := k.place(&work{local: file}, file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if f, err := p.root.OpenFile(p.part, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666); err == nil {
		f.Close()
		t.Error("a file was made in a folder that is gone")
	}
	k.clear() // what a failed item does
	if _, err := k.place(&work{local: file}, file); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Error(err)
	}
}

// keeping is a fake whose sessions may be kept.
type keeping struct {
	*fake
	mu    sync.Mutex
	wants bool // somebody waits
}

func (k *keeping) Keep(_ Server, err error) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return err == nil && !k.wants
}

// A slot keeps its session from one item of a server to the next, and gives it
// back where another waits, for another server, and when it has nothing to do.
func TestSlotKeepsItsSession(t *testing.T) {
	for _, c := range []struct {
		name   string
		wants  bool
		second session.Target
		leases int
	}{
		{"for the next", false, hostA, 1},
		{"not while another waits", true, hostA, 2},
		{"not for another server", false, hostB, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake()
			in(t, Config{Slots: 1, Leaser: &keeping{fake: f, wants: c.wants}}, func(t *testing.T, _ *fake, q *Queue) {
				local, _ := file(t, "a", 10)
				ids, err := q.Add(t.Context(), Request{Direction: Upload, Target: hostA, Local: local, Remote: "/a"},
					Request{Direction: Upload, Target: c.second, Local: local, Remote: "/b"})
				if err == nil {
					err = q.Wait(t.Context(), ids...)
				}
				if err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				f.mu.Lock()
				defer f.mu.Unlock()
				if f.leases != c.leases {
					t.Errorf("%d leases, not %d", f.leases, c.leases)
				}
				if f.out != 0 {
					t.Error("an idle slot holds a session")
				}
			})
		})
	}
}

// A session that a slot keeps counts in the limit of its site until the slot
// uses it again or gives it back.
func TestKeptSessionsCount(t *testing.T) {
	f := newFake()
	in(t, Config{Slots: 8, PerSite: 4, Leaser: &keeping{fake: f}}, func(t *testing.T, _ *fake, q *Queue) {
		local, _ := file(t, "a", 10)
		var all []Request
		for i := range 400 {
			all = append(all, Request{Direction: Upload, Target: hostA, Local: local, Remote: "/" + numbered("a", i)})
		}
		all = append(all, Request{Direction: Upload, Target: hostB, Local: local, Remote: "/b"})
		ids, err := q.Add(t.Context(), all...)
		if err == nil {
			err = q.Wait(t.Context(), ids...)
		}
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.most > 5 || f.out != 0 {
			t.Errorf("at most %d sessions, %d in the end", f.most, f.out)
		}
	})
}

// TestFolderOutlivesItsDesk: a slot goes on to another folder while the files
// of the last one still wait for its sync.
func TestFolderOutlivesItsDesk(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // folders are not synced there
	}
	file := filepath.Join(t.TempDir(), "x")
	k := &desk{}
	if _, err := k.place(&work{local: file}, file); err != nil {
		t.Fatal(err)
	}
	f := k.folder()
	f.users.Add(1)
	k.clear()
	if err := f.Sync(); err != nil {
		t.Errorf("the desk closed it: %v", err)
	}
	f.drop()
	if err := f.Sync(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("nobody closed it: %v", err)
	}
}

// TestFilesShareASync: each folder is synced once for all its files, by one
// goroutine.
func TestFilesShareASync(t *testing.T) {
	var u unsynced
	if jobs, folders := u.take(); len(jobs)+len(folders) > 0 || u.busy {
		t.Error("something was there, or somebody is at work for nothing")
	}
	a, b := &folder{}, &folder{}
	for i, f := range []*folder{a, b, a, a} {
		if sent := u.add(job{}, result{folder: f}); sent != (i == 0) {
			t.Errorf("file %d: sent to sync %v", i+1, sent)
		}
	}
	if jobs, folders := u.take(); len(jobs) != 4 || len(folders) != 2 || !u.busy {
		t.Errorf("%d jobs in %d folders, busy %v; want 4 in 2, busy", len(jobs), len(folders), u.busy)
	}
	if a.users.Load() != 1 || b.users.Load() != 1 {
		t.Errorf("held %d and %d times, want once each", a.users.Load(), b.users.Load())
	}
}
