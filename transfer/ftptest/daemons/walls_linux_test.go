package daemons_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest/daemons"
	"longshore/transfer/session"
)

// dataPorts are the passive ports of all daemons.
const dataPorts = "20000-32000"

// dropData has a namespace swallow what arrives for passive ports, as
// firewalls do. The rule has to come before the one for local addresses.
func dropData(t *testing.T, ns string) {
	t.Helper()
	ip(t, "-n", ns, "rule", "add", "pref", "10", "ipproto", "tcp", "dport", dataPorts, "blackhole")
	ip(t, "-n", ns, "rule", "add", "pref", "20", "lookup", "local")
	ip(t, "-n", ns, "rule", "del", "pref", "0")
}

// TestFirewallBeforeDataPorts: a server whose passive ports nobody opened. The
// check says so, and that active mode gets through.
func TestFirewallBeforeDataPorts(t *testing.T) {
	near, far := walls(t)
	dropData(t, far)
	for _, k := range []daemons.Kind{daemons.VSFTPD, daemons.Pyftpdlib} {
		t.Run(string(k), func(t *testing.T) {
			j := natServe(t, far, natJob{Kind: k, Options: daemons.Options{Host: natServer}, Patience: time.Second})
			moved := inNamespace(t, near, j)
			if moved.Told == nil || !strings.Contains(moved.Told.Why, "does not answer") || moved.Told.Button != session.OtherPassiveMode {
				t.Errorf("a transfer says %q: %+v", moved.Error, moved.Told)
			}
			j.Check = true
			j = inNamespace(t, near, j)
			if !strings.Contains(j.Report, "FAIL  Passive mode PASV") || !strings.Contains(j.Report, "does not answer") {
				t.Errorf("the check says:\n%s", j.Report)
			}
			a := slices.IndexFunc(j.Advice, func(a session.Advice) bool { return a.Remedy == session.UseActive })
			if a < 0 {
				t.Fatalf("no way out:\n%s", j.Report)
			}
			j.Target, _ = j.Advice[a].Apply(j.Target)
			j = inNamespace(t, near, j)
			if !strings.Contains(j.Report, "ok    Listing") || strings.Contains(j.Report, "FAIL") {
				t.Errorf("in active mode:\n%s", j.Report)
			}
			j.Check = false
			if j = inNamespace(t, near, j); j.Error != "" {
				t.Errorf("in active mode: %s", j.Error)
			}
		})
	}
}

// TestIPv6 moves files to addresses of a site and to those of a link, which
// are nothing without their zone (RFC 4007): by EPSV and by EPRT.
func TestIPv6(t *testing.T) {
	near, far := walls(t)
	for ns, host := range map[string]string{near: "2", far: "1"} {
		for _, net := range []string{"fd99::", "fe80::99:"} {
			ip(t, "-n", ns, "addr", "add", net+host+"/64", "dev", "line", "nodad")
		}
	}
	for _, k := range []daemons.Kind{daemons.VSFTPD, daemons.ProFTPD, daemons.Pyftpdlib} {
		for _, tls := range []bool{false, true} {
			j := natServe(t, far, natJob{Kind: k, Options: daemons.Options{Host: "::", TLS: tls, RequireReuse: tls && k.CanRequireReuse()}})
			hosts := []string{"fd99::1", "fe80::99:1%line"}
			if k == daemons.Pyftpdlib {
				hosts = hosts[:1] // it loses the zone and cannot bind a port there
			}
			for _, host := range hosts {
				for _, mode := range []session.DataMode{session.DataAuto, session.DataActive} {
					t.Run(fmt.Sprintf("%s tls=%v %s %s", k, tls, host, mode), func(t *testing.T) {
						j.Target.Host, j.Target.Data = host, mode
						if j := inNamespace(t, near, j); j.Error != "" {
							t.Errorf("%s\n%q", j.Error, j.Heard)
						}
					})
				}
			}
		}
	}
}
