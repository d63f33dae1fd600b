package session

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"longshore/transfer/ftptest"
)

// testProxy is a proxy that passes on what it is asked for and remembers where to.
type testProxy struct {
	net.Listener
	mu      sync.Mutex
	targets []string
	wg      sync.WaitGroup
}

// shaker reads a proxy's request and gives the target and what tells of the dial.
type shaker func(net.Conn) (target string, answer func(error), err error)

func startProxy(t *testing.T, shake shaker) *testProxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &testProxy{Listener: l}
	p.wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			p.wg.Go(func() { p.serve(conn, shake) })
		}
	})
	t.Cleanup(func() { l.Close(); p.wg.Wait() })
	return p
}

func (p *testProxy) serve(conn net.Conn, shake shaker) {
	defer conn.Close()
	target, answer, err := shake(conn)
	if err != nil {
		return
	}
	p.mu.Lock()
	p.targets = append(p.targets, target)
	p.mu.Unlock()
	out, err := net.Dial("tcp", target)
	answer(err)
	if err != nil {
		return
	}
	defer out.Close()
	var both sync.WaitGroup
	pass := func(to, from net.Conn) {
		io.Copy(to, from)
		to.(*net.TCPConn).CloseWrite()
	}
	both.Go(func() { pass(out, conn) })
	both.Go(func() { pass(conn, out) })
	both.Wait()
}

func (p *testProxy) seen() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.targets...)
}

// socksShake is the server's side of RFC 1928 and RFC 1929.
func socksShake(user, password string) shaker {
	return func(c net.Conn) (string, func(error), error) {
		head := make([]byte, 2)
		if _, err := io.ReadFull(c, head); err != nil {
			return "", nil, err
		}
		io.CopyN(io.Discard, c, int64(head[1]))
		if user != "" {
			c.Write([]byte{5, 2})
			var got [2]string
			io.CopyN(io.Discard, c, 1)
			for i := range got {
				n := make([]byte, 1)
				io.ReadFull(c, n)
				b := make([]byte, n[0])
				io.ReadFull(c, b)
				got[i] = string(b)
			}
			if got != [2]string{user, password} {
				c.Write([]byte{1, 1})
				return "", nil, errors.New("refused")
			}
			c.Write([]byte{1, 0})
		} else {
			c.Write([]byte{5, 0})
		}
		req := make([]byte, 5)
		if _, err := io.ReadFull(c, req); err != nil {
			return "", nil, err
		}
		if req[3] != 3 {
			return "", nil, fmt.Errorf("address type %d is no name", req[3])
		}
		name := make([]byte, int(req[4])+2)
		if _, err := io.ReadFull(c, name); err != nil {
			return "", nil, err
		}
		port := binary.BigEndian.Uint16(name[len(name)-2:])
		answer := func(err error) {
			reply := []byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0}
			if err != nil {
				reply[1] = 5
			}
			c.Write(reply)
		}
		return net.JoinHostPort(string(name[:len(name)-2]), fmt.Sprint(port)), answer, nil
	}
}

func connectShake(login string) shaker {
	return func(c net.Conn) (string, func(error), error) {
		req, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			return "", nil, err
		}
		user, password, _ := (&http.Request{Header: http.Header{"Authorization": req.Header["Proxy-Authorization"]}}).BasicAuth()
		if login != "" && user+":"+password != login {
			io.WriteString(c, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
			return "", nil, errors.New("refused")
		}
		return req.Host, func(err error) {
			if err != nil {
				io.WriteString(c, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
				return
			}
			io.WriteString(c, "HTTP/1.1 200 Connection established\r\n\r\n")
		}, nil
	}
}

func TestProxies(t *testing.T) {
	for scheme, shake := range map[string]shaker{
		"socks5": socksShake("me", "secret"), "http": connectShake("me:secret"),
	} {
		for _, mode := range []ftptest.TLSMode{ftptest.NoTLS, ftptest.ExplicitTLS} {
			t.Run(fmt.Sprint(scheme, mode), func(t *testing.T) {
				o := ftptest.Options{TLS: mode, PASVHost: "10.9.8.7", StrictClose: true}
				srv := startServer(t, o)
				f := fixtureOf(t, srv, o)
				f.target.Host = "localhost" // a name, for the proxy to resolve
				p := startProxy(t, shake)
				f.target.Proxy = scheme + "://me@" + p.Addr().String()
				f.env.ProxyPassword = func(context.Context, string) (string, error) { return "secret", nil }
				s := openFixture(t, f)
				data := content(1<<20, 3)
				put(t, s, "/x", data)
				same(t, "x", get(t, s, "/x", 0), data)
				for _, target := range p.seen() {
					if !strings.HasPrefix(target, "localhost:") {
						t.Errorf("the proxy was asked for %s", target)
					}
				}
				if n := len(p.seen()); n != 3 {
					t.Errorf("%d connections through the proxy", n)
				}
				s.Close()

				f.env.ProxyPassword = func(context.Context, string) (string, error) { return "wrong", nil }
				_, err := Open(ctxFor(t), f.target, f.env)
				var e *Error
				if !errors.As(err, &e) || e.Step != "proxy" {
					t.Errorf("a wrong password: %v", err)
				}
			})
		}
	}
}

func TestProxyThatIsNotThere(t *testing.T) {
	f := fixture{target: Target{Host: "localhost", Security: PlainFTP, Proxy: "socks5://127.0.0.1:1"}, env: &Env{}}
	_, err := Open(ctxFor(t), f.target, f.env)
	if e := kindIs(t, err, Network); e.Step != "proxy" {
		t.Errorf("step %q: %v", e.Step, err)
	}
	f.target.Proxy = "gopher://127.0.0.1:1"
	if _, err := Open(ctxFor(t), f.target, f.env); KindOf(err) == Network || err == nil {
		t.Errorf("%v", err)
	}
}

// Many proxies let CONNECT to port 21 through and to no other.
func TestProxyThatLetsNoDataThrough(t *testing.T) {
	o := ftptest.Options{}
	srv := startServer(t, o)
	f := fixtureOf(t, srv, o)
	f.target.Host = "localhost"
	control := fmt.Sprintf("localhost:%d", f.target.Port)
	p := startProxy(t, func(c net.Conn) (string, func(error), error) {
		target, answer, err := connectShake("")(c)
		if err == nil && target != control {
			io.WriteString(c, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
			err = errors.New("refused")
		}
		return target, answer, err
	})
	f.target.Proxy = "http://" + p.Addr().String()
	s := openFixture(t, f)
	_, err := s.Store(ctxFor(t), "/x", 0, strings.NewReader("x"), Tap{})
	if x := Explain(err); !strings.Contains(x.Why, "proxy") || !strings.Contains(x.Why, "403") || s.Dead() {
		t.Errorf("%v: %+v, dead %v", err, x, s.Dead())
	}
	r, err := Check(t.Context(), f.target, f.env, CheckOptions{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s := stepOf(r, "pasv"); s.Grade != Red || !strings.Contains(s.Text, "proxy") || !strings.Contains(s.Next, "proxy") || offers(r, UseActive) {
		t.Errorf("%s", r.Text())
	}
}

// TestSystemProxy goes through the proxy that the environment names, to a
// server whose name only the proxy knows.
func TestSystemProxy(t *testing.T) {
	o := ftptest.Options{}
	srv := startServer(t, o)
	f := fixtureOf(t, srv, o)
	real := f.target.Host
	p := startProxy(t, func(c net.Conn) (string, func(error), error) {
		target, answer, err := socksShake("me", "secret")(c)
		return strings.Replace(target, "ftp.behind.example", real, 1), answer, err
	})
	t.Setenv("ALL_PROXY", "socks5://me:secret@"+p.Addr().String())
	t.Setenv("NO_PROXY", "")
	t.Setenv("no_proxy", "")
	f.target.Host, f.target.Proxy = "ftp.behind.example", "system"
	s := openFixture(t, f)
	put(t, s, "/x", []byte("x"))
	same(t, "x", get(t, s, "/x", 0), []byte("x"))
	if n := len(p.seen()); n != 3 {
		t.Errorf("%d connections through the proxy", n)
	}
	t.Setenv("NO_PROXY", "behind.example")
	if _, err := Open(ctxFor(t), f.target, f.env); KindOf(err) != Network || len(p.seen()) != 3 {
		t.Errorf("past the proxy: %v", err)
	}
}

func TestActiveMode(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "[::1]:0"} {
		for _, mode := range []ftptest.TLSMode{ftptest.NoTLS, ftptest.ExplicitTLS} {
			o := ftptest.Options{TLS: mode, Addr: addr}
			srv := startServer(t, o)
			f := fixtureOf(t, srv, o)
			f.target.Data = DataActive
			s := openFixture(t, f)
			data := content(1<<20, 3)
			put(t, s, "/x", data)
			put(t, s, "/empty", nil)
			same(t, "x", get(t, s, "/x", 0), data)
			if rows := rowsOf(t, s, "/"); len(rows) != 2 {
				t.Errorf("rows: %v", rows)
			}
			if _, err := s.Retrieve(ctxFor(t), "/none", 0, io.Discard, Tap{}); err == nil || s.Dead() {
				t.Errorf("%v, dead %v", err, s.Dead())
			}
		}
	}
}

func TestDataModes(t *testing.T) {
	count := func(srv *ftptest.Server, verb string) (n int) {
		for _, c := range srv.Commands() {
			if v, _, _ := strings.Cut(c, " "); v == verb {
				n++
			}
		}
		return n
	}
	for name, c := range map[string]struct {
		o          ftptest.Options
		epsv, pasv int
		learned    DataMode
	}{
		"IPv4, EPSV learned":   {ftptest.Options{}, 3, 0, DataEPSV},
		"EPSV learned, dead":   {ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.DeadPort, On: "EPSV"}}}, 1, 3, DataPASV},
		"EPSV learned, denied": {ftptest.Options{Disable: []string{"EPSV"}}, 1, 3, DataPASV},
		"IPv4":                 {ftptest.Options{}, 0, 3, ""},
		"IPv6":                 {ftptest.Options{Addr: "[::1]:0"}, 3, 0, ""},
		"PASV refused":         {ftptest.Options{Disable: []string{"PASV"}}, 3, 1, DataEPSV},
		"PASV dead":            {ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.DeadPort, On: "PASV"}}}, 3, 1, DataEPSV},
	} {
		t.Run(name, func(t *testing.T) {
			srv := startServer(t, c.o)
			f := fixtureOf(t, srv, c.o)
			m := &oneServer{}
			if strings.Contains(name, "EPSV learned") {
				m.l.Data = DataEPSV
			}
			f.env.Memory = m
			s := openFixture(t, f)
			for i := range 3 {
				put(t, s, fmt.Sprintf("/x%d", i), []byte("x"))
			}
			if e, p := count(srv, "EPSV"), count(srv, "PASV"); e != c.epsv || p != c.pasv {
				t.Errorf("%d EPSV, %d PASV", e, p)
			}
			if m.l.Data != c.learned {
				t.Errorf("learned %q", m.l.Data)
			}
		})
	}
}

// A command that is never answered costs one connection, not all of them.
func TestIgnoredDataMode(t *testing.T) {
	for _, c := range []struct {
		ignored string
		first   DataMode
		learned DataMode
	}{{"PASV", DataAuto, DataEPSV}, {"EPSV", DataEPSV, DataPASV}} {
		t.Run(c.ignored, func(t *testing.T) {
			t.Parallel()
			o := ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Silence, On: c.ignored}}}
			f := fixtureOf(t, startServer(t, o), o)
			m := &oneServer{l: Learned{Data: c.first}}
			f.env.Memory, f.env.Timeout = m, 2*time.Second
			s := openFixture(t, f)
			_, err := s.Store(ctxFor(t), "/x", 0, strings.NewReader("x"), Tap{})
			if e := kindIs(t, err, Network); !e.Kind.Retry() || !s.Dead() || m.l.Data != c.learned {
				t.Errorf("%v, dead %v, learned %q", err, s.Dead(), m.l.Data)
			}
			put(t, openFixture(t, f), "/x", []byte("x"))
		})
	}
}
