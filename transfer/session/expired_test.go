package session

import (
	"testing"

	"longshore/transfer/ftptest"
)

// Who accepts an expired certificate gets data connections, too, where the
// server insists on resumed TLS sessions; who does not is not let through.
func TestAcceptedExpiredCertificateResumes(t *testing.T) {
	expired := must(ftptest.NewCertificate(ftptest.CertOptions{Expired: true}))
	for _, rule := range []ftptest.ReuseRule{ftptest.ReuseVSFTPD, ftptest.ReuseProFTPD} {
		for _, tlsMax := range []string{"", "1.2"} {
			_, target, env := serve(t, ftptest.Options{TLS: ftptest.ExplicitTLS, Certificate: &expired, Reuse: rule})
			target.Security, target.TLSMax = ExplicitTLS, tlsMax
			if _, err := Open(t.Context(), target, env); causeIn(err) != causeUntrusted {
				t.Errorf("nobody accepted it: %v", err)
			}
			env.Trusted = func(Target, Certificate) bool { return true }
			s, err := Open(t.Context(), target, env)
			if err != nil {
				t.Fatal(err)
			}
			if err := listRoot(t.Context(), s); err != nil {
				t.Errorf("rule %v, TLS %q: %v", rule, tlsMax, err)
			}
			s.Close()
		}
	}
}
