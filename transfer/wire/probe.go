package wire

import (
	"context"
	"net"
	"strconv"
)

// What follows is for the connection check: it takes passive mode apart.

// Offer asks for a passive port by mode, EPSV or PASV, and gives the address
// and port that the server names; ip is nil for EPSV, which names none
// (RFC 2428 §3). A refusal is a *ReplyError.
func (c *Control) Offer(mode Mode) (ip net.IP, port int, err error) {
	verb := "PASV"
	if mode == EPSV {
		verb = "EPSV"
	}
	c.dropAhead()
	r, err := c.Command(verb)
	if err != nil {
		return nil, 0, step(StepPassive, err)
	}
	if !r.OK() {
		return nil, 0, &ReplyError{Step: StepPassive, Reply: r}
	}
	if mode == EPSV {
		port, err = parseEPSV(r.First())
	} else {
		ip, port, err = parsePASV(r.First())
	}
	return ip, port, step(StepPassive, err)
}

// Peer is the address, or behind a proxy the name, that data connections go to.
func (c *Control) Peer() string { return c.peer() }

// MayGoTo reports whether data connections would ever go to an address that
// the server names, if the user trusted it: not to this computer, and not to
// another private network than the server's own.
func (c *Control) MayGoTo(ip net.IP) bool { return !astray(ip, net.ParseIP(c.peer())) }

// Reach dials host and port as a data connection would be, and hangs up.
func (c *Control) Reach(ctx context.Context, host string, port int) error {
	conn, err := c.cfg.Dial(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return step(StepData, err)
	}
	return conn.Close()
}

// Use makes mode the only one from now on; Auto lets the Control choose again.
func (c *Control) Use(mode Mode) { c.cfg.Mode = mode }

// ForgetTLS makes later data connections begin a TLS session of their own, as
// a client would that knows no resumption.
func (c *Control) ForgetTLS() {
	if c.tlsConfig != nil {
		c.tlsConfig = c.tlsConfig.Clone()
		c.tlsConfig.ClientSessionCache = nil
	}
}

// Resumed reports whether the data connection went on with the control
// connection's TLS session; ok is false where there was no TLS.
func (d *Data) Resumed() (resumed, ok bool) {
	if d == nil || d.tls == nil || !d.ready {
		return false, false
	}
	return d.tls.ConnectionState().DidResume, true
}

// Proxied reports whether connections go through a proxy.
func (c *Control) Proxied() bool { return c.cfg.Proxied }
