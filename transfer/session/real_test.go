package session

import (
	"context"
	"crypto/x509"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"longshore/transfer/ftptest/daemons"
	"longshore/transfer/listing"
)

// folders numbers the folders that tests get on one server.
var folders atomic.Int64

// realTraits are what the servers' test configurations do and do not.
var realTraits = map[daemons.Kind]traits{
	daemons.VSFTPD:    {noDigest: true, noChmod: true},
	daemons.PureFTPd:  {noDigest: true, renames: true},
	daemons.Pyftpdlib: {noDigest: true},
}

// realFixture has a folder of its own on the server.
func realFixture(t testing.TB, d *daemons.Daemon, sec Security, max string) fixture {
	t.Helper()
	f := plainFixture(t, d, sec, max)
	s := openFixture(t, f)
	defer s.Close()
	if err := s.MakeDir(ctxFor(t), f.dir); err != nil {
		t.Fatal(err)
	}
	return f
}

// plainFixture has not met the server yet.
func plainFixture(t testing.TB, d *daemons.Daemon, sec Security, max string) fixture {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(d.CA) {
		t.Fatal("the server's certificate cannot be read")
	}
	return fixture{
		target: Target{Host: d.Host, Port: d.Port, User: d.User, Security: sec, TLSMax: max},
		env: &Env{Roots: roots, Timeout: 10 * time.Second, Log: logTo(t),
			Password: func(context.Context, Target) (string, error) { return d.Password, nil }},
		dir:    strings.TrimSuffix(d.Dir, "/") + fmt.Sprintf("/t%d", folders.Add(1)),
		traits: realTraits[d.Kind],
	}
}

// protection is a way to be connected with a real server.
type protection struct {
	name string
	o    daemons.Options
	sec  Security
	max  string
}

func protections(k daemons.Kind) []protection {
	secure := daemons.Options{TLS: true, RequireTLS: true, RequireReuse: k.CanRequireReuse()}
	return []protection{
		{"plain", daemons.Options{}, PlainFTP, ""},
		{"TLS 1.2", secure, ExplicitTLS, "1.2"},
		{"TLS 1.3", secure, ExplicitTLS, ""},
	}
}

// TestRealServers runs the suite on the servers that are out there; what it has
// about data connections by each of the two passive modes.
func TestRealServers(t *testing.T) {
	for _, k := range daemons.Kinds {
		t.Run(string(k), func(t *testing.T) {
			t.Parallel()
			for _, p := range protections(k) {
				d := daemons.Start(t, k, p.o)
				for mode, suite := range map[DataMode]func(*testing.T, func(*testing.T) fixture){DataPASV: sessionSuite, DataEPSV: dataSuite} {
					t.Run(fmt.Sprintf("%s, %s", p.name, mode), func(t *testing.T) {
						suite(t, func(t *testing.T) fixture {
							f := realFixture(t, d, p.sec, p.max)
							f.target.Data = mode
							return f
						})
					})
				}
			}
			if k.CanImplicit() {
				d := daemons.Start(t, k, daemons.Options{TLS: true, Implicit: true})
				t.Run("implicit", func(t *testing.T) {
					sessionSuite(t, func(t *testing.T) fixture { return realFixture(t, d, ImplicitTLS, "") })
				})
			}
		})
	}
}

// TestRealServersFarAway runs it as if the servers were far away.
func TestRealServersFarAway(t *testing.T) {
	for _, k := range daemons.Kinds {
		t.Run(string(k), func(t *testing.T) {
			t.Parallel()
			for _, p := range protections(k) {
				d := daemons.Start(t, k, p.o)
				t.Run(p.name, func(t *testing.T) {
					sessionSuite(t, func(t *testing.T) fixture {
						f := realFixture(t, d, p.sec, p.max)
						f.env.Far = 1
						return f
					})
				})
			}
		})
	}
}

// TestEarlyPassive moves small and large files one after another and looks
// whether the servers that are said to bear PASV ahead of time do.
func TestEarlyPassive(t *testing.T) {
	for _, k := range daemons.Kinds {
		for _, sec := range []Security{PlainFTP, ExplicitTLS} {
			t.Run(fmt.Sprintf("%s %s", k, sec), func(t *testing.T) {
				d := daemons.Start(t, k, daemons.Options{TLS: sec == ExplicitTLS, RequireReuse: sec == ExplicitTLS && k.CanRequireReuse()})
				f := realFixture(t, d, sec, "")
				m := &oneServer{}
				f.env.Memory = m
				asked, early := 0, false
				log := f.env.Log
				f.env.Log = func(l Line) {
					if l.Dir == Sent && l.Text == "PASV" {
						asked++
					}
					log(l)
				}
				s := openFixture(t, f)
				for i := range 12 {
					name, data := fmt.Sprintf("%s/f%d", f.dir, i), content(4096<<(i%3*5), uint64(i))
					put(t, s, name, data)
					same(t, name, get(t, s, name, 0), data)
					if n, err := s.Size(ctxFor(t), name); err != nil || n != int64(len(data)) {
						t.Fatalf("size %d, %v", n, err)
					}
					early = early || asked > 2*(i+1)
				}
				if m.l.NoEarlyEPSV {
					t.Error("the server did not bear it")
				}
				if early != (k != daemons.Pyftpdlib) {
					t.Errorf("sent ahead: %v", early)
				}
			})
		}
	}
}

// Pure-FTPd cuts long listings and says so in its final reply only.
func TestTruncatedListing(t *testing.T) {
	d := daemons.Start(t, daemons.PureFTPd, daemons.Options{ListLimit: 5})
	f := realFixture(t, d, PlainFTP, "")
	s := openFixture(t, f)
	for i := range 10 {
		put(t, s, fmt.Sprintf("%s/f%d", f.dir, i), nil)
	}
	n := 0
	report, err := s.List(ctxFor(t), f.dir, func(rows []listing.Entry) { n += len(rows) })
	if err != nil || !report.Truncated || n >= 10 {
		t.Errorf("%d rows, truncated %v, %v", n, report.Truncated, err)
	}
}
