package main

import (
	"fmt"
	"io"
	"testing"
	"time"

	"longshore/transfer/listing"
)

// BenchmarkTable keeps, sorts and prints a folder of 100,000 names: what is
// left to do when the server has sent the last of them, and a little more.
func BenchmarkTable(b *testing.B) {
	batches := make([][]listing.Entry, 100)
	when := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	for i := range 100_000 {
		batches[i/1000] = append(batches[i/1000], listing.Entry{Name: fmt.Sprintf("file-%06d.dat", i), Size: int64(i),
			Time: when.Add(time.Duration(i/100) * time.Second), Mode: 0o644, HasMode: true})
	}
	p := &program{options: &options{}, report: newReport(&options{}, console{out: io.Discard, err: io.Discard})}
	b.ReportAllocs()
	for b.Loop() {
		var r rows
		for _, batch := range batches {
			r.add(batch)
		}
		p.table(&r)
	}
}
