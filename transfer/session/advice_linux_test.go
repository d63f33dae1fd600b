package session

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"longshore/transfer/ftptest"
)

// Data that goes to the named address only: the server stands behind something
// that passes on its control port alone.
func TestAdviceToTrustTheNamedAddress(t *testing.T) {
	l := newLab(t, ftptest.Options{Disable: []string{"EPSV"}}, nil)
	at := must(net.Listen("tcp", "127.0.0.2:0"))
	behind := l.target.Addr()
	var both sync.WaitGroup
	both.Go(func() {
		for {
			near, err := at.Accept()
			if err != nil {
				return
			}
			both.Go(func() { passOn(near, behind) })
		}
	})
	t.Cleanup(func() { at.Close(); both.Wait() })
	l.target.Host, l.target.Port = splitAddr(t, at.Addr().String())
	before := l.check(t)
	if s := stepOf(before, "pasv"); s.Grade != Red || !strings.Contains(s.Text, "data has to go to 127.0.0.1") {
		t.Errorf("%v %q", s.Grade, s.Text)
	}
	l.follow(t, before, TrustPASVHost)
	if after := l.check(t); after.Grade > Amber || stepOf(after, "list").Grade != Green || offers(after, TrustPASVHost) {
		t.Errorf("%s", after.Text())
	}
}

// passOn joins a connection with another until both have ended.
func passOn(near net.Conn, addr string) {
	defer near.Close()
	far, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer far.Close()
	var both sync.WaitGroup
	both.Go(func() { io.Copy(far, near); far.(*net.TCPConn).CloseWrite() })
	both.Go(func() { io.Copy(near, far); near.(*net.TCPConn).CloseWrite() })
	both.Wait()
}
