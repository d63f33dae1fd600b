package session

import (
	"bufio"
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// saying starts a server that says lines, each after it has heard one, and
// then nothing more.
func saying(t *testing.T, lines ...string) Target {
	t.Helper()
	l := must(net.Listen("tcp", "127.0.0.1:0"))
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer c.Close()
				in := bufio.NewReader(c)
				for i, line := range lines {
					if i > 0 {
						if _, err := in.ReadString('\n'); err != nil {
							return
						}
					}
					io.WriteString(c, line+"\r\n")
				}
				io.Copy(io.Discard, in)
			})
		}
	})
	t.Cleanup(func() { l.Close(); open.Wait() })
	host, port := splitAddr(t, l.Addr().String())
	return Target{Host: host, Port: port, Security: PlainFTP}
}

// Each step of a connection has its deadline, and the error its name.
func TestSilenceAtEachStep(t *testing.T) {
	for name, c := range map[string]struct {
		lines  []string
		change func(*Target)
		step   string
	}{
		"greeting":     {nil, nil, "greeting"},
		"half a line":  {[]string{"220-wait"}, nil, "greeting"},
		"AUTH":         {[]string{"220 hi"}, func(t *Target) { t.Security = ExplicitTLS }, "auth"},
		"explicit TLS": {[]string{"220 hi", "234 go"}, func(t *Target) { t.Security = ExplicitTLS }, "tls"},
		"implicit TLS": {nil, func(t *Target) { t.Security = ImplicitTLS }, "tls"},
		"login":        {[]string{"220 hi", "331 password"}, nil, "login"},
		"SOCKS proxy": {nil, func(t *Target) {
			t.Proxy, t.Host, t.Port = "socks5://"+t.Addr(), "ftp.example", 21
		}, "proxy"},
		"HTTP proxy": {nil, func(t *Target) {
			t.Proxy, t.Host, t.Port = "http://"+t.Addr(), "ftp.example", 21
		}, "proxy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := saying(t, c.lines...)
			if c.change != nil {
				c.change(&target)
			}
			within(t, 5*time.Second, func() {
				_, err := Open(ctxFor(t), target, &Env{Timeout: 300 * time.Millisecond})
				if e := kindIs(t, err, Network); e.Step != c.step || !e.Dead {
					t.Errorf("step %q: %v", e.Step, err)
				}
				if x := Explain(err); !strings.Contains(x.Why, "too long") && c.step != "proxy" {
					t.Errorf("%+v", x)
				}
			})
			ctx, cancel := context.WithCancel(ctxFor(t))
			time.AfterFunc(100*time.Millisecond, cancel)
			within(t, 1100*time.Millisecond, func() {
				_, err := Open(ctx, target, &Env{Timeout: 30 * time.Second})
				kindIs(t, err, Cancelled)
			})
		})
	}
}
