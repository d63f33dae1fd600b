package wire

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"testing"
	"time"
)

// issued makes a certificate that parent signed; without one it signs itself.
func issued(t *testing.T, name string, end time.Time, parent *x509.Certificate, key *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: end, IsCA: parent == nil, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	if parent == nil {
		parent, key = c, own
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &own.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return made, own
}

// TestVouch: a root of the user's vouches for its names and days, for nothing
// else, and what it does not know the system's roots decide.
func TestVouch(t *testing.T) {
	later := time.Now().Add(time.Hour)
	ca, key := issued(t, "authority", later, nil, nil)
	good, _ := issued(t, "ftp.example.com", later, ca, key)
	old, _ := issued(t, "ftp.example.com", time.Now().Add(-time.Hour), ca, key)
	stranger, _ := issued(t, "ftp.example.com", later, nil, nil)
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	var (
		name    x509.HostnameError
		expired x509.CertificateInvalidError
		unknown x509.UnknownAuthorityError
	)
	if err := Vouch([]*x509.Certificate{good}, "ftp.example.com", roots); err != nil {
		t.Errorf("the right one: %v", err)
	}
	if err := Vouch([]*x509.Certificate{good}, "www.example.com", roots); !errors.As(err, &name) {
		t.Errorf("another name: %v", err)
	}
	if err := Vouch([]*x509.Certificate{old}, "ftp.example.com", roots); !errors.As(err, &expired) || expired.Reason != x509.Expired {
		t.Errorf("expired: %v", err)
	}
	for _, roots := range []*x509.CertPool{roots, nil} {
		if err := Vouch([]*x509.Certificate{stranger}, "ftp.example.com", roots); !errors.As(err, &unknown) {
			t.Errorf("unknown: %v", err)
		}
	}
	if err := Vouch(nil, "ftp.example.com", roots); err == nil {
		t.Error("no certificate at all is believed")
	}
}
