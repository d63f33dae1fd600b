package transfer

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/session"
)

// done waits for items and fails for those that did not end as wanted.
func done(t *testing.T, q *Queue, want State, rs ...Request) []Item {
	t.Helper()
	ctx := within(t, time.Minute)
	ids, err := q.Add(ctx, rs...)
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Wait(ctx, ids...); err != nil {
		t.Fatal(err)
	}
	var items []Item
	for _, id := range ids {
		items = append(items, is(t, q, id, want))
	}
	return items
}

func write(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, n := range names {
		p := filepath.Join(dir, n)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(n), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// A server that shows what links point to lists a link to a folder as a
// folder: what it leads to must outlive the removal.
func TestRemoveFollowsNoLink(t *testing.T) {
	for _, follow := range []bool{false, true} {
		t.Run(fmt.Sprintf("server follows %v", follow), func(t *testing.T) {
			s, target, pool := serve(t, ftptest.Options{FollowLinks: follow})
			write(t, s.Root(), "precious/file", "doomed/a/b/c", "doomed/d")
			os.Symlink("../precious", filepath.Join(s.Root(), "doomed", "link"))
			os.Symlink("..", filepath.Join(s.Root(), "doomed", "a", "up"))
			os.Symlink("nowhere", filepath.Join(s.Root(), "doomed", "dangling"))
			q := open(t, Config{Leaser: NewLeaser(pool), Backoff: soon})
			done(t, q, Done, Request{Direction: Remove, Folder: true, Target: target, Remote: "/doomed"})
			if _, err := os.Lstat(filepath.Join(s.Root(), "doomed")); !os.IsNotExist(err) {
				t.Errorf("it is still there: %v", err)
			}
			if b, err := os.ReadFile(filepath.Join(s.Root(), "precious", "file")); err != nil || string(b) != "precious/file" {
				t.Errorf("what the link led to: %q, %v", b, err)
			}
		})
	}
}

func TestRemoveFileAndWhatIsGone(t *testing.T) {
	s, target, pool := serve(t, ftptest.Options{})
	write(t, s.Root(), "file")
	q := open(t, Config{Leaser: NewLeaser(pool), Backoff: soon})
	done(t, q, Done, Request{Direction: Remove, Target: target, Remote: "/file"},
		Request{Direction: Remove, Target: target, Remote: "/never was"},
		Request{Direction: Remove, Folder: true, Target: target, Remote: "/neither/was"})
}

func TestLinksOfALocalFolder(t *testing.T) {
	for _, follow := range []bool{false, true} {
		t.Run(fmt.Sprintf("follow %v", follow), func(t *testing.T) {
			s, target, pool := serve(t, ftptest.Options{})
			dir, outside := t.TempDir(), t.TempDir()
			write(t, dir, "real/file")
			write(t, outside, "other/far")
			os.Symlink("real/file", filepath.Join(dir, "filelink"))
			os.Symlink("real", filepath.Join(dir, "dirlink"))
			os.Symlink("..", filepath.Join(dir, "real", "loop"))
			os.Symlink(filepath.Join(outside, "other"), filepath.Join(dir, "out"))
			want := Failed // a link that leads out, or in a circle, is named
			q := open(t, Config{Leaser: NewLeaser(pool), Backoff: soon})
			it := done(t, q, want, Request{Folder: true, Target: target, Local: dir, Remote: "/t", Options: Options{Links: map[bool]Links{true: FollowLinks}[follow]}})[0]
			files := map[string]string{"real/file": "real/file", "filelink": "real/file"}
			if follow {
				files["dirlink/file"], files["out/far"] = "real/file", "other/far"
			}
			for p, content := range files {
				if b, err := os.ReadFile(filepath.Join(s.Root(), "t", p)); err != nil || string(b) != content {
					t.Errorf("%s: %q, %v", p, b, err)
				}
			}
			if it.Total.Files != len(files) || it.Total.Done != len(files) {
				t.Errorf("totals %+v, want %d files", it.Total, len(files))
			}
		})
	}
}

func TestLinksOfARemoteFolder(t *testing.T) {
	for _, follow := range []bool{false, true} {
		for _, shows := range []bool{false, true} {
			t.Run(fmt.Sprintf("follow %v, server shows targets %v", follow, shows), func(t *testing.T) {
				s, target, pool := serve(t, ftptest.Options{FollowLinks: shows})
				write(t, s.Root(), "t/real/file")
				os.Symlink("real/file", filepath.Join(s.Root(), "t", "filelink"))
				os.Symlink("..", filepath.Join(s.Root(), "t", "real", "loop"))
				dir := filepath.Join(t.TempDir(), "t")
				q := open(t, Config{Leaser: NewLeaser(pool), Backoff: soon})
				ctx := within(t, time.Minute)
				ids, err := q.Add(ctx, Request{Direction: Download, Folder: true, Target: target, Local: dir, Remote: "/t", Options: Options{Links: map[bool]Links{true: FollowLinks}[follow]}})
				if err != nil {
					t.Fatal(err)
				}
				if err := q.Wait(ctx, ids...); err != nil {
					t.Fatal(err)
				}
				for _, p := range []string{"real/file", "filelink"} {
					if b, err := os.ReadFile(filepath.Join(dir, p)); err != nil || string(b) != "t/real/file" {
						t.Errorf("%s: %q, %v", p, b, err)
					}
				}
				it, _ := q.Item(ids[0])
				if it.Total.Files > 2*maxDepth {
					t.Errorf("a loop was walked: %+v", it.Total)
				}
			})
		}
	}
}

// With one slot the walk and the files take turns.
func TestFilesStartBeforeTheWalkEnds(t *testing.T) {
	for _, slots := range []int{1, 2} {
		in(t, Config{Slots: slots}, func(t *testing.T, f *fake, q *Queue) {
			f.lag = time.Millisecond
			for i := range 50 {
				f.put(fmt.Sprintf("/t/%d/file", i), []byte("x"), time.Now())
			}
			ids := add(t, q, Request{Direction: Download, Folder: true, Local: filepath.Join(t.TempDir(), "t"), Remote: "/t"})
			wait(t, q, ids...)
			is(t, q, ids[0], Done)
			first, lists := -1, 0
			for i, c := range f.calls {
				if c[:4] == "RETR" && first < 0 {
					first = i
				}
				if c[:4] == "LIST" {
					lists++
				}
			}
			if first < 0 || first > 20 || lists != 51 {
				t.Errorf("%d slots: the first file came as call %d, %d listings", slots, first, lists)
			}
		})
	}
}

// The walk is interrupted at every listing in turn: no file is doubled, none
// forgotten.
func TestInterruptedWalkDoublesNothing(t *testing.T) {
	for cut := range 8 {
		in(t, Config{Slots: 3}, func(t *testing.T, f *fake, q *Queue) {
			for i := range 5 {
				for n := range 4 {
					f.put(fmt.Sprintf("/t/%d/%d", i, n), []byte("x"), time.Now())
				}
			}
			lists := 0
			f.fail = func(op, p string, n int) error {
				if op == "LIST" {
					if lists++; lists == cut+1 || lists == cut+2 {
						return lost("list", p, false)
					}
				}
				return nil
			}
			dir := filepath.Join(t.TempDir(), "t")
			ids := add(t, q, Request{Direction: Download, Folder: true, Local: dir, Remote: "/t", Options: Options{Exists: Fail}})
			wait(t, q, ids...)
			it := is(t, q, ids[0], Done)
			if it.Total.Files != 20 || it.Total.Done != 20 {
				t.Errorf("cut %d: %+v", cut, it.Total)
			}
		})
	}
}

func TestFolderThatMayNotBeRead(t *testing.T) {
	in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
		f.put("/t/open/file", []byte("x"), time.Now())
		f.put("/t/closed/file", []byte("x"), time.Now())
		f.fail = func(op, p string, n int) error {
			if op == "LIST" && p == "/t/closed" {
				return reply(session.Denied, "list", p, 550)
			}
			return nil
		}
		dir := filepath.Join(t.TempDir(), "t")
		ids := add(t, q, Request{Direction: Download, Folder: true, Local: dir, Remote: "/t"})
		wait(t, q, ids...)
		it := is(t, q, ids[0], Failed)
		if len(it.Total.Refused) != 1 || it.Total.Done != 1 {
			t.Errorf("%+v", it.Total)
		}
		f.fail = nil
		q.Retry(ids...)
		wait(t, q, ids...)
		if it := is(t, q, ids[0], Done); it.Total.Files != 2 || it.Total.Done != 2 || len(it.Total.Refused) != 0 {
			t.Errorf("after a second try: %+v", it.Total)
		}
	})
}

func TestPausedFolderGoesOn(t *testing.T) {
	in(t, Config{Slots: 2}, func(t *testing.T, f *fake, q *Queue) {
		f.chunk, f.pace = 100, 10*time.Millisecond
		for i := range 30 {
			f.put(fmt.Sprintf("/t/%d/file", i), make([]byte, 1000), time.Now())
		}
		dir := filepath.Join(t.TempDir(), "t")
		ids := add(t, q, Request{Direction: Download, Folder: true, Local: dir, Remote: "/t"})
		for range 10 {
			time.Sleep(33 * time.Millisecond)
			q.Pause(ids...)
			synctest.Wait()
			if f.out != 0 {
				t.Fatal("a paused folder has a session")
			}
			for _, it := range q.Since(0).Items {
				if it.State != Paused && it.State != Done {
					t.Fatalf("%q is %v", it.Remote, it.State)
				}
			}
			time.Sleep(time.Hour)
			q.Resume(ids...)
		}
		wait(t, q, ids...)
		if it := is(t, q, ids[0], Done); it.Total.Files != 30 || it.Total.Moved != 30_000 {
			t.Errorf("%+v", it.Total)
		}
		q.Cancel(ids...) // ended: nothing changes
		is(t, q, ids[0], Done)
	})
}

// PauseAll strikes at every moment of a walk, also before there is a session.
func TestPauseAllDuringAWalk(t *testing.T) {
	for _, slots := range []int{1, 3} {
		in(t, Config{Slots: slots}, func(t *testing.T, f *fake, q *Queue) {
			f.chunk, f.pace, f.lag, f.login = 100, 7*time.Millisecond, 5*time.Millisecond, 11*time.Millisecond
			for i := range 20 {
				f.put(fmt.Sprintf("/t/%d/file", i), make([]byte, 500), time.Now())
			}
			ids := add(t, q, Request{Direction: Download, Folder: true, Local: filepath.Join(t.TempDir(), "t"), Remote: "/t"})
			for i := range 60 {
				time.Sleep(time.Duration(i) * time.Millisecond)
				q.PauseAll(true)
				if i%3 > 0 {
					synctest.Wait()
				}
				q.PauseAll(false)
			}
			wait(t, q, ids...)
			if it := is(t, q, ids[0], Done); it.Total.Files != 20 || it.Total.Done != 20 {
				t.Errorf("%+v", it.Total)
			}
		})
	}
}

// A folder is cancelled while it is walked and its files move.
func TestCancelledFolder(t *testing.T) {
	in(t, Config{Slots: 2}, func(t *testing.T, f *fake, q *Queue) {
		f.chunk, f.pace = 100, 10*time.Millisecond
		for i := range 30 {
			f.put(fmt.Sprintf("/t/%d/file", i), make([]byte, 1000), time.Now())
		}
		dir := filepath.Join(t.TempDir(), "t")
		ids := add(t, q, Request{Direction: Download, Folder: true, Local: dir, Remote: "/t"})
		time.Sleep(250 * time.Millisecond)
		q.Cancel(ids...)
		wait(t, q, ids...)
		is(t, q, ids[0], Cancelled)
		synctest.Wait()
		filepath.WalkDir(dir, func(p string, _ os.DirEntry, _ error) error {
			if filepath.Ext(p) == partSuffix {
				t.Errorf("%q was left", p)
			}
			return nil
		})
		before := len(f.calls)
		time.Sleep(time.Hour)
		if len(f.calls) != before {
			t.Error("it went on")
		}
		q.Retry(ids...)
		wait(t, q, ids...)
		if it := is(t, q, ids[0], Done); it.Total.Files != 30 || it.Total.Done != 30 {
			t.Errorf("%+v", it.Total)
		}
	})
}

// What Ctrl+C left behind is gone on from by a new item that may resume.
func TestResumeOfAnEarlierRun(t *testing.T) {
	data := make([]byte, 400_000)
	for i := range data {
		data[i] = byte(i * 31 >> 5)
	}
	for _, c := range []struct {
		name  string
		part  []byte
		moved int64 // at most over the network
		want  []byte
	}{
		{"half", data[:200_000], 200_000 + overlap, data},
		{"whole", data, overlap, data},
		{"of another file", bytes.Repeat([]byte("x"), 200_000), 400_000 + overlap, data},
		{"longer", append(bytes.Clone(data), "more"...), 400_000, data},
		{"none", nil, 400_000, data},
	} {
		t.Run(c.name, func(t *testing.T) {
			in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
				f.put("/f", data, time.Now().Add(-365*24*time.Hour))
				dir := t.TempDir()
				if c.part != nil {
					os.WriteFile(filepath.Join(dir, ".f.part"), c.part, 0o644)
				}
				var moved int64
				f.cut = func(op, p string, n int64) error { moved = max(moved, n); return nil }
				ids := add(t, q, Request{Direction: Download, Local: filepath.Join(dir, "f"), Remote: "/f", Options: Options{Exists: Resume}})
				wait(t, q, ids...)
				is(t, q, ids[0], Done)
				if b, _ := os.ReadFile(filepath.Join(dir, "f")); !bytes.Equal(b, c.want) {
					t.Error("the file differs")
				}
				if moved > c.moved {
					t.Errorf("%d bytes crossed, want at most %d", moved, c.moved)
				}
			})
		})
	}
	t.Run("upload", func(t *testing.T) {
		in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
			local := filepath.Join(t.TempDir(), "f")
			os.WriteFile(local, data, 0o644)
			f.put("/f", data[:100_000], time.Now())
			f.put("/other", []byte("something else"), time.Now())
			ids := add(t, q, Request{Local: local, Remote: "/f", Options: Options{Exists: Resume}}, Request{Local: local, Remote: "/other", Options: Options{Exists: Resume}})
			wait(t, q, ids[0])
			if it := is(t, q, ids[0], Done); it.Moved != 400_000 {
				t.Errorf("moved %d", it.Moved)
			}
			if b, _ := f.get("/f"); !bytes.Equal(b, data) {
				t.Error("the file differs")
			}
			synctest.Wait()
			is(t, q, ids[1], Asking) // it is no beginning of the source
			if b, _ := f.get("/other"); string(b) != "something else" {
				t.Error("a file that does not fit was written over")
			}
		})
	})
}

func TestGoesOnAfterRestart(t *testing.T) {
	state := t.TempDir()
	f := newFake()
	data := bytes.Repeat([]byte("0123456789"), 50_000)
	f.put("/d", data, time.Now().Add(-time.Hour))
	local := filepath.Join(t.TempDir(), "u")
	os.WriteFile(local, data, 0o644)
	target := filepath.Join(t.TempDir(), "d")
	var ids []ItemID
	synctest.Test(t, func(t *testing.T) {
		q, err := Open(Config{Dir: state, Leaser: f})
		if err != nil {
			t.Fatal(err)
		}
		q.Start()
		f.chunk, f.pace = 10_000, 100*time.Millisecond
		ids = add(t, q, Request{Local: local, Remote: "/u", Options: Options{Exists: Fail}}, Request{Direction: Download, Local: target, Remote: "/d", Options: Options{Exists: Fail}})
		time.Sleep(3 * time.Second)
		if err := q.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		q, err := Open(Config{Dir: state, Leaser: f})
		if err != nil {
			t.Fatal(err)
		}
		<-q.loaded
		r := q.Restored()
		if r.Items != 2 || len(r.Interrupted) != 1 || len(r.Interrupted[0].Items) != 2 || r.Interrupted[0].Target.Host != hostA.Host {
			t.Errorf("restored %+v", r)
		}
		for _, id := range ids {
			if it := is(t, q, id, Waiting); it.Moved < 250_000 {
				t.Errorf("moved %d", it.Moved)
			}
		}
		start := time.Now()
		q.Start()
		wait(t, q, ids...)
		if d := time.Since(start); d > 4*time.Second {
			t.Errorf("the rest took %v", d)
		}
		for _, id := range ids {
			is(t, q, id, Done)
		}
		if err := q.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
	})
	if b, _ := f.get("/u"); !bytes.Equal(b, data) {
		t.Error("the upload differs")
	}
	if b, _ := os.ReadFile(target); !bytes.Equal(b, data) {
		t.Error("the download differs")
	}
}

// A folder of more names than a pane shows is taken whole; all are skipped
// here, for what becomes of an item is not the question.
func TestWalkOfALargeFolder(t *testing.T) {
	const names = 300_000
	var text strings.Builder
	for i := range names {
		fmt.Fprintf(&text, "type=file;size=3;modify=20261122080000;unique=%x; %07x.tmp\r\n", i, i*7919)
	}
	s, target, pool := serve(t, ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.RawListing, On: "MLSD", Text: text.String()}}})
	write(t, s.Root(), "large/x")
	q := open(t, Config{Leaser: NewLeaser(pool), Backoff: soon})
	it := done(t, q, Done, Request{Direction: Download, Folder: true, Target: target, Remote: "/large", Local: filepath.Join(t.TempDir(), "large"), Options: Options{Skip: []string{"*.tmp"}}})[0]
	if it.Total.Skipped != names {
		t.Errorf("%d names: %+v", names, *it.Total)
	}
}

// A listing that takes more memory than any folder is worth is ended, and said to be.
func TestWalkOfAnEndlessFolder(t *testing.T) {
	var text strings.Builder
	for i := range uint64(80_000) {
		first := fmt.Sprintf("%016x", i*0x9e3779b97f4a7c15)
		fmt.Fprintf(&text, "type=file;size=3; %s\r\n", strings.Repeat(first, 14))
	}
	s, target, pool := serve(t, ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.RawListing, On: "MLSD", Text: text.String()}}})
	write(t, s.Root(), "endless/x")
	q := open(t, Config{Leaser: NewLeaser(pool), Backoff: soon})
	it := done(t, q, Failed, Request{Direction: Download, Folder: true, Target: target, Remote: "/endless", Local: filepath.Join(t.TempDir(), "endless"), Options: Options{Skip: []string{"*"}}})[0]
	if why := strings.Join(it.Total.Refused, "\n"); !strings.Contains(why, "may have no end") {
		t.Errorf("refused: %q", why)
	}
}
