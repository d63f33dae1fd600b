package wire

import (
	"context"
	"net"
	"strings"
	"testing"
)

func TestPipelinedLogin(t *testing.T) {
	// One line of the client's is answered by one reply of the script; the
	// burst is five lines.
	cfg, _ := scripted(t, "220 ready\r\n", "331 password\r\n", "230 in\r\n",
		"211-x\r\n MLST\r\n211 end\r\n", "200 binary\r\n", "501 no\r\n", "200 pbsz\r\n", "257 \"/home\"\r\n", "200 noop\r\n")
	ctl := connectTo(t, cfg)
	ctl.PipelineLogin("FEAT", "TYPE I", "OPTS UTF8 ON", "PBSZ 0", "PWD")
	for _, c := range [][2]string{
		{"USER u", "331"}, {"PASS p", "230"}, {"FEAT", "211"}, {"TYPE I", "200 binary"},
		{"PBSZ 0", "200 pbsz"}, // without OPTS
		{"PWD", "257"}, {"NOOP", "200 noop"},
	} {
		if got := say(t, ctl, c[0]); !strings.HasPrefix(got, c[1]) {
			t.Fatalf("%s was answered %q", c[0], got)
		}
	}
	if _, ok := ctl.Feature("MLST"); !ok {
		t.Error("the features are lost")
	}
}

func TestPipelinedLoginAndAnotherCommand(t *testing.T) {
	cfg, _ := scripted(t, "220 ready\r\n", "230 in\r\n", "500 no FEAT\r\n", "200 binary\r\n", "213 7\r\n")
	ctl := connectTo(t, cfg)
	ctl.PipelineLogin("FEAT", "TYPE I")
	say(t, ctl, "USER u")
	if got := say(t, ctl, "SIZE x"); got != "213 7" {
		t.Errorf("SIZE was answered %q", got)
	}
}

// All of a login in one packet, from USER on; a server that wants no password
// answers it all the same.
func TestLoginAtOnce(t *testing.T) {
	for _, c := range []struct {
		name    string
		replies []string // to USER u, PASS p, FEAT, TYPE I, PWD in one packet
		say     [][2]string
	}{
		{"asked for the password", []string{"331 password\r\n", "230 in\r\n", "500 no\r\n", "200 binary\r\n", "257 \"/home\"\r\n"},
			[][2]string{{"USER u", "331"}, {"PASS p", "230"}, {"FEAT", "500"}, {"TYPE I", "200 binary"}, {"PWD", "257"}}},
		{"not asked for it", []string{"230 in\r\n", "503 you are in\r\n", "500 no\r\n", "200 binary\r\n", "257 \"/home\"\r\n"},
			[][2]string{{"USER u", "230"}, {"FEAT", "500"}, {"TYPE I", "200 binary"}, {"PWD", "257"}}},
		{"refused", []string{"331 password\r\n", "530 no\r\n", "530 no\r\n", "530 no\r\n", "530 no\r\n"},
			[][2]string{{"USER u", "331"}, {"PASS p", "530"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, _ := scripted(t, "220 ready\r\n", c.replies...)
			packets := 0
			cfg.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
				return &counting{conn, &packets}, err
			}
			ctl := connectTo(t, cfg)
			ctl.PipelineLogin("USER u", "PASS p", "FEAT", "TYPE I", "PWD")
			for _, s := range c.say {
				if got := say(t, ctl, s[0]); !strings.HasPrefix(got, s[1]) {
					t.Fatalf("%s was answered %q", s[0], got)
				}
			}
			if packets != 1 {
				t.Errorf("%d packets", packets)
			}
		})
	}
}

// counting counts the packets that are sent.
type counting struct {
	net.Conn
	packets *int
}

func (c *counting) Write(b []byte) (int, error) {
	*c.packets++
	return c.Conn.Write(b)
}
