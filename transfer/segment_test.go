package transfer

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"longshore/transfer/session"
)

// TestPieces plays sessions that take, fill, share, compare and leave pieces
// at random, and looks at every step whether the pieces are still the whole
// file, in order, and whether what would be written down is true.
func TestPieces(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		size := 1 + r.Int64N(50*overlap)
		here := make([]bool, size) // what truly is there
		ps := pieces{{to: size}}
		var taken []*piece
		for step := 0; !ps.done(); step++ {
			if step > 10_000 {
				t.Fatalf("seed %d: no end", seed)
			}
			if len(taken) < 5 {
				p := ps.next()
				if p == nil {
					ps, p = ps.split(func(p *piece) bool { return p.to-p.at >= 2*overlap })
				}
				if p != nil {
					p.taken = true
					taken = append(taken, p)
				}
			}
			if len(taken) == 0 {
				t.Fatalf("seed %d: nobody may take %v", seed, ps.spans())
			}
			i := r.IntN(len(taken))
			p := taken[i]
			for n := min(p.to-p.at, r.Int64N(3*overlap)); n > 0; n-- {
				here[p.at] = true
				p.at++
			}
			at := slices.Index(ps, p)
			if p.whole() && ps.beyond(at) >= 0 {
				for n := range ps.beyond(at) {
					if !here[p.to+n] {
						t.Fatalf("seed %d: compared with what is not there", seed)
					}
				}
				p.sealed = true
			}
			for n := range ps.known(at) {
				if !here[p.at-1-n] {
					t.Fatalf("seed %d: compared with what is not there", seed)
				}
			}
			if p.whole() || r.IntN(10) == 0 {
				p.taken = false
				taken = slices.Delete(taken, i, i+1)
			}
			checkPieces(t, ps, size, here)
			if r.IntN(30) == 0 { // killed
				ps, taken = piecesOf(ps.spans(), size), nil
				checkPieces(t, ps, size, here)
			}
		}
	}
}

func checkPieces(t *testing.T, ps pieces, size int64, here []bool) {
	t.Helper()
	end := int64(0)
	for _, p := range ps {
		if p.from != end || p.at < p.from || p.to < p.at {
			t.Fatalf("piece %d–%d–%d after %d", p.from, p.at, p.to, end)
		}
		end = p.to
	}
	if end != size {
		t.Fatalf("the pieces end at %d of %d", end, size)
	}
	spans := ps.spans()
	for i := 0; i < len(spans); i += 2 {
		if slices.Contains(here[spans[i]:spans[i+1]], false) {
			t.Fatalf("of %v something is not there", spans)
		}
	}
	if n := ps.here(); n > 0 && piecesOf(spans, size) == nil {
		t.Fatalf("%v is not read again", spans)
	}
}

// TestSpansOfAnotherFile holds that spans which cannot be right are none.
func TestSpansOfAnotherFile(t *testing.T) {
	for _, spans := range [][]int64{nil, {}, {0}, {0, 5, 7}, {1, 5}, {0, 101}, {0, 7, 5, 9}, {0, 5, 90, 101}, {-1, 5}, {0, -5}} {
		if ps := piecesOf(spans, 100); ps != nil {
			t.Errorf("%v became %d pieces", spans, len(ps))
		}
	}
}

func FuzzSpans(f *testing.F) {
	f.Add(int64(100), int64(0), int64(5), int64(7), int64(9))
	f.Fuzz(func(t *testing.T, size, a, b, c, d int64) {
		spans := []int64{a, b, c, d}
		ps := piecesOf(spans, size)
		if ps == nil {
			return
		}
		end := int64(0)
		for _, p := range ps {
			if p.from != end || p.at < p.from || p.to < p.at {
				t.Fatalf("%v of %d: piece %d–%d–%d", spans, size, p.from, p.at, p.to)
			}
			end = p.to
		}
		if end != size {
			t.Fatalf("%v end at %d of %d", spans, end, size)
		}
	})
}

// TestGrowth lets a line have a speed for each number of sessions.
func TestGrowth(t *testing.T) {
	const mb = 1 << 20
	for name, c := range map[string]struct {
		most, bears int
		rate        func(n int) float64
		size        int64
		want        int
	}{
		"each brings its own":     {8, 8, func(n int) float64 { return float64(n) * 2 * mb }, 10_000 * mb, 8},
		"nothing is gained":       {8, 8, func(int) float64 { return 100 * mb }, 10_000 * mb, 1},
		"a little is gained":      {8, 8, func(n int) float64 { return 100*mb + float64(n)*10*mb }, 10_000 * mb, 1},
		"the line is full at 4":   {8, 8, func(n int) float64 { return float64(min(n, 4)) * 10 * mb }, 10_000 * mb, 4},
		"more makes it slower":    {8, 8, func(n int) float64 { return 100 * mb / float64(n) }, 10_000 * mb, 1},
		"two slots":               {2, 8, func(n int) float64 { return float64(n) * 2 * mb }, 10_000 * mb, 2},
		"the server bears three":  {8, 3, func(n int) float64 { return float64(n) * 2 * mb }, 10_000 * mb, 3},
		"as fast as this machine": {8, 8, func(n int) float64 { return float64(n) * 300 * mb }, 60_000 * mb, 1},
		"it is nearly here":       {8, 8, func(n int) float64 { return float64(n) * 20 * mb }, 60 * mb, 1},
	} {
		t.Run(name, func(t *testing.T) {
			g := growth{level: 1, most: c.most}
			now, working, moved := time.Unix(1, 0), 1, 0.0
			most := 1
			for moved < float64(c.size) && now.Before(time.Unix(60, 0)) {
				want := g.look(now, int64(moved), working, c.size-int64(moved), 5*time.Second)
				working = min(want, c.bears)
				most = max(most, working)
				now = now.Add(100 * time.Millisecond)
				moved += c.rate(working) / 10
			}
			if working != c.want {
				t.Errorf("%d sessions in the end, want %d", working, c.want)
			}
			if most > 2*c.want || c.rate(1) >= plenty && most > 1 {
				t.Errorf("%d sessions were tried", most)
			}
		})
	}
}

// The owner goes on as soon as the last seam is compared: the session that did
// it has yet to bring its connection back into step.
func TestOwnerGoesOnAtTheLastSeam(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		data := bytes.Repeat([]byte("seam"), 2*overlap/4)
		f, err := os.Create(filepath.Join(t.TempDir(), "f"))
		if err == nil {
			_, err = f.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		p := &piece{at: overlap, to: overlap, taken: true}
		g := &segmented{d: &downloading{attempt: &attempt{w: &work{}}, src: source{2 * overlap, time.Time{}}}, f: f, ctx: ctx,
			pieces: pieces{p, {from: overlap, at: 2 * overlap, to: 2 * overlap, sealed: true}}}
		g.change = sync.NewCond(&g.mu)
		defer context.AfterFunc(ctx, g.ended)()
		var done atomic.Bool
		var owner sync.WaitGroup
		owner.Go(func() {
			_, is, _ := g.wait()
			done.Store(is)
		})
		synctest.Wait()
		w := g.writer(p)
		if _, err := w.Write(data); !errors.Is(err, session.ErrEnough) {
			t.Error(err)
		}
		synctest.Wait()
		if !done.Load() {
			t.Error("the owner waits")
		}
		stop()
		owner.Wait()
	})
}
