package ui

import (
	"slices"
	"sync"
	"time"
)

// frames measures how long the UI goroutine is away: a mark is posted to it
// again and again, and the time until it runs is what a person's key press
// would have waited. Frames are the long ones among these waits, since Fyne
// draws on the same goroutine.
type frames struct {
	began   time.Time
	cpu     time.Duration
	end     chan struct{}
	stopped sync.WaitGroup

	waits []time.Duration // written by the marker, read after stopped
}

// frameReport is the answer to "frames": milliseconds, and shares of the time
// since the last such answer.
type frameReport struct {
	Seconds       float64
	Frames        int     // waits longer than drawnFrom
	P50, P95, Max float64 // of the frames
	Busy          float64 // share of the processor's time, of one core
	Away          float64 // share of the time in which a key press would wait
}

const (
	markGap = time.Millisecond
	// drawnFrom is the least wait that counts as a frame: less is another
	// thread's turn, and a frame that quick is none to count.
	drawnFrom = 8 * time.Millisecond
)

// startFrames begins to measure. Call it on the UI goroutine.
func startFrames(post func(func())) *frames {
	f := &frames{began: time.Now(), cpu: threadTime(), end: make(chan struct{})}
	f.stopped.Go(func() {
		for {
			ran, posted := make(chan struct{}), time.Now()
			post(func() { close(ran) })
			select {
			case <-f.end:
				return
			case <-ran:
				f.waits = append(f.waits, time.Since(posted))
			}
			select {
			case <-f.end:
				return
			case <-time.After(markGap):
			}
		}
	})
	return f
}

// report ends the measurement. Call it on the UI goroutine.
func (f *frames) report() frameReport {
	took, cpu := time.Since(f.began), threadTime()-f.cpu
	close(f.end)
	f.stopped.Wait()
	return reportOf(f.waits, took, cpu)
}

func reportOf(waits []time.Duration, took, cpu time.Duration) frameReport {
	var drawn []time.Duration
	var away time.Duration
	for _, w := range waits {
		if w >= drawnFrom {
			drawn = append(drawn, w)
			away += w
		}
	}
	slices.Sort(drawn)
	at := func(part float64) float64 {
		if len(drawn) == 0 {
			return 0
		}
		return float64(drawn[int(part*float64(len(drawn)-1))].Microseconds()) / 1000
	}
	share := func(d time.Duration) float64 { return d.Seconds() / max(took.Seconds(), 1e-9) }
	return frameReport{Seconds: took.Seconds(), Frames: len(drawn), P50: at(0.5), P95: at(0.95), Max: at(1),
		Busy: share(cpu), Away: share(away)}
}
