package session

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// describe makes of a server's chain what a person can decide on. reason is
// why it is not trusted; nil if it is.
func describe(t Target, chain []*x509.Certificate, reason error) Certificate {
	leaf := chain[0]
	sum, spki := sha256.Sum256(leaf.Raw), sha256.Sum256(leaf.RawSubjectPublicKeyInfo)
	c := Certificate{
		Host: t.Host, Port: t.PortOrDefault(),
		SHA256: hex.EncodeToString(sum[:]), SPKI: hex.EncodeToString(spki[:]),
		Subject: escape(leaf.Subject.String()), Issuer: escape(leaf.Issuer.String()),
		NotBefore: leaf.NotBefore, NotAfter: leaf.NotAfter,
	}
	for _, n := range leaf.DNSNames {
		c.Names = append(c.Names, escape(n))
	}
	for _, ip := range leaf.IPAddresses {
		c.Names = append(c.Names, ip.String())
	}
	for _, link := range chain[:min(len(chain), 10)] {
		c.Chain = append(c.Chain, link.Raw)
	}
	if reason != nil {
		c.Reason = distrust(t.Host, leaf, reason)
	}
	return c
}

// distrust says in words why a certificate was refused.
func distrust(host string, leaf *x509.Certificate, reason error) string {
	var (
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		unknown x509.UnknownAuthorityError
	)
	switch {
	case errors.As(reason, &name):
		return fmt.Sprintf("it is made out for another name than %q", host)
	case errors.As(reason, &invalid) && invalid.Reason == x509.Expired && time.Now().Before(leaf.NotBefore):
		return "it is valid only from " + leaf.NotBefore.Format("2 January 2006") + " on"
	case errors.As(reason, &invalid) && invalid.Reason == x509.Expired:
		return "it expired on " + leaf.NotAfter.Format("2 January 2006")
	case errors.As(reason, &unknown) && leaf.Subject.String() == leaf.Issuer.String():
		return "it is self-signed: only the server itself vouches for it"
	case errors.As(reason, &unknown):
		return "it is signed by an authority that this computer does not know"
	}
	return escape(reason.Error())
}
