package session

import (
	"context"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest/daemons"
)

func checkReal(t *testing.T, d *daemons.Daemon, sec Security, o CheckOptions) CheckReport {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(d.CA)
	target := Target{Host: d.Host, Port: d.Port, User: d.User, Security: sec}
	env := &Env{Roots: roots, Memory: &oneServer{}, Timeout: 5 * time.Second,
		Password: func(context.Context, Target) (string, error) { return d.Password, nil }}
	r, err := Check(t.Context(), target, env, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(r.Text())
	return r
}

// The servers that are out there, set up well: nothing is red, and who
// requires session reuse is found out.
func TestCheckRealServers(t *testing.T) {
	for _, k := range daemons.Kinds {
		t.Run(string(k), func(t *testing.T) {
			d := daemons.Start(t, k, daemons.Options{TLS: true, RequireTLS: true, RequireReuse: k.CanRequireReuse()})
			r := checkReal(t, d, ExplicitTLS, CheckOptions{Folder: d.Dir, Parallel: 3})
			if r.Grade == Red {
				t.Error("something is red")
			}
			if got := strings.Contains(stepOf(r, "reuse").Text, "requires"); got != k.CanRequireReuse() {
				t.Errorf("reuse: %+v", stepOf(r, "reuse"))
			}
			for _, name := range []string{"epsv", "pasv", "list", "clock", "upload", "resume", "delete", "parallel"} {
				if s := stepOf(r, name); s.Grade != Green {
					t.Errorf("%s: %v %q", name, s.Grade, s.Text)
				}
			}
			left, err := filepath.Glob(filepath.Join(d.Root, "longshore*"))
			if err != nil || len(left) > 0 {
				t.Errorf("left behind: %v %v", left, err)
			}
		})
	}
}

// The same servers, set up badly.
func TestCheckRealServersWithOneConnection(t *testing.T) {
	for _, k := range daemons.Kinds {
		t.Run(string(k), func(t *testing.T) {
			d := daemons.Start(t, k, daemons.Options{MaxPerIP: 1})
			r := checkReal(t, d, PlainFTP, CheckOptions{Parallel: 3})
			if s := stepOf(r, "parallel"); s.Grade != Amber || !strings.Contains(s.Text, "allows 1 connection at once") {
				t.Errorf("%v %q", s.Grade, s.Text)
			}
		})
	}
}

func TestCheckRealServersBehindNAT(t *testing.T) {
	for _, k := range []daemons.Kind{daemons.VSFTPD, daemons.ProFTPD, daemons.Pyftpdlib} {
		t.Run(string(k), func(t *testing.T) {
			d := daemons.Start(t, k, daemons.Options{PasvAddress: "10.1.2.3"})
			if err := os.WriteFile(filepath.Join(d.Root, "a"), nil, 0o644); err != nil {
				t.Fatal(err)
			}
			r := checkReal(t, d, PlainFTP, CheckOptions{})
			if s := stepOf(r, "pasv"); s.Grade != Amber || !strings.Contains(s.Text, "10.1.2.3") {
				t.Errorf("pasv: %v %q", s.Grade, s.Text)
			}
			if s := stepOf(r, "list"); s.Grade != Green {
				t.Errorf("list: %v %q", s.Grade, s.Text)
			}
		})
	}
}
