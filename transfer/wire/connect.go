package wire

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// DefaultTimeout is used where Config.Timeout is 0.
const DefaultTimeout = 20 * time.Second

// Connect dials, does the TLS handshake where Config.Security wants it, and
// reads the greeting. Errors are a *StepError, or a *ReplyError where the
// server refused.
func Connect(ctx context.Context, cfg Config) (*Control, error) {
	if cfg.Timeout <= 0 {
		cfg.Timeout = DefaultTimeout
	}
	c := &Control{cfg: cfg, ctx: ctx, br: bufio.NewReader(nil), dialPort: cfg.Dial}
	if cfg.Dial == nil {
		c.cfg.Dial = (&net.Dialer{}).DialContext
	}
	addr := net.JoinHostPort(strings.Trim(cfg.Host, "[]"), strconv.Itoa(cfg.Port))
	c.note("Connecting to %s", addr)
	began := time.Now()
	raw, err := c.dial(ctx, addr)
	if err != nil {
		return nil, step(StepDial, err)
	}
	c.round = time.Since(began)
	if !cfg.Proxied {
		c.round = roundTrip(raw, c.round)
	}
	c.raw, c.conn = raw, raw
	c.br.Reset(raw)
	// Before the first command there is nothing to bring back into step.
	stop := context.AfterFunc(ctx, func() { raw.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if err := c.open(ctx); err != nil {
		c.Close()
		if ctx.Err() != nil {
			err = &StepError{Step: StepGreeting, Err: context.Cause(ctx)}
		}
		return nil, err
	}
	return c, nil
}

// RoundTrip is how long a packet takes to the server and back; with a proxy, how
// long that took to take the connection.
func (c *Control) RoundTrip() time.Duration { return c.round }

func (c *Control) dial(ctx context.Context, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	return c.cfg.Dial(ctx, "tcp", addr)
}

func (c *Control) open(ctx context.Context) error {
	if c.cfg.Security == Implicit {
		if err := c.secure(ctx); err != nil {
			return err
		}
		c.noteTLS()
	}
	if err := c.greet(); err != nil {
		return err
	}
	if c.cfg.Security == Explicit || c.cfg.Security == IfOffered {
		return c.auth(ctx)
	}
	return nil
}

// greet reads the greeting; 120 promises another one (RFC 959 §5.4).
func (c *Control) greet() error {
	r, err := c.receive(c.cfg.Timeout)
	for err == nil && r.Preliminary() {
		r, err = c.receive(c.cfg.Timeout)
	}
	if err != nil {
		return step(StepGreeting, err)
	}
	if !r.OK() {
		return &ReplyError{Step: StepGreeting, Reply: r}
	}
	c.greeting = r
	return nil
}

// auth asks for TLS (RFC 4217 §4). A server that knows no AUTH may go on plain
// if the caller said so; one that is only busy may not.
func (c *Control) auth(ctx context.Context) error {
	r, err := c.Command("AUTH TLS")
	if err != nil {
		return step(StepAuth, err)
	}
	switch {
	case r.Code == 234:
		if err := c.secure(ctx); err != nil {
			return err
		}
		c.noteTLS()
		return nil
	case r.Code/100 == 5 && c.cfg.Security == IfOffered:
		c.note("The server offers no TLS")
		return nil
	case r.OK() || r.Code/100 == 3:
		return step(StepAuth, fmt.Errorf("%w: AUTH TLS was answered %d", ErrProtocol, r.Code))
	}
	return &ReplyError{Step: StepAuth, Reply: r}
}

func (c *Control) noteTLS() {
	cs := c.tls.ConnectionState()
	c.note("%s, %s", tls.VersionName(cs.Version), tls.CipherSuiteName(cs.CipherSuite))
}

// DialFunc is for ftp.DialWithDialFunc: the control connection first, with the
// greeting to be read again, then one Data a call. The address is the
// library's idea and ignored.
func (c *Control) DialFunc(network, addr string) (net.Conn, error) {
	if c.dialed {
		return c.openData()
	}
	c.dialed = true
	c.local = append(c.local, Reply{Code: 220, Lines: []string{"ready"}})
	return c, nil
}
