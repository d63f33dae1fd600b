package daemons

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"longshore/transfer/ftptest"
)

// Relay puts TLS and faults in front of a daemon that was started without
// TLS. The user, password and folders are the daemon's, address and
// certificate the relay's. If the test fails it shows what was said last.
func Relay(t testing.TB, d *Daemon, o ftptest.Options) *ftptest.Server {
	t.Helper()
	var talk transcript
	o.Upstream = d.Addr
	o.Log = talk.add
	s, err := ftptest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		if t.Failed() {
			t.Logf("the relay heard last:\n%s", talk.String())
		}
	})
	return s
}

// transcript keeps the last lines.
type transcript struct {
	mu    sync.Mutex
	lines []string
}

func (l *transcript) add(session int, line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, fmt.Sprintf("%d %.200q", session, line))
	if len(l.lines) > 4000 {
		l.lines = append(l.lines[:0], l.lines[2000:]...)
	}
}

func (l *transcript) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}
