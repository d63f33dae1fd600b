package sites

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"longshore/transfer/session"
)

func mustEnv(t *testing.T, o EnvOptions) *session.Env {
	t.Helper()
	env, err := NewEnv(o)
	if err != nil {
		t.Fatal(err)
	}
	return env
}

func TestEnvOfNothing(t *testing.T) {
	env := mustEnv(t, EnvOptions{})
	c := certificate("h", "a")
	at := session.Target{Host: "h"}
	if env.Trusted(at, c) || env.AllowPlain(at) || env.Memory != nil || env.Password != nil || env.Roots != nil {
		t.Errorf("%+v", env)
	}
}

func TestEnvPins(t *testing.T) {
	at, c := session.Target{Host: "h"}, certificate("h", "a")
	spelled := strings.TrimSuffix(strings.Repeat("AA:", 32), ":")
	for _, pin := range []string{c.SHA256, strings.ToUpper(c.SHA256), "SHA256:" + spelled, c.SPKI} {
		env := mustEnv(t, EnvOptions{Pins: []string{pin}})
		if !env.Trusted(at, c) {
			t.Errorf("pin %q is not honoured", pin)
		}
		if env.Trusted(at, certificate("h", "b")) {
			t.Errorf("pin %q is for any certificate", pin)
		}
	}
	for _, bad := range []string{"", "abc", strings.Repeat("g", 64), strings.Repeat("a", 63)} {
		if _, err := NewEnv(EnvOptions{Pins: []string{bad}}); err == nil {
			t.Errorf("pin %q is taken", bad)
		}
	}
}

func TestEnvInsecureIsLoud(t *testing.T) {
	var lines []session.Line
	env := mustEnv(t, EnvOptions{InsecureCert: true, Log: func(l session.Line) { lines = append(lines, l) }})
	c := certificate("h", "a")
	if !env.Trusted(session.Target{Host: "h"}, c) || len(lines) != 1 || lines[0].Dir != session.Problem ||
		!strings.Contains(lines[0].Text, "INSECURE") || !strings.Contains(lines[0].Text, c.SHA256) {
		t.Errorf("%+v", lines)
	}
}

func TestEnvPlain(t *testing.T) {
	known, at := mustKnown(t, ""), session.Target{Host: "h", User: "u"}
	env := mustEnv(t, EnvOptions{Known: known})
	if env.AllowPlain(at) {
		t.Error("allowed before anybody said so")
	}
	if err := known.AllowPlain(at, false); err != nil || !env.AllowPlain(at) {
		t.Errorf("allowed by the user: %v", err)
	}
	if !mustEnv(t, EnvOptions{AllowPlain: true}).AllowPlain(at) {
		t.Error("allowed by an option")
	}
}

func TestEnvProxyPassword(t *testing.T) {
	s := NewSecrets(mustBook(t, ""), nil, nil)
	env := mustEnv(t, EnvOptions{Secrets: s})
	const proxy = "socks5://u@p:1080"
	if _, err := env.ProxyPassword(context.Background(), proxy); !errors.Is(err, session.ErrNoPassword) {
		t.Errorf("%v", err)
	}
	s.TypeProxy(proxy, "pw")
	if got, err := env.ProxyPassword(context.Background(), proxy); got != "pw" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestProxyPasswordIsSaved(t *testing.T) {
	const proxy, secret = "http://u@proxy.example:3128", "pröxy-secret"
	dir, v := t.TempDir(), NewMemoryVault()
	path := filepath.Join(dir, "settings.json")
	start := func() *Secrets {
		s := NewSecrets(mustBook(t, ""), v, nil)
		s.UseSettings(mustSettings(t, path))
		return s
	}
	for range 2 { // the second replaces the first
		if err := start().SaveProxyPassword(t.Context(), proxy, StoreKeyring, secret); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := start().ProxyPassword(t.Context(), proxy); got != secret || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if n := len(v.(*memoryVault).secrets); n != 1 {
		t.Errorf("%d passwords in the store", n)
	}
	grepNoSecret(t, dir, 1, secret)
	if err := start().SaveProxyPassword(t.Context(), proxy, StoreNone, secret); err != nil {
		t.Fatal(err)
	}
	if _, err := start().ProxyPassword(t.Context(), proxy); !errors.Is(err, session.ErrNoPassword) || len(v.(*memoryVault).secrets) != 0 {
		t.Errorf("not saved any more: %v", err)
	}
	if err := start().SaveProxyPassword(t.Context(), "http://u:"+secret+"@h/", StoreKeyring, "x"); err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("a URL with a password: %v", err)
	}
}

func TestEnvCAFile(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cert.Verify(x509.VerifyOptions{Roots: mustEnv(t, EnvOptions{CAFile: file}).Roots}); err != nil {
		t.Errorf("not trusted: %v", err)
	}
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{empty, filepath.Join(t.TempDir(), "missing"), t.TempDir()} {
		if _, err := NewEnv(EnvOptions{CAFile: bad}); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

func TestPaths(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv("XDG_STATE_HOME", "relative/is/ignored")
	p, err := DefaultPaths()
	if err != nil {
		t.Fatal(err)
	}
	if p.State != filepath.Join(home, ".local/state/longshore") || p.SitesFile() != filepath.Join(home, ".config/longshore/sites.json") {
		t.Errorf("%+v", p)
	}
	t.Setenv("XDG_STATE_HOME", filepath.Join(home, "s"))
	if p, err := DefaultPaths(); err != nil || p.QueueDir() != filepath.Join(home, "s/longshore") {
		t.Errorf("%+v, %v", p, err)
	}
	under := PathsUnder(filepath.Join(home, "x"))
	if err := under.Make(); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{under.SitesFile(), under.SettingsFile(), under.KnownServersFile(), under.VaultFile(), under.QueueDir(), under.LogDir()} {
		if rel, err := filepath.Rel(filepath.Join(home, "x"), file); err != nil || strings.HasPrefix(rel, "..") {
			t.Errorf("%s is not under it", file)
		}
	}
	if info, err := os.Stat(under.LogDir()); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info, err)
	}
}
