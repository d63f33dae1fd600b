package session

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The same code means different things: only the words tell them apart.
func TestClassifyDecidesByWords(t *testing.T) {
	for _, r := range []struct {
		step string
		code int
		text string
		want Kind
	}{
		{"greeting", 421, "There are too many connections from your internet address.", Busy},
		{"login", 530, "Sorry, the maximum number of clients (3) for this user are already connected.", Busy},
		{"login", 530, "Login incorrect.", Auth},
		{"login", 530, "Login authentication failed", Auth},
		{"login", 530, "Sorry, you have exceeded the number of connections.", Busy},
		{"greeting", 421, "5 users (the maximum) are already logged in, sorry", Busy},
		{"login", 421, " I can't accept more than 2 connections as the same user", Busy},
		{"login", 530, "Non-anonymous sessions must use encryption.", TLS},
		{"greeting", 421, "Service not available, closing control connection.", Busy},
		{"noop", 421, "Timeout.", Network},
		{"retrieve", 550, "No such file or directory", NotFound},
		{"retrieve", 550, "Permission denied", Denied},
		{"rmdir", 550, "Directory not empty", Denied},
		{"mkdir", 550, "File exists", Denied},
		{"mkdir", 521, "Directory already exists", Denied},
		{"store", 552, "Disk full", NoSpace},
		{"store", 452, "Insufficient storage space", NoSpace},
		{"store", 553, "Disk quota exceeded", NoSpace},
		{"store", 553, "Could not create file.", Denied},
		{"list", 425, "Unable to build data connection: TLS session of data connection not resumed.", TLS},
		{"list", 522, "SSL connection failed; session reuse required: see require_ssl_reuse option in vsftpd.conf man page", TLS},
		{"list", 425, "Can't open data connection.", Network},
		{"list", 425, "Unable to build data connection: Connection timed out", Network},
		{"store", 426, "Connection closed; transfer aborted.", Network},
		{"list", 522, "Network protocol not supported, use (1)", Unavailable},
		{"auth", 500, "Unknown command.", TLS},
		{"auth", 431, "Unable to negotiate", TLS},
		{"list", 534, "Policy requires SSL.", TLS},
		{"chmod", 500, "'SITE CHMOD': command not understood", Unavailable},
		{"chmod", 502, "Command not implemented.", Unavailable},
		{"time", 504, "Command not implemented for that parameter.", Unavailable},
		{"store", 451, "Append/Restart not permitted, try again", Unavailable},
		{"size", 550, "Could not get file size.", NotFound},
		{"retrieve", 450, "The process cannot access the file because it is being used by another process.", Busy},
		{"login", 530, "This FTP server is anonymous only.", Auth},
		{"login", 530, "Only anonymous logins are allowed", Auth},
		{"login", 530, "No anonymous users allowed", Auth},
		{"login", 421, "Too many failed login attempts", Auth},
		{"login", 530, "Maximum login attempts exceeded", Auth},
		{"login", 530, "Too many logins for this user", Busy},
		{"login", 530, "Only 2 sessions from your address are allowed", Busy},
		{"login", 503, "You are already logged in", Auth},
		{"login", 530, "Server is overloaded, try again later", Busy},
		{"raw", 500, "Sorry, no such command.", Unavailable},
		{"mkdir", 501, "Missing argument", Unavailable},
		{"list", 550, "Das System kann den angegebenen Pfad nicht finden.", NotFound},
		{"store", 550, "Zugriff verweigert", Denied},
		{"list", 450, "No files found", NotFound},
		{"login", 332, "Need account for login.", Auth},
		{"raw", 7, "", Protocol},
		{"raw", 999, "", Protocol},
		{"raw", 599, "", Denied},
		{"raw", 499, "", Unknown},
		{"raw", 350, "", Protocol},
	} {
		if got := classify(r.step, r.code, r.text); got != r.want {
			t.Errorf("%s %d %q: got %v (%s), want %v", r.step, r.code, r.text, got, causeOf(r.step, r.code, r.text), r.want)
		}
	}
}

// Every cause has a Kind, else a refusal would be retried for ever.
// A data connection's handshake breaks off on bad networks, and the server
// then blames TLS: that is tried again, a refusal of TLS is not.
func TestBrokenHandshakeIsTriedAgain(t *testing.T) {
	if k := classify("store", 425, "Unable to build data connection: TLS negotiation failed"); !k.Retry() {
		t.Errorf("%v", k)
	}
	for _, text := range []string{"SSL connection failed; session reuse required: see require_ssl_reuse option in vsftpd.conf man page", "SSL connection failed."} {
		if k := classify("store", 522, text); k.Retry() {
			t.Errorf("%s: %v", text, k)
		}
	}
}

func TestEveryRuleHasAKind(t *testing.T) {
	for _, r := range rules {
		if _, ok := kinds[r.cause]; !ok {
			t.Errorf("cause %q has no kind", r.cause)
		}
	}
	for code, c := range codes {
		if _, ok := kinds[c]; !ok {
			t.Errorf("cause %q of code %d has no kind", c, code)
		}
	}
}

func TestWrapKeepsWhatTheServerSaid(t *testing.T) {
	reply := &textproto.Error{Code: 550, Msg: "a\x1b[31m: No such file"}
	e := wrap("retrieve", "/a", errors.Join(io.EOF, reply))
	if e.Kind != NotFound || e.Code != 550 || e.Dead || strings.Contains(e.Text, "\x1b") {
		t.Errorf("got %+v", e)
	}
	again := wrap("list", "/b", fmt.Errorf("outside: %w", e))
	if again.Step != "retrieve" || again.Path != "/a" || again.Kind != NotFound {
		t.Errorf("wrapped twice: %+v", again)
	}
	if e := wrap("list", "", &textproto.Error{Code: 421, Msg: "Timeout."}); !e.Dead {
		t.Error("a session is alive after 421")
	}
}

func TestFaultsHaveKinds(t *testing.T) {
	_, missing := os.Open(filepath.Join(t.TempDir(), "none"))
	_, lookup := (&net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, syscall.ENETUNREACH }}).LookupHost(t.Context(), "nowhere.invalid")
	for _, r := range []struct {
		err  error
		want Kind
		dead bool
	}{
		{context.Canceled, Cancelled, true},
		{context.DeadlineExceeded, Network, true},
		{os.ErrDeadlineExceeded, Network, true},
		{lookup, Network, true},
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, Network, true},
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EACCES)}, Network, true},
		{io.EOF, Network, true},
		{io.ErrUnexpectedEOF, Network, true},
		{syscall.EPIPE, Network, true},
		{net.ErrClosed, Network, true},
		{tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, TLS, true},
		{&net.OpError{Op: "remote error", Err: tls.AlertError(40)}, TLS, true},
		{x509.UnknownAuthorityError{}, TLS, true},
		{&CertificateError{}, TLS, true},
		{&DowngradeError{}, TLS, true},
		{&PlainError{}, TLS, true},
		{ErrNoPassword, Auth, false},
		{missing, Local, false},
		{&fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}, NoSpace, false},
		{&fs.PathError{Op: "open", Path: "x", Err: syscall.EROFS}, Local, false},
		{io.ErrShortWrite, Local, false},
		{textproto.ProtocolError("short response"), Protocol, true},
		{errors.New("what"), Unknown, true},
	} {
		e := wrap("retrieve", "", fmt.Errorf("outside: %w", r.err))
		if e.Kind != r.want || e.Dead != r.dead {
			t.Errorf("%v: got %v dead %v, want %v dead %v", r.err, e.Kind, e.Dead, r.want, r.dead)
		}
		if k := KindOf(r.err); k != r.want {
			t.Errorf("KindOf(%v) = %v, want %v", r.err, k, r.want)
		}
	}
}

func FuzzClassify(f *testing.F) {
	f.Add("login", 530, "too many")
	f.Fuzz(func(t *testing.T, step string, code int, text string) {
		if _, ok := kinds[causeOf(step, code, text)]; !ok {
			t.Errorf("%s %d %q has no kind", step, code, text)
		}
		for _, r := range escape(text) {
			if r < ' ' && r != '\n' || r == 0x7f {
				t.Errorf("escape left %q", r)
			}
		}
	})
}

// TestPhrasesCompile: patterns are compiled when they are needed, so one that
// cannot be would show at a user's.
func TestPhrasesCompile(t *testing.T) {
	for _, r := range rules {
		if r.words != nil {
			r.words()
		}
	}
	for _, f := range faultTexts {
		f.words()
	}
	for _, b := range banners {
		b()
	}
}
