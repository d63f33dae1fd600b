package wire

import (
	"context"
	"net"
	"net/netip"
	"time"
)

// busy dials data connections. They are never idle for longer than the stall
// deadline, so probes are not set up for each: that is four system calls a file.
var busy = net.Dialer{KeepAlive: -1}

// dialDirect opens a data connection. To an address it goes without what a
// name needs (resolving, the race of several addresses) and without a timer:
// that is a fifth of the time that this program takes for the dial.
func dialDirect(ctx context.Context, addr string, patience time.Duration) (net.Conn, error) {
	soon := until{ctx, time.Now().Add(patience)}
	to, err := netip.ParseAddrPort(addr)
	if err != nil {
		return busy.DialContext(soon, "tcp", addr)
	}
	conn, err := busy.DialTCP(soon, "tcp", netip.AddrPort{}, to)
	if err != nil {
		return nil, err // not conn: a nil *TCPConn is no nil Conn
	}
	return conn, nil
}

// until is a context with an earlier deadline, for a dial: it is the socket
// that keeps it.
type until struct {
	context.Context
	at time.Time
}

func (u until) Deadline() (time.Time, bool) {
	if at, ok := u.Context.Deadline(); ok && at.Before(u.at) {
		return at, true
	}
	return u.at, true
}
