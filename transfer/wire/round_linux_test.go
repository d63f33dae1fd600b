package wire

import (
	"net"
	"testing"
	"time"
)

// TestRoundTrip: what the dial took beside its packets does not count.
func TestRoundTrip(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if took := roundTrip(conn, time.Minute); took <= 0 || took > 10*time.Second {
		t.Errorf("%v", took)
	}
	near, far := net.Pipe()
	defer near.Close()
	defer far.Close()
	if took := roundTrip(near, time.Second); took != time.Second {
		t.Errorf("of no TCP connection: %v", took)
	}
}
