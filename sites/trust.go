package sites

import (
	"fmt"
	"strings"
	"time"

	"longshore/transfer/session"
)

// Pin is a certificate that the user trusts for one server. It says nothing
// about any other server, and is not put into the system's store
// (CVE-2025-41255).
type Pin struct {
	SHA256    string    `json:"sha256"` // of the leaf, lower-case hex
	SPKI      string    `json:"spki"`   // SHA-256 of its public key, lower-case hex
	Subject   string    `json:"subject,omitempty"`
	Issuer    string    `json:"issuer,omitempty"`
	NotBefore time.Time `json:"not_before,omitzero"`
	NotAfter  time.Time `json:"not_after,omitzero"`
	Reason    string    `json:"reason,omitempty"` // why it needed trust
	Since     time.Time `json:"since,omitzero"`   // when the user decided
}

// Verdict is what is to be said about a certificate that the system's roots
// refused.
type Verdict struct {
	Trusted bool
	Old     *Pin // another certificate trusted here before; show both, default to cancel
	SameKey bool // the new one has the old one's key: most likely renewed
	Text    string
}

// Changed reports whether the server had another certificate before. That is
// an alarm, never a question with an easy yes.
func (v Verdict) Changed() bool { return v.Old != nil }

// Trusted reports whether the user accepted this very certificate for the
// Target's server. It is what session.Env.Trusted wants.
func (k *KnownServers) Trusted(t session.Target, c session.Certificate) bool {
	key, sum := targetKey(t), strings.ToLower(c.SHA256)
	if sum == "" {
		return false
	}
	if pin := k.server(key).Certificate; pin != nil && pin.SHA256 == sum {
		return true
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.once[key][sum]
}

// Judge says what to tell the user about a certificate in a
// session.CertificateError.
func (k *KnownServers) Judge(c session.Certificate) Verdict {
	t := certificateTarget(c)
	if k.Trusted(t, c) {
		return Verdict{Trusted: true, Text: "you trusted this certificate"}
	}
	old := k.server(targetKey(t)).Certificate
	switch {
	case old == nil:
		return Verdict{Text: c.Reason}
	case old.SPKI != "" && old.SPKI == strings.ToLower(c.SPKI):
		return Verdict{Old: old, SameKey: true, Text: fmt.Sprintf(
			"%s shows another certificate than the one you trusted on %s, but with the same key: it was probably renewed",
			c.Host, old.Since.Format(time.DateOnly))}
	}
	return Verdict{Old: old, Text: fmt.Sprintf(
		"%s shows ANOTHER certificate with another key than the one you trusted on %s: someone may be in between; ask the server's owner before you go on",
		c.Host, old.Since.Format(time.DateOnly))}
}

// Trust accepts a certificate for its own host and port: for as long as the
// program runs, or always. Always replaces an older decision.
func (k *KnownServers) Trust(c session.Certificate, always bool) error {
	key, sum := targetKey(certificateTarget(c)), strings.ToLower(c.SHA256)
	if len(sum) != 64 {
		return fmt.Errorf("the certificate of %q has no SHA-256 to trust", c.Host)
	}
	if !always {
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.once[key] == nil {
			k.once[key] = map[string]bool{}
		}
		k.once[key][sum] = true
		return nil
	}
	return k.change(key, func(s *Known) {
		s.Certificate = &Pin{SHA256: sum, SPKI: strings.ToLower(c.SPKI), Subject: c.Subject, Issuer: c.Issuer,
			NotBefore: c.NotBefore, NotAfter: c.NotAfter, Reason: c.Reason, Since: time.Now().UTC().Truncate(time.Second)}
	})
}

// Vouched is to be called when the system's roots accepted a server's
// certificate. A trust decision for that server is then no longer needed: it
// is dropped, and true returned, so that the user can be told.
func (k *KnownServers) Vouched(t session.Target) (bool, error) {
	key := targetKey(t)
	if k.server(key).Certificate == nil {
		return false, nil
	}
	return true, k.change(key, func(s *Known) { s.Certificate = nil })
}

// Distrust drops the trusted certificate of a server.
func (k *KnownServers) Distrust(key string) error {
	k.mu.Lock()
	delete(k.once, key)
	k.mu.Unlock()
	return k.change(key, func(s *Known) { s.Certificate = nil })
}

// PlainAllowed reports whether the user accepted that a password crosses the
// network readable on the way to the Target's server.
func (k *KnownServers) PlainAllowed(t session.Target) bool {
	key := targetKey(t)
	if k.server(key).PlainAllowed {
		return true
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.plain[key]
}

// AllowPlain accepts that, for as long as the program runs or always.
func (k *KnownServers) AllowPlain(t session.Target, always bool) error {
	if always {
		return k.change(targetKey(t), func(s *Known) { s.PlainAllowed = true })
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.plain[targetKey(t)] = true
	return nil
}

// AllowNoTLS accepts that a server which had TLS has it no longer: the answer
// to a session.DowngradeError.
func (k *KnownServers) AllowNoTLS(t session.Target) error {
	return k.change(targetKey(t), func(s *Known) { s.Learned.TLSSeen = false })
}

func certificateTarget(c session.Certificate) session.Target {
	return session.Target{Host: c.Host, Port: c.Port}
}
