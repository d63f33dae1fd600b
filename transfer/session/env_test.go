package session

import (
	"net"
	"strconv"
	"sync"
	"testing"
)

func splitAddr(t testing.TB, addr string) (string, int) {
	t.Helper()
	host, p, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(p)
	if err != nil {
		t.Fatal(err)
	}
	return host, port
}

// logTo writes the transcript into the test's log.
func logTo(t testing.TB) func(Line) {
	var mu sync.Mutex
	ended := false
	t.Cleanup(func() { mu.Lock(); ended = true; mu.Unlock() })
	return func(l Line) {
		mu.Lock()
		defer mu.Unlock()
		if !ended {
			t.Logf("%d %s %s", l.Session, [...]string{"#", ">", "<", "!"}[l.Dir], l.Text)
		}
	}
}

// oneServer is a Memory for one server.
type oneServer struct {
	mu sync.Mutex
	l  Learned
}

func (m *oneServer) Recall(Target) Learned {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.l
}

func (m *oneServer) Learn(_ Target, change func(*Learned)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(&m.l)
}
