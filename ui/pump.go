package ui

import (
	"context"
	"sync"
	"time"
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
		applied := make(chan struct{})
		p.do(func() {
			if ctx.Err() == nil {
				p.apply()
			}
			close(applied)
		})
		select {
		case <-ctx.Done():
			return
		case <-applied:
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pumpGap):
		}
	}
}
