package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"longshore/transfer"
)

// Clearing the failed transfers asks about what they left behind, if they did.
func TestClearFailedAsksAboutLeftovers(t *testing.T) {
	for _, c := range []struct {
		left    int
		choice  string
		cleaned bool
		cleared bool
	}{
		{0, "", false, true},
		{1, "Cancel", false, false},
		{1, "Keep them", false, true},
		{7, "Remove them", true, true},
	} {
		b := connected(t)
		b.queue.put(transfer.Item{ID: 5, State: transfer.Failed, Request: transfer.Request{Target: demoTarget, Remote: "/a"}})
		for i := range c.left {
			b.queue.left = append(b.queue.left, transfer.Leftover{Item: 5, Direction: transfer.Upload, Target: demoTarget,
				Path: fmt.Sprintf("/.%d\x1b.part", i), Size: 1 << 20})
		}
		b.Apply()
		b.Actions.Run("clear-failed")
		b.loop.settle()
		if x := b.Questions.Current(); x != nil {
			text := strings.Join(x.Text, "\n")
			if c.choice == "" || !strings.Contains(text, "1.0 MB") && !strings.Contains(text, "MiB") || strings.Contains(text, "\x1b") {
				t.Errorf("%d left: asked %q", c.left, text)
			}
			if c.left > leftoversNamed && !strings.Contains(text, "2 more") {
				t.Errorf("%q", text)
			}
			for i, o := range x.Choices {
				if o.Label == c.choice {
					b.Questions.Answer(x.ID, i, Reply{})
				}
			}
		} else if c.choice != "" {
			t.Errorf("%d left: not asked", c.left)
		}
		b.loop.settle()
		if got := slices.Contains(b.queue.calls, fmt.Sprint("clean up", slices.Repeat([]transfer.ItemID{5}, c.left))); got != c.cleaned {
			t.Errorf("%+v: %v", c, b.queue.calls)
		}
		if _, there := b.queue.items[5]; there == c.cleared {
			t.Errorf("%+v: still there: %v", c, there)
		}
	}
}

// One transfer that is removed asks about its own partial file, not about
// those of others.
func TestForgetAsksAboutItsLeftovers(t *testing.T) {
	for id, asked := range map[transfer.ItemID]bool{5: true, 6: false} {
		b := connected(t)
		for _, id := range []transfer.ItemID{5, 6} {
			b.queue.put(transfer.Item{ID: id, State: transfer.Failed, Request: transfer.Request{Target: demoTarget, Remote: "/a"}})
		}
		b.queue.left = []transfer.Leftover{{Item: 5, Direction: transfer.Upload, Target: demoTarget, Path: "/.a.part", Size: 1}}
		b.Apply()
		b.ShowBottom(BottomFailed)
		if b.QueueView.Row(OnFailed, 0).ID == id {
			b.SetRows([]int{0})
		} else {
			b.SetRows([]int{1})
		}
		b.Actions.Run("item-forget")
		b.loop.settle()
		if got := b.Questions.Current() != nil; got != asked {
			t.Errorf("item %d: asked %v", id, got)
		}
		if _, there := b.queue.items[id]; there != asked {
			t.Errorf("item %d: on the list %v", id, there)
		}
	}
}

// A queue that is not on the disk is not lost without a word.
func TestQuitWithAQueueInMemory(t *testing.T) {
	b := connected(t)
	b.queue.put(transfer.Item{ID: 5, State: transfer.Paused, Request: transfer.Request{Target: demoTarget, Remote: "/a"}})
	b.queue.order = []transfer.ItemID{5}
	b.Apply()
	b.QueueView.Warning = "another program has it"
	b.RequestQuit()
	x := b.Questions.Current()
	if x == nil || x.About != AskQuit || !strings.Contains(strings.Join(x.Text, " "), "forgotten") {
		t.Errorf("asked %+v", x)
	}
}
