package transfer

import (
	"context"
	"testing"
)

// BenchmarkSince is one change and one look at it, among 100,000 items.
func BenchmarkSince(b *testing.B) {
	q, err := Open(Config{Leaser: newFake()})
	if err != nil {
		b.Fatal(err)
	}
	defer q.Close(context.Background())
	ids, err := q.Add(context.Background(), manyRequests()...)
	if err != nil {
		b.Fatal(err)
	}
	rev := q.Since(0).Rev
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if i++; i%2 == 1 {
			q.Pause(ids[i%many/2])
		} else {
			q.Resume(ids[(i-1)%many/2])
		}
		d := q.Since(rev)
		if len(d.Items) != 1 {
			b.Fatalf("%d items", len(d.Items))
		}
		rev = d.Rev
	}
}

// BenchmarkJournal appends the lines of an item: it was added, and it is done.
func BenchmarkJournal(b *testing.B) {
	q, err := Open(Config{Dir: b.TempDir(), Leaser: newFake()})
	if err != nil {
		b.Fatal(err)
	}
	defer q.Close(context.Background())
	ids, err := q.Add(context.Background(), manyRequests()[:1]...)
	if err != nil {
		b.Fatal(err)
	}
	w := q.items[ids[0]]
	b.ReportAllocs()
	for b.Loop() {
		q.mu.Lock()
		q.journal.put(q.addRecord(w))
		q.journal.put(q.stateRecord(w))
		q.mu.Unlock()
		q.flush()
	}
}
