package session

import (
	"slices"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest"
)

func startServer(t testing.TB, o ftptest.Options) *ftptest.Server {
	t.Helper()
	srv, err := ftptest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	return srv
}

// fixtureOf gives a Target for a test server.
func fixtureOf(t testing.TB, srv *ftptest.Server, o ftptest.Options) fixture {
	t.Helper()
	host, port := splitAddr(t, srv.Addr())
	f := fixture{target: Target{Host: host, Port: port, Security: PlainFTP}, dir: "/pub",
		env: &Env{Roots: srv.Roots(), Timeout: 5 * time.Second, Log: logTo(t)}}
	switch o.TLS {
	case ftptest.ExplicitTLS:
		f.target.Security = ExplicitTLS
	case ftptest.ImplicitTLS:
		f.target.Security = ImplicitTLS
	}
	return f
}

// testServer starts a server with an empty folder for the suite.
func testServer(t testing.TB, o ftptest.Options) (*ftptest.Server, fixture) {
	t.Helper()
	srv := startServer(t, o)
	f := fixtureOf(t, srv, o)
	s := openFixture(t, f)
	if err := s.MakeDirAll(ctxFor(t), f.dir); err != nil {
		t.Fatal(err)
	}
	s.Close()
	return srv, f
}

func TestSessionOnTestServer(t *testing.T) {
	for name, o := range map[string]ftptest.Options{
		"plain":                {},
		"explicit":             {TLS: ftptest.ExplicitTLS, Reuse: ftptest.ReuseProFTPD, StrictClose: true},
		"implicit":             {TLS: ftptest.ImplicitTLS},
		"TLS 1.2, vsftpd rule": {TLS: ftptest.ExplicitTLS, TLSMax: 0x0303, Reuse: ftptest.ReuseVSFTPD},
		"careless ends":        {TLS: ftptest.ExplicitTLS, CarelessEnds: true},
		"no MLSD":              {Disable: []string{"MLSD", "MLST"}},
		"DOS listing":          {Disable: []string{"MLSD", "MLST"}, DOSListing: true},
		"no PASV":              {Disable: []string{"PASV"}},
		"no EPSV":              {Disable: []string{"EPSV"}},
		"no REST":              {Disable: []string{"REST"}},
	} {
		t.Run(name, func(t *testing.T) {
			sessionSuite(t, func(t *testing.T) fixture {
				_, f := testServer(t, o)
				f.traits.hides = slices.Contains(o.Disable, "MLSD")
				f.traits.noREST = slices.Contains(o.Disable, "REST")
				return f
			})
		})
	}
}

// A folder can be entered, a file cannot, and a folder that was entered is
// listed where we are.
func TestEnter(t *testing.T) {
	srv, f := testServer(t, ftptest.Options{})
	s := openFixture(t, f)
	put(t, s, f.dir+"/file", []byte("x"))
	for _, p := range []string{f.dir + "/file", f.dir + "/none"} {
		if err := s.Enter(ctxFor(t), p); err == nil || s.Dead() {
			t.Errorf("%q: %v", p, err)
		}
	}
	if err := s.Enter(ctxFor(t), f.dir); err != nil {
		t.Fatal(err)
	}
	before := len(srv.Commands())
	if rows := rowsOf(t, s, f.dir); len(rows) != 1 {
		t.Errorf("%v", rows)
	}
	for _, c := range srv.Commands()[before:] {
		if strings.HasPrefix(c, "CWD") {
			t.Errorf("the server was asked %q once more", c)
		}
	}
}
