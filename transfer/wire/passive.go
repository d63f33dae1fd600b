package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// firstDial bounds the dial of a port when there is another mode to try: a
// firewall that drops packets should not cost the whole Timeout.
const firstDial = 10 * time.Second

// order is the modes to try. PASV first over IPv4: it is what routers and
// servers have been tested with; EPSV first over IPv6, where PASV cannot say
// an address (RFC 2428).
func (c *Control) order() []Mode {
	switch {
	case c.cfg.Mode != Auto:
		return []Mode{c.cfg.Mode}
	case c.mode == EPSV || c.mode == "" && c.cfg.Prefer == EPSV:
		return []Mode{EPSV, PASV}
	case c.mode == PASV || c.cfg.Prefer == PASV:
		return []Mode{PASV, EPSV}
	case c.cfg.Prefer == Active:
		return []Mode{Active, PASV}
	case c.ipv6():
		return []Mode{EPSV, PASV}
	}
	return []Mode{PASV, EPSV}
}

func (c *Control) ipv6() bool {
	a, ok := c.raw.RemoteAddr().(*net.TCPAddr)
	return ok && !c.cfg.Proxied && a.IP.To4() == nil
}

// openData opens a data connection: the preferred mode, then once the other
// one when the server refuses the command or nobody answers at the port.
func (c *Control) openData() (net.Conn, error) {
	c.mu.Lock()
	ctx := c.ctx
	c.mu.Unlock()
	if err := context.Cause(ctx); err != nil {
		return nil, step(StepData, err)
	}
	if err := c.prepare(); err != nil {
		return nil, err
	}
	var first error
	modes := c.order()
	for i, mode := range modes {
		d, err := c.openBy(ctx, mode, i < len(modes)-1)
		if err == nil {
			if first != nil {
				c.worked(mode)
			}
			c.mode = mode
			return d, nil
		}
		if c.Err() != nil || ctx.Err() != nil {
			if i < len(modes)-1 && c.mode == Auto && ctx.Err() == nil && errors.Is(err, os.ErrDeadlineExceeded) {
				c.ignored(mode, modes[i+1])
			}
			return nil, err
		}
		c.note("%s does not work: %v", strings.ToUpper(string(mode)), err)
		first = worse(first, err)
	}
	return nil, first
}

func (c *Control) worked(mode Mode) {
	c.note("%s works and is used from now on", strings.ToUpper(string(mode)))
	if c.cfg.ModeWorked != nil {
		c.cfg.ModeWorked(mode)
	}
}

// ignored is for a server, or a firewall that reads along, that never answers
// a command: this connection is lost by it, the next begins with the other mode.
func (c *Control) ignored(mode, other Mode) {
	c.note("%s was not answered; %s is tried first from now on", strings.ToUpper(string(mode)), strings.ToUpper(string(other)))
	if c.cfg.ModeWorked != nil {
		c.cfg.ModeWorked(other)
	}
}

// worse picks the error to show: a port that cannot be reached says more about
// the network than the other command being unknown.
func worse(a, b error) error {
	var r *ReplyError
	if a == nil || errors.As(a, &r) && !errors.As(b, &r) {
		return b
	}
	return a
}

// prepare sends PRET where the server wants to know beforehand what will be
// transferred (DrFTPD). Pure-FTPd offers it too and does not need it.
func (c *Control) prepare() error {
	if _, ok := c.Feature("PRET"); !ok || c.transfer.Command == "" || c.pureFTPd() {
		return nil
	}
	_, err := c.Command("PRET " + c.transfer.Command)
	return err
}

func (c *Control) openBy(ctx context.Context, mode Mode, another bool) (*Data, error) {
	if mode == Active {
		c.dropAhead()
		return c.openActive(ctx)
	}
	addr, err := c.passive(mode)
	if err != nil {
		return nil, err
	}
	conn, err := c.dialData(ctx, addr, another)
	if err != nil && c.early && ctx.Err() == nil && !c.firewalled(err) {
		c.earlyFailed()
		if addr, err = c.passive(mode); err != nil {
			return nil, err
		}
		conn, err = c.dialData(ctx, addr, another)
	}
	if err != nil {
		return nil, step(StepData, c.named(addr, err))
	}
	return c.newData(conn, nil), nil
}

// named marks an error at an address that was the server's idea.
func (c *Control) named(addr string, err error) error {
	if host, _, _ := net.SplitHostPort(addr); host == c.peer() {
		return err
	}
	return fmt.Errorf("%w: %w", ErrNamedAddress, err)
}

func (c *Control) dialData(ctx context.Context, addr string, another bool) (net.Conn, error) {
	if o := c.ahead.opening; o != nil {
		c.ahead.opening = nil
		if c.early && o.addr == addr {
			return o.wait(ctx)
		}
		o.drop()
	}
	patience := c.cfg.Timeout
	if another {
		patience = min(patience, firstDial)
	}
	if c.dialPort == nil {
		return dialDirect(ctx, addr, patience)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return c.dialPort(ctx, "tcp", addr)
}

// passive asks for a port and gives the address to dial.
func (c *Control) passive(mode Mode) (string, error) {
	r, early, err := c.take(mode)
	if c.early = early; err == nil && !early {
		r, err = c.Command(strings.ToUpper(string(mode)))
	}
	if err != nil {
		return "", step(StepPassive, err)
	}
	if !r.OK() {
		return "", &ReplyError{Step: StepPassive, Reply: r}
	}
	return c.portOf(mode, r)
}

// portOf is the address to dial by the reply to PASV or EPSV.
func (c *Control) portOf(mode Mode, r Reply) (string, error) {
	host := c.peer()
	if mode == EPSV {
		port, err := parseEPSV(r.First())
		if err != nil {
			return "", step(StepPassive, err)
		}
		return net.JoinHostPort(host, strconv.Itoa(port)), nil
	}
	ip, port, err := parsePASV(r.First())
	if err != nil {
		return "", step(StepPassive, err)
	}
	return net.JoinHostPort(c.passiveHost(ip, host), strconv.Itoa(port)), nil
}

// peer is where data connections go: the address the control connection
// reached, or behind a proxy the name that the proxy resolves.
func (c *Control) peer() string {
	if a, ok := c.raw.RemoteAddr().(*net.TCPAddr); ok && !c.cfg.Proxied {
		return (&net.IPAddr{IP: a.IP, Zone: a.Zone}).String()
	}
	return strings.Trim(c.cfg.Host, "[]")
}

// passiveHost decides about the address in a PASV reply. Servers behind NAT
// give their inner one, and a hostile one could point us at anybody, so the
// control connection's peer is used unless the user said otherwise.
func (c *Control) passiveHost(ip net.IP, peer string) string {
	if ip.String() == peer {
		return peer
	}
	if c.cfg.TrustPASVHost && !astray(ip, net.ParseIP(peer)) {
		c.note("Using the data address %v that the server names", ip)
		return ip.String()
	}
	c.note("The server names the data address %v; using %s instead", ip, peer)
	return peer
}

// astray reports an address to which not even a trusted server may send us:
// this computer itself, or a private network other than the one it is in.
// Anybody's machine may have it. server is nil if its address is not known.
func astray(ip, server net.IP) bool {
	switch {
	case ip.IsUnspecified(), ip.IsMulticast(), ip.IsLinkLocalUnicast():
		return true
	case ip.IsLoopback():
		return !server.IsLoopback()
	case ip.IsPrivate():
		return !slices.ContainsFunc(private, func(n net.IPNet) bool { return n.Contains(ip) && n.Contains(server) })
	}
	return false
}

// private are the networks of RFC 1918; PASV names no others.
var private = []net.IPNet{
	{IP: net.IPv4(10, 0, 0, 0), Mask: net.CIDRMask(8, 32)},
	{IP: net.IPv4(172, 16, 0, 0), Mask: net.CIDRMask(12, 32)},
	{IP: net.IPv4(192, 168, 0, 0), Mask: net.CIDRMask(16, 32)},
}

// parseEPSV reads "229 … (|||port|)"; any delimiter will do (RFC 2428 §3).
func parseEPSV(s string) (int, error) {
	_, in, _ := strings.Cut(s, "(")
	in, _, ok := strings.Cut(in, ")")
	if !ok || len(in) < 5 {
		return 0, fmt.Errorf("%w: EPSV was answered %q", ErrProtocol, clip(s, 200))
	}
	parts := strings.Split(in[1:], in[:1])
	if len(parts) != 4 {
		return 0, fmt.Errorf("%w: EPSV was answered %q", ErrProtocol, clip(s, 200))
	}
	return parsePort(parts[2], s)
}

// parsePASV reads h1,h2,h3,h4,p1,p2 wherever it stands: RFC 1123 §4.1.2.6 says
// not to rely on the brackets.
func parsePASV(s string) (net.IP, int, error) {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			continue
		}
		n, count, end, ok := numbers(s, i)
		if count != len(n) {
			i = end
			continue
		}
		port := int(n[4])<<8 | int(n[5])
		if !ok || port == 0 {
			break
		}
		return net.IPv4(n[0], n[1], n[2], n[3]), port, nil
	}
	return nil, 0, fmt.Errorf("%w: PASV was answered %q", ErrProtocol, clip(s, 200))
}

// numbers reads numbers between commas; ok is false if one does not fit a byte.
func numbers(s string, at int) (n [6]byte, count, end int, ok bool) {
	ok = true
	for {
		v, from := 0, at
		for at < len(s) && s[at] >= '0' && s[at] <= '9' {
			v = min(v*10+int(s[at]-'0'), 256)
			at++
		}
		if at == from { // two commas, or one at the end
			ok = ok && (at == len(s) || s[at] != ',')
		} else {
			if count < len(n) {
				n[count] = byte(v)
			}
			ok = ok && v < 256
			count++
		}
		if at == len(s) || s[at] != ',' {
			return n, count, at, ok
		}
		at++
	}
}

func parsePort(s, reply string) (int, error) {
	port, err := strconv.ParseUint(s, 10, 16)
	if err != nil || port == 0 {
		return 0, fmt.Errorf("%w: no port in %q", ErrProtocol, clip(reply, 200))
	}
	return int(port), nil
}
