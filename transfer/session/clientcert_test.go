package session

import (
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"longshore/transfer/ftptest"
	"longshore/transfer/ftptest/daemons"
)

// clientPair makes a client's certificate and the file that a site names.
func clientPair(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	pair := must(ftptest.NewCertificate(ftptest.CertOptions{Names: []string{"anna"}, Client: true}))
	file := filepath.Join(t.TempDir(), "client.pem")
	if err := os.WriteFile(file, append(must(ftptest.KeyPEM(pair)), ftptest.CertPEM(pair)...), 0o600); err != nil {
		t.Fatal(err)
	}
	return pair, file
}

// Servers that let in only those with a certificate of theirs.
func TestClientCertificates(t *testing.T) {
	pair, file := clientPair(t)
	_, stranger := clientPair(t)
	open := map[string]func(t *testing.T, max string) fixture{
		"ftptest": func(t *testing.T, max string) fixture {
			o := ftptest.Options{TLS: ftptest.ExplicitTLS, ClientCAs: ftptest.PoolOf(pair)}
			f := fixtureOf(t, startServer(t, o), o)
			f.target.TLSMax = max
			return f
		},
	}
	for _, k := range []daemons.Kind{daemons.VSFTPD, daemons.ProFTPD} {
		open[string(k)] = func(t *testing.T, max string) fixture {
			d := daemons.Start(t, k, daemons.Options{TLS: true, RequireTLS: true, RequireReuse: true, ClientCA: ftptest.CertPEM(pair)})
			return plainFixture(t, d, ExplicitTLS, max)
		}
	}
	for name, open := range open {
		for _, max := range []string{"1.2", ""} {
			t.Run(fmt.Sprintf("%s %s", name, max), func(t *testing.T) {
				t.Parallel()
				f := open(t, max)
				for _, c := range []string{"", stranger} {
					f.target.ClientCert = c
					s, err := Open(ctxFor(t), f.target, f.env)
					if err == nil {
						s.Close()
						t.Fatalf("with the certificate %q it let us in", c)
					}
					if x := Explain(err); x.Button != ChooseCertificate {
						t.Errorf("with the certificate %q: %v: %+v", c, err, x)
					}
				}
				f.target.ClientCert = file
				tour(t, f)
			})
		}
	}
}
