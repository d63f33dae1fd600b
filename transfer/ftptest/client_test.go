package ftptest

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// client speaks FTP in raw text, so that the server is not judged by the
// library that it will be used to test.
type client struct {
	t    testing.TB
	s    *Server
	raw  net.Conn
	conn net.Conn
	in   *bufio.Reader
	tls  *tls.Config
	prot bool
}

func start(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// dial connects without reading the greeting.
func dial(t testing.TB, s *Server) *client {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	return &client{t: t, s: s, raw: conn, conn: conn, in: bufio.NewReader(conn)}
}

// login connects and logs in, over TLS if the server has it.
func login(t testing.TB, s *Server) *client {
	t.Helper()
	c := dial(t, s)
	if s.opt.TLS == ImplicitTLS {
		c.upgrade()
	}
	c.want(220)
	if s.opt.TLS == ExplicitTLS {
		c.cmd(234, "AUTH TLS")
		c.upgrade()
	}
	c.cmd(331, "USER anonymous")
	c.cmd(230, "PASS x")
	if s.opt.TLS != NoTLS {
		c.cmd(200, "PBSZ 0")
		c.cmd(200, "PROT P")
		c.prot = true
	}
	c.cmd(200, "TYPE I")
	return c
}

func (c *client) upgrade() {
	c.t.Helper()
	if c.tls == nil {
		c.tls = &tls.Config{ServerName: "localhost", RootCAs: c.s.Roots(), ClientSessionCache: tls.NewLRUClientSessionCache(4)}
	}
	t := tls.Client(c.conn, c.tls)
	if err := t.Handshake(); err != nil {
		c.t.Fatal(err)
	}
	c.conn, c.in = t, bufio.NewReader(t)
}

// reply reads one reply; code 0 is the end of the connection.
func (c *client) reply() (int, string) {
	var b strings.Builder
	for {
		line, err := c.in.ReadString('\n')
		b.WriteString(line)
		if err != nil {
			return 0, b.String() + err.Error()
		}
		if len(line) > 3 && line[3] == ' ' && line[0] != ' ' {
			code, _ := strconv.Atoi(line[:3])
			return code, b.String()
		}
	}
}

func (c *client) want(code int) string {
	c.t.Helper()
	got, text := c.reply()
	if got != code {
		c.t.Fatalf("reply %d %q, want %d", got, text, code)
	}
	return text
}

func (c *client) send(format string, args ...any) {
	fmt.Fprintf(c.conn, format+"\r\n", args...)
}

func (c *client) cmd(code int, format string, args ...any) string {
	c.t.Helper()
	c.send(format, args...)
	got, text := c.reply()
	if got != code {
		c.t.Fatalf("%q: reply %d %q, want %d", fmt.Sprintf(format, args...), got, text, code)
	}
	return text
}

var epsvPort = regexp.MustCompile(`\|\|\|(\d+)\|`)

// open gives the data connection of a command, as plain TCP.
func (c *client) open() net.Conn {
	c.t.Helper()
	m := epsvPort.FindStringSubmatch(c.cmd(229, "EPSV"))
	conn, err := net.Dial("tcp", net.JoinHostPort(c.s.Host(), m[1]))
	if err != nil {
		c.t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	c.t.Cleanup(func() { conn.Close() })
	return conn
}

func (c *client) protect(conn net.Conn) net.Conn {
	if c.prot {
		return tls.Client(conn, c.tls)
	}
	return conn
}

// get runs a command that sends data, and gives the data and the final code.
func (c *client) get(format string, args ...any) (string, int) {
	c.t.Helper()
	conn := c.open()
	c.cmd(150, format, args...)
	b, _ := io.ReadAll(c.protect(conn))
	conn.Close()
	code, _ := c.reply()
	return string(b), code
}

// put runs a command that takes data. The TLS stream is closed as it must be.
func (c *client) put(data, format string, args ...any) int {
	c.t.Helper()
	conn := c.open()
	c.cmd(150, format, args...)
	p := c.protect(conn)
	io.WriteString(p, data)
	if t, ok := p.(*tls.Conn); ok {
		t.Handshake()
		t.CloseWrite()
		io.Copy(io.Discard, t)
	}
	p.Close()
	code, _ := c.reply()
	return code
}
