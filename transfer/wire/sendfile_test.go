package wire

import (
	"net"
	"testing"
	"time"
)

func TestKernelSendsOnlyToOthers(t *testing.T) {
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
	for _, c := range []struct {
		far  time.Duration
		want bool
	}{{time.Hour, false}, {1, true}} {
		d := &Data{ctl: &Control{cfg: Config{Far: c.far}, round: time.Millisecond}, tcp: conn, chunk: BufferSize}
		if got := (&sender{}).ready(d, growAfter); got != c.want {
			t.Errorf("a server on this machine, far from %v on: by the kernel %v, want %v", c.far, got, c.want)
		}
	}
}
