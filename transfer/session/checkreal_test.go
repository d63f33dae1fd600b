package session

import (
	"context"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/ftptest/daemons"
)

func checkReal(t *testing.T, d *daemons.Daemon, sec Security, o CheckOptions) CheckReport {
	t.Helper()
	r := realLab(d, sec, o).check(t)
	t.Log(r.Text())
	return r
}

func realLab(d *daemons.Daemon, sec Security, o CheckOptions) *lab {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(d.CA)
	return &lab{target: Target{Host: d.Host, Port: d.Port, User: d.User, Security: sec}, options: o,
		env: &Env{Roots: roots, Memory: &oneServer{}, Timeout: 5 * time.Second,
			Password: func(context.Context, Target) (string, error) { return d.Password, nil }}}
}

// What servers show whose owners set them up badly: the step that names the
// cause, and the advice that helps. Closed ports are in package daemons, where
// there is a firewall.
func TestCheckRealServersSetUpBadly(t *testing.T) {
	expired := must(ftptest.NewCertificate(ftptest.CertOptions{Expired: true}))
	other := must(ftptest.NewCertificate(ftptest.CertOptions{Names: []string{"other.example"}}))
	all := daemons.Kinds
	for name, r := range map[string]struct {
		kinds  []daemons.Kind
		o      daemons.Options
		change func(*lab)
		step   string
		grade  Grade
		words  string
		advice Remedy
	}{
		"expired certificate": {all, daemons.Options{TLS: true, Certificate: &expired}, nil, "certificate", Red, "it expired on", TrustCertificate},
		"wrong host name":     {all, daemons.Options{TLS: true, Certificate: &other}, nil, "certificate", Red, "another name", TrustCertificate},
		"no MLSD":             {[]daemons.Kind{daemons.VSFTPD}, daemons.Options{}, nil, "features", Amber, "no MLSD", NoRemedy},
		"LIST an hour off, MDTM not": {[]daemons.Kind{daemons.ProFTPD}, daemons.Options{Zone: "LAB-1"},
			func(l *lab) { l.target.List = ListLIST }, "clock", Amber, "UTC+1h", SetClock},
		"LIST and MDTM an hour off": {[]daemons.Kind{daemons.VSFTPD}, daemons.Options{Zone: "LAB-1"}, nil, "clock", Amber, "UTC+1h", SetClock},
		"MLSD and MDTM an hour off": {[]daemons.Kind{daemons.Pyftpdlib}, daemons.Options{Zone: "LAB-1"}, nil, "clock", Amber, "UTC+1h", NoRemedy},
	} {
		for _, k := range r.kinds {
			t.Run(name+", "+string(k), func(t *testing.T) {
				t.Parallel()
				d := daemons.Start(t, k, r.o)
				sec := PlainFTP
				if r.o.TLS {
					sec = ExplicitTLS
				}
				l := realLab(d, sec, CheckOptions{Folder: d.Dir})
				if r.change != nil {
					r.change(l)
				}
				before := l.check(t)
				if s := stepOf(before, r.step); s.Grade != r.grade || !strings.Contains(s.Text, r.words) {
					t.Errorf("%v %q\n%s", s.Grade, s.Text, before.Text())
				}
				if r.advice == NoRemedy {
					return
				}
				l.follow(t, before, r.advice)
				if after := l.check(t); after.Grade > Amber || offers(after, r.advice) {
					t.Errorf("afterwards:\n%s", after.Text())
				}
			})
		}
	}
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
			l := realLab(d, PlainFTP, CheckOptions{Parallel: 3})
			r := l.check(t)
			if s := stepOf(r, "parallel"); s.Grade != Amber || !strings.Contains(s.Text, "allows 1 connection at once") {
				t.Errorf("%v %q", s.Grade, s.Text)
			}
			l.follow(t, r, OneConnection)
			if s := stepOf(l.check(t), "parallel"); s.Grade != Green {
				t.Errorf("with one connection: %v %q", s.Grade, s.Text)
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
