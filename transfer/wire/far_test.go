package wire

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// farAway makes a server of a test one that is far away.
func farAway(cfg Config) Config {
	cfg.Far = 1
	return cfg
}

// dataPort listens for data connections.
func dataPort(t *testing.T) (l net.Listener, as227 string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	port := l.Addr().(*net.TCPAddr).Port
	return l, fmt.Sprintf("227 ok (127,0,0,1,%d,%d)\r\n", port>>8, port&255)
}

// The port that was asked for with the login is dialled at once, and the first
// data connection is that.
func TestPortWithLogin(t *testing.T) {
	l, as227 := dataPort(t)
	cfg, _ := scripted(t, "220 ready\r\n", "331 password\r\n", "230 in\r\n", "257 \"/\"\r\n", as227)
	ctl := connectTo(t, farAway(cfg))
	ctl.PipelineLogin("USER u", "PASS p", "PWD", ctl.PortCommand())
	say(t, ctl, "USER u")
	say(t, ctl, "PASS p")
	say(t, ctl, "PWD")
	if err := ctl.KeepPort(); err != nil {
		t.Fatal(err)
	}
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ctl.dialed = true
	d, err := ctl.DialFunc("tcp", "")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if d.LocalAddr().String() != conn.RemoteAddr().String() || ctl.ahead.opening != nil {
		t.Errorf("%v instead of %v", d.LocalAddr(), conn.RemoteAddr())
	}
}

// A connection that was opened ahead is closed when its port is not used.
func TestPortOfNoUse(t *testing.T) {
	for name, give := range map[string]func(*Control){
		"too old":     func(c *Control) { c.ahead.at = time.Now().Add(-aheadFresh); c.take(PASV) },
		"other mode":  func(c *Control) { c.take(EPSV) },
		"an oddity":   func(c *Control) { c.earlyFailed() },
		"the end":     func(c *Control) { c.Close() },
		"QUIT":        func(c *Control) { c.Quit(0) },
		"another one": func(c *Control) { c.Offer(PASV) },
	} {
		t.Run(name, func(t *testing.T) {
			l, as227 := dataPort(t)
			cfg, _ := scripted(t, "220 ready\r\n", "230 in\r\n", as227, as227)
			ctl := connectTo(t, farAway(cfg))
			ctl.PipelineLogin("USER u", ctl.PortCommand())
			say(t, ctl, "USER u")
			if err := ctl.KeepPort(); err != nil || ctl.ahead.opening == nil {
				t.Fatalf("%v, %v", ctl.ahead.opening, err)
			}
			conn, err := l.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			give(ctl)
			conn.SetDeadline(time.Now().Add(5 * time.Second))
			if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, net.ErrClosed) || isTimeout(err) {
				t.Errorf("the connection is open: %v", err)
			}
			if ctl.ahead.opening != nil || ctl.ahead.ready {
				t.Error("the port is still thought of use")
			}
		})
	}
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// A server may refuse the port; what is no answer to it ends the connection.
func TestPortWithLoginRefused(t *testing.T) {
	for _, c := range []struct {
		reply string
		ok    bool
	}{{"500 no\r\n", true}, {"226 done\r\n", false}, {"150 go\r\n", false}, {"229 (|||1|)\r\n", false}} {
		cfg, _ := scripted(t, "220 ready\r\n", "230 in\r\n", c.reply, "213 7\r\n")
		failed := false
		cfg.EarlyFailed = func() { failed = true }
		ctl := connectTo(t, farAway(cfg))
		ctl.PipelineLogin("USER u", "PASV")
		say(t, ctl, "USER u")
		if err := ctl.KeepPort(); (err == nil) != c.ok || failed {
			t.Errorf("%q: %v, remembered: %v", c.reply, err, failed)
		}
		if c.ok {
			if got := say(t, ctl, "SIZE x"); got != "213 7" || ctl.ahead.ready {
				t.Errorf("SIZE was answered %q", got)
			}
		}
	}
}

// REST goes out with its RETR. A server that refuses it sends the wrong part:
// the connection ends, whatever follows.
func TestRestWithRetr(t *testing.T) {
	for _, c := range []struct {
		name    string
		replies []string // to REST 5, RETR x in one packet
		want    string   // what RETR is answered; "": the connection ends
	}{
		{"borne", []string{"350 ok\r\n", "150 go\r\n226 done\r\n"}, "150"},
		{"the file is missing", []string{"350 ok\r\n", "550 no file\r\n"}, "550 no file"},
		{"refused", []string{"501 no\r\n", "150 go\r\n226 done\r\n"}, ""},
		{"taken for done", []string{"200 ok\r\n", "150 go\r\n226 done\r\n"}, ""},
		{"not answered", []string{"", "150 go\r\n226 done\r\n"}, ""},
		{"answered too late", []string{"150 go\r\n350 ok\r\n", "226 done\r\n"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := scripted(t, "220 ready\r\n", c.replies...)
			failed := false
			cfg.EarlyFailed = func() { failed = true }
			ctl := connectTo(t, farAway(cfg))
			ctl.AllowEarly(true)
			ctl.Expect(Transfer{Command: "RETR x", Part: true})
			if got := say(t, ctl, "REST 5"); !strings.HasPrefix(got, "350") {
				t.Fatalf("REST was answered %q", got)
			}
			if c.want == "" {
				if _, err := ctl.Write([]byte("RETR x\r\n")); err != nil {
					t.Fatal(err)
				}
				n, err := ctl.Read(make([]byte, 100))
				if !errors.Is(err, ErrProtocol) || ctl.Err() == nil || !failed {
					t.Errorf("%d bytes, %v, broken: %v, remembered: %v", n, err, ctl.Err(), failed)
				}
				return
			}
			if got := say(t, ctl, "RETR x"); !strings.HasPrefix(got, c.want) || ctl.Err() != nil {
				t.Errorf("RETR was answered %q", got)
			}
		})
	}
}

// Near servers are asked one thing after the other.
func TestRestAlone(t *testing.T) {
	cfg, _ := scripted(t, "220 ready\r\n", "350 ok\r\n")
	cfg.Far = time.Hour
	ctl := connectTo(t, cfg)
	ctl.AllowEarly(true)
	if got := say(t, ctl, "REST 5"); got != "350 ok" || ctl.PortCommand() != "" {
		t.Errorf("REST was answered %q, %q", got, ctl.PortCommand())
	}
}

// After a download that was broken off the next port is asked for with the
// NOOP that shows whether the server is in step.
func TestInStep(t *testing.T) {
	for _, c := range []struct {
		name    string
		replies []string // to NOOP, PASV in one packet
		code    int
		broken  bool
	}{
		{"in step", []string{"200 ok\r\n", "227 (127,0,0,1,4,5)\r\n"}, 200, false},
		{"no port", []string{"200 ok\r\n", "425 no\r\n"}, 200, false},
		{"a 226 that was late", []string{"226 done\r\n200 ok\r\n", "227 (127,0,0,1,4,5)\r\n"}, 0, true},
		{"a 426 that was late", []string{"426 cut\r\n200 ok\r\n", "227 (127,0,0,1,4,5)\r\n"}, 426, false},
		{"twice", []string{"200 ok\r\n200 ok\r\n", "227 (127,0,0,1,4,5)\r\n"}, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := scripted(t, "220 ready\r\n", c.replies...)
			ctl := connectTo(t, farAway(cfg))
			ctl.AllowEarly(true)
			r, err := ctl.InStep()
			if (err != nil) != c.broken || (ctl.Err() != nil) != c.broken || !c.broken && r.Code != c.code {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}
