package transfer

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/session"
)

// bigFile puts a file of n bytes, which differ from place to place, at the
// server.
func bigFile(t testing.TB, s *ftptest.Server, n int, seed uint64) []byte {
	t.Helper()
	data := make([]byte, n)
	rand.NewChaCha8([32]byte{byte(seed), 'b'}).Read(data)
	if err := os.WriteFile(filepath.Join(s.Root(), "big"), data, 0o644); err != nil {
		t.Fatal(err)
	}
	return data
}

// small are numbers for files of a few megabytes.
var small = tuning{above: 1 << 20, least: 600 << 10, tick: 5 * time.Millisecond, save: 20 * time.Millisecond, enter: 5 * time.Second}

// openTuned opens a queue for segmented downloads of small files.
func openTuned(t testing.TB, c Config, n tuning) *Queue {
	t.Helper()
	c.Backoff = soon
	q, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	q.tune = n
	q.Start()
	t.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
		defer stop()
		if err := q.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return q
}

// fetchBig downloads the file and compares it.
func fetchBig(t testing.TB, q *Queue, target session.Target, data []byte, segments int) Item {
	t.Helper()
	dir := t.TempDir()
	local := filepath.Join(dir, "big")
	ctx := within(t, 30*time.Second*slowness)
	ids, err := q.Add(ctx, Request{Direction: Download, Target: target, Local: local, Remote: "/big", Size: -1,
		Options: Options{Segments: segments, Exists: Overwrite}})
	if err == nil {
		err = q.Wait(ctx, ids...)
	}
	if err != nil {
		t.Fatal(err)
	}
	it, _ := q.Item(ids[0])
	arrived(t, it, local, data)
	q.mu.Lock()
	defer q.mu.Unlock()
	if w := q.items[ids[0]]; w != nil && (w.spans != nil || w.ident != "") {
		t.Errorf("it is done and still has the holes %v of %q", w.spans, w.ident)
	}
	return it
}

// arrived compares the file that an item says has arrived, and looks whether
// anything was left beside it.
func arrived(t testing.TB, it Item, local string, data []byte) {
	t.Helper()
	if it.State != Done || it.Moved != int64(len(data)) {
		t.Errorf("it is %v with %d of %d bytes: %v", it.State, it.Moved, len(data), it.Err)
	}
	got, err := os.ReadFile(local)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, data) {
		t.Errorf("%d bytes of %d arrived and differ", len(got), len(data))
	}
	left, _ := os.ReadDir(filepath.Dir(local))
	for _, e := range left {
		if strings.HasPrefix(e.Name(), ".") {
			t.Errorf("%q was left", e.Name())
		}
	}
}

// retrieved counts the sessions that sent RETR, and how often one did.
func retrieved(s *ftptest.Server) (n int) {
	for _, c := range s.Commands() {
		if strings.Contains(c, "RETR") {
			n++
		}
	}
	return n
}

func TestSegments(t *testing.T) {
	for _, mode := range []ftptest.TLSMode{ftptest.NoTLS, ftptest.ExplicitTLS} {
		for _, n := range []int{1, 2, 4, 8} {
			t.Run(fmt.Sprintf("%v %d", mode, n), func(t *testing.T) {
				s, target, pool := serve(t, ftptest.Options{TLS: mode, Rate: 12 << 20, Disable: digests})
				data := bigFile(t, s, 12<<20, uint64(n))
				q := openTuned(t, Config{Dir: t.TempDir(), Leaser: NewLeaser(pool), Slots: 8}, small)
				fetchBig(t, q, target, data, n)
				if _, most, _ := s.Sessions(); most != n {
					t.Errorf("%d sessions, want %d", most, n)
				}
				if got := retrieved(s); got < n || n == 1 && got != 1 {
					t.Errorf("%d times RETR", got)
				}
			})
		}
	}
}

// TestSegmentsThroughMishaps lets things go wrong on any session: the file
// arrives whole, and nothing is called done that is not.
func TestSegmentsThroughMishaps(t *testing.T) {
	const size = 8 << 20
	for name, faults := range map[string][]ftptest.Fault{
		"reset":              {{Do: ftptest.ResetData, On: "RETR", Spread: size / 8, Chance: 0.7}},
		"cut, lying 226":     {{Do: ftptest.CutData, On: "RETR", Spread: size / 8, Chance: 0.7}},
		"ended, lying 226":   {{Do: ftptest.FinishData, On: "RETR", Spread: size / 8, Chance: 0.7}},
		"stall":              {{Do: ftptest.StallData, On: "RETR", Spread: size / 8, Chance: 0.7, Times: 4}},
		"control dropped":    {{Do: ftptest.DropControl, On: "RETR", Spread: size / 8, Chance: 0.7}},
		"no final reply":     {{Do: ftptest.SilenceAfter, On: "RETR", Chance: 0.5, Times: 3}},
		"refused":            {{Do: ftptest.Say, On: "RETR", Text: "450 File is busy, try again.", Chance: 0.4}},
		"too many sessions":  {{Do: ftptest.Say, On: "GREETING", Text: "421 There are too many connections from your internet address.", Skip: 2}},
		"REST is refused":    {{Do: ftptest.Say, On: "REST", Text: "502 Not here."}},
		"REST does nothing":  {{Do: ftptest.Say, On: "REST", Text: "350 Fine.", Skip: 1}},
		"REST never does":    {{Do: ftptest.Say, On: "REST", Text: "350 Fine."}},
		"SIZE is refused":    {{Do: ftptest.Say, On: "SIZE,MLST", Text: "550 No such file.", Skip: 1, Times: 3}},
		"all of it at times": mishaps(0.08),
	} {
		for _, mode := range []ftptest.TLSMode{ftptest.NoTLS, ftptest.ExplicitTLS} {
			if mode == ftptest.ExplicitTLS && !soaking() && faults[0].Do < ftptest.StallData {
				continue
			}
			t.Run(fmt.Sprintf("%s %v", name, mode), func(t *testing.T) {
				s, target, _ := serve(t, ftptest.Options{TLS: mode, Rate: 16 << 20, Seed: 4, Faults: faults, Disable: digests})
				pool := session.NewPool(&session.Env{Roots: s.Roots(), Timeout: 500 * time.Millisecond})
				t.Cleanup(pool.Close)
				data := bigFile(t, s, size, 7)
				q := openTuned(t, Config{Dir: t.TempDir(), Leaser: NewLeaser(pool), Slots: 4, Retries: 50}, small)
				fetchBig(t, q, target, data, 4)
				if s.Struck() == 0 {
					t.Error("nothing went wrong")
				}
			})
		}
	}
}

// digests are the commands that tell some, for servers that lack them.
var digests = []string{"HASH", "XCRC", "XMD5", "XSHA1", "XSHA256", "XSHA512", "XSHA", "MD5", "MMD5"}

// TestSegmentsOfAChangedSource replaces the file while it is fetched: what
// arrives is the new one, whole, and never parts of both, even where the two
// cannot be told apart by size and time.
func TestSegmentsOfAChangedSource(t *testing.T) {
	for _, c := range []struct {
		name   string
		size   int
		silent bool // the same time
	}{{"another size", 7 << 20, false}, {"another time", 8 << 20, false}, {"the same size and time", 8 << 20, true}} {
		t.Run(c.name, func(t *testing.T) {
			s, target, pool := serve(t, ftptest.Options{Rate: 4 << 20, Disable: digests})
			bigFile(t, s, 8<<20, 1)
			at := filepath.Join(s.Root(), "big")
			old, err := os.Stat(at)
			if err != nil {
				t.Fatal(err)
			}
			q := openTuned(t, Config{Dir: t.TempDir(), Leaser: NewLeaser(pool), Slots: 4}, small)
			local := filepath.Join(t.TempDir(), "big")
			ctx := within(t, 30*time.Second*slowness)
			ids, err := q.Add(ctx, Request{Direction: Download, Target: target, Local: local, Remote: "/big", Size: -1, Options: Options{Segments: 3}})
			if err != nil {
				t.Fatal(err)
			}
			until(t, func() bool { return retrieved(s) >= 2 })
			data := make([]byte, c.size)
			rand.NewChaCha8([32]byte{99}).Read(data)
			fresh := filepath.Join(s.Root(), "new")
			when := old.ModTime().Add(time.Hour)
			if c.silent {
				when = old.ModTime()
			}
			if err := os.WriteFile(fresh, data, 0o644); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(fresh, when, when); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(fresh, at); err != nil {
				t.Fatal(err)
			}
			if err := q.Wait(ctx, ids...); err != nil {
				t.Fatal(err)
			}
			it, _ := q.Item(ids[0])
			got, _ := os.ReadFile(local)
			if it.State != Done {
				t.Fatalf("%v, %v", it.State, it.Err)
			}
			if !bytes.Equal(got, data) && !wholeOld(got) {
				t.Error("it is of two files")
			}
		})
	}
}

// wholeOld reports whether all of it is of the file that was there first: all
// sessions may have opened that before it was replaced.
func wholeOld(got []byte) bool {
	data := make([]byte, 8<<20)
	rand.NewChaCha8([32]byte{1, 'b'}).Read(data)
	return bytes.Equal(got, data)
}

func until(t testing.TB, f func() bool) {
	t.Helper()
	ctx := within(t, 10*time.Second*slowness)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !f() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("it never came to be")
		}
	}
}

// TestSegmentsPausedAndResumed stops a download again and again, and begins
// the queue anew in between; what was there is not fetched again.
func TestSegmentsPausedAndResumed(t *testing.T) {
	s, target, pool := serve(t, ftptest.Options{Rate: 4 << 20, Disable: digests})
	data := bigFile(t, s, 12<<20, 1)
	dir, local := t.TempDir(), filepath.Join(t.TempDir(), "big")
	ctx := within(t, 60*time.Second*slowness)
	var ids []ItemID
	var before int64
	for round := range 4 {
		q, err := Open(Config{Dir: dir, Leaser: NewLeaser(pool), Slots: 4, Backoff: soon})
		if err != nil {
			t.Fatal(err)
		}
		q.tune = small
		q.Start()
		<-q.loaded
		if round == 0 {
			if ids, err = q.Add(ctx, Request{Direction: Download, Target: target, Local: local, Remote: "/big", Size: -1, Options: Options{Segments: 3}}); err != nil {
				t.Fatal(err)
			}
		}
		moved := func() int64 { it, _ := q.Item(ids[0]); return it.Moved }
		if round > 0 && moved() < before-overlap {
			t.Errorf("round %d begins with %d bytes after %d", round, moved(), before)
		}
		from := moved()
		until(t, func() bool { return moved() > from+(1<<20) })
		q.Pause(ids...)
		until(t, func() bool { it, _ := q.Item(ids[0]); return it.State == Paused && it.Rate == 0 })
		q.Resume(ids...)
		from = moved()
		until(t, func() bool { return moved() > from+(1<<20) })
		before = moved()
		if round == 3 {
			if err := q.Wait(ctx, ids...); err != nil {
				t.Fatal(err)
			}
			it, _ := q.Item(ids[0])
			arrived(t, it, local, data)
		}
		if err := q.Close(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSegmentsCancelled leaves nothing behind.
func TestSegmentsCancelled(t *testing.T) {
	s, target, pool := serve(t, ftptest.Options{Rate: 2 << 20})
	bigFile(t, s, 12<<20, 1)
	q := openTuned(t, Config{Dir: t.TempDir(), Leaser: NewLeaser(pool), Slots: 4}, small)
	dir := t.TempDir()
	ctx := within(t, 30*time.Second*slowness)
	ids, err := q.Add(ctx, Request{Direction: Download, Target: target, Local: filepath.Join(dir, "big"), Remote: "/big", Size: -1, Options: Options{Segments: 4}})
	if err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { return retrieved(s) >= 4 })
	if holedFile(t, dir) == "" {
		t.Error("no file with holes")
	}
	q.Cancel(ids...)
	if err := q.Wait(ctx, ids...); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%v was left", left)
	}
}

// TestSegmentsMakeRoom lets small files come while a big one has all slots:
// they are served before it ends, and it arrives all the same.
func TestSegmentsMakeRoom(t *testing.T) {
	for _, c := range []Config{{Slots: 4}, {Slots: 8, PerSite: 4}} {
		s, target, pool := serve(t, ftptest.Options{Rate: 2 << 20, Disable: digests})
		data := bigFile(t, s, 12<<20, 1)
		c.Dir, c.Leaser = t.TempDir(), NewLeaser(pool)
		q := openTuned(t, c, small)
		dir := t.TempDir()
		ctx := within(t, 60*time.Second*slowness)
		big, err := q.Add(ctx, Request{Direction: Download, Target: target, Local: filepath.Join(dir, "big"), Remote: "/big", Size: -1, Options: Options{Segments: 4}})
		if err != nil {
			t.Fatal(err)
		}
		until(t, func() bool { now, _, _ := s.Sessions(); return now == 4 && retrieved(s) >= 4 })
		var ids []ItemID
		for i := range 6 {
			up := filepath.Join(t.TempDir(), "f")
			if err := os.WriteFile(up, []byte("abc"), 0o644); err != nil {
				t.Fatal(err)
			}
			id, err := q.Add(ctx, Request{Direction: Upload, Target: target, Local: up, Remote: fmt.Sprintf("/f%d", i), Size: -1})
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id...)
		}
		if err := q.Wait(ctx, ids...); err != nil {
			t.Fatal(err)
		}
		if it, _ := q.Item(big[0]); it.State.Ended() {
			t.Errorf("the big file was first: %v, %v", it.State, it.Err)
		}
		if err := q.Wait(ctx, big...); err != nil {
			t.Fatal(err)
		}
		it, _ := q.Item(big[0])
		arrived(t, it, filepath.Join(dir, "big"), data)
		if _, most, _ := s.Sessions(); most > 4 {
			t.Errorf("%d sessions at once", most)
		}
	}
}

// TestSegmentsWhereFewAreAllowed: a server that bears two sessions serves a
// file by two, and nothing fails for it.
func TestSegmentsWhereFewAreAllowed(t *testing.T) {
	for _, atPASS := range []bool{false, true} {
		s, target, pool := serve(t, ftptest.Options{Rate: 4 << 20, MaxSessions: 2, MaxAtPASS: atPASS, Disable: digests})
		data := bigFile(t, s, 8<<20, 1)
		q := openTuned(t, Config{Dir: t.TempDir(), Leaser: NewLeaser(pool), Slots: 4}, small)
		it := fetchBig(t, q, target, data, 4)
		if it.Attempts != 0 {
			t.Errorf("%d attempts", it.Attempts)
		}
		if n := retrieved(s); n < 2 {
			t.Errorf("%d times RETR", n)
		}
		if got := pool.Allowed(target); got != 2 {
			t.Errorf("learned %d", got)
		}
	}
}

// TestHolesAreNeverResumed: a partial file with holes without its spans is of
// no use, whatever its length.
func TestHolesAreNeverResumed(t *testing.T) {
	for _, rule := range []Exists{Overwrite, Resume} {
		s, target, pool := serve(t, ftptest.Options{Disable: digests})
		data := bigFile(t, s, 4<<20, 1)
		dir := t.TempDir()
		holed := bytes.Clone(data)
		clear(holed[1<<20 : 2<<20])
		for _, name := range []string{".big.pieces", holedName("big", newIdent())} {
			if err := os.WriteFile(filepath.Join(dir, name), holed, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		q := openTuned(t, Config{Dir: t.TempDir(), Leaser: NewLeaser(pool), Slots: 4}, small)
		ctx := within(t, 30*time.Second*slowness)
		ids, err := q.Add(ctx, Request{Direction: Download, Target: target, Local: filepath.Join(dir, "big"), Remote: "/big", Size: -1, Options: Options{Exists: rule}})
		if err != nil {
			t.Fatal(err)
		}
		if err := q.Wait(ctx, ids...); err != nil {
			t.Fatal(err)
		}
		it, _ := q.Item(ids[0])
		arrived(t, it, filepath.Join(dir, "big"), data)
		if left, _ := os.ReadDir(dir); len(left) != 1 {
			t.Errorf("left: %v", left)
		}
	}
}
