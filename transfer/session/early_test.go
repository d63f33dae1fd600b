package session

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"longshore/transfer/ftptest"
)

// A server that calls itself vsFTPd gets commands ahead of time.
func early(o ftptest.Options) ftptest.Options {
	o.Greeting = "220 (vsFTPd 3.0.5)"
	return o
}

func TestSuiteWithCommandsAhead(t *testing.T) {
	for name, o := range map[string]ftptest.Options{
		"plain": {}, "TLS": {TLS: ftptest.ExplicitTLS, Reuse: ftptest.ReuseVSFTPD, StrictClose: true},
		"no PASV": {Disable: []string{"PASV"}},
	} {
		for _, far := range []time.Duration{0, 1} {
			t.Run(fmt.Sprintf("%s, far away from %v", name, far), func(t *testing.T) {
				sessionSuite(t, func(t *testing.T) fixture {
					_, f := testServer(t, early(o))
					f.env.Far = far
					return f
				})
			})
		}
	}
}

func TestRefusedUploadThatHadBegun(t *testing.T) {
	for _, size := range []int{0, 10, 32 << 10, 200_000, 20 << 20} {
		o := early(ftptest.Options{})
		srv := startServer(t, o)
		s := openFixture(t, fixtureOf(t, srv, o))
		put(t, s, "/first", []byte("x"))
		srv.Inject(ftptest.Fault{Do: ftptest.Say, On: "STOR", Text: "553 Could not create file."})
		var moved atomic.Int64
		tap := Tap{Moved: func(n int) { moved.Add(int64(n)) }}
		within(t, 3*time.Second, func() {
			n, err := s.Store(ctxFor(t), "/x", 0, bytes.NewReader(content(size, 1)), tap)
			var e *Error
			if !errors.As(err, &e) || e.Code != 553 || e.Dead || e.Maybe || n != 0 || moved.Load() != 0 {
				t.Errorf("%d bytes: %d went, %d counted: %#v", size, n, moved.Load(), e)
			}
		})
		srv.Heal()
		if s.Dead() {
			continue
		}
		put(t, s, "/x", content(size, 1))
		same(t, "x", get(t, s, "/x", 0), content(size, 1))
	}
}

// failing gives some bytes and then an error.
type failing struct{ n int }

func (f *failing) Read(p []byte) (int, error) {
	if f.n <= 0 {
		return 0, errors.New("the disk is gone")
	}
	n := min(f.n, len(p))
	f.n -= n
	return n, nil
}

func TestUploadWhoseSourceFails(t *testing.T) {
	for _, o := range []ftptest.Options{{}, early(ftptest.Options{}), early(ftptest.Options{TLS: ftptest.ExplicitTLS})} {
		for _, size := range []int{0, 10, 100_000} {
			srv := startServer(t, o)
			s := openFixture(t, fixtureOf(t, srv, o))
			put(t, s, "/first", []byte("x"))
			_, err := s.Store(ctxFor(t), "/x", 0, &failing{size}, Tap{})
			e := kindIs(t, err, Local)
			if !strings.Contains(err.Error(), "the disk is gone") {
				t.Errorf("%v", err)
			}
			if !e.Dead {
				put(t, s, "/x", []byte("again"))
				same(t, "x", get(t, s, "/x", 0), []byte("again"))
			}
		}
	}
}

func TestCancelOfAnUploadThatHadBegun(t *testing.T) {
	o := early(ftptest.Options{})
	srv := startServer(t, o)
	f := fixtureOf(t, srv, o)
	f.env.Timeout = 30 * time.Second
	s := openFixture(t, f)
	put(t, s, "/first", []byte("x"))
	srv.Inject(ftptest.Fault{Do: ftptest.Silence, On: "STOR"})
	ctx, cancel := context.WithTimeoutCause(ctxFor(t), 50*time.Millisecond, context.Canceled)
	defer cancel()
	within(t, 1200*time.Millisecond, func() {
		_, err := s.Store(ctx, "/x", 0, bytes.NewReader(content(1<<20, 1)), Tap{})
		if e := kindIs(t, err, Cancelled); !e.Dead {
			t.Error("the session is taken for alive")
		}
	})
}

func TestPortOfLongAgo(t *testing.T) {
	o := early(ftptest.Options{})
	srv := startServer(t, o)
	s := openFixture(t, fixtureOf(t, srv, o))
	put(t, s, "/a", []byte("x"))
	put(t, s, "/b", []byte("x"))
	// The port that was given with /b is dead now.
	srv.Inject(ftptest.Fault{Do: ftptest.DeadPort, On: "PASV", Times: 1})
	put(t, s, "/c", []byte("x"))
	put(t, s, "/d", []byte("x"))
	same(t, "d", get(t, s, "/d", 0), []byte("x"))
	if _, err := s.Retrieve(ctxFor(t), "/none", 0, io.Discard, Tap{}); KindOf(err) != NotFound || s.Dead() {
		t.Errorf("%v", err)
	}
}

// halting is a server that calls itself vsFTPd and answers what is in a packet
// by answer: each command, or only the first.
func halting(t *testing.T, answer func(lines []string) []string) (addr string, logins *atomic.Int32) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	logins = new(atomic.Int32)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer conn.Close()
				io.WriteString(conn, "220 (vsFTPd 3.0.5)\r\n")
				buf := make([]byte, 4096)
				for {
					n, err := conn.Read(buf)
					if err != nil {
						return
					}
					said := string(buf[:n])
					if strings.Contains(said, "PASS ") {
						logins.Add(1)
					}
					for _, a := range answer(strings.Split(strings.TrimSpace(said), "\r\n")) {
						io.WriteString(conn, a+"\r\n")
					}
				}
			})
		}
	})
	t.Cleanup(func() { l.Close(); running.Wait() })
	return l.Addr().String(), logins
}

var toLogin = map[string]string{"USER": "331 password", "PASS": "230 in", "FEAT": "500 no", "TYPE": "200 binary",
	"OPTS": "500 no", "PWD": `257 "/"`, "QUIT": "221 bye", "NOOP": "200 ok", "SYST": "215 UNIX", "PASV": "500 no"}

// A server that takes one command from a packet is logged in at all the same,
// and from then on word by word.
func TestLoginWordByWord(t *testing.T) {
	addr, logins := halting(t, func(lines []string) []string {
		verb, _, _ := strings.Cut(lines[0], " ")
		return []string{toLogin[verb]}
	})
	host, port := splitAddr(t, addr)
	env := &Env{Memory: &oneServer{}, Password: func(context.Context, Target) (string, error) { return "secret", nil }}
	env.Timeout = 300 * time.Millisecond
	target := Target{Host: host, Port: port, User: "u", Security: PlainFTP}
	for want := int32(2); want < 4; want++ {
		s, err := Open(ctxFor(t), target, env)
		if err != nil {
			t.Fatal(err)
		}
		if s.bearsEarly() {
			t.Error("commands may still be sent ahead")
		}
		s.Close()
		if n := logins.Load(); n != want {
			t.Errorf("%d passwords were sent, not %d", n, want)
		}
	}
}

// A wrong password is sent once, whatever comes with it.
func TestWrongPasswordAtOnce(t *testing.T) {
	addr, logins := halting(t, func(lines []string) []string {
		var said []string
		for _, line := range lines {
			verb, _, _ := strings.Cut(line, " ")
			said = append(said, cmp.Or(map[string]string{"USER": "331 password"}[verb], "530 Login incorrect."))
		}
		return said
	})
	host, port := splitAddr(t, addr)
	_, err := Open(ctxFor(t), Target{Host: host, Port: port, User: "u", Security: PlainFTP},
		&Env{Memory: &oneServer{}, Timeout: 5 * time.Second, Password: func(context.Context, Target) (string, error) { return "secret", nil }})
	if e := kindIs(t, err, Auth); e.Code != 530 {
		t.Errorf("%v", err)
	}
	if n := logins.Load(); n != 1 {
		t.Errorf("%d passwords were sent", n)
	}
}

// Who leaves says so and does not wait for the answer.
func TestLeave(t *testing.T) {
	quit := make(chan bool, 1)
	addr, _ := halting(t, func(lines []string) []string {
		var said []string
		for _, line := range lines {
			verb, _, _ := strings.Cut(line, " ")
			if verb == "QUIT" {
				quit <- true
				continue
			}
			said = append(said, toLogin[verb])
		}
		return said
	})
	host, port := splitAddr(t, addr)
	s, err := Open(ctxFor(t), Target{Host: host, Port: port, User: "u", Security: PlainFTP},
		&Env{Password: func(context.Context, Target) (string, error) { return "secret", nil }})
	if err != nil {
		t.Fatal(err)
	}
	within(t, quitPatience/2, func() {
		if err := s.Leave(); err != nil || !s.Dead() {
			t.Errorf("%v", err)
		}
	})
	select {
	case <-quit:
	case <-ctxFor(t).Done():
		t.Error("the server was not told")
	}
}

// TestHandshakeThatBeganEarly: over distance the TLS handshake of a data
// connection begins before the server's reply. A refusal ends it at once, costs
// neither the session nor its TLS session, and what comes after arrives whole.
func TestHandshakeThatBeganEarly(t *testing.T) {
	for _, max := range []string{"1.2", ""} {
		o := early(ftptest.Options{TLS: ftptest.ExplicitTLS, Reuse: ftptest.ReuseVSFTPD, StrictClose: true})
		srv := startServer(t, o)
		f := fixtureOf(t, srv, o)
		f.env.Far, f.target.TLSMax = 1, max
		s := openFixture(t, f)
		put(t, s, "/first", content(100_000, 1))
		for _, text := range []string{"553 Could not create file.", "450 Later."} {
			srv.Inject(ftptest.Fault{Do: ftptest.Say, On: "STOR,RETR", Text: text})
			within(t, 3*time.Second, func() {
				if n, err := s.Store(ctxFor(t), "/x", 0, bytes.NewReader(content(4096, 1)), Tap{}); err == nil || n != 0 || s.Dead() {
					t.Errorf("stored %d, %v", n, err)
				}
				if n, err := s.Retrieve(ctxFor(t), "/first", 0, io.Discard, Tap{}); err == nil || n != 0 || s.Dead() {
					t.Errorf("retrieved %d, %v", n, err)
				}
			})
			srv.Heal()
			put(t, s, "/y", content(4096, 2))
			same(t, "y", get(t, s, "/y", 0), content(4096, 2))
			same(t, "first", get(t, s, "/first", 0), content(100_000, 1))
		}
		srv.Inject(ftptest.Fault{Do: ftptest.Silence, On: "RETR"})
		ctx, cancel := context.WithTimeoutCause(ctxFor(t), 50*time.Millisecond, context.Canceled)
		defer cancel()
		within(t, 2*time.Second, func() {
			_, err := s.Retrieve(ctx, "/first", 0, io.Discard, Tap{})
			kindIs(t, err, Cancelled)
		})
	}
}

// A server that wants TLS refuses a plain log-in at USER. The password must not
// be on the wire by then.
func TestPasswordWaitsWithoutTLS(t *testing.T) {
	addr, logins := halting(t, func(lines []string) []string {
		return []string{"530 Non-anonymous sessions must use encryption."}
	})
	host, port := splitAddr(t, addr)
	_, err := Open(ctxFor(t), Target{Host: host, Port: port, User: "u", Security: PlainFTP},
		&Env{Memory: &oneServer{}, Timeout: 5 * time.Second, Password: func(context.Context, Target) (string, error) { return "secret", nil }})
	if err == nil || logins.Load() != 0 {
		t.Errorf("%d passwords were sent: %v", logins.Load(), err)
	}
}
