package session

import (
	"testing"

	"longshore/transfer/ftptest"
)

// A certificate that the roots accept is told about; one that the user trusts
// by a decision is not, nor is a plain connection.
func TestVouched(t *testing.T) {
	for name, c := range map[string]struct {
		tls     ftptest.TLSMode
		noRoots bool
		want    int
	}{
		"accepted by the roots": {tls: ftptest.ExplicitTLS, want: 1},
		"trusted by a decision": {tls: ftptest.ExplicitTLS, noRoots: true},
		"plain":                 {},
	} {
		t.Run(name, func(t *testing.T) {
			o := ftptest.Options{TLS: c.tls}
			f := fixtureOf(t, startServer(t, o), o)
			told := 0
			f.env.Vouched = func(Target) { told++ }
			f.env.Trusted = func(Target, Certificate) bool { return true }
			if c.noRoots {
				f.env.Roots = nil
			}
			openFixture(t, f).Close()
			if told != c.want {
				t.Errorf("told %d times, want %d", told, c.want)
			}
		})
	}
}
