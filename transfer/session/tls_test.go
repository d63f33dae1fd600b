package session

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest"
)

func TestStepDownToTLS12(t *testing.T) {
	for _, text := range []string{
		"425 Unable to build data connection: Operation not permitted",
		"522 SSL connection failed; session reuse required: see require_ssl_reuse option in vsftpd.conf man page",
		"425 Cannot secure the data connection - TLS session resumption required",
	} {
		o := ftptest.Options{TLS: ftptest.ExplicitTLS, Faults: []ftptest.Fault{
			{Do: ftptest.Say, On: "STOR,RETR,MLSD", Text: text, Session: 1},
		}}
		srv := startServer(t, o)
		f := fixtureOf(t, srv, o)
		m := &oneServer{}
		f.env.Memory = m
		s := openFixture(t, f)
		put(t, s, "/x", []byte("content"))
		if s.Info().TLS != "TLS 1.2" || !m.l.TLS12 {
			t.Errorf("%s: %s, learned %v", text, s.Info().TLS, m.l.TLS12)
		}
		same(t, "x", get(t, s, "/x", 0), []byte("content"))
		if s := openFixture(t, f); s.Info().TLS != "TLS 1.2" {
			t.Errorf("%s: the next session is over %s", text, s.Info().TLS)
		}
	}
}

// A passing trouble is no reason to give TLS 1.3 up for ever.
func TestStepDownAfterTLS13WorkedIsNotRemembered(t *testing.T) {
	o := ftptest.Options{TLS: ftptest.ExplicitTLS}
	srv := startServer(t, o)
	f := fixtureOf(t, srv, o)
	m := &oneServer{}
	f.env.Memory = m
	s := openFixture(t, f)
	put(t, s, "/x", []byte("content"))
	srv.Inject(ftptest.Fault{Do: ftptest.Say, On: "STOR", Text: "425 Unable to build data connection: TLS negotiation failed", Times: 1})
	put(t, s, "/y", []byte("content"))
	if m.l.TLS12 {
		t.Error("TLS 1.2 was learned")
	}
	if s := openFixture(t, f); s.Info().TLS != "TLS 1.3" {
		t.Errorf("the next session is over %s", s.Info().TLS)
	}
}

func TestStepDownIsForgottenIfItDoesNotHelp(t *testing.T) {
	o := ftptest.Options{TLS: ftptest.ExplicitTLS, Faults: []ftptest.Fault{
		{Do: ftptest.Say, On: "STOR", Text: "425 Unable to build data connection: Operation not permitted"},
	}}
	srv := startServer(t, o)
	f := fixtureOf(t, srv, o)
	m := &oneServer{}
	f.env.Memory = m
	s := openFixture(t, f)
	_, err := s.Store(ctxFor(t), "/x", 0, strings.NewReader("x"), Tap{})
	if e := kindIs(t, err, Network); e.Code != 425 || m.l.TLS12 {
		t.Errorf("%v, learned %v", err, m.l.TLS12)
	}
}

func TestCertificates(t *testing.T) {
	o := ftptest.Options{TLS: ftptest.ExplicitTLS}
	srv := startServer(t, o)
	f := fixtureOf(t, srv, o)
	f.env.Roots = nil
	asked := 0
	f.env.Trusted = func(_ Target, c Certificate) bool { asked++; return false }
	_, err := Open(ctxFor(t), f.target, f.env)
	e := kindIs(t, err, TLS)
	var ce *CertificateError
	if !errors.As(err, &ce) || e.Step != "tls" || asked != 1 {
		t.Fatalf("%v, asked %d times", err, asked)
	}
	c := ce.Certificate
	if len(c.SHA256) != 64 || len(c.SPKI) != 64 || c.Reason == "" || c.Host != f.target.Host || len(c.Chain) == 0 || c.NotAfter.IsZero() {
		t.Errorf("%+v", c)
	}
	f.env.Trusted = func(_ Target, seen Certificate) bool { return seen.SHA256 == c.SHA256 }
	s := openFixture(t, f)
	put(t, s, "/x", []byte("x"))
	if got := s.Info().Certificate; got == nil || got.SHA256 != c.SHA256 {
		t.Errorf("info: %+v", got)
	}
}

func TestOtherHostName(t *testing.T) {
	o := ftptest.Options{TLS: ftptest.ExplicitTLS}
	cert, err := ftptest.NewCertificate(ftptest.CertOptions{Names: []string{"elsewhere.example"}})
	if err != nil {
		t.Fatal(err)
	}
	o.Certificate = &cert
	srv := startServer(t, o)
	f := fixtureOf(t, srv, o)
	_, err = Open(ctxFor(t), f.target, f.env)
	var ce *CertificateError
	if !errors.As(err, &ce) || !strings.Contains(ce.Certificate.Reason, "another name") {
		t.Errorf("%v", err)
	}
}

// Somebody else's certificate on a data connection is an attack or a mistake.
func TestOtherCertificateOnData(t *testing.T) {
	other, err := ftptest.NewCertificate(ftptest.CertOptions{})
	if err != nil {
		t.Fatal(err)
	}
	o := ftptest.Options{TLS: ftptest.ExplicitTLS, TLSMax: tls.VersionTLS12, DataCert: &other}
	srv := startServer(t, o)
	f := fixtureOf(t, srv, o)
	s := openFixture(t, f)
	_, err = s.Store(ctxFor(t), "/x", 0, bytes.NewReader(content(1000, 1)), Tap{})
	if err == nil || !strings.Contains(errors.Unwrap(err).Error(), "another certificate") {
		t.Errorf("%v", err)
	}
}

func TestPlainAndDowngrade(t *testing.T) {
	srv := startServer(t, ftptest.Options{Users: map[string]string{"u": "secret"}, Disable: []string{"AUTH"}})
	f := fixtureOf(t, srv, ftptest.Options{})
	f.target.User = "u"
	f.env.Password = func(context.Context, Target) (string, error) { return "secret", nil }
	sentPass := func() bool { return strings.Contains(strings.Join(srv.Commands(), "\n"), "PASS") }

	f.target.Security = ExplicitTLS
	_, err := Open(ctxFor(t), f.target, f.env)
	kindIs(t, err, TLS)

	f.target.Security = TLSIfOffered
	f.env.AllowPlain = func(Target) bool { return false }
	_, err = Open(ctxFor(t), f.target, f.env)
	var plain *PlainError
	if !errors.As(err, &plain) {
		t.Errorf("%v", err)
	}
	f.env.AllowPlain = func(Target) bool { return true }
	f.env.Memory = &oneServer{l: Learned{TLSSeen: true}}
	_, err = Open(ctxFor(t), f.target, f.env)
	var down *DowngradeError
	if !errors.As(err, &down) {
		t.Errorf("%v", err)
	}
	if sentPass() {
		t.Fatal("the password crossed the network")
	}
	f.env.Memory = nil
	openFixture(t, f)
}

// "If the server offers it" goes without TLS only where the server says that
// it has none: not where it is busy, and not where nobody knows what it says.
func TestTLSIfOfferedDoesNotGiveInToTrouble(t *testing.T) {
	for _, f := range []ftptest.Fault{
		{Do: ftptest.Say, On: "AUTH", Text: "431 Unable to accept security mechanism."},
		{Do: ftptest.Say, On: "AUTH", Text: "421 Try again later."},
		{Do: ftptest.Say, On: "AUTH", Text: "200 Fine."},
		{Do: ftptest.Silence, On: "AUTH"},
		{Do: ftptest.Garbage, On: "AUTH"},
		{Do: ftptest.DropBefore, On: "AUTH"},
	} {
		o := ftptest.Options{TLS: ftptest.ExplicitTLS, Users: map[string]string{"u": "secret"}, Faults: []ftptest.Fault{f}}
		srv := startServer(t, o)
		fix := fixtureOf(t, srv, o)
		fix.target.Security, fix.target.User = TLSIfOffered, "u"
		fix.env.Password = func(context.Context, Target) (string, error) { return "secret", nil }
		fix.env.Timeout = time.Second
		if s, err := Open(ctxFor(t), fix.target, fix.env); err == nil {
			s.Close()
			t.Errorf("%+v: opened", f)
		}
		if said := strings.Join(srv.Commands(), "\n"); strings.Contains(said, "USER") || strings.Contains(said, "PASS") {
			t.Errorf("%+v: it went on: %s", f, said)
		}
	}
}

func TestSecretsStayOutOfTheTranscript(t *testing.T) {
	o := ftptest.Options{TLS: ftptest.ExplicitTLS, Users: map[string]string{"u": "s3cr3t!"}, Account: "acc0unt"}
	srv := startServer(t, o)
	f := fixtureOf(t, srv, o)
	f.target.User, f.target.Account = "u", "acc0unt"
	f.env.Password = func(context.Context, Target) (string, error) { return "s3cr3t!", nil }
	var log strings.Builder
	f.env.Log = func(l Line) { log.WriteString(l.Text + "\n") }
	s := openFixture(t, f)
	put(t, s, "/x", nil)
	text := log.String()
	if strings.Contains(text, "s3cr3t!") || strings.Contains(text, "acc0unt") {
		t.Errorf("%s", text)
	}
	if !strings.Contains(text, "PASS ****") || !strings.Contains(text, "ACCT ****") || !strings.Contains(text, "TLS 1.3") {
		t.Errorf("%s", text)
	}
}

func TestNoPassword(t *testing.T) {
	o := ftptest.Options{Users: map[string]string{"u": "p"}}
	f := fixtureOf(t, startServer(t, o), o)
	f.target.User = "u"
	_, err := Open(ctxFor(t), f.target, f.env)
	if kindIs(t, err, Auth); !errors.Is(err, ErrNoPassword) {
		t.Errorf("%v", err)
	}
}

func TestClientCertificateThatCannotBeRead(t *testing.T) {
	o := ftptest.Options{TLS: ftptest.ExplicitTLS}
	f := fixtureOf(t, startServer(t, o), o)
	f.target.ClientCert = t.TempDir() + "/none.pem"
	_, err := Open(ctxFor(t), f.target, f.env)
	kindIs(t, err, Local)
}

func TestClockOffset(t *testing.T) {
	o := ftptest.Options{Disable: []string{"MLSD", "MLST"}, ClockOffset: 5*time.Hour + 30*time.Minute}
	srv := startServer(t, o)
	f := fixtureOf(t, srv, o)
	m := &oneServer{}
	f.env.Memory = m
	for range 2 {
		s := openFixture(t, f)
		put(t, s, "/now", []byte("x"))
		e := rowsOf(t, s, "/")["now"]
		if d := time.Since(e.Time); d.Abs() > 2*time.Minute {
			t.Errorf("the new file is %v old", d)
		}
		if m.l.ClockOffset == nil || *m.l.ClockOffset != o.ClockOffset {
			t.Errorf("learned %v", m.l.ClockOffset)
		}
	}
}
