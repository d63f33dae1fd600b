package ui

import (
	"testing"
	"testing/synctest"
	"time"
)

// A bell that never stops leads to one call at a time, ten a second.
func TestPumpCoalesces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bell := make(chan struct{}, 1)
		var waiting, most, calls int
		queue := make(chan func(), 100)
		p := NewPump(func(f func()) {
			waiting++
			most = max(most, waiting)
			queue <- f
		}, func() { calls++ }, time.Hour, bell)
		p.Start()
		end := time.After(time.Second)
		ring := time.NewTicker(time.Millisecond)
		for done := false; !done; {
			select {
			case <-ring.C:
				select {
				case bell <- struct{}{}:
				default:
				}
			case f := <-queue:
				waiting--
				f()
			case <-end:
				done = true
			}
		}
		ring.Stop()
		go func() { // a call that waits at the end must not keep Stop
			for f := range queue {
				f()
			}
		}()
		p.Stop()
		close(queue)
		if most != 1 || calls < 8 || calls > 11 {
			t.Errorf("%d calls in a second, %d waited at once", calls, most)
		}
	})
}

// A window that takes long to draw is drawn less often.
func TestPumpRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bell := make(chan struct{}, 1)
		calls := 0
		ui := make(chan func(), 10)
		go func() {
			for f := range ui {
				f()
				time.Sleep(200 * time.Millisecond) // the frame
			}
		}()
		p := NewPump(func(f func()) { ui <- f }, func() { calls++ }, time.Hour, bell)
		p.Start()
		for range 6000 {
			select {
			case bell <- struct{}{}:
			default:
			}
			time.Sleep(time.Millisecond)
		}
		p.Stop()
		close(ui)
		if calls < 8 || calls > 12 {
			t.Errorf("%d calls in 6 s with frames of 200 ms", calls)
		}
	})
}

// Stop returns although the UI goroutine never ran the last call, and what
// waits there does nothing any more.
func TestPumpStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bell := make(chan struct{}, 1)
		var last func()
		calls := 0
		p := NewPump(func(f func()) { last = f }, func() { calls++ }, time.Hour, bell)
		p.Start()
		bell <- struct{}{}
		synctest.Wait()
		p.Stop()
		if last == nil {
			t.Fatal("the bell was not heard")
		}
		last()
		if calls != 0 {
			t.Error("it was applied after the end")
		}
	})
}

func TestPumpBeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := make(chan struct{}, 100)
		p := NewPump(func(f func()) { f() }, func() { calls <- struct{}{} }, time.Second)
		p.Start()
		time.Sleep(3500 * time.Millisecond)
		p.Stop()
		if len(calls) != 3 {
			t.Errorf("%d beats in 3.5 s", len(calls))
		}
	})
}
