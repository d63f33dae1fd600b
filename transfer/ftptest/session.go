package ftptest

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"path"
	"strings"
	"sync"
	"time"
)

// lineLimit bounds a command; longer ones end the session.
const lineLimit = 16 << 10

// session is one control connection. Its run goroutine owns all but what mu
// guards; read only passes on lines.
type session struct {
	srv    *Server
	number int
	raw    net.Conn
	conn   net.Conn // raw, or TLS over it
	in     *bufio.Reader
	lines  chan string
	goOn   chan struct{} // lets read continue after AUTH
	gone   chan struct{} // closed when the control connection ended
	once   sync.Once
	over   bool

	controlTLS, dataTLS *tls.Config

	user       string
	passed     bool // the password was right, ACCT is missing
	loggedIn   bool
	cwd        string
	rest       int64
	from, to   int64 // RANG
	ranged     bool
	renameFrom string
	algo       string
	pbsz, prot bool
	epsvAll    bool
	quit       bool
	passive    net.Listener
	active     string
	muted      bool

	verb, arg string
	armed     []*armed

	mu      sync.Mutex // guards what follows
	data    net.Conn   // raw data connection in use
	up      *upstream  // to the other server, if this is a relay; set once
	aborted bool
	waiting net.Listener
	dead    bool
}

func newSession(s *Server, conn net.Conn, number int) *session {
	c := &session{
		srv: s, number: number, raw: conn, conn: conn,
		in:    bufio.NewReaderSize(conn, 4096),
		lines: make(chan string, 64), goOn: make(chan struct{}), gone: make(chan struct{}),
		cwd: s.opt.Home, algo: "SHA-256",
	}
	c.controlTLS, c.dataTLS = s.sessionTLS()
	return c
}

// run is the session from greeting to end.
func (c *session) run() {
	defer c.srv.wg.Done()
	var readers sync.WaitGroup
	defer func() {
		c.kill(false)
		readers.Wait()
		c.closePassive()
		c.logout()
		c.srv.forget(c)
	}()
	if c.srv.opt.TLS == ImplicitTLS && !c.handshake() {
		return
	}
	readers.Go(c.read)
	if c.greet() {
		c.serve()
	}
}

func (c *session) serve() {
	var idle <-chan time.Time
	for !c.quit {
		if d := c.srv.opt.IdleTimeout; d > 0 {
			idle = time.After(d)
		}
		select {
		case line, ok := <-c.lines:
			if !ok {
				return
			}
			c.command(line)
		case <-idle:
			c.send("421 Timeout.")
			return
		}
	}
}

// read passes lines on until the connection ends. It stands still during
// AUTH, whose next bytes are TLS. An ABOR, or the loss of the control
// connection during an upload, closes the data connection at once.
func (c *session) read() {
	defer close(c.lines)
	defer c.hangUp()
	for {
		line, err := readLine(c.in)
		if err != nil {
			return
		}
		verb, _ := split(line)
		if verb == "ABOR" {
			c.abort()
		}
		select {
		case c.lines <- line:
		case <-c.gone:
			return
		}
		if verb == "AUTH" {
			select {
			case <-c.goOn:
			case <-c.gone:
				return
			}
		}
	}
}

func readLine(in *bufio.Reader) (string, error) {
	var b []byte
	for {
		part, err := in.ReadSlice('\n')
		b = append(b, part...)
		if err == nil {
			return strings.TrimRight(string(b), "\r\n"), nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return "", err
		}
		if len(b) > lineLimit {
			return "", errors.New("command too long")
		}
	}
}

// split takes a command apart. Telnet's interrupt and synch bytes before it
// (RFC 959 section 4.1.3, ABOR) are dropped.
func split(line string) (verb, arg string) {
	for line != "" && (line[0] == 0xff || line[0] == 0xf4 || line[0] == 0xf2) {
		line = line[1:]
	}
	verb, arg, _ = strings.Cut(line, " ")
	return strings.ToUpper(verb), arg
}

// hangUp notes that the client is gone and frees whoever waits for it.
func (c *session) hangUp() {
	c.once.Do(func() { close(c.gone) })
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting != nil {
		c.waiting.Close()
	}
	if c.data != nil && c.uploading() {
		c.data.Close()
	}
}

// uploading must be asked with mu held: the flag is set with the connection.
func (c *session) uploading() bool { _, ok := c.data.(uploadConn); return ok }

// uploadConn marks a data connection on which the client sends.
type uploadConn struct{ net.Conn }

func (c *session) abort() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.aborted = true
	if c.data != nil {
		c.data.Close()
	}
	if c.waiting != nil {
		c.waiting.Close()
	}
}

// kill closes everything at once, by RST if hard. From any goroutine.
func (c *session) kill(hard bool) {
	c.mu.Lock()
	c.dead = true
	if c.data != nil {
		closeConn(c.data, hard)
	}
	if c.waiting != nil {
		c.waiting.Close()
	}
	if c.up != nil {
		c.up.conn.Close()
	}
	c.mu.Unlock()
	closeConn(c.raw, hard)
	c.once.Do(func() { close(c.gone) })
}

func closeConn(conn net.Conn, hard bool) {
	if u, ok := conn.(uploadConn); ok {
		conn = u.Conn
	}
	if t, ok := conn.(*net.TCPConn); ok && hard {
		t.SetLinger(0)
	}
	conn.Close()
}

// handshake turns the control connection into a TLS one.
func (c *session) handshake() bool {
	t := tls.Server(c.raw, c.controlTLS)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := t.HandshakeContext(ctx); err != nil {
		c.srv.say(c.number, "! TLS: "+err.Error())
		return false
	}
	c.conn, c.in = t, bufio.NewReaderSize(t, 4096)
	return true
}

func (c *session) greet() bool {
	c.verb, c.arg = "GREETING", ""
	c.armed = c.srv.faults.arm(c.number, c.verb, "")
	if c.before() {
		return !c.quit
	}
	if err := c.dialUpstream(); err != nil {
		c.send("421 Relay: " + err.Error())
		return false
	}
	if c.over && !c.srv.opt.MaxAtPASS {
		c.send(c.srv.opt.MaxText)
		return false
	}
	greeting := c.srv.opt.Greeting
	if c.up != nil {
		var err error
		if greeting, err = c.up.reply(relayPatience); err != nil {
			return false
		}
	}
	c.send(greeting)
	c.after()
	return !c.quit && !strings.HasPrefix(greeting, "421")
}

// command carries out one line, with the faults that strike at it.
func (c *session) command(line string) {
	c.verb, c.arg = split(line)
	shown := line
	if c.verb == "PASS" || c.verb == "ACCT" {
		shown = c.verb + " ****"
	}
	c.srv.received(c.number, shown)
	c.armed = c.srv.faults.arm(c.number, c.verb, c.named())
	if !c.before() {
		c.dispatch()
		c.after()
	}
	if transfers[c.verb] {
		c.forgetRest()
	}
	if c.verb == "AUTH" {
		select {
		case c.goOn <- struct{}{}:
		case <-c.gone:
		}
	}
}

// named is what a Fault's Path is compared with: the folder itself for a
// listing without argument.
func (c *session) named() string {
	if c.arg == "" {
		return c.cwd
	}
	return c.arg
}

// reply sends the final or a preliminary reply of a command.
func (c *session) reply(code int, format string, args ...any) {
	c.send(fmt.Sprintf("%d %s", code, fmt.Sprintf(format, args...)))
}

// send writes a whole reply, as the faults of this command want it.
func (c *session) send(text string) {
	final := !strings.HasPrefix(text, "1")
	if final {
		var ok bool
		if text, ok = c.finalFaults(text); !ok {
			return
		}
	}
	if text == "" {
		return
	}
	text = strings.TrimRight(text, "\r\n") + "\r\n"
	if final {
		if a := take(c.armed, Append); a != nil {
			text += a.Text
		}
	}
	c.srv.say(c.number, "< "+strings.TrimRight(text, "\r\n"))
	if a := c.trickle(); a != nil {
		c.drip(text, a.Delay)
		return
	}
	io.WriteString(c.conn, text)
}

// multi is a reply of several lines (RFC 959 section 4.2).
func multi(code int, first string, lines []string, last string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d-%s\r\n", code, first)
	for _, l := range lines {
		b.WriteString(" " + l + "\r\n")
	}
	fmt.Fprintf(&b, "%d %s", code, last)
	return b.String()
}

func (c *session) wait(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-c.gone:
	}
}

// at is the path that an argument names, clean and absolute.
func (c *session) at(arg string) string {
	arg = c.decode(arg)
	if !strings.HasPrefix(arg, "/") {
		arg = path.Join(c.cwd, arg)
	}
	return path.Clean("/" + arg)
}

// decode and encode are between the network's bytes and the tree's names.
func (c *session) decode(s string) string {
	if !c.srv.opt.Latin1 {
		return s
	}
	out := make([]rune, len(s))
	for i := range len(s) {
		out[i] = rune(s[i])
	}
	return string(out)
}

func (c *session) encode(s string) string {
	if !c.srv.opt.Latin1 {
		return s
	}
	out := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 255 {
			r = '?'
		}
		out = append(out, byte(r))
	}
	return string(out)
}
