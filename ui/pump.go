package ui

import (
	"context"
	"sync"
	"time"
)

// A window that takes long to draw, as one without a graphics card beside eight
// busy sessions, is drawn less often: two thirds of the time are for others.
const (
	pumpDraws = 20 * time.Millisecond // after this the toolkit is drawing
	pumpRest  = 2                     // times as long as the drawing took
)

// pumpGap is the least time between two looks at the queue. Fyne draws the
// whole window for each change, 30 ms without a graphics card: ten times a
// second is as smooth as a progress bar needs and leaves the processor to the
// transfers.
const pumpGap = 100 * time.Millisecond

// Pump wakes the UI goroutine when the engine rang, with never more than one
// call waiting: fyne.Do keeps an unbounded list, and a busy engine would fill
// it faster than it is drawn.
type Pump struct {
	bells []<-chan struct{}
	do    func(func())
	apply func()
	beat  time.Duration // also without a bell, for clocks that go on

	cancel context.CancelFunc
	done   sync.WaitGroup
}

// NewPump calls apply by way of do after any of the bells rang, and each beat.
// It starts nothing.
func NewPump(do func(func()), apply func(), beat time.Duration, bells ...<-chan struct{}) *Pump {
	return &Pump{bells: bells, do: do, apply: apply, beat: beat}
}

// Start begins to listen.
func (p *Pump) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	rung := make(chan struct{}, 1)
	for _, bell := range p.bells {
		p.done.Go(func() { forward(ctx, bell, rung) })
	}
	p.done.Go(func() { p.run(ctx, rung) })
}

// Stop ends it and waits. A call that waits on the UI goroutine does nothing
// any more. It may be called on the UI goroutine.
func (p *Pump) Stop() {
	if p.cancel != nil {
		p.cancel()
		p.done.Wait()
	}
}

func forward(ctx context.Context, bell <-chan struct{}, to chan<- struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-bell:
			select {
			case to <- struct{}{}:
			default:
			}
		}
	}
}

func (p *Pump) run(ctx context.Context, rung <-chan struct{}) {
	beat := time.NewTicker(p.beat)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-rung:
		case <-beat.C:
		}
		began := time.Now()
		if !p.call(ctx, p.apply) || !pause(ctx, pumpDraws) || !p.call(ctx, func() {}) {
			return
		}
		took := time.Since(began)
		if !pause(ctx, max(pumpGap-took, pumpRest*(took-pumpDraws))) {
			return
		}
	}
}

// call runs f on the UI goroutine and waits for it; false means the end.
func (p *Pump) call(ctx context.Context, f func()) bool {
	ran := make(chan struct{})
	p.do(func() {
		if ctx.Err() == nil {
			f()
		}
		close(ran)
	})
	select {
	case <-ctx.Done():
		return false
	case <-ran:
		return true
	}
}

func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
