package wire

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"time"
)

// TLS says how to protect connections and whom to believe.
type TLS struct {
	ServerName   string            // the host the user named; also the key of the session cache
	Roots        *x509.CertPool    // asked before the system's
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
// asked is set when the server wants a client certificate.
func (t TLS) config(asked *atomic.Bool) *tls.Config {
	name := strings.Trim(t.ServerName, "[]")
	if i := strings.IndexByte(name, '%'); i >= 0 {
		name = name[:i]
	}
	clock := &pastClock{}
	conf := &tls.Config{
		ServerName:         name,
		MinVersion:         tls.VersionTLS12,
		MaxVersion:         t.Max,
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
	// The user's choice is shown to whoever asks: left to itself, crypto/tls
	// shows none if the server names other authorities.
	conf.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		asked.Store(true)
		if len(t.Certificates) > 0 {
			return &t.Certificates[0], nil
		}
		return &tls.Certificate{}, nil
	}
	return conf
}

// ErrClientCert says that a handshake failed at a server that asked for a
// client certificate: TLS 1.2 has no better word for it than "handshake failure".
var ErrClientCert = errors.New("the server wants a client certificate that it knows")

func (t TLS) verify(name string, cs tls.ConnectionState) error {
	chain := cs.PeerCertificates
	err := Vouch(chain, name, t.Roots)
	if err == nil || len(chain) == 0 {
		return err
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
	var asked atomic.Bool
	c.tlsConfig = c.cfg.TLS.config(&asked)
	conn := tls.Client(c.raw, c.tlsConfig)
	c.raw.SetDeadline(time.Time{})
	if err := conn.HandshakeContext(ctx); err != nil {
		if op, ok := errors.AsType[*net.OpError](err); ok && asked.Load() && op.Op == "remote error" && strings.HasSuffix(op.Err.Error(), "handshake failure") {
			err = fmt.Errorf("%w: %w", ErrClientCert, err)
		}
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

// lastWord looks for the alert of a server that hung up before a write of ours:
// with TLS 1.3 it judges a client certificate after the handshake.
func (c *Control) lastWord(err error) error {
	if c.tls == nil {
		return err
	}
	c.raw.SetReadDeadline(time.Now().Add(Grace / 5))
	_, alert := c.br.Peek(1)
	if op, ok := errors.AsType[*net.OpError](alert); ok && op.Op == "remote error" {
		return alert
	}
	return err
}
