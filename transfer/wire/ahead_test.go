package wire

import (
	"bufio"
	"errors"
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

// TestThen: a command that goes with a download, before the port that is asked
// for ahead. Its answer is read in its place or the connection ends.
func TestThen(t *testing.T) {
	for name, c := range map[string]struct {
		replies []string // to RETR x, MDTM x, PASV (in one packet), SIZE y
		then    string
		broken  bool
	}{
		"borne":               {[]string{"150 go\r\n226 done\r\n", "213 2026\r\n", "227 (127,0,0,1,4,5)\r\n", "213 7\r\n"}, "213 2026", false},
		"not known":           {[]string{"150 go\r\n226 done\r\n", "550 what\r\n", "227 (127,0,0,1,4,5)\r\n", "213 7\r\n"}, "550 what", false},
		"the file is missing": {[]string{"550 no file\r\n", "550 no file\r\n", "227 (127,0,0,1,4,5)\r\n", "213 7\r\n"}, "550 no file", false},
		"226 twice":           {[]string{"150 go\r\n226 done\r\n226 done\r\n", "213 2026\r\n", "227 (127,0,0,1,4,5)\r\n"}, "", true},
		"answered before":     {[]string{"150 go\r\n213 2026\r\n226 done\r\n", "", "227 (127,0,0,1,4,5)\r\n"}, "", true},
		"refused before":      {[]string{"150 go\r\n450 transfer in progress\r\n226 done\r\n", "", "227 (127,0,0,1,4,5)\r\n"}, "", true},
		"a 150 too late":      {[]string{"150 go\r\n226 done\r\n150 go\r\n", "213 2026\r\n", "227 (127,0,0,1,4,5)\r\n"}, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, _ := scripted(t, "220 ready\r\n", c.replies...)
			ctl := connectTo(t, cfg)
			ctl.AllowEarly(true)
			ctl.ahead.streak = 1
			ctl.Expect(Transfer{Command: "RETR x", Then: []string{"MDTM x"}})
			if strings.HasPrefix(say(t, ctl, "RETR x"), "150") {
				_, _ = ctl.Read(make([]byte, 4096))
			}
			r, ok := ctl.Then()
			if ok != (c.then != "") || ok && (len(r) != 1 || strings.TrimSpace(string(r[0].wire())) != c.then) {
				t.Errorf("%v %v", ok, r)
			}
			if (ctl.Err() != nil) != c.broken {
				t.Fatalf("broken: %v", ctl.Err())
			}
			if !c.broken {
				if size := say(t, ctl, "SIZE y"); size != "213 7" {
					t.Errorf("SIZE was answered %q", size)
				}
			}
			if _, again := ctl.Then(); again {
				t.Error("it was given twice")
			}
		})
	}
}

// TestThenAlone: where nothing may be sent ahead, it is not sent.
func TestThenAlone(t *testing.T) {
	cfg, _ := scripted(t, "220 ready\r\n", "150 go\r\n226 done\r\n", "213 7\r\n")
	ctl := connectTo(t, cfg)
	ctl.Expect(Transfer{Command: "RETR x", Then: []string{"MDTM x"}})
	say(t, ctl, "RETR x")
	hear(t, ctl)
	if _, ok := ctl.Then(); ok {
		t.Error("an answer to what was not sent")
	}
	if size := say(t, ctl, "SIZE y"); size != "213 7" {
		t.Errorf("SIZE was answered %q", size)
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

// TestReplyTooMany: a second final reply stands where the answer to what was
// sent ahead should. The connection must end there, and the server be known.
func TestReplyTooMany(t *testing.T) {
	for name, replies := range map[string][]string{
		"226 twice":      {"150 go\r\n226 done\r\n226 again\r\n", "227 (127,0,0,1,4,5)\r\n"},
		"250 twice":      {"150 go\r\n250 done\r\n250 again\r\n", "227 (127,0,0,1,4,5)\r\n"},
		"a 150 too late": {"150 go\r\n226 done\r\n150 go\r\n", "227 (127,0,0,1,4,5)\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, _ := scripted(t, "220 ready\r\n", replies...)
			failed := false
			cfg.EarlyFailed = func() { failed = true }
			ctl := connectTo(t, cfg)
			ctl.AllowEarly(true)
			ctl.ahead.streak = 1
			say(t, ctl, "RETR x")
			hear(t, ctl)
			if _, _, err := ctl.take(PASV); !errors.Is(err, ErrProtocol) || ctl.Err() == nil || !failed {
				t.Errorf("%v, broken %v, given up %v", err, ctl.Err(), failed)
			}
		})
	}
}

func TestBelongs(t *testing.T) {
	for _, c := range []struct {
		verb  string
		reply string
		ok    bool
	}{
		{"PASV", "227 Entering (1,2,3,4,5,6)", true}, {"PASV", "200 =1,2,3,4,5,6", true}, {"PASV", "226 Done", false},
		{"PASV", "250 Done", false}, {"PASV", "229 (|||1|)", false}, {"PASV", "500 What", true}, {"PASV", "350 More", false},
		{"EPSV", "229 (|||1|)", true}, {"EPSV", "227 (1,2,3,4,5,6)", false}, {"EPSV", "200 Fine", false}, {"EPSV", "425 No", true},
		{"RETR", "226 Done", true}, {"RETR", "250 Done", true}, {"RETR", "229 (|||1|)", false}, {"RETR", "227 (1,2,3,4,5,6)", false},
		{"STOR", "213 7", false}, {"STOR", "257 made", false}, {"STOR", "350 Go on", false}, {"STOR", "552 Full", true},
		{"SIZE", "213 7", true}, {"SIZE", "250 7", true}, {"SIZE", "226 Done", false}, {"SIZE", "250 Done", false}, {"SIZE", "550 No", true},
		{"MDTM", "213 20260101000000", true}, {"MDTM", "213 20260101000000.123", true}, {"MDTM", "200 Fine", false},
		{"CWD", "250 Fine", true}, {"CWD", "200 Fine", true}, {"CWD", "226 Done", false}, {"CWD", "227 (1,2,3,4,5,6)", false},
		{"RNFR", "350 Go on", true}, {"NOOP", "200 Fine", true}, {"NOOP", "229 (|||1|)", false}, {"USER", "331 Who", true}, {"XSHA1", "250 abc", true},
	} {
		r, err := readReply(bufio.NewReader(strings.NewReader(c.reply + "\r\n")))
		if err != nil {
			t.Fatal(err)
		}
		if got := belongs(c.verb, r); got != c.ok {
			t.Errorf("%s answered %q: %v", c.verb, c.reply, got)
		}
	}
}
