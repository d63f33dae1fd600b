package transfer

import (
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// The windows of a meter: a rate to read should neither jump nor lag.
const (
	rateWindow = 3 * time.Second
	rateStep   = 200 * time.Millisecond
)

// meter measures bytes a second. add is cheap and may be called from anywhere.
type meter struct {
	total atomic.Int64
	mu    sync.Mutex
	at    time.Time // of the last look
	seen  int64     // total then
	value float64
}

func newMeter() *meter { return &meter{} }

func (m *meter) add(n int) { m.total.Add(int64(n)) }

// rate is the speed now: an average in which what is older than the window
// hardly counts.
func (m *meter) rate(now time.Time) float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	total := m.total.Load()
	if m.at.IsZero() {
		m.at, m.seen = now, total
		return 0
	}
	d := now.Sub(m.at)
	if d < rateStep {
		return m.value
	}
	latest := float64(total-m.seen) / d.Seconds()
	if m.value == 0 {
		m.value = latest
	} else {
		m.value += (latest - m.value) * (1 - math.Exp(-d.Seconds()/rateWindow.Seconds()))
	}
	if m.value < 1 {
		m.value = 0
	}
	m.at, m.seen = now, total
	return m.value
}
