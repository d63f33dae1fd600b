package wire

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// scripted is a server that answers each line with the next reply of a script.
func scripted(t *testing.T, greeting string, replies ...string) (Config, net.Listener) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		fmt.Fprint(conn, greeting)
		in := bufio.NewScanner(conn)
		for _, r := range replies {
			if !in.Scan() {
				return
			}
			fmt.Fprint(conn, r)
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	a := l.Addr().(*net.TCPAddr)
	return Config{Host: a.IP.String(), Port: a.Port, Security: Plain, Timeout: 2 * time.Second}, l
}

func connectTo(t *testing.T, cfg Config) *Control {
	t.Helper()
	c, err := Connect(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestCommandSkipsPreliminaries(t *testing.T) {
	cfg, _ := scripted(t, "120 soon\r\n220 ready\r\n", "150 wait\r\n200 done\r\n")
	c := connectTo(t, cfg)
	if r, err := c.Command("NOOP"); err != nil || r.Code != 200 || c.Greeting().First() != "ready" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestLinesThatAreTwo(t *testing.T) {
	cfg, _ := scripted(t, "220 ready\r\n", "200 ok\r\n")
	c := connectTo(t, cfg)
	for _, line := range []string{"NOOP\r\nDELE x", "DELE a\nb", "DELE \x00", "DELE \r"} {
		if _, err := c.Command(line); err == nil || c.Err() != nil || c.Unanswered() {
			t.Errorf("%q: %v", line, err)
		}
	}
	if _, err := c.Command("NOOP"); err != nil {
		t.Error(err)
	}
}

// What a server says before it hangs up is found before the next command goes
// out, so that nobody has to wonder whether that was done.
func TestStaleConnection(t *testing.T) {
	cfg, _ := scripted(t, "220 ready\r\n", "200 ok\r\n421 Timeout.\r\n")
	c := connectTo(t, cfg)
	if _, err := c.Command("NOOP"); err != nil {
		t.Fatal(err)
	}
	c.heard = c.heard.Add(-time.Minute)
	_, err := c.Command("DELE x")
	var refused *ReplyError
	if !errors.As(err, &refused) || refused.Reply.Code != 421 || c.Unanswered() {
		t.Errorf("%v, unanswered %v", err, c.Unanswered())
	}
	if c.Err() == nil {
		t.Error("the connection is thought to live")
	}
}

func TestClosedConnection(t *testing.T) {
	cfg, _ := scripted(t, "220 ready\r\n", "200 ok\r\n") // and then it hangs up
	c := connectTo(t, cfg)
	if _, err := c.Command("NOOP"); err != nil {
		t.Fatal(err)
	}
	for c.Err() == nil { // the FIN arrives some time
		c.heard = c.heard.Add(-time.Minute)
		c.tidy()
	}
	if _, err := c.Command("DELE x"); err == nil || c.Unanswered() {
		t.Errorf("%v, unanswered %v", err, c.Unanswered())
	}
}

func TestCancelLeavesTheConnectionInStep(t *testing.T) {
	cfg, _ := scripted(t, "220 ready\r\n", "200 late but fine\r\n", "200 next\r\n")
	c := connectTo(t, cfg)
	c.Settle()
	ctx, cancel := context.WithCancel(t.Context())
	end := c.Begin(ctx)
	cancel()
	if _, err := c.Command("NOOP"); err != nil {
		t.Errorf("within the grace: %v", err)
	}
	end()
	end = c.Begin(t.Context())
	defer end()
	if r, err := c.Command("NOOP"); err != nil || r.First() != "next" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestCancelDoesNotWaitForASilentServer(t *testing.T) {
	cfg, _ := scripted(t, "220 ready\r\n", "")
	cfg.Timeout = time.Minute
	c := connectTo(t, cfg)
	c.Settle()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	defer c.Begin(ctx)()
	start := time.Now()
	if _, err := c.Command("NOOP"); err == nil || !c.Unanswered() {
		t.Errorf("%v", err)
	}
	if took := time.Since(start); took > Grace+400*time.Millisecond {
		t.Errorf("took %v", took)
	}
}

func TestTranscript(t *testing.T) {
	cfg, _ := scripted(t, "220 ready\r\n", "331 password for u?\r\n", "530 geheim is wrong\r\n")
	var lines []string
	cfg.Log = func(d Dir, text string) { lines = append(lines, fmt.Sprintf("%d %s", d, text)) }
	c := connectTo(t, cfg)
	c.Command("USER u")
	c.Command("PASS geheim")
	want := []string{fmt.Sprintf("0 Connecting to 127.0.0.1:%d", cfg.Port), "2 220 ready",
		"1 USER u", "2 331 password for u?", "1 PASS ****", "2 530 **** is wrong"}
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q", lines)
	}
}
