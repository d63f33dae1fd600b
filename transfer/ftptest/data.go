package ftptest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

func (c *session) closePassive() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting != nil {
		c.waiting.Close()
		c.waiting = nil
	}
	c.passive, c.active, c.muted = nil, "", false
}

// listen opens a data port on the address the client reached us at.
func (c *session) listen() (port int, ok bool) {
	c.closePassive()
	local := c.raw.LocalAddr().(*net.TCPAddr)
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: local.IP, Zone: local.Zone})
	if err != nil {
		c.reply(425, "Cannot open a data port.")
		return 0, false
	}
	port = l.Addr().(*net.TCPAddr).Port
	if take(c.armed, DeadPort) != nil {
		l.Close()
	}
	if take(c.armed, MutePort) != nil {
		c.srv.mute(l)
		c.muted = true
		return port, true
	}
	c.mu.Lock()
	c.passive, c.waiting = l, l
	if c.dead {
		l.Close()
	}
	c.mu.Unlock()
	return port, true
}

// mute keeps a listener that nobody serves open until Close.
func (s *Server) mute(l net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.muted = append(s.muted, l)
}

func (c *session) epsv() {
	local := c.raw.LocalAddr().(*net.TCPAddr).AddrPort().Addr().Unmap()
	switch arg := strings.ToUpper(c.arg); {
	case arg == "ALL":
		c.epsvAll = true
		c.reply(200, "EPSV ALL ok.")
		return
	case arg == "1" && !local.Is4(), arg == "2" && !local.Is6():
		c.reply(522, "Network protocol not supported, use (%d).", family(local))
		return
	case arg != "" && arg != "1" && arg != "2":
		c.reply(522, "Network protocol not supported, use (1,2).")
		return
	}
	if port, ok := c.listen(); ok {
		c.reply(229, "Entering Extended Passive Mode (|||%d|)", port)
	}
}

func family(a netip.Addr) int {
	if a.Is4() {
		return 1
	}
	return 2
}

func (c *session) pasv() {
	local := c.raw.LocalAddr().(*net.TCPAddr).AddrPort().Addr().Unmap()
	host := c.srv.opt.PASVHost
	if host == "" {
		host = local.String()
	}
	if c.epsvAll {
		c.reply(501, "PASV is not allowed after EPSV ALL.")
		return
	}
	if !local.Is4() {
		c.reply(425, "You must use EPSV on IPv6.")
		return
	}
	if port, ok := c.listen(); ok {
		c.reply(227, "Entering Passive Mode (%s,%d,%d).", strings.ReplaceAll(host, ".", ","), port>>8, port&255)
	}
}

func (c *session) eprt() {
	f := strings.Split(c.arg, c.arg[:min(1, len(c.arg))])
	if len(f) != 5 || f[1] != "1" && f[1] != "2" {
		c.reply(501, "Bad EPRT.")
		return
	}
	port, err := strconv.ParseUint(f[3], 10, 16)
	c.setActive(f[2], uint16(port), err)
}

func (c *session) port() {
	var b [6]byte
	f := strings.Split(c.arg, ",")
	if len(f) != 6 {
		c.reply(501, "Bad PORT.")
		return
	}
	var err error
	for i, s := range f {
		n, e := strconv.ParseUint(s, 10, 8)
		b[i], err = byte(n), errors.Join(err, e)
	}
	c.setActive(fmt.Sprintf("%d.%d.%d.%d", b[0], b[1], b[2], b[3]), uint16(b[4])<<8|uint16(b[5]), err)
}

// setActive refuses addresses other than the client's own (RFC 2577: bounce).
func (c *session) setActive(host string, port uint16, err error) {
	ip, e := netip.ParseAddr(host)
	peer := c.raw.RemoteAddr().(*net.TCPAddr).AddrPort().Addr().Unmap()
	if err != nil || e != nil || ip.Unmap().WithZone("") != peer.WithZone("") || port < 1024 {
		c.reply(500, "Illegal PORT command.")
		return
	}
	c.closePassive()
	c.active = netip.AddrPortFrom(peer, port).String()
	c.reply(200, "PORT command successful.")
}

// connect takes or makes the data connection that was agreed on.
func (c *session) connect(upload bool) (*net.TCPConn, error) {
	defer c.closePassive()
	conn, err := c.dialOrAccept()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead || c.aborted {
		conn.Close()
		return nil, net.ErrClosed
	}
	c.data = conn
	if upload {
		c.data = uploadConn{conn}
	}
	return conn, nil
}

func (c *session) dialOrAccept() (*net.TCPConn, error) {
	if c.muted {
		c.wait(c.srv.opt.DataTimeout)
		return nil, errors.New("no data connection came")
	}
	if c.active != "" {
		conn, err := net.DialTimeout("tcp", c.active, c.srv.opt.DataTimeout)
		if err != nil {
			return nil, err
		}
		return conn.(*net.TCPConn), nil
	}
	if c.passive == nil {
		return nil, errors.New("no EPSV or PASV before")
	}
	l := c.passive.(*net.TCPListener)
	l.SetDeadline(time.Now().Add(c.srv.opt.DataTimeout))
	for {
		conn, err := l.AcceptTCP()
		if err != nil {
			return nil, err
		}
		if conn.RemoteAddr().(*net.TCPAddr).IP.Equal(c.raw.RemoteAddr().(*net.TCPAddr).IP) {
			return conn, nil
		}
		conn.Close()
	}
}

func (c *session) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.data != nil {
		c.data.Close()
	}
	c.data = nil
}

var errReuse = errors.New("TLS session of the data connection was not resumed")

// secure shakes hands on a data connection and enforces the ReuseRule.
func (c *session) secure(conn net.Conn) (*tls.Conn, error) {
	t := tls.Server(conn, c.dataTLS)
	ctx, cancel := context.WithTimeout(context.Background(), c.srv.opt.DataTimeout)
	defer cancel()
	if err := t.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	if c.srv.opt.Reuse != ReuseFree && !t.ConnectionState().DidResume {
		return nil, errReuse
	}
	return t, nil
}
