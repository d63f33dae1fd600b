package kit

import (
	"testing"

	"fyne.io/fyne/v2"
)

func BenchmarkScroll100k(b *testing.B) {
	table, _ := newTable(b, &manyRows{n: 100_000})
	b.ResetTimer()
	for i := range b.N {
		dy := float32(-25)
		if i/1000%2 == 1 {
			dy = 25
		}
		table.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, dy)})
	}
}

func BenchmarkPageJump100k(b *testing.B) {
	table, _ := newTable(b, &manyRows{n: 100_000})
	b.ResetTimer()
	for i := range b.N {
		table.ScrollTo((i * 7919) % 100_000)
	}
}

func BenchmarkSetRows100k(b *testing.B) {
	table, _ := newTable(b, &manyRows{n: 100_000})
	b.ResetTimer()
	for range b.N {
		table.SetRows(&manyRows{n: 100_000})
	}
}

func BenchmarkSelectAll100k(b *testing.B) {
	table, _ := newTable(b, &manyRows{n: 100_000})
	b.ResetTimer()
	for range b.N {
		table.SelectAll()
	}
}
