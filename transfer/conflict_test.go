package transfer

import (
	"testing"
	"time"
)

func TestDecide(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	at := func(size int64, d time.Duration) sight {
		return sight{exists: true, size: size, time: noon.Add(d), exact: true}
	}
	vague := func(s sight) sight { s.exact = false; return s }
	noTime := func(s sight) sight { s.time = time.Time{}; return s }
	from := at(100, 0)
	for _, c := range []struct {
		name   string
		policy Exists
		source sight
		target sight
		want   verdict
	}{
		{"nothing there", Ask, from, sight{}, put},
		{"nothing there, fail", Fail, from, sight{}, put},
		{"a folder there", Overwrite, from, sight{exists: true, folder: true}, refuse},
		{"ask", Ask, from, at(1, 0), inquire},
		{"overwrite", Overwrite, from, at(1, time.Hour), put},
		{"skip", Skip, from, at(1, 0), skip},
		{"rename", Rename, from, at(1, 0), elsewhere},
		{"fail", Fail, from, at(100, 0), refuse},
		{"newer", Newer, from, at(100, -time.Hour), put},
		{"as old", Newer, from, at(1, 0), skip},
		{"older", Newer, from, at(1, time.Hour), skip},
		{"newer by less than FAT keeps", Newer, from, at(1, -2*time.Second), skip},
		{"newer by little, exact", Newer, from, at(1, -3*time.Second), put},
		{"newer by little, by the minute", Newer, from, vague(at(1, -3*time.Second)), skip},
		{"newer by much, by the minute", Newer, from, vague(at(1, -2*time.Minute)), put},
		{"newer than what is not known", Newer, from, noTime(at(1, 0)), inquire},
		{"of a time not known", Newer, noTime(from), at(1, 0), inquire},
		{"other size", SizeDiffers, from, at(99, 0), put},
		{"same size", SizeDiffers, from, at(100, -time.Hour), skip},
		{"size not known", SizeDiffers, from, at(-1, 0), inquire},
		{"newer or size: neither", NewerOrSize, from, at(100, 0), skip},
		{"newer or size: size", NewerOrSize, from, at(99, time.Hour), put},
		{"newer or size: newer", NewerOrSize, from, at(100, -time.Hour), put},
		{"newer or size: size, time not known", NewerOrSize, from, noTime(at(99, 0)), put},
		{"newer or size: same size, time not known", NewerOrSize, from, noTime(at(100, 0)), inquire},
		{"newer or size: newer, size not known", NewerOrSize, from, at(-1, -time.Hour), put},
		{"resume shorter", Resume, from, at(60, 0), goOn},
		{"resume empty", Resume, from, at(0, 0), goOn},
		{"resume whole", Resume, from, at(100, 0), skip},
		{"resume longer", Resume, from, at(101, 0), inquire},
		{"resume, size not known", Resume, from, at(-1, 0), inquire},
		{"resume, source size not known", Resume, at(-1, 0), at(60, 0), inquire},
		{"no such policy", Exists(99), from, at(1, 0), inquire},
	} {
		if got, why := decide(c.policy, c.source, c.target); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		} else if (got == skip || got == refuse) && why == "" {
			t.Errorf("%s: no reason", c.name)
		}
	}
}
