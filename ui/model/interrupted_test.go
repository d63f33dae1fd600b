package model

import (
	"slices"
	"strings"
	"testing"
	"time"

	"longshore/transfer"
)

// interrupted is a bench whose queue was read with three transfers in it; the
// first ran when the program ended, the third was paused by the user.
func interrupted(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	request := transfer.Request{Direction: transfer.Upload, Target: demoTarget, Local: "/x", Remote: "/x"}
	ids, err := b.queue.Add(t.Context(), request, request, request)
	if err != nil {
		t.Fatal(err)
	}
	b.queue.set(ids[2], transfer.Paused)
	b.deps.Restored = func() transfer.Restored {
		return transfer.Restored{Items: 3, Interrupted: []transfer.Interrupted{{Target: demoTarget, Items: ids[:1]}}}
	}
	b.Apply()
	return b
}

func TestInterruptedIsSaid(t *testing.T) {
	b := interrupted(t)
	if b.Interrupted == nil || b.Interrupted.Text != "2 transfers with "+demoTarget.String()+" were interrupted and go on" {
		t.Fatalf("the bar is %+v", b.Interrupted)
	}
	if len(b.Toasts) > 0 {
		t.Errorf("said twice: %v", b.Toasts[0].What)
	}
	b.PauseInterrupted()
	b.loop.settle()
	b.Apply()
	if !b.queue.paused || !strings.HasSuffix(b.Interrupted.Text, "the queue is paused") {
		t.Errorf("after Pause: paused %v, %q", b.queue.paused, b.Interrupted.Text)
	}
	b.PauseInterrupted()
	b.loop.settle()
	b.Apply()
	if b.queue.paused || b.Interrupted.Paused {
		t.Error("Resume did not let the queue go on")
	}
}

// held is interrupted after a crash: nothing goes on before the user says so.
func held(t *testing.T) *bench {
	b := interrupted(t)
	for _, id := range []transfer.ItemID{1, 2} {
		b.queue.set(id, transfer.Waiting, func(i *transfer.Item) { i.Held = true })
	}
	b.queue.held = 2
	b.Apply()
	return b
}

func TestCrashAsksBeforeItGoesOn(t *testing.T) {
	b := held(t)
	x := b.Interrupted
	if x == nil || !x.Held || x.Text != "2 transfers with "+demoTarget.String()+" were interrupted" {
		t.Fatalf("the bar is %+v", x)
	}
	if row := b.QueueView.Row(OnQueue, 0); StateWord(row, time.Now()) != "On hold" {
		t.Errorf("the row says %q", StateWord(row, time.Now()))
	}
	b.ReleaseInterrupted()
	b.loop.settle()
	b.Apply()
	if !slices.Contains(b.queue.calls, "release") || b.Interrupted.Held || !strings.HasSuffix(b.Interrupted.Text, "go on") {
		t.Errorf("after Resume: %v, %q", b.queue.calls, b.Interrupted.Text)
	}
}

// TestDismissedCrashIsPaused: the bar is gone, and the list says what waits.
func TestDismissedCrashIsPaused(t *testing.T) {
	b := held(t)
	b.DismissInterrupted()
	b.loop.settle()
	b.Apply()
	if b.Interrupted != nil || !slices.Contains(b.queue.calls, "pause[1 2]") {
		t.Errorf("bar %+v, calls %v", b.Interrupted, b.queue.calls)
	}
}

func TestInterruptedGoesWhenDone(t *testing.T) {
	b := interrupted(t)
	// What is added later is no reason to keep the bar.
	if _, err := b.queue.Add(t.Context(), transfer.Request{Target: demoTarget}); err != nil {
		t.Fatal(err)
	}
	for id := range transfer.ItemID(3) {
		if b.Apply(); b.Interrupted == nil {
			t.Fatalf("gone with %d of 3 done", id)
		}
		b.queue.set(id+1, transfer.Done)
	}
	if b.Apply(); b.Interrupted != nil {
		t.Errorf("all is done and the bar says %q", b.Interrupted.Text)
	}
}

func TestDiscardInterrupted(t *testing.T) {
	b := interrupted(t)
	later, err := b.queue.Add(t.Context(), transfer.Request{Target: demoTarget})
	if err != nil {
		t.Fatal(err)
	}
	b.Apply()
	b.AskDiscardInterrupted()
	x := b.Questions.Current()
	if x == nil || x.Title != "Discard 3 transfers?" {
		t.Fatalf("asked %+v", x)
	}
	b.Questions.Answer(x.ID, len(x.Choices)-1, Reply{})
	b.loop.settle()
	b.Apply()
	if !slices.Equal(b.queue.order, later) || b.Interrupted != nil {
		t.Errorf("left in the queue: %v, want %v; bar %v", b.queue.order, later, b.Interrupted)
	}
}

// TestNothingInterrupted holds that a queue which never began, or which the
// user had paused, is no accident.
func TestNothingInterrupted(t *testing.T) {
	b := newBench(t)
	ids, err := b.queue.Add(t.Context(), transfer.Request{Target: demoTarget})
	if err != nil {
		t.Fatal(err)
	}
	b.queue.set(ids[0], transfer.Paused)
	b.deps.Restored = func() transfer.Restored {
		return transfer.Restored{Items: 1, Interrupted: []transfer.Interrupted{{Target: demoTarget, Items: ids}}}
	}
	b.Apply()
	if b.Interrupted != nil || len(b.Toasts) != 1 {
		t.Errorf("bar %v, messages %v", b.Interrupted, b.Toasts)
	}
}

// TestNoTimeLeftWhileAsking holds that a rate which dies away is not taken for
// the pace of what waits for an answer.
func TestNoTimeLeftWhileAsking(t *testing.T) {
	v := NewQueueView(time.Time{})
	d := transfer.Delta{Full: true, UpRate: 1 << 20, Totals: transfer.Totals{Bytes: 100 << 20, Moved: 50 << 20},
		Items: []transfer.Item{{ID: 1, State: transfer.Asking}}, Order: []transfer.ItemID{1}}
	v.Apply(d)
	if line := v.TotalLine(); strings.Contains(line, "left") {
		t.Errorf("nothing moves: %q", line)
	}
	d.Items[0].State, d.Totals.Active = transfer.Running, 1
	v.Apply(d)
	if line := v.TotalLine(); !strings.Contains(line, "left") {
		t.Errorf("something moves: %q", line)
	}
}
