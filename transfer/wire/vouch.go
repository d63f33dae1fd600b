package wire

import (
	"crypto/x509"
	"errors"
)

// Vouch says whether a server's chain, its own certificate first, is good for
// a name: by the roots that are given, or by the system's, which are read only
// then. That takes longer than connecting: 50 ms for some 150 files.
func Vouch(chain []*x509.Certificate, name string, roots *x509.CertPool) error {
	if len(chain) == 0 {
		return errors.New("the server shows no certificate")
	}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	opts := x509.VerifyOptions{DNSName: name, Intermediates: between, Roots: roots,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	_, err := chain[0].Verify(opts)
	var unknown x509.UnknownAuthorityError
	if roots == nil || !errors.As(err, &unknown) {
		return err
	}
	opts.Roots = nil
	_, err = chain[0].Verify(opts)
	return err
}
