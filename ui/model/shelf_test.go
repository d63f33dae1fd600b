package model

import (
	"testing"
	"time"

	"longshore/transfer"
)

// A hundred thousand files chosen by hand come in portions, each file a root
// of its own.
func BenchmarkQueueViewFilled100k(b *testing.B) {
	const all, portion = 100_000, 2000
	for b.Loop() {
		v := NewQueueView(time.Time{})
		for from := 0; from < all; from += portion {
			items := make([]transfer.Item, portion)
			for i := range items {
				items[i].ID = transfer.ItemID(from + i + 1)
			}
			v.Apply(transfer.Delta{Items: items})
		}
		if v.Len(OnQueue) != all {
			b.Fatalf("%d rows", v.Len(OnQueue))
		}
	}
}

// What left the queue and comes back goes behind those that it belongs to,
// also when newer ones have come since.
func TestOldRootComesBack(t *testing.T) {
	v := NewQueueView(time.Time{})
	item := func(id, parent transfer.ItemID, s transfer.State) transfer.Item {
		return transfer.Item{ID: id, Parent: parent, State: s}
	}
	v.Apply(transfer.Delta{Items: []transfer.Item{item(1, 0, transfer.Waiting), item(2, 1, transfer.Waiting),
		item(3, 1, transfer.Failed), item(4, 0, transfer.Waiting)}})
	v.Apply(transfer.Delta{Items: []transfer.Item{item(3, 1, transfer.Waiting)}})
	for i, want := range []transfer.ItemID{1, 2, 3, 4} {
		if got := v.Row(OnQueue, i).ID; got != want {
			t.Errorf("row %d is item %d, want %d", i, got, want)
		}
	}
}
