package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"longshore/transfer"
	"longshore/ui"
)

// ownerWait is how long a program that has the queue and no door may go on: it
// is just starting, or putting its work down.
const ownerWait = closeWait + 2*time.Second

// errGone says that the window closed while it was asked.
var errGone = errors.New("the window is closing")

// handOver gives what this start is for to the window that is open already,
// and says so.
func handOver(o options) (string, error) {
	paths, err := pathsFor(o)
	if err != nil {
		return "", err
	}
	there, err := knock(paths.State, errand{o.place, o.files})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("longshore is open already (process %d): its window was brought to the front", there.Process), nil
}

// openOrHandOver opens the engine, or, where another program has the queue,
// hands over to that one. If it does not answer in time, this window gets a
// queue that is not kept, and says so. The engine is nil if it was handed
// over.
func openOrHandOver(o options, wait time.Duration) (*engine, string, error) {
	deadline := time.Now().Add(wait)
	for {
		e, err := openEngine(o)
		locked, ok := errors.AsType[*transfer.LockedError](err)
		if !ok {
			return e, "", err
		}
		there, herr := handOver(o)
		if herr == nil {
			return nil, there, nil
		}
		if errors.Is(herr, errNobody) && time.Now().Before(deadline) {
			time.Sleep(200 * time.Millisecond)
			continue
		}
		if o.demo {
			return nil, "", fmt.Errorf("%w; there is one demo server only", locked)
		}
		o.alone = locked.Error()
		fmt.Fprintf(os.Stderr, "longshore: %v, which does not answer; the queue of this window is not kept: what is not done when it closes is forgotten\n", locked)
		e, err = openEngine(o)
		return e, "", err
	}
}

// openDoor lets later starts of the program hand over what they are for. A
// window whose queue is another's has none. Without a door everything else
// works, so that is only told.
func (e *engine) openDoor(w *ui.Window) *door {
	if e.o.alone != "" {
		return nil
	}
	d, err := openDoor(e.paths.State, func(ctx context.Context, job errand) error {
		done := make(chan struct{})
		w.Model().Later(func() {
			e.show(w.Model(), job)
			w.Raise()
			close(done)
		})
		select {
		case <-done:
			return nil
		case <-ctx.Done():
			if w.Ended() {
				return errGone // and has dropped it
			}
			return errors.New("the window that is open does not answer")
		}
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "longshore:", err)
	}
	return d
}
