package session

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind is what a caller decides by.
type Kind uint8

// The kinds of error. Every reply code and server text becomes one of them
// in classify.go, and nowhere else.
const (
	Unknown     Kind = iota
	Auth             // wrong or missing user, password, account
	Denied           // logged in, but not allowed: 550 permission, 553 name
	NotFound         // no such file or folder
	Unavailable      // the server cannot do this command at all
	Busy             // too many connections, or try later: 421, 530 "too many", 450
	NoSpace          // the server's or our disk is full
	Network          // no route, refused, reset, timed out
	TLS              // handshake, certificate, session reuse
	Protocol         // the server says what it may not say
	Local            // our own file system
	Cancelled        // the user, or the end of the program
)

var kindNames = [...]string{"unknown", "auth", "denied", "not found", "unavailable", "busy",
	"no space", "network", "tls", "protocol", "local", "cancelled"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Retry reports whether the same thing may succeed later without a person.
// It is the program's only such test.
func (k Kind) Retry() bool {
	switch k {
	case Busy, Network, Protocol, Unknown:
		return true
	}
	return false
}

// ErrNoPassword says that a password is needed and none is known.
var ErrNoPassword = errors.New("no password is known")

// Error is every error that leaves this package.
type Error struct {
	Kind  Kind
	Step  string // what was being done: "dial", "greeting", "tls", "login", "list", "retrieve", …
	Path  string // the remote path, if one was meant
	Code  int    // the server's reply code, 0 if it said nothing
	Text  string // the server's own words, escaped, without the code
	Dead  bool   // the Session is of no further use
	Maybe bool   // the server may have done it: ask before repeating (lost after STOR, DELE, RNTO)
	Err   error  // the cause
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Step)
	if e.Path != "" {
		fmt.Fprintf(&b, " %q", e.Path)
	}
	switch {
	case e.Code != 0:
		fmt.Fprintf(&b, ": %d %s", e.Code, e.Text)
	case e.Err != nil:
		fmt.Fprintf(&b, ": %v", e.Err)
	default:
		fmt.Fprintf(&b, ": %v", e.Kind)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf finds the Kind of any error, also of one that never went through a
// Session: a full disk, a reset connection, a context's end.
func KindOf(err error) Kind {
	var e *Error
	switch {
	case err == nil:
		return Unknown
	case errors.As(err, &e):
		return e.Kind
	}
	return kindOfFault(err)
}

// Certificate describes what a server showed, for a person to decide on.
type Certificate struct {
	Host      string
	Port      int
	SHA256    string // of the leaf, lower-case hex
	SPKI      string // SHA-256 of its public key, lower-case hex
	Subject   string
	Issuer    string
	Names     []string // DNS names and addresses it is for
	NotBefore time.Time
	NotAfter  time.Time
	Reason    string // why it is not trusted, one sentence without capital and stop
	Chain     [][]byte
}

// CertificateError says that nobody vouches for the server's certificate. It
// is found in an Error's chain by errors.As and turned into a question.
type CertificateError struct{ Certificate Certificate }

func (e *CertificateError) Error() string {
	return fmt.Sprintf("certificate of %s is not trusted: %s", e.Certificate.Host, e.Certificate.Reason)
}

// DowngradeError says that a server which had TLS before does not offer it now.
type DowngradeError struct{ Host string }

func (e *DowngradeError) Error() string {
	return fmt.Sprintf("%s offered TLS before and does not now", e.Host)
}

// PlainError says that a password would have crossed the network readable
// and nobody allowed it yet.
type PlainError struct{ Host string }

func (e *PlainError) Error() string {
	return fmt.Sprintf("the connection to %s is not encrypted", e.Host)
}
