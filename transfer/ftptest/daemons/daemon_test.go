package daemons

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// talk logs in by hand and gives a function that sends a command and returns
// the last line of its reply.
func talk(t *testing.T, d *Daemon, secure, implicit bool) func(string) string {
	t.Helper()
	conn, err := net.Dial("tcp", d.Addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(d.CA)
	conf := &tls.Config{ServerName: "localhost", RootCAs: pool}
	if implicit {
		conn = tls.Client(conn, conf)
	}
	in := bufio.NewReader(conn)
	reply := func() string {
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return "- " + err.Error()
			}
			if len(line) > 3 && line[3] == ' ' {
				return line
			}
		}
	}
	say := func(cmd string) string {
		fmt.Fprintf(conn, "%s\r\n", cmd)
		return reply()
	}
	if got := reply(); !strings.HasPrefix(got, "220") {
		t.Fatalf("greeting %q", got)
	}
	if secure && !implicit {
		if got := say("AUTH TLS"); !strings.HasPrefix(got, "234") {
			t.Fatalf("AUTH: %q", got)
		}
		conn = tls.Client(conn, conf)
		in = bufio.NewReader(conn)
	}
	say("USER " + d.User)
	if got := say("PASS " + d.Password); !strings.HasPrefix(got, "230") {
		t.Fatalf("login: %q", got)
	}
	return say
}

func TestDaemonsStart(t *testing.T) {
	for _, k := range Kinds {
		for name, o := range map[string]Options{
			"plain": {}, "tls": {TLS: true, RequireTLS: true}, "implicit": {Implicit: true}, "reuse": {TLS: true, RequireReuse: true},
		} {
			if o.Implicit && !k.CanImplicit() || o.RequireReuse && !k.CanRequireReuse() {
				continue
			}
			t.Run(string(k)+" "+name, func(t *testing.T) {
				d := Start(t, k, o)
				say := talk(t, d, o.TLS, o.Implicit)
				for _, step := range []struct{ cmd, code string }{
					{"CWD " + d.Dir, "250"}, {"MKD new", "257"}, {"CWD new", "250"}, {"CDUP", "250"}, {"NOOP", "200"},
				} {
					if got := say(step.cmd); !strings.HasPrefix(got, step.code) {
						t.Fatalf("%s: %q", step.cmd, got)
					}
				}
				if info, err := os.Stat(d.Root + "/new"); err != nil || !info.IsDir() {
					t.Fatal(err)
				}
				if got := say("RMD new"); !strings.HasPrefix(got, "250") {
					t.Fatal(got)
				}
			})
		}
	}
}

func TestNothingIsLeft(t *testing.T) {
	for _, k := range Kinds {
		d := Start(t, k, Options{})
		talk(t, d, false, false)
		if err := d.Close(); err != nil {
			t.Fatal(k, err)
		}
		if conn, err := net.Dial("tcp", d.Addr); err == nil {
			conn.Close()
			t.Errorf("%s still listens", k)
		}
		if _, err := os.Stat(d.base); err == nil {
			t.Errorf("%s left %q", k, d.base)
		}
	}
}

func TestMissingServersAreNamed(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	_, err := Launch(ProFTPD, Options{})
	var miss *MissingError
	if !errors.As(err, &miss) || !strings.Contains(err.Error(), ".ci/setup test") {
		t.Fatal(err)
	}
}
