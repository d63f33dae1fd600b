package transfer

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"longshore/transfer/session"
)

const many = 100_000

func manyRequests() []Request {
	rs := make([]Request, many)
	t := session.Target{Host: "ftp.example.com", User: "anna", Security: session.ExplicitTLS}
	for i := range rs {
		rs[i] = Request{Direction: Download, Target: t, Size: 12345, ModTime: time.Now(),
			Local: fmt.Sprintf("/home/anna/Downloads/pictures/%d/IMG_%06d.jpg", i/500, i), Remote: fmt.Sprintf("/pictures/%d/IMG_%06d.jpg", i/500, i)}
	}
	return rs
}

// TestHundredThousand holds the queue to its promises for many items, with
// room for slow machines; the benchmark gives the figures.
func TestHundredThousand(t *testing.T) {
	dir := t.TempDir()
	rs := manyRequests()
	q, err := Open(Config{Dir: dir, Leaser: newFake()})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	took := func(name string, most time.Duration, f func()) {
		t.Helper()
		start, before := time.Now(), spent()
		f()
		d, busy := time.Since(start), spent()-before
		t.Logf("%-28s %v, %v of the processor", name, d, busy)
		if min(d, busy) > most*slowness { // other programs do not count
			t.Errorf("%s took %v and %v of the processor, more than %v", name, d, busy, most)
		}
	}
	var ids []ItemID
	took("add", time.Second, func() {
		if ids, err = q.Add(ctx, rs...); err != nil {
			t.Fatal(err)
		}
	})
	var d Delta
	took("everything once", time.Second, func() { d = q.Since(0) })
	if len(d.Items) != many || len(d.Order) != many || !d.Full {
		t.Fatalf("%d items, %d in order, full %v", len(d.Items), len(d.Order), d.Full)
	}
	rev := d.Rev
	d = Delta{}
	took("1,000 changes and reads", 100*time.Millisecond, func() {
		for i := range 1000 {
			q.Pause(ids[i*7])
			d := q.Since(rev)
			if len(d.Items) != 1 || d.Items[0].State != Paused {
				t.Fatalf("change %d: %d items", i, len(d.Items))
			}
			rev = d.Rev
		}
	})
	took("move to the top", 500*time.Millisecond, func() { q.Move(ids[many-1:], ids[0]) })
	if d := q.Since(rev); d.Order == nil || d.Order[0] != ids[many-1] {
		t.Error("the order did not change")
	}
	q.Close(ctx)
	took("restart", 100*time.Millisecond, func() {
		if q, err = Open(Config{Dir: dir, Leaser: newFake()}); err != nil {
			t.Fatal(err)
		}
	})
	took("restored behind it", 3*time.Second, func() { <-q.loaded })
	if d := q.Since(0); len(d.Items) != many || d.Order[0] != ids[many-1] || d.Totals.Files != many {
		t.Errorf("restored %d items, first %d, totals %+v", len(d.Items), d.Order[0], d.Totals)
	}
	took("cancel all", time.Second, func() { q.Cancel(ids...) })
	if d := q.Since(0); d.Totals.Files != 0 || d.Totals.Bytes != 0 {
		t.Errorf("left: %+v", d.Totals)
	}
	q.Close(ctx)
}

// BenchmarkHundredThousand tells what the queue takes for many items, in
// seconds by the clock and of the processor.
func BenchmarkHundredThousand(b *testing.B) {
	rs := manyRequests()
	heap := func() float64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / 1e6
	}
	took := func(name string, f func()) {
		start, before := time.Now(), spent()
		f()
		b.ReportMetric(time.Since(start).Seconds(), name+"-s")
		b.ReportMetric((spent() - before).Seconds(), name+"-cpu-s")
	}
	for b.Loop() {
		dir := b.TempDir()
		before := heap()
		q, err := Open(Config{Dir: dir, Leaser: newFake()})
		if err != nil {
			b.Fatal(err)
		}
		var ids []ItemID
		took("add", func() {
			if ids, err = q.Add(context.Background(), rs...); err != nil {
				b.Fatal(err)
			}
		})
		b.ReportMetric(heap()-before, "queue-MB")
		var d Delta
		took("all", func() { d = q.Since(0) })
		b.ReportMetric(heap()-before, "with-delta-MB")
		start := time.Now()
		const reads = 10_000
		for range reads {
			q.Since(d.Rev)
		}
		b.ReportMetric(float64(time.Since(start).Nanoseconds())/reads, "since-ns")
		q.Close(context.Background())
		took("open", func() {
			if q, err = Open(Config{Dir: dir, Leaser: newFake()}); err != nil {
				b.Fatal(err)
			}
		})
		took("restore", func() { <-q.loaded })
		took("cancel-all", func() { q.Cancel(ids...) })
		q.Close(context.Background())
	}
}
