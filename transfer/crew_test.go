package transfer

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// line is what a crew works on: a server and the way to it.
type line struct {
	round  time.Duration // a file takes one session at least that long
	most   float64       // files a second that there can be in all; 0: no limit
	bears  int           // sessions that the server lets in; 0: any number
	refuse bool          // and it says so, instead of letting them wait
}

// play lets a crew move files of 4 KiB, and gives the level at the end.
func (l line) play(c *crew, from time.Time, files, most int) time.Time {
	now, done := from, int64(0)
	for ; files > 0; files-- {
		n := c.level
		if l.bears > 0 {
			n = min(n, l.bears)
			if l.refuse {
				most = min(most, l.bears)
			}
		}
		rate := float64(n) / l.round.Seconds()
		if l.most > 0 {
			rate = min(rate, l.most)
		}
		now = now.Add(time.Duration(float64(time.Second) / rate))
		done += fileWorth + 4096
		c.look(now, done, n, files-1, most)
	}
	return now
}

func TestCrew(t *testing.T) {
	const far = 44 * time.Millisecond
	for _, c := range []struct {
		name       string
		line       line
		files      int
		remembered int
		most       int
		want       int
		settled    bool
	}{
		{"over distance it grows", line{round: far}, 500, 0, MaxCrew, 48, true},
		{"a full line takes it back", line{round: far, most: 180}, 500, 0, MaxCrew, 8, true},
		{"on the same machine it stays", line{round: time.Millisecond, most: 4000}, 10000, 0, MaxCrew, 8, true},
		{"a few files are not worth more logins", line{round: far}, 30, 0, MaxCrew, 8, false},
		{"what was best before is believed", line{round: far}, 500, 4, MaxCrew, 4, true},
		{"the site's own limit is kept", line{round: far}, 500, 0, 3, 3, true},
		{"also by what was best before", line{round: far}, 500, 16, 2, 2, true},
		{"a server that refuses more", line{round: far, bears: 5, refuse: true}, 500, 0, MaxCrew, 5, true},
		{"one that lets them wait", line{round: far, bears: 5}, 5000, 0, MaxCrew, 5, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			var w crew
			w.begin(start, c.remembered, c.most)
			end := c.line.play(&w, start, c.files, c.most)
			if w.level != c.want || end.Before(w.settled) != c.settled {
				t.Errorf("%d sessions, settled: %v", w.level, end.Before(w.settled))
			}
		})
	}
}

// Over distance many are taken at once, unless more is known, and twice as many
// when those were let in.
func TestCrewFar(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		remembered int
		round      time.Duration
		most       int
		bears      int
		came       int
		waiting    int
		want       int
	}{
		{0, time.Millisecond, MaxCrew, 0, 0, 0, firstCrew},
		{0, time.Millisecond, 30, 30, firstCrew, 500, firstCrew},
		{0, time.Millisecond, MaxCrew, 0, firstCrew, 500, firstCrew},
		{0, 20 * time.Millisecond, MaxCrew, 0, 15, 500, farCrew},
		{0, 20 * time.Millisecond, MaxCrew, 0, 16, 0, 32},
		{0, 20 * time.Millisecond, 30, 30, 1, 0, 30},
		{0, 20 * time.Millisecond, 20, 0, 16, 0, 20},
		{0, 20 * time.Millisecond, 3, 0, 3, 0, 3},
		{0, 20 * time.Millisecond, 3, 30, 3, 0, 3},
		{4, 20 * time.Millisecond, MaxCrew, 0, 4, 500, 4},
	} {
		var w crew
		w.begin(now, c.remembered, c.most)
		w.bears = c.bears
		w.far(c.round, c.most)
		w.came(c.came, c.waiting, c.most)
		w.far(c.round, c.most)
		if w.level != c.want {
			t.Errorf("%+v: %d sessions", c, w.level)
		}
	}
}

// What was settled is tried again after a while.
func TestCrewTriesAgain(t *testing.T) {
	now := time.Now()
	var c crew
	c.begin(now, 8, MaxCrew)
	l := line{round: 44 * time.Millisecond}
	now = l.play(&c, now, 500, MaxCrew)
	if c.level != 8 {
		t.Fatalf("%d sessions", c.level)
	}
	l.play(&c, now.Add(limitKept), 500, MaxCrew)
	if c.level != 48 {
		t.Errorf("%d sessions after a while", c.level)
	}
}

// remembering is a fake that keeps what was best.
type remembering struct {
	*fake
	best map[session.Target]int
}

func (r *remembering) Best(t session.Target) int { return r.best[t] }

func (r *remembering) FoundBest(t session.Target, n int) { r.best[t] = n }

// With Auto the queue takes as many sessions as help and remembers how many;
// with a number it takes that many.
func TestAutoSlots(t *testing.T) {
	for _, c := range []struct {
		name        string
		slots       int
		most, found int
	}{
		{"auto", Auto, MaxCrew, MaxCrew},
		{"three", 3, 3, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake()
			f.lag, f.pace = 40*time.Millisecond, 40*time.Millisecond
			kept := &remembering{f, map[session.Target]int{}}
			in(t, Config{Slots: c.slots, Leaser: kept}, func(t *testing.T, _ *fake, q *Queue) {
				local, _ := file(t, "a", 10)
				var all []Request
				for i := range 400 {
					all = append(all, Request{Direction: Upload, Target: hostA, Local: local, Remote: "/" + numbered("a", i)})
				}
				ids, err := q.Add(t.Context(), all...)
				if err == nil {
					err = q.Wait(t.Context(), ids...)
				}
				if err != nil {
					t.Fatal(err)
				}
				q.mu.Lock()
				defer q.mu.Unlock()
				if f.most != c.most || kept.best[hostA] != c.found {
					t.Errorf("at most %d sessions, %d remembered", f.most, kept.best[hostA])
				}
			})
		})
	}
}

// A server that lets in fewer than would be taken loses nobody a file.
func TestAutoSlotsWhereFewAreAllowed(t *testing.T) {
	for _, atPASS := range []bool{false, true} {
		_, target, pool := serve(t, ftptest.Options{MaxSessions: 3, MaxAtPASS: atPASS})
		q := open(t, Config{Leaser: NewLeaser(pool), Slots: Auto})
		local, _ := file(t, "a", 10)
		var all []Request
		for i := range 60 {
			all = append(all, Request{Direction: Upload, Target: target, Local: local, Remote: "/" + numbered("a", i)})
		}
		ctx := within(t, 30*time.Second*slowness)
		ids, err := q.Add(ctx, all...)
		if err == nil {
			err = q.Wait(ctx, ids...)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if it, _ := q.Item(id); it.State != Done || it.Attempts != 0 {
				t.Errorf("%v after %d attempts: %v", it.State, it.Attempts, it.Err)
			}
		}
		if got := pool.Allowed(target); got != 3 {
			t.Errorf("learned %d", got)
		}
	}
}

// remote is a fake at the end of a line.
type remote struct {
	*fake
	round   time.Duration
	usually int
	before  int // sessions that were had when a listing was there
}

func (r *remote) RoundTrip() time.Duration { return r.round }

func (r *remote) Bears() int { return r.usually }

func (r *remote) Lease(ctx context.Context, t session.Target) (Server, error) {
	if _, err := r.fake.Lease(ctx, t); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *remote) List(ctx context.Context, dir string, rows func([]listing.Entry)) (listing.Report, error) {
	return r.fake.List(ctx, dir, func(es []listing.Entry) {
		r.mu.Lock()
		r.before = r.leases
		r.mu.Unlock()
		rows(es)
	})
}

// Over distance sessions are opened while the folder is listed whose files they
// are for, no more than there may be, and a refusal is nobody's failure.
func TestSessionsAreCalled(t *testing.T) {
	for _, c := range []struct {
		name   string
		round  time.Duration
		slots  int
		bears  int
		before int
	}{
		{"auto", 20 * time.Millisecond, Auto, 0, 2 * farCrew},
		{"a number", 20 * time.Millisecond, 5, 0, 5},
		{"near", time.Millisecond, Auto, 0, 1},
		{"not as many as asked for", 20 * time.Millisecond, Auto, 10, 16},
		{"one", 20 * time.Millisecond, Auto, 1, 16},
		{"ProFTPD", 20 * time.Millisecond, Auto, 0, 30},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &remote{fake: newFake(), round: c.round}
			if c.name == "ProFTPD" {
				r.usually = 30
			}
			r.login, r.lag = 60*time.Millisecond, 300*time.Millisecond
			if c.bears > 0 {
				r.refuse = func(n int, _ session.Target) error {
					if n > c.bears && n <= farCrew {
						return &session.Error{Kind: session.Busy, Step: "dial", Code: 421, Dead: true}
					}
					return nil
				}
			}
			in(t, Config{Slots: c.slots, Leaser: r}, func(t *testing.T, _ *fake, q *Queue) {
				for i := range 3 {
					r.put("/d/"+numbered("a", i), []byte("content"), time.Now())
				}
				ids, err := q.Add(t.Context(), Request{Direction: Download, Folder: true, Target: hostA, Remote: "/d",
					Local: filepath.Join(t.TempDir(), "d"), Options: Options{Exists: Overwrite}})
				if err == nil {
					err = q.Wait(t.Context(), ids...)
				}
				if err != nil {
					t.Fatal(err)
				}
				for _, it := range q.Since(0).Items {
					if it.State != Done || it.Attempts != 0 {
						t.Errorf("%q: %v after %d attempts: %v", it.Remote, it.State, it.Attempts, it.Err)
					}
				}
				if r.before != c.before || r.now() != 0 {
					t.Errorf("%d sessions were had before the listing was there, %d are out", r.before, r.now())
				}
			})
		})
	}
}

// The third lot comes only where many files wait.
func TestCrewManyFiles(t *testing.T) {
	for waiting, want := range map[int]int{0: 32, 127: 32, 128: 48} {
		var w crew
		w.begin(time.Now(), 0, MaxCrew)
		w.far(20*time.Millisecond, MaxCrew)
		w.came(16, waiting, MaxCrew)
		w.came(32, waiting, MaxCrew)
		if w.level != want {
			t.Errorf("%d files wait: %d sessions", waiting, w.level)
		}
	}
}

// A server that hangs up on one connection too many, or says that it is full,
// holds up nobody.
func TestOneTooMany(t *testing.T) {
	for _, kind := range []session.Kind{session.Network, session.Busy} {
		f := newFake()
		f.login, f.pace = 60*time.Millisecond, 40*time.Millisecond
		f.refuse = func(int, session.Target) error {
			if f.out >= 5 {
				return &session.Error{Kind: kind, Step: "greeting", Dead: true}
			}
			return nil
		}
		in(t, Config{Slots: 20, Leaser: f}, func(t *testing.T, _ *fake, q *Queue) {
			local, _ := file(t, "a", 10)
			var all []Request
			for i := range 40 {
				all = append(all, Request{Direction: Upload, Target: hostA, Local: local, Remote: "/" + numbered("a", i)})
			}
			began := time.Now()
			ids, err := q.Add(t.Context(), all...)
			if err == nil {
				err = q.Wait(t.Context(), ids...)
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, it := range q.Since(0).Items {
				if it.State != Done || it.Attempts != 0 || it.Err != nil {
					t.Errorf("%q: %v after %d attempts: %v", it.Remote, it.State, it.Attempts, it.Err)
				}
			}
			if took := time.Since(began); f.most != 5 || took > 3*time.Second {
				t.Errorf("at most %d sessions, in %v", f.most, took)
			}
		})
	}
}
