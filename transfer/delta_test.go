package transfer

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// reader keeps what a view would show, from deltas alone.
type reader struct {
	rev   Rev
	items map[ItemID]Item
}

func (r *reader) read(q *Queue) {
	d := q.Since(r.rev)
	if d.Full {
		r.items = map[ItemID]Item{}
	}
	for _, it := range d.Items {
		r.items[it.ID] = it
	}
	for _, id := range d.Removed {
		delete(r.items, id)
	}
	r.rev = d.Rev
}

// TestDeltasTellEverything plays random commands while transfers run and
// fail, and compares what a reader of deltas has with all there is.
func TestDeltasTellEverything(t *testing.T) {
	for seed := range 10 {
		in(t, Config{Slots: 3, Retries: 2, History: History{Items: 20}}, func(t *testing.T, f *fake, q *Queue) {
			f.chunk, f.pace = 5_000, 10*time.Millisecond
			var mu sync.Mutex
			n := seed * 7919
			roll := func(of int) int {
				mu.Lock()
				defer mu.Unlock()
				n = (n*1103515245 + 12345) & 0x7fffffff
				return (n >> 8) % of
			}
			f.cut = func(op, p string, moved int64) error {
				if roll(20) == 0 {
					return lost(op, p, false)
				}
				return nil
			}
			dir := t.TempDir()
			for i := range 12 {
				os.MkdirAll(filepath.Join(dir, fmt.Sprint(i%4)), 0o755)
				os.WriteFile(filepath.Join(dir, fmt.Sprint(i%4), fmt.Sprint(i)), make([]byte, 20_000), 0o644)
			}
			r := &reader{items: map[ItemID]Item{}}
			var ids []ItemID
			for step := range 200 {
				if len(ids) == 0 || roll(6) == 0 {
					rq := Request{Local: filepath.Join(dir, "1", "1"), Remote: fmt.Sprintf("/%d", step)}
					if roll(3) == 0 {
						rq = Request{Folder: true, Local: dir, Remote: fmt.Sprintf("/d%d", step)}
					}
					ids = append(ids, add(t, q, rq)...)
				}
				all := q.Since(0).Items
				if len(all) == 0 {
					continue
				}
				id := all[roll(len(all))].ID
				switch roll(9) {
				case 0:
					q.Pause(id)
				case 1, 2:
					q.Resume(id)
				case 3:
					q.Cancel(id)
				case 4, 5:
					q.Retry(id)
				case 6:
					q.Forget(id)
				case 7:
					q.Move([]ItemID{id}, all[roll(len(all))].ID)
				case 8:
					q.Prioritise(roll(3), id)
				}
				time.Sleep(time.Duration(roll(50)) * time.Millisecond)
				if roll(3) == 0 {
					r.read(q)
				}
			}
			q.PauseAll(false)
			q.Resume(idsOf(q)...)
			for range 50 { // until all that can end has ended
				time.Sleep(time.Hour)
				synctest.Wait()
			}
			r.read(q)
			compareReader(t, q, r)
			consistent(t, q)
			for id, it := range r.items {
				if !it.State.Ended() && it.State != Asking {
					t.Errorf("seed %d: item %d is still %v, folder %v, err %+v", seed, id, it.State, it.Folder, it.Err)
				}
			}
		})
	}
}

func idsOf(q *Queue) (ids []ItemID) {
	for _, it := range q.Since(0).Items {
		ids = append(ids, it.ID)
	}
	return ids
}

func compareReader(t *testing.T, q *Queue, r *reader) {
	t.Helper()
	all := q.Since(0)
	if len(all.Items) != len(r.items) {
		t.Errorf("the reader has %d items, there are %d", len(r.items), len(all.Items))
	}
	for _, it := range all.Items {
		got, ok := r.items[it.ID]
		if !ok || got.State != it.State || got.Moved != it.Moved || got.Rev != it.Rev || got.Remote != it.Remote {
			t.Errorf("the reader has %+v, there is %+v", got, it)
		}
	}
}

// consistent counts everything again.
func consistent(t *testing.T, q *Queue) {
	t.Helper()
	q.mu.Lock()
	defer q.mu.Unlock()
	var sum Totals
	for _, w := range q.items {
		if w.folder {
			var tally Totals
			open := 0
			for _, k := range w.kids {
				if q.items[k.id] == k && !k.state.Ended() {
					open++
				}
				tally.Files++
				k.state.tally(&tally, 1)
			}
			if w.direction != Remove && len(w.kids) == w.tally.Files && (open != w.open || tally.Done != w.tally.Done || tally.Failed != w.tally.Failed || tally.Files != w.tally.Files) {
				t.Errorf("folder %d says %d open and %+v, counted %d and %+v", w.id, w.open, w.tally, open, tally)
			}
			continue
		}
		w.state.tally(&sum, 1)
		if !w.state.Ended() {
			sum.Files++
			sum.Bytes += max(w.size, 0)
		}
	}
	if got := q.totals; got.Files != sum.Files || got.Bytes != sum.Bytes || got.Done != sum.Done || got.Failed != sum.Failed || got.Skipped != sum.Skipped || got.Active != sum.Active {
		t.Errorf("totals %+v, counted %+v", got, sum)
	}
	for _, s := range q.sites {
		if s.inUse != 0 && len(q.active) == 0 && s.walking == 0 {
			t.Errorf("%d slots are said to work for %s", s.inUse, s.key)
		}
	}
}

// TestManyChangesComeInParts reads what a large Add brought, and a rename of
// its first items meanwhile.
func TestManyChangesComeInParts(t *testing.T) {
	in(t, Config{Slots: 1}, func(t *testing.T, f *fake, q *Queue) {
		q.PauseAll(true)
		local := filepath.Join(t.TempDir(), "a")
		os.WriteFile(local, []byte("a"), 0o644)
		add(t, q, Request{Local: local, Remote: "/first"})
		r := &reader{items: map[ItemID]Item{}}
		r.read(q)
		const many = 2*deltaItems + 100
		requests := make([]Request, many)
		for i := range requests {
			requests[i] = Request{Local: local, Remote: fmt.Sprintf("/%d", i)}
		}
		ids := add(t, q, requests...)
		reads := 0
		for {
			<-q.Changed() // a reader that is told of the rest comes again
			before := len(r.items)
			r.read(q)
			if got := len(r.items) - before; got > deltaItems+1 {
				t.Fatalf("%d items in one delta", got)
			}
			if reads++; reads == 1 {
				q.Pause(ids[0]) // told already, and to be told again
				q.Cancel(ids[many-1])
			}
			if r.rev == q.Since(r.rev).Rev {
				break
			}
		}
		if len(r.items) != many+1 || reads < 3 {
			t.Errorf("%d items after %d reads, wanted %d", len(r.items), reads, many+1)
		}
		for _, it := range q.Since(0).Items {
			if r.items[it.ID].State != it.State {
				t.Errorf("%d is %v, the reader has %v", it.ID, it.State, r.items[it.ID].State)
			}
		}
	})
}
