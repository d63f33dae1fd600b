package sites_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"longshore/sites"
	"longshore/transfer/ftptest"
	"longshore/transfer/session"
)

const connectSecret = "Tr0ub4dor-ünïque"

// program is what a desktop or command line program joins from this package.
type program struct {
	book    *sites.Book
	known   *sites.KnownServers
	secrets *sites.Secrets
	env     *session.Env
	mu      sync.Mutex
	log     []string
}

func start(t *testing.T, dir string, vault sites.Vault) *program {
	t.Helper()
	paths := sites.PathsUnder(dir)
	p := &program{}
	var err error
	if p.book, err = sites.LoadBook(paths.SitesFile()); err != nil {
		t.Fatal(err)
	}
	if p.known, err = sites.LoadKnownServers(paths.KnownServersFile()); err != nil {
		t.Fatal(err)
	}
	p.secrets = sites.NewSecrets(p.book, vault, nil)
	p.env, err = sites.NewEnv(sites.EnvOptions{Secrets: p.secrets, Known: p.known, Log: func(l session.Line) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.log = append(p.log, l.Text)
	}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *program) open(t *testing.T, at session.Target) error {
	t.Helper()
	s, err := session.Open(t.Context(), at, p.env)
	if err == nil {
		err = s.Close()
	}
	return err
}

// A saved site, a certificate nobody vouches for, a password from the vault,
// all of it after a restart, and then another certificate on the same port.
func TestConnectToSavedSite(t *testing.T) {
	server, err := ftptest.Start(ftptest.Options{TLS: ftptest.ExplicitTLS, Users: map[string]string{"deploy": connectSecret}})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	dir, vault := t.TempDir(), sites.NewMemoryVault()
	first := start(t, dir, vault)
	s := sites.NewSite("Demo", server.Host())
	s.Port, s.User, s.Logon = server.Port(), "deploy", sites.Normal
	s, err = first.secrets.SavePassword(t.Context(), s, sites.StoreKeyring, connectSecret)
	if err != nil {
		t.Fatal(err)
	}

	var c *session.CertificateError
	if err := first.open(t, s.TargetOf()); !errors.As(err, &c) {
		t.Fatalf("an unknown certificate: %v", err)
	}
	if v := first.known.Judge(c.Certificate); v.Trusted || v.Changed() || v.Text == "" {
		t.Errorf("verdict %+v", v)
	}
	if err := first.known.Trust(c.Certificate, true); err != nil {
		t.Fatal(err)
	}
	second := start(t, dir, vault)
	if err := second.open(t, s.TargetOf()); err != nil {
		t.Fatalf("trusted, with a saved password: %v", err)
	}
	if !second.known.Recall(s.TargetOf()).TLSSeen {
		t.Error("that TLS worked was not remembered")
	}

	port := server.Addr()
	server.Close()
	if server, err = ftptest.Start(ftptest.Options{Addr: port, TLS: ftptest.ExplicitTLS}); err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := second.open(t, s.TargetOf()); !errors.As(err, &c) {
		t.Fatalf("another certificate: %v", err)
	}
	if v := second.known.Judge(c.Certificate); !v.Changed() || v.SameKey || !strings.Contains(v.Text, "ANOTHER") {
		t.Errorf("verdict %+v", v)
	}
	noSecret(t, dir, append(first.log, second.log...))
}

// Where nothing is saved the error says so, and what is typed then is used.
func TestConnectWithTypedPassword(t *testing.T) {
	server, err := ftptest.Start(ftptest.Options{Users: map[string]string{"deploy": connectSecret}})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	p := start(t, t.TempDir(), sites.NewMemoryVault())
	at := session.Target{Host: server.Host(), Port: server.Port(), Security: session.PlainFTP, User: "deploy"}
	var plain *session.PlainError
	if err := p.open(t, at); !errors.As(err, &plain) && !errors.Is(err, session.ErrNoPassword) {
		t.Fatalf("nothing is known: %v", err)
	}
	p.secrets.Type(at, connectSecret)
	if err := p.open(t, at); !errors.As(err, &plain) {
		t.Fatalf("not encrypted: %v", err)
	}
	if err := p.known.AllowPlain(at, false); err != nil {
		t.Fatal(err)
	}
	if err := p.open(t, at); err != nil {
		t.Fatalf("typed and allowed: %v", err)
	}
	p.secrets.Forget(at)
	if err := p.open(t, at); !errors.Is(err, session.ErrNoPassword) {
		t.Errorf("forgotten: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := session.Open(ctx, at, p.env); err == nil {
		t.Error("a cancelled Open opened")
	}
}

func noSecret(t *testing.T, dir string, log []string) {
	t.Helper()
	for _, line := range log {
		if strings.Contains(line, connectSecret) {
			t.Errorf("in the transcript: %s", line)
		}
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if strings.Contains(string(data), connectSecret) {
			t.Errorf("in %s", path)
		}
		return err
	})
	if err != nil || len(log) == 0 {
		t.Errorf("%d lines of transcript, %v", len(log), err)
	}
}
