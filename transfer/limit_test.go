package transfer

import (
	"testing"
	"time"
)

func TestLimitOfSpeed(t *testing.T) {
	in(t, Config{Slots: 3, Limit: Limits{Rate: Rate{Up: 100_000}, Sites: map[string]Rate{"slow": {Up: 10_000}}}}, func(t *testing.T, f *fake, q *Queue) {
		f.chunk = 8 << 10
		local, _ := file(t, "a", 500_000)
		start := time.Now()
		wait(t, q, add(t, q, Request{Local: local, Remote: "/1"}, Request{Local: local, Remote: "/2"})...)
		if d := time.Since(start); d < 9*time.Second || d > 11*time.Second {
			t.Errorf("1 MB at 100 kB/s took %v", d)
		}
		start = time.Now()
		slow := hostB
		slow.Site = "slow"
		wait(t, q, add(t, q, Request{Local: local, Remote: "/3", Target: slow})...)
		if d := time.Since(start); d < 48*time.Second || d > 52*time.Second {
			t.Errorf("500 kB at 10 kB/s took %v", d)
		}
		ids := add(t, q, Request{Local: local, Remote: "/4", Target: slow})
		time.Sleep(time.Second)
		q.SetLimits(Limits{})
		start = time.Now()
		wait(t, q, ids...)
		if d := time.Since(start); d > time.Second {
			t.Errorf("without a limit the rest took %v", d)
		}
	})
}

func TestSchedule(t *testing.T) {
	night := Limits{Rate: Rate{Up: 1}, Schedule: []Window{{Days: []time.Weekday{time.Monday}, From: 22 * 60, To: 6 * 60, Rate: Rate{Up: 2}}}}
	for at, want := range map[string]int64{
		"2026-11-23T21:59:00Z": 1, "2026-11-23T22:00:00Z": 2, "2026-11-24T05:59:00Z": 2, // Monday night
		"2026-11-24T06:00:00Z": 1, "2026-11-24T23:00:00Z": 1, "2026-11-23T05:00:00Z": 1,
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := night.at(when).Up; got != want {
			t.Errorf("%s: %d, want %d", at, got, want)
		}
	}
}

func TestScheduleOfASite(t *testing.T) {
	noon := []Window{{From: 12 * 60, To: 13 * 60, Rate: Rate{Up: 2}}}
	l := Limits{Sites: map[string]Rate{"a": {Up: 1}}, SiteSchedules: map[string][]Window{"a": noon, "b": noon}}
	at := time.Date(2026, 11, 23, 12, 30, 0, 0, time.UTC)
	for key, want := range map[string][2]int64{"a": {2, 1}, "b": {2, 0}, "c": {0, 0}} {
		if in, after := l.siteAt(at, key).Up, l.siteAt(at.Add(time.Hour), key).Up; in != want[0] || after != want[1] {
			t.Errorf("%s: %d, then %d; want %v", key, in, after, want)
		}
	}
	if only := (Limits{SiteSchedules: map[string][]Window{"b": noon}}); !only.any() {
		t.Error("a limit at some time of a site's week is not seen")
	}
}
