package session

import (
	"context"
	"crypto/x509"
	"time"
)

// Env is what a Session asks of the program around it. Every function may be
// called from many goroutines; none may wait for a person: what is not known
// is an error (ErrNoPassword, *CertificateError) that the caller turns into a
// question, so that a question never holds a connection.
type Env struct {
	// Password gives the Target's password from memory or the keyring, or
	// ErrNoPassword. It is not called for anonymous logins. Nil: none known.
	Password func(ctx context.Context, t Target) (string, error)
	// Trusted decides about a certificate that the system's roots refused.
	// Nil: refuse.
	Trusted func(t Target, c Certificate) bool
	// Vouched hears that the system's roots accepted the certificate of a
	// server that we are logged in at now. It may wait for the disk, not for a
	// person. Nil: nobody.
	Vouched func(t Target)
	// AllowPlain decides whether a password may cross the network readable.
	// Refusal is a *PlainError. Not called for anonymous logins. Nil: allow.
	AllowPlain func(t Target) bool
	// Memory keeps what was learned about servers. Nil: forgotten at the end.
	Memory Memory
	// Log receives the transcript; secrets are already masked and control
	// characters escaped. Nil: nowhere.
	Log func(Line)
	// Roots are believed besides the system's certificate roots; may be nil.
	Roots *x509.CertPool
	// ProxyPassword gives the password for a proxy user, as Password does.
	ProxyPassword func(ctx context.Context, proxy string) (string, error)
	// Timeout bounds each step: dial, greeting, handshake, reply, stall.
	// 0: DefaultTimeout.
	Timeout time.Duration
	// Far is the round trip from which on a server is far away: there needless
	// connections cost less than waiting. 0: wire.Far.
	Far time.Duration
}

// DefaultTimeout is how long a server may stay silent in one step.
const DefaultTimeout = 20 * time.Second

// Line is one line of the transcript.
type Line struct {
	At      time.Time
	Session int    // a number for each connection of the program
	Server  string // Target.String()
	Dir     LineDir
	Text    string
}

// LineDir says where a transcript line comes from.
type LineDir uint8

// The kinds of transcript lines.
const (
	Note     LineDir = iota // ours: "Connecting to …", "TLS 1.3, session resumed"
	Sent                    // a command
	Received                // a reply
	Problem                 // an error, in words
)

// Memory keeps Learned for each server (by Target.Addr); sites implements it
// on disk. Learn calls change under a lock and stores the result.
type Memory interface {
	Recall(t Target) Learned
	Learn(t Target, change func(*Learned))
}

// Learned is what experience taught about a server. Each field is editable
// by the user; the zero value means "not known".
type Learned struct {
	Software    string         `json:"software,omitempty"`     // from greeting and SYST: "vsFTPd 3.0.3"
	Data        DataMode       `json:"data,omitempty"`         // the mode that worked after the other failed
	TLS12       bool           `json:"tls12,omitempty"`        // TLS 1.3 data connections failed
	TLSSeen     bool           `json:"tls_seen,omitempty"`     // TLS worked once: its absence is an alarm
	MaxSessions int            `json:"max_sessions,omitempty"` // more were refused
	LimitedAt   time.Time      `json:"limited_at,omitzero"`    // when that was learned; tried again carefully later
	Sessions    int            `json:"sessions,omitempty"`     // so many were fastest for many files
	ClockOffset *time.Duration `json:"clock_offset,omitempty"` // LIST times minus UTC
	List        ListMode       `json:"list,omitempty"`
	Charset     string         `json:"charset,omitempty"`
	EarlyEPSV   bool           `json:"early_epsv,omitempty"`    // bears EPSV before the 226
	NoEarlyEPSV bool           `json:"no_early_epsv,omitempty"` // nor a login in one packet
}
