package session

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func browse(v *fakeServer) *browsing[*fake] {
	return newBrowsing[*fake](anna, alone[*fake]{nil, v.open})
}

func TestBrowserReconnectsWithoutAWord(t *testing.T) {
	for name, stale := range map[string]error{
		"eof": lost("list"),
		"421": &Error{Kind: Network, Step: "list", Code: 421, Text: "Timeout.", Dead: true},
	} {
		synctest.Test(t, func(t *testing.T) {
			v := &fakeServer{}
			b := browse(v)
			defer b.close()
			runs := 0
			look := func(_ context.Context, s *fake) error {
				runs++
				if s.dead {
					return stale
				}
				return nil
			}
			if err := b.do(t.Context(), true, look); err != nil {
				t.Fatal(err)
			}
			kill(b)
			runs = 0
			if err := b.do(t.Context(), true, look); err != nil || runs != 1 {
				t.Errorf("%s: known dead: %v after %d runs", name, err, runs)
			}
			runs = 0
			dying := func(_ context.Context, s *fake) error {
				if runs++; runs == 1 {
					s.dead = true
					return stale
				}
				return nil
			}
			if err := b.do(t.Context(), true, dying); err != nil || runs != 2 {
				t.Errorf("%s: found dead: %v after %d runs", name, err, runs)
			}
			if now, dials, _ := v.counts(); now != 1 || dials != 3 {
				t.Errorf("%s: %d open, %d dials", name, now, dials)
			}
		})
	}
}

func kill(b *browsing[*fake]) { b.session.dead = true }

// What may not be repeated is not; but a connection that died in silence is
// found out before.
func TestBrowserDoesNotRepeatWhatChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{}
		b := browse(v)
		defer b.close()
		runs := 0
		dying := func(_ context.Context, s *fake) error {
			runs++
			s.dead = true
			return lost("rename")
		}
		fine := func(context.Context, *fake) error { return nil }
		b.do(t.Context(), true, fine)
		if err := b.do(t.Context(), false, dying); KindOf(err) != Network || runs != 1 {
			t.Errorf("%v after %d runs", err, runs)
		}
		b.do(t.Context(), true, fine)
		time.Sleep(probeAfter)
		b.session.dead = false
		first := b.session
		b.do(t.Context(), false, fine)
		if n := first.noops.Load(); n != 1 {
			t.Errorf("%d NOOPs before a change on a silent connection", n)
		}
	})
}

// After sleep the router has forgotten the connection: nothing comes back.
func TestBrowserNoticesThatTheComputerSlept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{}
		b := browse(v)
		defer b.close()
		look := func(_ context.Context, s *fake) error {
			if s.deaf {
				t.Error("the dead connection was used")
			}
			return nil
		}
		b.do(t.Context(), true, look)
		b.session.deaf = true
		b.spoke = b.spoke.Add(-8 * time.Hour)
		start := time.Now()
		if err := b.do(t.Context(), true, look); err != nil || time.Since(start) > probePatience {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

// A fresh connection that fails is no stale one: the error is the answer.
func TestBrowserDoesNotRepeatOnAFreshConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{}
		b := browse(v)
		defer b.close()
		runs := 0
		err := b.do(t.Context(), true, func(_ context.Context, s *fake) error {
			runs++
			s.dead = true
			return lost("list")
		})
		if KindOf(err) != Network || runs != 1 {
			t.Errorf("%v after %d runs", err, runs)
		}
	})
}

func TestBrowserKeepsAliveForHalfAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{}
		b := browse(v)
		defer b.close()
		var s *fake
		b.do(t.Context(), true, func(_ context.Context, x *fake) error { s = x; return nil })
		time.Sleep(10*time.Minute + time.Second)
		synctest.Wait()
		if n := s.noops.Load(); n < 19 || n > 20 {
			t.Errorf("%d NOOPs in ten minutes", n)
		}
		time.Sleep(20 * time.Minute)
		synctest.Wait()
		if now, _, _ := v.counts(); now != 0 {
			t.Error("still connected after half an hour")
		}
		if err := b.do(t.Context(), false, func(context.Context, *fake) error { return nil }); err != nil {
			t.Error(err)
		}
	})
}

func TestBrowserServesOneAtATimeAndCancels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{dial: time.Second}
		b := browse(v)
		var wg sync.WaitGroup
		inside, most := 0, 0
		for range 5 {
			wg.Go(func() {
				b.do(t.Context(), true, func(context.Context, *fake) error {
					inside++
					most = max(most, inside)
					time.Sleep(time.Second)
					inside--
					return nil
				})
			})
		}
		wg.Wait()
		if most != 1 {
			t.Errorf("%d at once", most)
		}
		block := func(ctx context.Context, _ *fake) error {
			<-ctx.Done()
			return &Error{Kind: Cancelled, Err: ctx.Err()}
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if err := b.do(ctx, true, block); KindOf(err) != Cancelled {
			t.Errorf("got %v", err)
		}
		time.AfterFunc(time.Second, b.close)
		if err := b.do(t.Context(), true, block); KindOf(err) != Cancelled {
			t.Errorf("got %v", err)
		}
		synctest.Wait()
		if err := b.do(t.Context(), true, block); !errors.Is(err, errBrowserClosed) || KindOf(err) != Cancelled {
			t.Errorf("got %v", err)
		}
		if now, _, _ := v.counts(); now != 0 {
			t.Errorf("%d open after close", now)
		}
	})
}

func TestBrowserSurvivesAPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{}
		b := browse(v)
		defer b.close()
		func() {
			defer func() { recover() }()
			b.do(t.Context(), true, func(context.Context, *fake) error { panic("x") })
		}()
		if now, _, _ := v.counts(); now != 0 {
			t.Error("the session was kept")
		}
		if err := b.do(t.Context(), true, func(context.Context, *fake) error { return nil }); err != nil {
			t.Error(err)
		}
	})
}

// One connection for all: the queue gets it when nobody looks, and a person
// gets it after the file that is being transferred.
func TestBrowserSharesTheOnlyConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{max: 1, quit: 10 * time.Millisecond}
		l := newLender(&Env{Memory: &memory{}}, v.open)
		defer l.close()
		b := newBrowsing[*fake](anna, l)
		defer b.close()
		look := func(context.Context, *fake) error { time.Sleep(100 * time.Millisecond); return nil }
		if err := b.do(t.Context(), true, look); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { burstOf(t, l, 5) })
		}
		time.Sleep(2500 * time.Millisecond)
		start := time.Now()
		if err := b.do(t.Context(), true, look); err != nil {
			t.Error(err)
		}
		if d := time.Since(start); d > 1700*time.Millisecond {
			t.Errorf("looking took %v: files take a second each", d)
		}
		wg.Wait()
		if _, dials, noes := v.counts(); noes > 2 || dials != 1+noes {
			t.Errorf("%d dials, %d refusals", dials, noes)
		}
	})
}

func burstOf(t *testing.T, l *lender[*fake], files int) {
	for range files {
		s, err := l.lease(t.Context(), anna, nil)
		if err != nil {
			t.Error(err)
			return
		}
		time.Sleep(time.Second)
		l.release(s, nil)
	}
}

// Two tabs at a server that bears one: each gets its turn.
func TestBrowsersShareTheOnlyConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &fakeServer{max: 1}
		l := newLender(&Env{Memory: &memory{}}, v.open)
		defer l.close()
		a, b := newBrowsing[*fake](anna, l), newBrowsing[*fake](anna, l)
		defer a.close()
		defer b.close()
		look := func(context.Context, *fake) error { return nil }
		start := time.Now()
		for range 3 {
			if err := errors.Join(a.do(t.Context(), true, look), b.do(t.Context(), true, look)); err != nil {
				t.Fatal(err)
			}
		}
		if d := time.Since(start); d > time.Second {
			t.Errorf("took %v", d)
		}
	})
}
