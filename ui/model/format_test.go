package model

import (
	"math"
	"testing"
	"time"

	"longshore/transfer/listing"
)

func TestFormatSize(t *testing.T) {
	for n, want := range map[int64]string{-1: "", 0: "0 B", 1023: "1023 B", 1024: "1.0 KB", 18739: "18.3 KB",
		1<<20 - 1: "1.0 MB", 1 << 20: "1.0 MB", 64 << 20: "64.0 MB", 5 << 40: "5.0 TB", math.MaxInt64: "8.0 EB"} {
		if got := FormatSize(n); got != want {
			t.Errorf("FormatSize(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestFormatLeft(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "", -time.Second: "", 4 * time.Second: "00:04 left", 75 * time.Minute: "1:15:00 left",
		50 * time.Hour: "2 days left"} {
		if got := FormatLeft(d); got != want {
			t.Errorf("FormatLeft(%v) = %q, want %q", d, got, want)
		}
	}
	if Left(100, 0) != 0 || Left(math.MaxInt64, 1) != 0 || Left(100, 50) != 2*time.Second {
		t.Error("Left does not bear a line that stands still")
	}
}

func TestFormatType(t *testing.T) {
	for name, want := range map[string]string{"a.html": "HTML file", ".htaccess": "HTACCESS file", "Makefile": "File", "a.": "File",
		"x.thisisnotanending": "File"} {
		if got := FormatType(listing.Entry{Name: name}); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestFormatNumber(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", -1000: "-1,000", 1234567: "1,234,567"} {
		if got := FormatNumber(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
