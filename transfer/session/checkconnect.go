package session

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"longshore/transfer/wire"
)

// lookup resolves the name as the dialler will.
func (c *checker) lookup(s *CheckStep) {
	host := strings.Trim(c.target.Host, "[]")
	if _, err := netip.ParseAddr(host); err == nil {
		s.Text = host + " is an address, there is nothing to look up"
		return
	}
	if c.target.Proxy != "" {
		s.Text = "the proxy looks the name up"
		return
	}
	ctx, cancel := context.WithTimeout(c.ctx, (&Session{env: c.env}).timeout())
	defer cancel()
	addrs, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil {
		s.fail(&Error{Kind: Network, Step: "dial", Err: err})
		return
	}
	s.Text = fmt.Sprintf("%s is %s", host, strings.Join(addrs[:min(len(addrs), 8)], ", "))
}

// connect opens a session and tells of its parts. A certificate that nobody
// trusts ends it, but for anonymous logins, which have no secret to lose:
// there the rest is tried all the same.
func (c *checker) connect() bool {
	for _, n := range []string{"tcp", "greeting", "tls", "certificate", "login"} {
		c.tell(CheckStep{Name: n, Title: titleOf(n), Grade: Running})
	}
	s, err := c.open()
	untrusted, distrusted := errors.AsType[*CertificateError](err)
	if distrusted && c.target.Anonymous() {
		trusting := *c.env
		trusting.Trusted = func(_ Target, cert Certificate) bool { return cert.SHA256 == untrusted.Certificate.SHA256 }
		c.env = &trusting
		s, err = c.open()
	}
	if err != nil {
		c.unconnected(err)
		return false
	}
	c.session = s
	c.connected(s.Info(), untrusted)
	return true
}

// open tries once more where there are too many connections: one that ended a
// moment ago may still be counted.
func (c *checker) open() (*Session, error) {
	s, err := Open(c.ctx, c.target, c.env)
	if err == nil || causeIn(err) != causeTooMany {
		return s, err
	}
	pause(c.ctx, recovery)
	return Open(c.ctx, c.target, c.env)
}

// reached are the parts of a connection in their order, and the Error's step
// that shows where it ended.
var reached = []struct {
	name  string
	steps []string
	fine  string
}{
	{"tcp", []string{"dial", "proxy", "connect"}, "the server was reached"},
	{"greeting", []string{"greeting"}, "the server welcomed us"},
	{"tls", []string{"auth", "tls"}, "the connection is encrypted"},
	{"certificate", []string{"certificate"}, "the certificate is trusted"},
	{"login", []string{"login", "command"}, ""},
}

// unconnected tells how far it went.
func (c *checker) unconnected(err error) {
	at := "login"
	if e, ok := errors.AsType[*Error](err); ok {
		at = wireStep(e)
	}
	if _, ok := errors.AsType[*CertificateError](err); ok {
		at = "certificate"
	}
	if c.target.Security == ImplicitTLS && at == "greeting" {
		c.add(CheckStep{Name: "tls", Title: titleOf("tls"), Text: "the connection is encrypted"})
	}
	for _, part := range reached {
		s := CheckStep{Name: part.name, Title: titleOf(part.name), Text: part.fine}
		if part.name != "login" && !hasWord(strings.Join(part.steps, " "), at) {
			if hasWord("tls certificate", part.name) && !c.secured && at != "certificate" {
				s.skip("there was no TLS")
			}
			c.add(s)
			continue
		}
		s.fail(err)
		if untrusted, ok := errors.AsType[*CertificateError](err); ok {
			s.Text += "; " + whoseIs(&untrusted.Certificate)
		}
		if hasWord("tcp greeting", part.name) && c.target.Security == ImplicitTLS {
			dropAdvice(&s, UseImplicitTLS)
		}
		c.add(s)
		return
	}
}

// dropAdvice takes back what is so already.
func dropAdvice(s *CheckStep, r Remedy) {
	kept := s.Advice[:0]
	for _, a := range s.Advice {
		if a.Remedy != r {
			kept = append(kept, a)
		}
	}
	s.Advice = kept
}

// connected tells of a session that stands.
func (c *checker) connected(info Info, untrusted *CertificateError) {
	c.report.Software = info.Software
	peer := c.session.ctl.Peer()
	c.add(CheckStep{Name: "tcp", Title: titleOf("tcp"), Text: fmt.Sprintf("connected to %s, port %d", peer, c.target.PortOrDefault())})
	first, _, _ := strings.Cut(info.Greeting, "\n")
	g := CheckStep{Name: "greeting", Title: titleOf("greeting"), Server: first, Text: "the server does not say what it is"}
	switch {
	case softwareOf(info.Greeting) != "":
		g.Text = "the server is " + info.Software
	case info.Software != "": // what SYST said, which names a system and no program
		g.Text += "; its system is " + info.Software
	}
	c.add(g)
	c.add(c.encryption(info))
	c.add(c.certificate(info, untrusted))
	l := CheckStep{Name: "login", Title: titleOf("login"), Text: fmt.Sprintf("logged in as %q; the folder is %q", userOf(c.target), escape(c.session.Home()))}
	c.add(l)
}

func userOf(t Target) string {
	if t.Anonymous() {
		return "anonymous"
	}
	return t.User
}

func (c *checker) encryption(info Info) CheckStep {
	s := CheckStep{Name: "tls", Title: titleOf("tls")}
	switch {
	case info.TLS != "":
		s.Text = fmt.Sprintf("%s, %s", info.TLS, info.Cipher)
	case c.target.Security == PlainFTP && c.offersTLS(info):
		s.warn("not encrypted, though the server has TLS: anybody on the way can read password and files", advise(UseExplicitTLS, ""))
	default:
		s.warn("the server offers no TLS: anybody on the way can read password and files")
		s.Next = "ask whoever runs the server to switch TLS on"
	}
	if c.session.tls12 && c.target.TLSMax == "" {
		s.warn("TLS 1.3 did not work for data here, TLS 1.2 does", advise(StayTLS12, ""))
	}
	return s
}

// offersTLS reports that FEAT names AUTH (RFC 4217 §6).
func (c *checker) offersTLS(info Info) bool {
	return slices.ContainsFunc(info.Features, func(f string) bool { return strings.HasPrefix(strings.ToUpper(f), "AUTH") })
}

// certificate tells who vouches for the server: the system's roots, or the
// user's decision, or nobody.
func (c *checker) certificate(info Info, untrusted *CertificateError) CheckStep {
	s := CheckStep{Name: "certificate", Title: titleOf("certificate")}
	cert := info.Certificate
	if cert == nil {
		s.skip("there is no TLS, so there is no certificate")
		return s
	}
	who := whoseIs(cert)
	reason := c.distrustOf(cert)
	switch {
	case untrusted != nil:
		s.fail(&Error{Kind: TLS, Step: "tls", Err: untrusted})
		s.Text += "; " + who
	case reason != "":
		s.warn(fmt.Sprintf("trusted by your own decision only: %s; %s", reason, who))
	case endsSoon(cert):
		s.warn("it ends soon: " + who)
	default:
		s.Text = who + chainOf(cert)
	}
	return s
}

// whoseIs is what a person compares a certificate by.
func whoseIs(cert *Certificate) string {
	return fmt.Sprintf("for %s by %s, valid until %s, SHA-256 %s", strings.Join(cert.Names[:min(len(cert.Names), 5)], ", "),
		cert.Issuer, cert.NotAfter.Format("2 January 2006"), cert.SHA256)
}

// endsSoon reports a certificate that should have been renewed by now; those
// that live for days only are renewed late.
func endsSoon(cert *Certificate) bool {
	left := time.Until(cert.NotAfter)
	return left < 14*24*time.Hour && left < cert.NotAfter.Sub(cert.NotBefore)/4
}

// distrustOf is why the roots alone would refuse the certificate, "" if not.
func (c *checker) distrustOf(cert *Certificate) string {
	chain := parseChain(cert)
	if len(chain) == 0 {
		return "it cannot be read"
	}
	err := wire.Vouch(chain, c.target.Host, c.env.Roots)
	if err == nil {
		return ""
	}
	return distrust(c.target.Host, chain[0], err)
}

func parseChain(cert *Certificate) []*x509.Certificate {
	var chain []*x509.Certificate
	for _, raw := range cert.Chain {
		link, err := x509.ParseCertificate(raw)
		if err != nil {
			return nil
		}
		chain = append(chain, link)
	}
	return chain
}

// chainOf names the certificates between the server's and the root.
func chainOf(cert *Certificate) string {
	chain := parseChain(cert)
	if len(chain) < 2 {
		return ""
	}
	var names []string
	for _, link := range chain[1:] {
		names = append(names, escape(link.Subject.CommonName))
	}
	return "; signed through " + strings.Join(names, ", ")
}
