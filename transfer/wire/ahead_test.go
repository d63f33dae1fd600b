package wire

import (
	"strings"
	"testing"
)

// say drives a Control the way the library does.
func say(t *testing.T, c *Control, line string) string {
	t.Helper()
	if _, err := c.Write([]byte(line + "\r\n")); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return hear(t, c)
}

func hear(t *testing.T, c *Control) string {
	t.Helper()
	b := make([]byte, 4096)
	n, err := c.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b[:n]))
}

func TestAhead(t *testing.T) {
	for name, c := range map[string]struct {
		replies []string // to RETR x, PASV (in one packet), SIZE y
		failed  bool
		early   bool
	}{
		"borne":               {[]string{"150 go\r\n226 done\r\n", "227 (127,0,0,1,4,5)\r\n", "213 7\r\n"}, false, true},
		"refused afterwards":  {[]string{"150 go\r\n226 done\r\n", "500 no\r\n", "213 7\r\n"}, true, false},
		"refused in between":  {[]string{"150 go\r\n450 PASV: data transfer in progress\r\n226 done\r\n", "", "213 7\r\n"}, true, false},
		"taken in between":    {[]string{"150 go\r\n", "227 (127,0,0,1,4,5)\r\n226 done\r\n", "213 7\r\n"}, true, false},
		"taken before":        {[]string{"227 (127,0,0,1,4,5)\r\n150 go\r\n226 done\r\n", "", "213 7\r\n"}, true, false},
		"the file is missing": {[]string{"550 no file\r\n", "227 (127,0,0,1,4,5)\r\n", "213 7\r\n"}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, _ := scripted(t, "220 ready\r\n", c.replies...)
			failed := false
			cfg.EarlyFailed = func() { failed = true }
			ctl := connectTo(t, cfg)
			ctl.AllowEarly(true)
			ctl.ahead.streak = 1
			first := say(t, ctl, "RETR x")
			if strings.HasPrefix(first, "150") {
				if last := hear(t, ctl); last != "226 ok" {
					t.Errorf("the transfer ended with %q", last)
				}
			} else if first != "550 no file" {
				t.Errorf("RETR was answered %q", first)
			}
			if size := say(t, ctl, "SIZE y"); size != "213 7" {
				t.Errorf("SIZE was answered %q", size)
			}
			_, early, err := ctl.take(PASV)
			if err != nil || early != c.early || failed != c.failed {
				t.Errorf("early %v, failed %v, %v", early, failed, err)
			}
		})
	}
}

func TestAheadOnlyAfterSuccess(t *testing.T) {
	cfg, _ := scripted(t, "220 ready\r\n", "150 go\r\n426 broken\r\n", "150 go\r\n226 done\r\n", "550 no\r\n")
	var sent []string
	cfg.Log = func(d Dir, text string) {
		if d == Sent {
			sent = append(sent, text)
		}
	}
	ctl := connectTo(t, cfg)
	ctl.AllowEarly(true)
	say(t, ctl, "RETR a")
	hear(t, ctl)
	say(t, ctl, "RETR b")
	hear(t, ctl)
	ctl.AllowEarly(false)
	say(t, ctl, "RETR c")
	if got := strings.Join(sent, ","); got != "RETR a,RETR b,RETR c" {
		t.Error(got)
	}
}

// TestAheadAfter425: the port asked for ahead was gone, and another answer to
// what was sent ahead is on its way. Whoever forgets it takes it for the answer
// to the next command, and so for ever.
func TestAheadAfter425(t *testing.T) {
	cfg, _ := scripted(t, "220 ready\r\n", "425 no\r\n", "", "227 (127,0,0,1,4,5)\r\n213 7\r\n")
	ctl := connectTo(t, cfg)
	ctl.AllowEarly(true)
	ctl.ahead.streak, ctl.early = 1, true
	if first := say(t, ctl, "RETR x"); first != "425 no" {
		t.Fatalf("RETR was answered %q", first)
	}
	if size := say(t, ctl, "SIZE y"); size != "213 7" {
		t.Errorf("SIZE was answered %q", size)
	}
}
