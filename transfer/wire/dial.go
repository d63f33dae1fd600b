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

// dialDirect opens a data connection, without a timer: the socket keeps the
// deadline. It is not for Dialer.DialTCP, which binds each socket to a port of
// ours first. Such a port is free for nobody else, until a minute after the
// connection's end: thousands of uploads would use them all up.
func dialDirect(ctx context.Context, addr string, patience time.Duration) (net.Conn, error) {
	network := "tcp"
	if to, err := netip.ParseAddrPort(addr); err == nil && to.Addr().Is4() {
		network = "tcp4" // does without the race of several addresses
	}
	return busy.DialContext(until{ctx, time.Now().Add(patience)}, network, addr)
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
