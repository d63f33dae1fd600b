package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"longshore/transfer/session"
)

var (
	hostA = session.Target{Host: "a.example"}
	hostB = session.Target{Host: "b.example"}
)

// in runs a test in a bubble, where time passes when all wait.
func in(t *testing.T, c Config, test func(t *testing.T, f *fake, q *Queue)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		if c.Leaser == nil {
			c.Leaser = f
		}
		q, err := Open(c)
		if err != nil {
			t.Fatal(err)
		}
		q.Start()
		defer func() {
			if err := q.Close(context.Background()); err != nil {
				t.Error(err)
			}
			if f.out != 0 {
				t.Errorf("%d sessions were not given back", f.out)
			}
		}()
		test(t, f, q)
	})
}

// file makes a local file for an upload.
func file(t *testing.T, name string, size int) (string, []byte) {
	t.Helper()
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(i * 7 >> (i >> 16 & 3))
	}
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return p, b
}

func add(t *testing.T, q *Queue, rs ...Request) []ItemID {
	t.Helper()
	for i := range rs {
		if rs[i].Target.Host == "" {
			rs[i].Target = hostA
		}
		if rs[i].Size == 0 {
			rs[i].Size = -1
		}
	}
	ids, err := q.Add(context.Background(), rs...)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func wait(t *testing.T, q *Queue, ids ...ItemID) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 30*24*time.Hour)
	defer stop()
	if err := q.Wait(ctx, ids...); err != nil {
		t.Fatal(err)
	}
}

func is(t *testing.T, q *Queue, id ItemID, want State) Item {
	t.Helper()
	it, ok := q.Item(id)
	if !ok || it.State != want {
		t.Fatalf("item %d is %v, want %v: %+v", id, it.State, want, it.Err)
	}
	return it
}

func TestUploadIsSentAndCompared(t *testing.T) {
	in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
		local, data := file(t, "a", 300_000)
		ids := add(t, q, Request{Local: local, Remote: "/new/folder/a", Options: Options{KeepTimes: true}})
		wait(t, q, ids...)
		if it := is(t, q, ids[0], Done); it.Check != SizeMatches || it.Moved != 300_000 {
			t.Errorf("check %d, moved %d", it.Check, it.Moved)
		}
		if got, _ := f.get("/new/folder/a"); !bytes.Equal(got, data) {
			t.Error("the file differs")
		}
		info, _ := os.Stat(local)
		if !f.files["/new/folder/a"].time.Equal(info.ModTime()) {
			t.Error("the time was not kept")
		}
	})
}

func TestSafeUpload(t *testing.T) {
	for _, c := range []struct {
		name   string
		fail   func(op, p string, n int) error
		backup bool
		left   []string
	}{
		{"rename over", nil, false, []string{"/a"}},
		{"backup", nil, true, []string{"/a", "/a.bak"}},
		{"no rename over", func(op, p string, n int) error {
			if op == "RNTO" && p == "/a" && n == 1 {
				return reply(session.Denied, "rename", p, 550)
			}
			return nil
		}, false, []string{"/a"}},
		{"renamed, reply lost", func(op, p string, n int) error { return nil }, false, []string{"/a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
				f.put("/a", []byte("old"), time.Now())
				f.fail = c.fail
				local, data := file(t, "a", 100_000)
				f.cut = func(op, p string, n int64) error {
					if b, _ := f.get("/a"); string(b) != "old" {
						t.Error("the target was touched before the new file was whole")
					}
					return nil
				}
				ids := add(t, q, Request{Local: local, Remote: "/a", Options: Options{Exists: Overwrite, SafeUpload: true, KeepBackup: c.backup}})
				wait(t, q, ids...)
				is(t, q, ids[0], Done)
				if got, _ := f.get("/a"); !bytes.Equal(got, data) {
					t.Error("the file differs")
				}
				if b, ok := f.get("/a.bak"); ok && string(b) != "old" {
					t.Errorf("the backup is %q", b)
				}
				var left []string
				for p := range f.files {
					left = append(left, p)
				}
				slices.Sort(left)
				if !slices.Equal(left, c.left) {
					t.Errorf("at the server: %q, want %q", left, c.left)
				}
			})
		})
	}
}

func TestFolderIsListedOnce(t *testing.T) {
	in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
		dir := t.TempDir()
		var rs []Request
		for i := range 50 {
			p := filepath.Join(dir, fmt.Sprint(i))
			os.WriteFile(p, []byte("x"), 0o644)
			rs = append(rs, Request{Local: p, Remote: fmt.Sprintf("/flat/%d", i)})
		}
		f.folders["/flat"] = true
		wait(t, q, add(t, q, rs...)...)
		if n, m := f.count("LIST"), f.count("STAT"); n > 2 || m > 3 {
			t.Errorf("%d listings and %d questions for 50 files of one folder", n, m)
		}
		f.calls = nil
		ids := add(t, q, Request{Folder: true, Local: dir, Remote: "/tree"})
		wait(t, q, ids...)
		is(t, q, ids[0], Done)
		if n, m, k := f.count("LIST"), f.count("STAT"), f.count("MKD"); n != 1 || m != 0 || k != 1 {
			t.Errorf("%d listings, %d questions, %d MKD for a folder of 50", n, m, k)
		}
	})
}

func TestFolderTotalsAndSkips(t *testing.T) {
	in(t, Config{Slots: 1}, func(t *testing.T, f *fake, q *Queue) {
		dir := t.TempDir()
		for _, p := range []string{"a.txt", "b/c.txt", "b/d~", ".git/config", ".git/objects/x", "node_modules/y/z", "b/.DS_Store", "b/bad\nname"} {
			os.MkdirAll(filepath.Dir(filepath.Join(dir, p)), 0o755)
			os.WriteFile(filepath.Join(dir, p), []byte("1234"), 0o644)
		}
		os.Symlink("../..", filepath.Join(dir, "b", "loop"))
		ids := add(t, q, Request{Folder: true, Local: dir, Remote: "/t", Options: Options{Skip: []string{".git/", "node_modules", "*~", ".DS_Store"}}})
		wait(t, q, ids...)
		it := is(t, q, ids[0], Failed) // one name could not be sent
		if n := it.Total; n.Files != 2 || n.Done != 2 || n.Skipped != 4 || len(n.Refused) != 2 || n.Bytes != 8 || n.Moved != 8 {
			t.Errorf("totals %+v", n)
		}
		for _, p := range []string{"/t/.git", "/t/node_modules"} {
			if f.folders[p] {
				t.Errorf("%s was made", p)
			}
		}
	})
}

func TestHostileNamesStayOut(t *testing.T) {
	in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
		f.folders["/d"] = true
		f.files["/d/good"] = &fakeFile{data: []byte("good"), time: time.Now()}
		f.files["/d/bad\nname"] = &fakeFile{data: []byte("bad")}
		outside := t.TempDir()
		dir := filepath.Join(outside, "in")
		os.Mkdir(dir, 0o755)
		os.Symlink(outside, filepath.Join(dir, "trap")) // a link out of the target
		f.folders["/d/trap"] = true
		f.files["/d/trap/escaped"] = &fakeFile{data: []byte("bad")}
		ids := add(t, q, Request{Direction: Download, Folder: true, Local: dir, Remote: "/d"})
		wait(t, q, ids...)
		it := is(t, q, ids[0], Failed)
		if len(it.Total.Refused) != 2 || it.Total.Done != 1 {
			t.Errorf("totals %+v", it.Total)
		}
		if _, err := os.Stat(filepath.Join(outside, "escaped")); err == nil {
			t.Error("a file was written outside")
		}
	})
}

func TestEqualNamesGetNumbers(t *testing.T) {
	names := takenNames{}
	var got []string
	for _, n := range []string{"a.txt", "a.txt", ".x", ".x", "b", "a (2).txt", "a.txt"} {
		got = append(got, names.free(n))
	}
	if want := []string{"a.txt", "a (2).txt", ".x", ".x (2)", "b", "a (2) (2).txt", "a (3).txt"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAfterClose(t *testing.T) {
	q, err := Open(Config{Dir: t.TempDir(), Leaser: newFake()})
	if err != nil {
		t.Fatal(err)
	}
	ids := add(t, q, Request{Direction: Remove, Remote: "/a"})
	if err := q.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	q.Pause(ids...)
	q.Forget(ids...)
	if _, err := q.Add(context.Background(), Request{Direction: Remove, Target: hostA, Remote: "/b"}); !errors.Is(err, ErrClosed) {
		t.Errorf("added after Close: %v", err)
	}
	if err := q.Wait(context.Background(), ids...); !errors.Is(err, ErrClosed) {
		t.Errorf("waited after Close: %v", err)
	}
}
