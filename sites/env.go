package sites

import (
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"time"

	"longshore/transfer/session"
)

// EnvOptions are the parts that NewEnv joins. Each may be left out.
type EnvOptions struct {
	Secrets *Secrets
	Known   *KnownServers
	Log     func(session.Line)
	// Dropped hears that the user's decision about a certificate is no longer
	// needed, since the system's roots accept the server now. It is called on
	// a connection's goroutine.
	Dropped func(t session.Target, err error)

	CAFile       string   // PEM; its certificates are trusted besides the system's
	Pins         []string // SHA-256 of certificates, or of their public keys, to trust
	InsecureCert bool     // trust every certificate, and say so each time
	AllowPlain   bool     // let passwords cross the network readable: the user said so
	Timeout      time.Duration
}

// NewEnv makes what sessions ask of the program. Nothing in it waits for a
// person. The error is about CAFile or Pins.
func NewEnv(o EnvOptions) (*session.Env, error) {
	env := &session.Env{Log: o.Log, Timeout: o.Timeout}
	roots, err := rootsWith(o.CAFile)
	if err != nil {
		return nil, err
	}
	env.Roots = roots
	pins, err := cleanPins(o.Pins)
	if err != nil {
		return nil, err
	}
	if o.Secrets != nil {
		env.Password = o.Secrets.Password
		env.ProxyPassword = o.Secrets.ProxyPassword
	}
	if o.Known != nil {
		env.Memory = o.Known
		env.Vouched = o.vouched
	}
	env.Trusted = func(t session.Target, c session.Certificate) bool { return o.trusted(pins, t, c) }
	env.AllowPlain = func(t session.Target) bool {
		return o.AllowPlain || o.Known != nil && o.Known.PlainAllowed(t)
	}
	return env, nil
}

// vouched drops a decision that is no longer needed. Only then does the
// connection wait for the disk.
func (o EnvOptions) vouched(t session.Target) {
	if dropped, err := o.Known.Vouched(t); dropped && o.Dropped != nil {
		o.Dropped(t, err)
	}
}

func (o EnvOptions) trusted(pins []string, t session.Target, c session.Certificate) bool {
	if o.Known != nil && o.Known.Trusted(t, c) {
		return true
	}
	if slices.Contains(pins, strings.ToLower(c.SHA256)) || slices.Contains(pins, strings.ToLower(c.SPKI)) {
		return true
	}
	if o.InsecureCert && o.Log != nil {
		o.Log(session.Line{At: time.Now(), Server: t.String(), Dir: session.Problem,
			Text: fmt.Sprintf("INSECURE: the certificate SHA-256 %s of %s is accepted unchecked (%s)", c.SHA256, t.Host, c.Reason)})
	}
	return o.InsecureCert
}

// rootsWith are the certificates of a file; nil without one.
func rootsWith(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("certificates to trust: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%q holds no certificate in PEM form", file)
	}
	return roots, nil
}

// cleanPins takes the forms in which programs print a SHA-256.
func cleanPins(pins []string) ([]string, error) {
	var clean []string
	for _, pin := range pins {
		p := strings.ToLower(strings.TrimSpace(pin))
		p = strings.TrimPrefix(strings.TrimPrefix(p, "sha256:"), "sha-256:")
		p = strings.NewReplacer(":", "", " ", "").Replace(p)
		if len(p) != 64 || strings.Trim(p, "0123456789abcdef") != "" {
			return nil, fmt.Errorf("%q is not a SHA-256 of 64 hexadecimal digits", pin)
		}
		clean = append(clean, p)
	}
	return clean, nil
}
