package main

import (
	"sync"

	"longshore/transfer/session"
	"longshore/ui/model"
)

// dropped carries the news that a decision about a certificate is no longer
// needed from a connection to the window, which comes later than the first
// connection.
type dropped struct {
	mu   sync.Mutex
	to   *model.App
	kept []func(*model.App)
}

// tell is called on a connection's goroutine.
func (d *dropped) tell(t session.Target, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	say := func(m *model.App) { m.Later(func() { m.Vouched(t, err) }) }
	if d.to == nil {
		d.kept = append(d.kept, say)
		return
	}
	say(d.to)
}

// attach is called once the window is there.
func (d *dropped) attach(m *model.App) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.to = m
	for _, say := range d.kept {
		say(m)
	}
	d.kept = nil
}
