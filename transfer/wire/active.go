package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// openActive listens where the control connection leaves this machine and
// tells the server by PORT (RFC 959) or, over IPv6, EPRT (RFC 2428). The
// server dials after it has got the data command, so the Data accepts at its
// first read or write.
func (c *Control) openActive(ctx context.Context) (*Data, error) {
	if c.cfg.Proxied {
		return nil, step(StepPassive, errors.New("active mode does not go through a proxy"))
	}
	local, ok := c.raw.LocalAddr().(*net.TCPAddr)
	if !ok {
		return nil, step(StepPassive, errors.New("the local address is not known"))
	}
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: local.IP, Zone: local.Zone})
	if err != nil {
		return nil, step(StepPassive, err)
	}
	r, err := c.Command(activeCommand(local.IP, l.Addr().(*net.TCPAddr).Port))
	if err == nil && !r.OK() {
		err = &ReplyError{Step: StepPassive, Reply: r}
	}
	if err != nil {
		l.Close()
		return nil, step(StepPassive, err)
	}
	return c.newData(nil, l), nil
}

func activeCommand(ip net.IP, port int) string {
	if v4 := ip.To4(); v4 != nil {
		return fmt.Sprintf("PORT %d,%d,%d,%d,%d,%d", v4[0], v4[1], v4[2], v4[3], port>>8, port&255)
	}
	return fmt.Sprintf("EPRT |2|%s|%d|", ip, port)
}

// accept waits for the server. Anybody else who comes first is sent away.
func (c *Control) accept(l *net.TCPListener) (net.Conn, error) {
	l.SetDeadline(time.Now().Add(c.cfg.Timeout))
	peer, _ := c.raw.RemoteAddr().(*net.TCPAddr)
	for {
		conn, err := l.AcceptTCP()
		if err != nil {
			return nil, fmt.Errorf("the server did not connect to us: %w", err)
		}
		if from, ok := conn.RemoteAddr().(*net.TCPAddr); ok && peer != nil && from.IP.Equal(peer.IP) {
			return conn, nil
		}
		c.note("A connection from %v was refused", conn.RemoteAddr())
		conn.Close()
	}
}
