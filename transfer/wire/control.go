package wire

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Security says how a connection is protected from its start.
type Security uint8

// The ways. Only IfOffered may end without TLS; the caller looks at
// Control.Secure before it sends a password.
const (
	Explicit  Security = iota // AUTH TLS or nothing
	IfOffered                 // AUTH TLS; plain if the server says it has none
	Implicit                  // TLS from the first byte
	Plain
)

// Mode says who opens data connections and by which command.
type Mode string

// The modes; "" lets the Control choose.
const (
	Auto   Mode = ""
	EPSV   Mode = "epsv"
	PASV   Mode = "pasv"
	Active Mode = "active"
)

// Dir says where a line of the transcript comes from.
type Dir uint8

// The kinds of lines.
const (
	Note Dir = iota
	Sent
	Received
)

// Dialer opens a connection; NewProxy makes one.
type Dialer func(ctx context.Context, network, addr string) (net.Conn, error)

// Config is what a Control needs to know.
type Config struct {
	Host     string
	Port     int
	Security Security
	TLS      TLS
	Dial     Dialer // nil: directly
	Proxied  bool   // Dial goes through a proxy, which resolves names itself
	Timeout  time.Duration
	Far      time.Duration // round trip from which on it is worth more than a needless connection; 0: Far
	Account  string        // for servers that ask by 332

	Mode          Mode // the only one to use, unless Auto
	Prefer        Mode // the one to try first
	TrustPASVHost bool
	ModeWorked    func(Mode) // told of the mode to begin with from now on: it worked where another had failed, or that was never answered
	EarlyFailed   func()     // told when AllowEarly was a mistake

	Log func(Dir, string) // secrets are masked; control characters are not escaped
}

// Grace is how long a cancelled operation waits for the control connection to
// come back into step. Callers promise their users one second.
const Grace = 500 * time.Millisecond

// Control is a control connection. To the library it is a net.Conn that
// speaks in whole commands and replies.
type Control struct {
	cfg       Config
	raw       net.Conn // TCP, or a tunnel through a proxy
	conn      net.Conn // raw, or tls
	tls       *tls.Conn
	tlsConfig *tls.Config // for data connections
	dialPort  Dialer      // for data connections; nil: directly
	br        *bufio.Reader
	dialed    bool // the library has got the control connection
	settled   bool // logged in: worth bringing back into step after a cancel
	mode      Mode // what worked last

	greeting Reply
	features []string
	last     Reply
	line     []byte  // what the library has written of a command
	local    []Reply // answers that need no server
	replay   []byte  // what the library has not read yet of a reply
	verb     string
	phase    phase
	transfer Transfer
	login    []string // to send in one packet after the login
	burst    []string // those of them that were sent and not asked for yet
	ahead    ahead
	then     []Reply // to Transfer.Then
	endFirst bool    // see EndFirst
	noHello  bool    // see hello
	rest     string  // a REST that waits for its RETR
	rested   bool    // and went out with it
	early    bool    // the running transfer uses a port that was asked for ahead
	sent     bool    // a command went out and its reply did not come yet
	heard    time.Time
	round    time.Duration // see RoundTrip
	secret   string        // the password, while it could be repeated to us
	user     string

	mu        sync.Mutex // guards what the end of a context may touch
	ctx       context.Context
	gen       int
	cancelled bool
	mercy     time.Time
	broken    error
	data      *Data
}

// phase is where a data command stands.
type phase uint8

const (
	idle    phase = iota
	asked         // RETR, STOR … went out
	running       // 150 came; the next reply is the final one
)

// Begin makes ctx the context of all that follows, until the function it
// returns is called. When ctx ends before, data stops and replies are waited
// for no longer than Grace.
func (c *Control) Begin(ctx context.Context) (end func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gen++
	gen := c.gen
	c.ctx, c.cancelled = ctx, false
	stop := context.AfterFunc(ctx, func() { c.interrupt(gen) })
	return func() {
		stop()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.gen++
		c.ctx, c.cancelled, c.data = context.Background(), false, nil
	}
}

func (c *Control) interrupt(gen int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if gen != c.gen {
		return
	}
	c.cancelled = true
	c.mercy = time.Now()
	if c.settled {
		c.mercy = c.mercy.Add(Grace)
	}
	c.raw.SetDeadline(c.mercy)
	if c.data != nil {
		c.data.abort(context.Cause(c.ctx))
	}
}

// arm sets the deadline of the next read or write.
func (c *Control) arm(patience time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.broken != nil {
		return c.broken
	}
	at := time.Now().Add(patience)
	if c.cancelled && c.mercy.Before(at) {
		at = c.mercy
	}
	return c.raw.SetDeadline(at)
}

// fail marks the connection as out of step for good.
func (c *Control) fail(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("the server closed the connection: %w", io.ErrUnexpectedEOF)
	}
	if c.broken == nil {
		c.broken = err
	}
	return c.broken
}

// Err tells why the connection is of no further use; nil while it is.
func (c *Control) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.broken
}

// Settle says that the login is over. Until then a cancel cuts the connection
// at once; later the next user may still want it.
func (c *Control) Settle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.settled, c.secret = true, ""
}

// Unanswered reports that the last command went out and no reply came: the
// server may or may not have done it.
func (c *Control) Unanswered() bool { return c.sent }

// Verb is the library's last command, in upper case.
func (c *Control) Verb() string { return c.verb }

// Last is the newest reply, as the server sent it.
func (c *Control) Last() Reply { return c.last }

// Greeting is the reply that opened the connection.
func (c *Control) Greeting() Reply { return c.greeting }

// Features are the lines of the FEAT reply, trimmed.
func (c *Control) Features() []string { return c.features }

// Secure gives the TLS state of the control connection; ok is false without TLS.
func (c *Control) Secure() (cs tls.ConnectionState, ok bool) {
	if c.tls == nil {
		return cs, false
	}
	return c.tls.ConnectionState(), true
}

// Mode is how data connections are opened now.
func (c *Control) Mode() Mode { return c.order()[0] }

func (c *Control) log(d Dir, text string) {
	if c.cfg.Log != nil {
		c.cfg.Log(d, text)
	}
}

func (c *Control) note(format string, args ...any) { c.log(Note, fmt.Sprintf(format, args...)) }

// Close frees the connection at once. Use Quit to take leave.
func (c *Control) Close() error {
	c.dropAhead()
	c.fail(net.ErrClosed)
	return c.raw.Close()
}

// Quit says QUIT, waits that long for the answer and closes.
func (c *Control) Quit(patience time.Duration) error {
	if c.Err() == nil && c.write("QUIT", max(patience, quitWrite)) == nil && patience > 0 {
		c.receive(patience)
	}
	return c.Close()
}

// quitWrite is how long it may take to get QUIT off.
const quitWrite = 100 * time.Millisecond

// LocalAddr is our end.
func (c *Control) LocalAddr() net.Addr { return c.raw.LocalAddr() }

// RemoteAddr is the server's address, or a documentation address (RFC 5737)
// behind a proxy: the library insists on a *net.TCPAddr and uses it for nothing
// but data addresses, which DialFunc chooses itself.
func (c *Control) RemoteAddr() net.Addr {
	if a, ok := c.raw.RemoteAddr().(*net.TCPAddr); ok && !c.cfg.Proxied {
		return a
	}
	return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: c.cfg.Port}
}

// SetDeadline does nothing: each command has its own.
func (c *Control) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing.
func (c *Control) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing.
func (c *Control) SetWriteDeadline(time.Time) error { return nil }
