package wire

import (
	"net"
	"testing"
)

func TestParsePASV(t *testing.T) {
	for in, want := range map[string]struct {
		ip   string
		port int
	}{
		"Entering Passive Mode (127,0,0,1,156,64).": {"127.0.0.1", 40000},
		"Entering Passive Mode. 10,1,2,3,0,21":      {"10.1.2.3", 21},
		"=192,168,1,9,4,1":                          {"192.168.1.9", 1025},
		"Passive mode 2 on (1,2,3,4,5,6)":           {"1.2.3.4", 1286},
		"Entering Passive Mode (0,0,0,0,255,255)":   {"0.0.0.0", 65535},
		"0 bytes queued; (9,8,7,6,5,4), go":         {"9.8.7.6", 1284},
	} {
		ip, port, err := parsePASV(in)
		if err != nil || !ip.Equal(net.ParseIP(want.ip)) || port != want.port {
			t.Errorf("%q: %v %d, %v", in, ip, port, err)
		}
	}
	for _, in := range []string{"", ")(", "(1,2,3,4,5)", "(1,2,3,4,5,6,7)", "(1,2,3,4,0,0)", "(256,2,3,4,5,6)", "(1,2,3,4,5,)", "(1,,3,4,5,6)"} {
		if ip, port, err := parsePASV(in); err == nil {
			t.Errorf("%q gave %v %d", in, ip, port)
		}
	}
}

func TestParseEPSV(t *testing.T) {
	for in, want := range map[string]int{
		"Entering Extended Passive Mode (|||6446|)": 6446,
		"ok (!!!21!)":           21,
		"(|1|127.0.0.1|65535|)": 65535,
	} {
		if port, err := parseEPSV(in); err != nil || port != want {
			t.Errorf("%q: %d, %v", in, port, err)
		}
	}
	for _, in := range []string{"", "(", "()", "(|||)", "(||||)", "(|||0|)", "(|||65536|)", "(|||-1|)", "(|||1)", "|||1|", "(||||1|)", ")|||1|("} {
		if port, err := parseEPSV(in); err == nil {
			t.Errorf("%q gave %d", in, port)
		}
	}
}

func FuzzPassive(f *testing.F) {
	f.Add("(|||6446|)")
	f.Add("(1,2,3,4,5,6)")
	f.Fuzz(func(t *testing.T, in string) {
		if port, err := parseEPSV(in); err == nil && (port < 1 || port > 65535) {
			t.Fatalf("EPSV %q gave %d", in, port)
		}
		if ip, port, err := parsePASV(in); err == nil && (port < 1 || port > 65535 || ip == nil) {
			t.Fatalf("PASV %q gave %v %d", in, ip, port)
		}
	})
}

func TestActiveCommand(t *testing.T) {
	for want, a := range map[string]net.TCPAddr{
		"PORT 10,1,2,3,156,65": {IP: net.IPv4(10, 1, 2, 3), Port: 40001},
		"EPRT |2|::1|40001|":   {IP: net.IPv6loopback, Port: 40001},
	} {
		if got := activeCommand(a.IP, a.Port); got != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}

func TestPassiveHost(t *testing.T) {
	const public = "192.0.2.7"
	for _, c := range []struct {
		trust            bool
		ip, peer, expect string
	}{
		{false, "10.1.2.3", public, public}, {false, public, public, public},
		{true, "198.51.100.9", public, "198.51.100.9"},
		{true, "10.1.2.3", public, public}, {true, "127.0.0.1", public, public}, {true, "169.254.1.1", public, public},
		{true, "0.0.0.0", public, public}, {true, "224.0.0.1", public, public},
		{true, "10.1.2.3", "10.9.9.9", "10.1.2.3"}, {true, "10.1.2.3", "192.168.1.1", "192.168.1.1"},
		{true, "172.16.0.1", "172.31.9.9", "172.16.0.1"}, {true, "172.16.0.1", "172.32.0.1", "172.32.0.1"},
		{true, "198.51.100.9", "10.9.9.9", "198.51.100.9"},
		{true, "127.0.0.2", "127.0.0.1", "127.0.0.2"},
		{true, "10.1.2.3", "ftp.example.org", "ftp.example.org"}, {true, "198.51.100.9", "ftp.example.org", "198.51.100.9"},
	} {
		ctl := &Control{cfg: Config{TrustPASVHost: c.trust}}
		if got := ctl.passiveHost(net.ParseIP(c.ip), c.peer); got != c.expect {
			t.Errorf("%+v gave %s", c, got)
		}
	}
}

// The check asks before it knocks at an address that a server names.
func TestMayGoTo(t *testing.T) {
	ctl := &Control{cfg: Config{Host: "192.168.1.1", Proxied: true}, raw: &net.TCPConn{}}
	for ip, want := range map[string]bool{"192.168.9.9": true, "203.0.113.7": true, "10.1.2.3": false, "127.0.0.1": false, "0.0.0.0": false} {
		if got := ctl.MayGoTo(net.ParseIP(ip)); got != want {
			t.Errorf("%s: %v", ip, got)
		}
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"PASS secret":            "PASS ****",
		"pass secret with blank": "pass ****",
		"PASS":                   "PASS",
		"ACCT a":                 "ACCT ****",
		"USER a":                 "USER a",
		"SITE PSWD old new":      "SITE PSWD ****",
		"RETR PASS secret":       "RETR PASS secret",
	} {
		if got := mask(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}
