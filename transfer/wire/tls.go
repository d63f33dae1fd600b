package wire

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"
	"time"
)

// TLS says how to protect connections and whom to believe.
type TLS struct {
	ServerName   string            // the host the user named; also the key of the session cache
	Roots        *x509.CertPool    // nil: the system's
	Max          uint16            // 0: the newest
	Certificates []tls.Certificate // to show to a server that asks
	Distrusted   func(chain []*x509.Certificate, reason error) error
	// Distrusted is asked about a chain that Roots do not vouch for; nil accepts
	// it, an error refuses it and comes back from Connect.
}

// cachedSessions is how many TLS sessions a control connection remembers. They
// are never shared between control connections: ProFTPD answers 425 to that.
const cachedSessions = 32

// config makes the configuration of one control connection. ServerName is set
// also for addresses: without it crypto/tls keys its cache by address and port,
// and no data connection ever resumes, which vsftpd and ProFTPD insist on.
func (t TLS) config() *tls.Config {
	name := strings.Trim(t.ServerName, "[]")
	if i := strings.IndexByte(name, '%'); i >= 0 {
		name = name[:i]
	}
	clock := &pastClock{}
	return &tls.Config{
		ServerName:         name,
		MinVersion:         tls.VersionTLS12,
		MaxVersion:         t.Max,
		Certificates:       t.Certificates,
		ClientSessionCache: tls.NewLRUClientSessionCache(cachedSessions),
		InsecureSkipVerify: true, // VerifyConnection does it: roots first, then Distrusted
		Time:               clock.now,
		VerifyConnection: func(cs tls.ConnectionState) error {
			if err := t.verify(name, cs); err != nil {
				return err
			}
			clock.accept(cs)
			return nil
		},
	}
}

func (t TLS) verify(name string, cs tls.ConnectionState) error {
	chain := cs.PeerCertificates
	if len(chain) == 0 {
		return errors.New("the server shows no certificate")
	}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{
		DNSName: name, Roots: t.Roots, Intermediates: between,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	if err == nil {
		return nil
	}
	if t.Distrusted == nil {
		return err
	}
	return t.Distrusted(chain, err)
}

// sameLeaf is the check of a data connection: it must be the server of the
// control connection, whoever vouched for that one.
func sameLeaf(control *tls.Conn) func(tls.ConnectionState) error {
	want := control.ConnectionState().PeerCertificates
	return func(cs tls.ConnectionState) error {
		if len(want) == 0 || len(cs.PeerCertificates) == 0 ||
			!bytes.Equal(want[0].Raw, cs.PeerCertificates[0].Raw) {
			return errors.New("the data connection shows another certificate than the control connection")
		}
		return nil
	}
}

// secure does the handshake of the control connection.
func (c *Control) secure(ctx context.Context) error {
	if c.br.Buffered() > 0 {
		return step(StepTLS, errors.New("the server, or someone in between, sent text ahead of the TLS handshake"))
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	c.tlsConfig = c.cfg.TLS.config()
	conn := tls.Client(c.raw, c.tlsConfig)
	c.raw.SetDeadline(time.Time{})
	if err := conn.HandshakeContext(ctx); err != nil {
		return step(StepTLS, err)
	}
	c.tls, c.conn = conn, conn
	c.br.Reset(conn)
	data := c.tlsConfig.Clone()
	data.VerifyConnection = sameLeaf(conn)
	if curve := conn.ConnectionState().CurveID; curve != 0 {
		// What the server chose: keys for other groups would be made, and thrown
		// away, for each file. A resumed session keeps the first handshake's
		// strength, whatever is exchanged on top of it (RFC 8446 §7.1).
		data.CurvePreferences = []tls.CurveID{curve}
	}
	c.tlsConfig = data
	return nil
}
