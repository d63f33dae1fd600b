package transfer

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"longshore/transfer/session"
)

// Rate is a limit of speed in bytes a second for each direction; 0: none.
type Rate struct {
	Up   int64 `json:"up,omitempty"`
	Down int64 `json:"down,omitempty"`
}

// Limits are the limits of speed: for all together, for single servers, and
// by the clock.
type Limits struct {
	Rate
	Sites    map[string]Rate `json:"sites,omitempty"`    // by Target.Site, or Target.Key where that is empty
	Schedule []Window        `json:"schedule,omitempty"` // the first that holds replaces Rate

	SiteSchedules map[string][]Window `json:"site_schedules,omitempty"` // by the same names; the first that holds replaces the site's Rate
}

// Window is a span of the week with its own limit.
type Window struct {
	Days     []time.Weekday `json:"days,omitempty"` // nil: every day
	From, To int            // minutes since midnight, local time; To before From: past midnight, of the day of From
	Rate
}

// at is the limit for all at a time.
func (l *Limits) at(t time.Time) Rate { return rateAt(t, l.Schedule, l.Rate) }

// siteAt is a site's own limit at a time.
func (l *Limits) siteAt(t time.Time, key string) Rate {
	return rateAt(t, l.SiteSchedules[key], l.Sites[key])
}

func rateAt(t time.Time, schedule []Window, usual Rate) Rate {
	for _, w := range schedule {
		if w.holds(t) {
			return w.Rate
		}
	}
	return usual
}

func (w Window) holds(t time.Time) bool {
	m := t.Hour()*60 + t.Minute()
	day := t.Weekday()
	switch {
	case w.From == w.To:
	case w.From < w.To && (m < w.From || m >= w.To):
		return false
	case w.From > w.To && m < w.To:
		day = (day + 6) % 7 // the window began yesterday
	case w.From > w.To && m < w.From:
		return false
	}
	for _, d := range w.Days {
		if d == day {
			return true
		}
	}
	return len(w.Days) == 0
}

// bucket lets n bytes a second through, a quarter of a second's worth at once.
type bucket struct {
	mu   sync.Mutex
	next time.Time // when all that was let through is paid for
}

// pay takes n bytes and tells how long to wait for them.
func (b *bucket) pay(n int, rate int64, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if earliest := now.Add(-time.Second / 4); b.next.Before(earliest) {
		b.next = earliest
	}
	b.next = b.next.Add(time.Duration(float64(n) / float64(rate) * float64(time.Second)))
	return b.next.Sub(now)
}

// limiters stack the limits: a byte passes the one for all, then its site's.
type limiters struct {
	on     atomic.Bool // whether there is any limit, now or at some time of the week
	mu     sync.Mutex
	limits Limits
	all    [2]*bucket
	sites  map[string]*[2]*bucket
	change chan struct{} // closed when limits change, so that nobody waits for an old one
}

func newLimiters(l Limits) *limiters {
	ls := &limiters{limits: l, all: [2]*bucket{{}, {}}, sites: map[string]*[2]*bucket{}, change: make(chan struct{})}
	ls.on.Store(l.any())
	return ls
}

// any reports whether there is a limit at some time.
func (l *Limits) any() bool {
	if l.Rate != (Rate{}) {
		return true
	}
	for _, r := range l.Sites {
		if r != (Rate{}) {
			return true
		}
	}
	limited := func(w Window) bool { return w.Rate != Rate{} }
	for _, ws := range l.SiteSchedules {
		if slices.ContainsFunc(ws, limited) {
			return true
		}
	}
	return slices.ContainsFunc(l.Schedule, limited)
}

func (l *limiters) set(to Limits) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.limits, l.all = to, [2]*bucket{{}, {}}
	l.on.Store(to.any())
	clear(l.sites)
	close(l.change)
	l.change = make(chan struct{})
}

// wait returns when n bytes may pass, or when the limits changed.
func (l *limiters) wait(ctx context.Context, t *session.Target, d Direction, n int) error {
	if !l.on.Load() {
		return ctx.Err()
	}
	now := time.Now()
	l.mu.Lock()
	way, change := min(int(d), 1), l.change
	all := l.limits.at(now).of(way)
	key := t.Site
	if key == "" {
		key = t.Key()
	}
	one := l.limits.siteAt(now, key).of(way)
	b := l.sites[key]
	if one > 0 && b == nil {
		b = &[2]*bucket{{}, {}}
		l.sites[key] = b
	}
	global := l.all[way]
	l.mu.Unlock()
	var wait time.Duration
	if all > 0 {
		wait = global.pay(n, all, now)
	}
	if one > 0 {
		wait = max(wait, b[way].pay(n, one, now))
	}
	if wait <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-change:
	case <-ctx.Done():
	}
	return ctx.Err()
}

func (r Rate) of(way int) int64 {
	if way == int(Upload) {
		return r.Up
	}
	return r.Down
}
