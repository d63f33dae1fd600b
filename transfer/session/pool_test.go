package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake is a session of a fakeServer.
type fake struct {
	server *fakeServer
	target Target
	dead   bool
	deaf   bool // hears nothing, says nothing
	noops  atomic.Int32
	closed bool
}

func (f *fake) Dead() bool { return f.dead }

func (f *fake) Leave() error { return f.Close() }

func (f *fake) Close() error {
	time.Sleep(f.server.quit)
	f.server.mu.Lock()
	defer f.server.mu.Unlock()
	if f.closed {
		panic("closed twice")
	}
	f.closed = true
	if f.server.lingers == 0 {
		f.server.now--
		return nil
	}
	time.AfterFunc(f.server.lingers, func() {
		f.server.mu.Lock()
		defer f.server.mu.Unlock()
		f.server.now--
	})
	return nil
}

func (f *fake) Noop(ctx context.Context) error {
	f.noops.Add(1)
	if f.deaf {
		<-ctx.Done()
		f.dead = true
	}
	if f.dead {
		return lost("noop")
	}
	return nil
}

// fakeServer bears max connections and refuses more as servers do.
type fakeServer struct {
	max         int
	dial, quit  time.Duration
	lingers     time.Duration // how long an ended connection counts
	mu          sync.Mutex
	now, most   int
	dials, noes int
	err         error
}

var errTooMany = &Error{Kind: Busy, Step: "greeting", Code: 421, Text: "Too many connections (2) from this IP", Dead: true}

func lost(step string) error {
	return &Error{Kind: Network, Step: step, Dead: true, Err: io.EOF}
}

func (f *fakeServer) open(ctx context.Context, t Target, _ *Env) (*fake, error) {
	select {
	case <-time.After(f.dial):
	case <-ctx.Done():
		return nil, wrap("dial", "", ctx.Err())
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dials++
	if f.err != nil {
		return nil, f.err
	}
	if f.max > 0 && f.now >= f.max {
		f.noes++
		return nil, errTooMany
	}
	f.now++
	f.most = max(f.most, f.now)
	return &fake{server: f, target: t}, nil
}

func (f *fakeServer) counts() (now, dials, noes int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now, f.dials, f.noes
}

var anna = Target{Host: "h", User: "anna"}

func TestPoolKeepsSessionsForTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{}
		l := newLender(nil, v.open)
		defer l.close()
		a := must(l.lease(t.Context(), anna, nil))
		l.release(a, nil)
		b := must(l.lease(t.Context(), anna, nil))
		if a != b {
			t.Error("the idle session was not used")
		}
		c := must(l.lease(t.Context(), Target{Host: "h", User: "bert"}, nil))
		if c == b || c.target.User != "bert" {
			t.Error("another account got our session")
		}
		l.release(b, &Error{Kind: NotFound, Code: 550})
		l.release(c, nil)
		time.Sleep(idleFor - time.Second)
		if now, _, _ := v.counts(); now != 2 {
			t.Errorf("%d sessions before the minute is over", now)
		}
		time.Sleep(2 * time.Second)
		if now, _, _ := v.counts(); now != 0 {
			t.Errorf("%d idle sessions after a minute", now)
		}
	})
}

// A session is kept for another item only where nothing speaks against it.
func TestPoolKeep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &fakeServer{max: 1}
		l := newLender(nil, server.open)
		one := anna
		one.MaxSessions = 1
		s, err := l.lease(t.Context(), one, nil)
		if err != nil {
			t.Fatal(err)
		}
		refused := &Error{Kind: NotFound, Code: 550}
		if !l.keep(s, nil) || !l.keep(s, refused) {
			t.Error("a whole session was not kept")
		}
		if l.keep(s, lost("retrieve")) {
			t.Error("one that may be out of step was kept")
		}
		var wait sync.WaitGroup
		wait.Go(func() {
			other, err := l.lease(t.Context(), one, nil)
			if err != nil {
				t.Error(err)
			}
			l.release(other, nil)
		})
		synctest.Wait()
		if l.keep(s, nil) {
			t.Error("it was kept from somebody who waits")
		}
		l.release(s, nil)
		wait.Wait()
		if l.keep(s, nil) {
			t.Error("it was kept after it was given back")
		}
		l.close()
	})
}

func TestPoolNoticesThatTheComputerSlept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{}
		l := newLender(nil, v.open)
		defer l.close()
		a := must(l.lease(t.Context(), anna, nil))
		l.release(a, nil)
		l.mu.Lock()
		l.servers[anna.Addr()].places[0].rested = time.Now().Add(-8 * time.Hour)
		l.mu.Unlock()
		b := must(l.lease(t.Context(), anna, nil))
		if a == b {
			t.Error("a session was lent that slept for hours")
		}
		l.release(b, nil)
	})
}

func TestPoolDropsWhatMayBeOutOfStep(t *testing.T) {
	for name, err := range map[string]error{
		"eof":       lost("list"),
		"cancelled": &Error{Kind: Cancelled, Step: "retrieve"},
		"local":     &Error{Kind: Local, Step: "retrieve"},
		"421":       &Error{Kind: Network, Code: 421, Dead: true},
		"foreign":   errors.New("sizes differ"),
	} {
		synctest.Test(t, func(t *testing.T) {
			v := &fakeServer{}
			l := newLender(nil, v.open)
			defer l.close()
			a := must(l.lease(t.Context(), anna, nil))
			l.release(a, err)
			b := must(l.lease(t.Context(), anna, nil))
			synctest.Wait()
			if a == b || v.now != 1 {
				t.Errorf("%s: the session was used again, or left open", name)
			}
			b.dead = true
			l.release(b, nil)
			if c := must(l.lease(t.Context(), anna, nil)); c == b {
				t.Errorf("%s: a dead session was used again", name)
			} else {
				l.release(c, nil)
			}
		})
	}
}

// A burst at a server that bears two: all are served, in turn, and the
// number is remembered.
func TestPoolShrinksToWhatTheServerBears(t *testing.T) {
	for _, bears := range []int{1, 2, 3} {
		synctest.Test(t, func(t *testing.T) {
			v := &fakeServer{max: bears, dial: time.Second, quit: 100 * time.Millisecond}
			m := &memory{}
			l := newLender(&Env{Memory: m}, v.open)
			defer l.close()
			served := burst(t, l, 8, 3)
			if served != 24 {
				t.Errorf("bears %d: %d of 24 leases", bears, served)
			}
			known := m.Recall(anna)
			if known.MaxSessions != bears || known.LimitedAt.IsZero() {
				t.Errorf("bears %d: learned %+v", bears, known)
			}
			if _, dials, noes := v.counts(); noes > 8 || dials > 8+bears {
				t.Errorf("bears %d: %d dials, %d refusals", bears, dials, noes)
			}
			if n := l.allowed(anna); n != bears {
				t.Errorf("bears %d: allowed %d", bears, n)
			}
		})
	}
}

func burst(t *testing.T, l *lender[*fake], workers, times int) int {
	var wg sync.WaitGroup
	var mu sync.Mutex
	served := 0
	for range workers {
		wg.Go(func() {
			for range times {
				s, err := l.lease(t.Context(), anna, nil)
				if err != nil {
					t.Error(err)
					return
				}
				time.Sleep(time.Second)
				mu.Lock()
				served++
				mu.Unlock()
				l.release(s, nil)
			}
		})
	}
	wg.Wait()
	return served
}

// Not one session to be had: the error comes back, at once and to all, and
// the server is not asked again and again.
func TestPoolSaysBusyWhenThereIsNothingToWaitFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{max: 0, dial: time.Second}
		v.err = errTooMany
		l := newLender(nil, v.open)
		defer l.close()
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := l.lease(t.Context(), anna, nil); KindOf(err) != Busy {
					t.Errorf("got %v", err)
				}
			})
		}
		wg.Wait()
		if _, dials, _ := v.counts(); dials > 16 {
			t.Errorf("%d dials for 8 leases", dials)
		}
		v.err = nil
		l.release(must(l.lease(t.Context(), anna, nil)), nil)
	})
}

// A wrong password is sent once, however many workers want to begin.
func TestPoolAsksOnceWithAWrongPassword(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{dial: time.Second}
		v.err = &Error{Kind: Auth, Step: "login", Code: 530, Text: "Login incorrect.", Dead: true}
		l := newLender(nil, v.open)
		defer l.close()
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := l.lease(t.Context(), anna, nil); KindOf(err) != Auth {
					t.Errorf("got %v", err)
				}
			})
		}
		wg.Wait()
		if _, dials, _ := v.counts(); dials != 1 {
			t.Errorf("%d logins", dials)
		}
		v.err = nil
		if served := burst(t, l, 8, 1); served != 8 {
			t.Errorf("%d of 8 after the password was corrected", served)
		}
	})
}

// Who gives up while connecting does not give up for others.
func TestPoolCancelConcernsOneLeaseOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{dial: time.Minute}
		l := newLender(nil, v.open)
		defer l.close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		go l.lease(ctx, anna, nil)
		time.Sleep(time.Millisecond)
		s, err := l.lease(t.Context(), anna, nil)
		if err != nil {
			t.Fatal(err)
		}
		l.release(s, nil)
	})
}

func TestPoolTriesMoreAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{max: 1}
		m := &memory{}
		l := newLender(&Env{Memory: m}, v.open)
		defer l.close()
		burst(t, l, 2, 1)
		if k := m.Recall(anna); k.MaxSessions != 1 {
			t.Fatalf("learned %+v", k)
		}
		_, _, before := v.counts()
		burst(t, l, 2, 30) // a minute: nothing is tried
		if _, _, noes := v.counts(); noes != before {
			t.Errorf("asked for more within a minute")
		}
		time.Sleep(tryMoreAfter)
		burst(t, l, 2, 10)
		if _, _, noes := v.counts(); noes != before+1 {
			t.Errorf("%d refusals after ten minutes, want 1", noes-before)
		}
		v.mu.Lock()
		v.max = 2
		v.mu.Unlock()
		time.Sleep(tryMoreAfter)
		burst(t, l, 2, 10)
		if k := m.Recall(anna); k.MaxSessions != 2 {
			t.Errorf("learned %+v after the server gave more", k)
		}
	})
}

func TestPoolKeepsToTheSitesOwnLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{}
		l := newLender(nil, v.open)
		defer l.close()
		one := anna
		one.MaxSessions = 1
		a := must(l.lease(t.Context(), one, nil))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := l.lease(ctx, one, nil); KindOf(err) != Network {
			t.Errorf("a second session: %v", err)
		}
		other := must(l.lease(t.Context(), Target{Host: "h", User: "bert"}, nil))
		l.release(other, nil)
		l.release(a, nil)
		if n := l.allowed(one); n != 1 {
			t.Errorf("allowed %d", n)
		}
	})
}

// A server that still counts a connection which has ended is asked once more.
func TestPoolIsPatientAfterAHangUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{max: 1, lingers: 500 * time.Millisecond}
		l := newLender(nil, v.open)
		defer l.close()
		l.release(must(l.lease(t.Context(), anna, nil)), lost("list"))
		synctest.Wait()
		l.release(must(l.lease(t.Context(), anna, nil)), nil)
		if v.noes != 1 {
			t.Errorf("%d refusals", v.noes)
		}
	})
}

// The only connection is idle under another account: it makes room.
func TestPoolClosesIdleToMakeRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{max: 1, quit: time.Second}
		l := newLender(&Env{Memory: &memory{known: Learned{MaxSessions: 1}}}, v.open)
		defer l.close()
		l.release(must(l.lease(t.Context(), anna, nil)), nil)
		b := must(l.lease(t.Context(), Target{Host: "h", User: "bert"}, nil))
		l.release(b, nil)
		if v.noes != 0 || v.most != 1 {
			t.Errorf("%d refusals, %d at once", v.noes, v.most)
		}
	})
}

func TestPoolCancelsWhoWaitsAndWhoConnects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{dial: time.Hour}
		l := newLender(nil, v.open)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		if _, err := l.lease(ctx, anna, nil); KindOf(err) != Cancelled {
			t.Errorf("got %v", err)
		}
		time.AfterFunc(time.Second, l.close)
		if _, err := l.lease(t.Context(), anna, nil); err == nil {
			t.Error("leased from a closed pool")
		}
		if d := time.Since(start); d > 3*time.Second {
			t.Errorf("took %v", d)
		}
		synctest.Wait()
		if _, err := l.lease(t.Context(), anna, nil); !errors.Is(err, errPoolClosed) || KindOf(err) != Cancelled {
			t.Errorf("got %v", err)
		}
	})
}

func TestPoolCloseWaitsForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{quit: time.Second}
		l := newLender(nil, v.open)
		a := must(l.lease(t.Context(), anna, nil))
		b := must(l.lease(t.Context(), anna, nil))
		l.release(b, nil)
		go func() {
			time.Sleep(time.Minute)
			l.release(a, nil)
		}()
		start := time.Now()
		l.close()
		if now, _, _ := v.counts(); now != 0 || time.Since(start) != time.Minute+time.Second {
			t.Errorf("%d open after %v", now, time.Since(start))
		}
	})
}

// memory is Env.Memory for one server.
type memory struct {
	mu    sync.Mutex
	known Learned
}

func (m *memory) Recall(Target) Learned {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.known
}

func (m *memory) Learn(_ Target, change func(*Learned)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(&m.known)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprint("unexpected: ", err))
	}
	return v
}
