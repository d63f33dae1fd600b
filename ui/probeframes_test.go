package ui

import (
	"testing"
	"time"
)

func TestFramesAreTurnsThatDrewOrWereLong(t *testing.T) {
	f := &frames{}
	at := time.Now()
	turn := func(long time.Duration, drawn bool) {
		f.tick(at)
		f.drawn = drawn
		at = at.Add(long)
	}
	turn(17*time.Millisecond, false) // idle
	turn(25*time.Millisecond, true)
	turn(20*time.Millisecond, false) // idle, and late
	turn(90*time.Millisecond, false) // a long call
	turn(17*time.Millisecond, true)
	f.tick(at)
	r := reportOf(f.took, 2*time.Second, 500*time.Millisecond)
	if r.Frames != 3 || r.P50 != 25 || r.P95 != 25 || r.Max != 90 || r.Seconds != 2 || r.Busy != 0.25 {
		t.Errorf("%+v", r)
	}
	if r := reportOf(nil, 0, 0); r.Frames != 0 || r.P50 != 0 || r.Max != 0 {
		t.Errorf("of nothing: %+v", r)
	}
}

func TestDrawingIsSeenByTheLayout(t *testing.T) {
	s := newStand(t)
	p := &probe{w: s.Window}
	p.measured()
	p.frames.drawn = false
	s.content.MinSize()
	if !p.frames.drawn {
		t.Error("the window was measured for drawing and the probe does not know")
	}
	first := p.frames
	p.measured()
	if s.content.MinSize(); first == p.frames || !p.frames.drawn {
		t.Error("the second measurement sees nothing")
	}
	p.frames.report()
}
