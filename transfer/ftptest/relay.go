package ftptest

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"
	"time"
)

// A relay is a Server with Options.Upstream: it keeps TLS, data connections
// and faults to itself and lets another server do the work, which it reaches
// without TLS. So real servers can be made to fail like this one.

// relayPatience bounds a reply of the other server; drainPatience one after
// its transfer was cut, which Pure-FTPd does not always send.
const (
	relayPatience = 2 * time.Minute
	drainPatience = 3 * time.Second
)

// upstream is the control connection to the other server.
type upstream struct {
	conn net.Conn
	in   *bufio.Reader
	host string
	rest string // the REST line to repeat after EPSV
}

func (c *session) dialUpstream() error {
	if c.srv.opt.Upstream == "" {
		return nil
	}
	conn, err := net.DialTimeout("tcp", c.srv.opt.Upstream, c.srv.opt.DataTimeout)
	if err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(c.srv.opt.Upstream)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead || err != nil {
		conn.Close()
		return errors.Join(net.ErrClosed, err)
	}
	c.up = &upstream{conn: conn, in: bufio.NewReader(conn), host: host}
	return nil
}

// reply reads one whole reply.
func (u *upstream) reply(patience time.Duration) (string, error) {
	u.conn.SetReadDeadline(time.Now().Add(patience))
	var b strings.Builder
	first := ""
	for b.Len() < 64<<20 {
		line, err := u.in.ReadString('\n')
		if err != nil {
			return "", err
		}
		b.WriteString(line)
		if first == "" && len(line) > 3 {
			first = line[:3] + " "
		}
		if strings.HasPrefix(line, first) && len(line) > 3 {
			return b.String(), nil
		}
	}
	return "", errors.New("reply too long")
}

// ask sends a command and gives its first reply.
func (u *upstream) ask(line string) (string, error) {
	if _, err := fmt.Fprintf(u.conn, "%s\r\n", line); err != nil {
		return "", err
	}
	return u.reply(relayPatience)
}

// relay carries out c.verb by means of the other server.
func (c *session) relay() {
	switch c.verb {
	case "AUTH", "PBSZ", "PROT", "CCC", "EPSV", "PASV", "EPRT", "PORT", "ABOR":
		handlers[c.verb](c)
	case "RETR", "LIST", "NLST", "MLSD":
		c.relayData(false)
	case "STOR", "APPE", "STOU":
		c.relayData(true)
	default:
		c.relayCommand()
	}
}

func (c *session) line() string {
	if c.arg == "" {
		return c.verb
	}
	return c.verb + " " + c.arg
}

func (c *session) relayCommand() {
	text, err := c.up.ask(c.line())
	if err != nil {
		c.drop(false)
		return
	}
	if c.verb == "REST" && text[0] == '3' {
		c.up.rest = c.line()
	}
	if c.verb == "FEAT" && c.srv.tls != nil {
		text = strings.Replace(text, "\r\n211 ", "\r\n AUTH TLS\r\n PBSZ\r\n PROT\r\n211 ", 1)
	}
	c.send(text)
	c.quit = c.quit || c.verb == "QUIT" || strings.HasPrefix(text, "421")
}

// relayData joins two data connections. The other server's final reply is
// passed on, unless a fault has a reply of its own.
func (c *session) relayData(upload bool) {
	far, err := c.farData()
	if err != nil {
		c.closePassive()
		c.reply(425, "Relay: %v.", err)
		return
	}
	defer far.Close()
	opening, err := c.up.ask(c.line())
	if err != nil {
		c.drop(false)
		return
	}
	c.up.rest = ""
	if opening[0] != '1' {
		c.closePassive()
		c.send(opening)
		return
	}
	joined := false
	words, _, _ := strings.Cut(opening[4:], "\r\n") // Pure-FTPd's has two lines
	c.transfer(upload, words, func(f *flow) error {
		joined = true
		return c.join(f, far)
	})
	if !joined {
		closeConn(far, true)
		c.up.reply(drainPatience)
	}
}

func (c *session) join(f *flow, far net.Conn) error {
	var err error
	if f.upload {
		err = f.pump(far, f.conn)
	} else {
		err = f.pump(f.conn, far)
	}
	patience := relayPatience
	if err != nil {
		patience = drainPatience
	}
	var v *verdict
	closeConn(far, err != nil && !errors.As(err, &v))
	final, ferr := c.up.reply(patience)
	switch {
	case v != nil:
		return v
	case ferr != nil:
		c.drop(false)
		return ferr
	}
	return &verdict{final}
}

var (
	farEPSV = regexp.MustCompile(`^229 .*\(\|\|\|(\d+)\|\)`)
	farPASV = regexp.MustCompile(`^227 .*?(\d+),(\d+),(\d+),(\d+),(\d+),(\d+)`)
)

// farData asks the other server for a data port, dials it, and repeats REST.
func (c *session) farData() (net.Conn, error) {
	rest := c.up.rest
	text, err := c.up.ask("EPSV")
	if err != nil {
		return nil, err
	}
	port := ""
	if m := farEPSV.FindStringSubmatch(text); m != nil {
		port = m[1]
	} else if text, err = c.up.ask("PASV"); err != nil {
		return nil, err
	} else if m := farPASV.FindStringSubmatch(text); m != nil {
		var high, low int
		fmt.Sscan(m[5]+" "+m[6], &high, &low)
		port = fmt.Sprint(high<<8 | low)
	}
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(c.up.host, port), c.srv.opt.DataTimeout)
	if err != nil || rest == "" {
		return conn, err
	}
	if _, err := c.up.ask(rest); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}
