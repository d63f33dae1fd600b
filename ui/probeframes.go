package ui

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
)

// frames measures how long each frame takes. Fyne's loop looks at mouse and
// keyboard sixty times a second, calls the animations, draws if anything has
// changed, and looks again; in between it runs what was posted to it. An
// animation that draws nothing notes each turn. A frame is a turn in which the
// window was drawn: what a key press waits at most until it is looked at. It is
// never shorter than a sixtieth of a second, since no turn is. A turn that took
// long without drawing counts too, for it keeps a key press waiting as well.
//
// All of it belongs to the UI goroutine.
type frames struct {
	began time.Time
	cpu   time.Duration
	clock *fyne.Animation

	turn  time.Time // when this turn began
	drawn bool      // the window was laid out in it
	took  []time.Duration
}

// frameReport is the answer to "frames": milliseconds, and a share of the time
// since the last such answer.
type frameReport struct {
	Seconds       float64
	Frames        int
	P50, P95, Max float64 // of the frames
	Busy          float64 // share of the processor's time, of one core
}

// longTurn is a turn that counts even if nothing was drawn.
const longTurn = 2 * time.Second / 60

// startFrames begins to measure.
func startFrames() *frames {
	f := &frames{began: time.Now(), cpu: threadTime()}
	f.clock = fyne.NewAnimation(time.Hour, func(float32) { f.tick(time.Now()) })
	f.clock.RepeatCount = fyne.AnimationRepeatForever
	f.clock.Start()
	return f
}

// tick ends a turn and begins the next.
func (f *frames) tick(now time.Time) {
	took := now.Sub(f.turn)
	if !f.turn.IsZero() && (f.drawn || took > longTurn) {
		f.took = append(f.took, took)
	}
	f.turn, f.drawn = now, false
}

// report ends the measurement.
func (f *frames) report() frameReport {
	f.clock.Stop()
	return reportOf(f.took, time.Since(f.began), threadTime()-f.cpu)
}

func reportOf(frames []time.Duration, long, cpu time.Duration) frameReport {
	slices.Sort(frames)
	at := func(part float64) float64 {
		if len(frames) == 0 {
			return 0
		}
		return float64(frames[int(part*float64(len(frames)-1))].Microseconds()) / 1000
	}
	return frameReport{Seconds: long.Seconds(), Frames: len(frames), P50: at(0.5), P95: at(0.95), Max: at(1),
		Busy: cpu.Seconds() / max(long.Seconds(), 1e-9)}
}

// watched is a layout that tells when it is asked for its size, as Fyne does
// with all that is visible before it draws.
type watched struct {
	of    fyne.Layout
	asked func()
}

// Layout is that of the layout that is watched.
func (l watched) Layout(objects []fyne.CanvasObject, size fyne.Size) { l.of.Layout(objects, size) }

// MinSize is that of the layout that is watched.
func (l watched) MinSize(objects []fyne.CanvasObject) fyne.Size {
	l.asked()
	return l.of.MinSize(objects)
}
