package model

import (
	"slices"
	"testing"
	"time"

	"longshore/transfer/listing"
)

func TestNaturalCompare(t *testing.T) {
	want := []string{"", "a", "a1", "a2", "a10", "a010b", "a10c", "b", "img9.png", "img10.png", "img99999999999999999999.png",
		"img100000000000000000000.png"}
	for i := range want {
		for j := range want {
			got := naturalCompare(want[i], want[j])
			if i < j && got >= 0 || i > j && got <= 0 || i == j && got != 0 {
				t.Errorf("naturalCompare(%q, %q) = %d", want[i], want[j], got)
			}
		}
	}
}

func FuzzNaturalCompare(f *testing.F) {
	f.Add("a1", "a01", "a2")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		if naturalCompare(a, b) != -naturalCompare(b, a) {
			t.Errorf("not antisymmetric: %q %q", a, b)
		}
		if naturalCompare(a, b) <= 0 && naturalCompare(b, c) <= 0 && naturalCompare(a, c) > 0 {
			t.Errorf("not transitive: %q %q %q", a, b, c)
		}
	})
}

func TestArrange(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	entries := []listing.Entry{
		{Raw: "b10", Name: "b10", Size: 5, Time: day(3)}, {Raw: "B9", Name: "B9", Size: 5, Time: day(1)},
		{Raw: "zdir", Name: "zdir", Type: listing.Dir, Size: -1, Time: day(9)}, {Raw: "adir", Name: "adir", Type: listing.Dir, Size: 4096, Time: day(2)},
		{Raw: "x.html", Name: "x.html", Size: 1, Time: day(2)},
	}
	for _, c := range []struct {
		sort Sort
		want []string
	}{
		{Sort{ByName, false}, []string{"adir", "zdir", "B9", "b10", "x.html"}},
		{Sort{ByName, true}, []string{"zdir", "adir", "x.html", "b10", "B9"}},
		{Sort{BySize, false}, []string{"adir", "zdir", "x.html", "B9", "b10"}},
		{Sort{BySize, true}, []string{"adir", "zdir", "B9", "b10", "x.html"}},
		{Sort{ByTime, false}, []string{"adir", "zdir", "B9", "x.html", "b10"}},
		{Sort{ByType, false}, []string{"adir", "zdir", "B9", "b10", "x.html"}},
	} {
		var got []string
		for _, i := range arrange(entries, c.sort, func(*listing.Entry) bool { return true }) {
			got = append(got, entries[i].Name)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.sort, got, c.want)
		}
	}
}

func TestMatcher(t *testing.T) {
	for _, c := range []struct {
		filter, name string
		want         bool
	}{
		{"", "x", true}, {"HTM", "index.html", true}, {"*.htm", "index.html", false}, {"*.HTML", "index.html", true},
		{"?.txt", "a.txt", true}, {"?.txt", "ab.txt", false}, {"[a*", "x[a*y", true}, {" css ", "a.css", true},
	} {
		if got := matcher(c.filter)(c.name); got != c.want {
			t.Errorf("filter %q on %q: %v", c.filter, c.name, got)
		}
	}
}
