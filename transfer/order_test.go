package transfer

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// order tells in which order files were stored.
func order(f *fake) (names []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.calls {
		if name, ok := strings.CutPrefix(c, "226 "); ok {
			names = append(names, name)
		}
	}
	return names
}

func TestOrderPriorityAndTime(t *testing.T) {
	in(t, Config{Slots: 1}, func(t *testing.T, f *fake, q *Queue) {
		q.PauseAll(true)
		local, _ := file(t, "a", 10)
		var rs []Request
		for i := range 6 {
			rs = append(rs, Request{Local: local, Remote: fmt.Sprintf("/%d", i)})
		}
		rs[5].Options.NotBefore = time.Now().Add(time.Hour)
		ids := add(t, q, rs...)
		q.Move([]ItemID{ids[3]}, ids[0])
		q.Prioritise(5, ids[4])
		q.Move([]ItemID{ids[1]}, 0)
		d := q.Since(0)
		if want := []ItemID{ids[4], ids[3], ids[0], ids[2], ids[5], ids[1]}; !slices.Equal(d.Order, want) {
			t.Errorf("order %v, want %v", d.Order, want)
		}
		q.PauseAll(false)
		start := time.Now()
		wait(t, q, ids...)
		if want := []string{"/4", "/3", "/0", "/2", "/1", "/5"}; !slices.Equal(order(f), want) {
			t.Errorf("stored %v, want %v", order(f), want)
		}
		if d := time.Since(start); d < time.Hour || d > time.Hour+time.Minute {
			t.Errorf("the last one was done after %v", d)
		}
	})
}

// TestStartAt: an item in line is put off, one that was put off is let go.
func TestStartAt(t *testing.T) {
	in(t, Config{Slots: 1}, func(t *testing.T, f *fake, q *Queue) {
		q.PauseAll(true)
		local, _ := file(t, "a", 10)
		ids := add(t, q, Request{Local: local, Remote: "/late"}, Request{Local: local, Remote: "/now"}, Request{Local: local, Remote: "/paused"})
		start := time.Now()
		q.Pause(ids[2])
		q.StartAt(start.Add(time.Hour), ids[0], ids[2])
		q.PauseAll(false)
		wait(t, q, ids[1])
		if it := is(t, q, ids[0], Waiting); !it.NotBefore.Equal(start.Add(time.Hour)) {
			t.Errorf("it begins at %v", it.NotBefore)
		}
		q.StartAt(time.Now(), ids[2])
		wait(t, q, ids[2])
		if d := time.Since(start); d > time.Minute {
			t.Errorf("what was let go waited %v", d)
		}
		wait(t, q, ids[0])
		if d := time.Since(start); d < time.Hour {
			t.Errorf("what was put off by an hour was done after %v", d)
		}
	})
}

func TestSlotsAndPlacesForASite(t *testing.T) {
	in(t, Config{Slots: 5, PerSite: 2}, func(t *testing.T, f *fake, q *Queue) {
		f.pace = 100 * time.Millisecond
		local, _ := file(t, "a", 300_000)
		var rs []Request
		for i := range 20 {
			rs = append(rs, Request{Local: local, Remote: fmt.Sprintf("/%d", i)})
		}
		ids := add(t, q, rs...)
		time.Sleep(50 * time.Millisecond)
		if n := f.now(); n != 2 {
			t.Errorf("%d sessions for one server, want 2", n)
		}
		more := add(t, q, Request{Local: local, Remote: "/b", Target: hostB})
		time.Sleep(50 * time.Millisecond)
		is(t, q, more[0], Running)
		wait(t, q, append(ids, more...)...)
		if f.most > 3 {
			t.Errorf("%d sessions at once", f.most)
		}
	})
}

// What is changed while it runs counts for what waits.
func TestSetPerSite(t *testing.T) {
	in(t, Config{Slots: 5, PerSite: 2}, func(t *testing.T, f *fake, q *Queue) {
		f.pace = 100 * time.Millisecond
		local, _ := file(t, "a", 300_000)
		var rs []Request
		for i := range 20 {
			rs = append(rs, Request{Local: local, Remote: fmt.Sprintf("/%d", i)})
		}
		ids := add(t, q, rs...)
		q.SetPerSite(0)
		time.Sleep(50 * time.Millisecond)
		if n := f.now(); n != 5 {
			t.Errorf("%d sessions for one server, want 5", n)
		}
		wait(t, q, ids...)
	})
}

// Two items for one target take turns, however long the first takes.
func TestOneTargetOneWriter(t *testing.T) {
	in(t, Config{Slots: 2, Retries: 1}, func(t *testing.T, f *fake, q *Queue) {
		f.chunk, f.pace = 1000, time.Second
		local, data := file(t, "a", 300_000)
		ids := add(t, q, Request{Local: local, Remote: "/same", Options: Options{Exists: Overwrite}}, Request{Local: local, Remote: "/same", Options: Options{Exists: Overwrite}})
		wait(t, q, ids...)
		for _, id := range ids {
			if it := is(t, q, id, Done); it.Attempts != 0 {
				t.Errorf("%d attempts", it.Attempts)
			}
		}
		if b, _ := f.get("/same"); !bytes.Equal(b, data) {
			t.Error("the file is mixed")
		}
	})
}
