package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"longshore/transfer/ftptest"
)

func secured() ftptest.Options {
	return ftptest.Options{TLS: ftptest.ExplicitTLS, Users: map[string]string{"anna": password}}
}

// Wrong host, port, user, password and certificate: each is exit 3 and names
// the thing.
func TestNoConnection(t *testing.T) {
	b := newBench(t, secured())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().String()
	l.Close()
	write(t, b.local("a"), "x")
	for _, c := range []struct {
		words []string
		stdin string
		args  []string
	}{
		{[]string{"no-such-host.invalid"}, "", []string{"ls", "ftp://no-such-host.invalid/"}},
		{[]string{closed, "nothing listens"}, "", []string{"ls", "ftp://" + closed + "/"}},
		{[]string{"no password is known", "--password-stdin"}, "", []string{"ls", b.as("anna", "/")}},
		{[]string{"530"}, "wrong\n", []string{"ls", "--password-stdin", b.as("anna", "/")}},
		{[]string{"530"}, "wrong\n", []string{"put", "--password-stdin", "a", b.as("anna", "/a")}},
		{[]string{"530"}, password, []string{"get", "--password-stdin", b.as("bert", "/a"), "b"}},
		{[]string{"530"}, "", []string{"mkdir", b.url("/d")}},
		{nil, "", []string{"ls", "ftps://" + b.server.Addr() + "/"}},
	} {
		b.stdin = c.stdin
		o := b.want(exitConnect, c.words, c.args...)
		if strings.Contains(o.out+o.err, password) || strings.Contains(o.err, "goroutine") {
			t.Errorf("%q says %s", c.args, o.err)
		}
	}
}

func TestPasswordFromStdin(t *testing.T) {
	b := newBench(t, secured())
	write(t, b.local("a"), "x")
	for _, stdin := range []string{password, password + "\n", password + "\r\nmore\n"} {
		b.stdin = stdin
		b.ok("put", "--exists", "overwrite", "--password-stdin", "a", b.as("anna", "/a"))
	}
}

func TestPasswordInURL(t *testing.T) {
	b := newBench(t, secured())
	o := b.want(0, []string{"warning", "--password-stdin"}, "ls", b.as("anna:geheim-4711%20%C3%A4", "/"))
	if strings.Contains(o.out+o.err, "geheim") {
		t.Errorf("the password is shown:\n%s", o.err)
	}
}

// A certificate nobody vouches for is exit 3, with its fingerprint and the
// flag that accepts it; and that flag does.
func TestCertificate(t *testing.T) {
	b := newBench(t, ftptest.Options{TLS: ftptest.ExplicitTLS})
	block, _ := pem.Decode(b.server.CertPEM())
	sum := sha256.Sum256(block.Bytes)
	pin := hex.EncodeToString(sum[:])
	b.ca = ""
	for _, args := range [][]string{{"ls", b.url("/")}, {"put", "main_test", b.url("/")}, {"check", b.url("/")}} {
		write(t, b.local("main_test"), "x")
		b.want(exitConnect, []string{"--pin " + pin, "not trusted"}, args...)
	}
	b.want(exitConnect, nil, "ls", "--pin", strings.Repeat("ab", 32), b.url("/"))
	b.ok("ls", "--pin", pin, b.url("/"))
	b.ok("ls", "--pin", strings.ToUpper(pin), b.url("/"))
	b.want(0, []string{"warning: --insecure-cert"}, "ls", "--insecure-cert", b.url("/"))
	for _, args := range [][]string{{"put", "--pin", pin, "main_test", b.url("/a")}, {"get", "--insecure-cert", b.url("/a"), "back"}} {
		b.ok(args...)
	}
	// A pin or --insecure-cert is for one run: nothing of it is kept.
	b.want(exitConnect, nil, "ls", b.url("/"))
}

func TestPlainIsSaid(t *testing.T) {
	b := newBench(t, ftptest.Options{Users: map[string]string{"anna": password}})
	b.stdin = password
	o := b.want(0, []string{"warning", "not encrypted"}, "ls", "--password-stdin", b.as("anna", "/"))
	if n := strings.Count(o.err, "not encrypted"); n != 1 {
		t.Errorf("said %d times", n)
	}
	plain := strings.Replace(b.as("anna", "/"), "ftp://", "ftp+plain://", 1)
	b.ok("ls", "--password-stdin", plain)
	b.want(exitConnect, []string{"TLS"}, "ls", "--password-stdin", strings.Replace(plain, "ftp+plain", "ftpes", 1))
}

// What was there before must not disappear silently.
func TestDowngradeIsRefused(t *testing.T) {
	b := newBench(t, ftptest.Options{TLS: ftptest.ExplicitTLS})
	b.ok("ls", b.url("/"))
	b.server.Inject(ftptest.Fault{Do: ftptest.Say, On: "AUTH", Text: "502 Not implemented"})
	b.want(exitConnect, []string{"TLS"}, "ls", b.url("/"))
}

func TestTLSMax(t *testing.T) {
	b := newBench(t, ftptest.Options{TLS: ftptest.ExplicitTLS})
	b.want(0, []string{"TLS 1.2"}, "ls", "-v", "--tls-max", "1.2", b.url("/"))
	b.want(0, []string{"TLS 1.3"}, "ls", "-v", b.url("/"))
}

func TestTranscript(t *testing.T) {
	b := newBench(t, secured())
	b.stdin = password
	o := b.want(0, []string{"> USER anna", "> PASS", "< 230"}, "ls", "-v", "--password-stdin", b.as("anna", "/"))
	if strings.Contains(o.out+o.err, "geheim") || strings.ContainsAny(o.err, "\x1b\r") {
		t.Errorf("the transcript shows too much:\n%s", o.err)
	}
	if strings.Contains(o.out, "USER") {
		t.Error("the transcript is on standard output")
	}
}

// No password in what is kept, in what is printed, and in the arguments that
// others see.
func TestSecretsStaySecret(t *testing.T) {
	o := secured()
	o.Rate = 200 << 10
	b := newBench(t, o)
	b.stdin = password + "\n"
	write(t, b.local("a"), strings.Repeat("x", 100<<10))
	cmd := b.command(t.Context(), "put", "-v", "--password-stdin", "a", b.as("anna", "/a"))
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	b.until("the upload has begun", func() bool { _, err := os.Stat(b.remote("a")); return err == nil })
	arguments, err := os.ReadFile(filepath.Join("/proc", itoa(cmd.Process.Pid), "cmdline"))
	if err == nil && (strings.Contains(string(arguments), "geheim") || len(arguments) == 0) {
		t.Errorf("arguments %q", arguments)
	}
	b.noSecrets()
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if strings.Contains(out.String(), "geheim") {
		t.Errorf("printed:\n%s", out.String())
	}
	b.ok("sites", "add", "--password-stdin", "Anna", b.as("anna", "/"))
	b.noSecrets()
}

// noSecrets looks for the password in every file that is kept.
func (b *bench) noSecrets() {
	b.t.Helper()
	err := filepath.WalkDir(b.state, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // files come and go while the program runs
		}
		data, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(data), "geheim") {
			b.t.Errorf("%s holds the password", path)
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
}
