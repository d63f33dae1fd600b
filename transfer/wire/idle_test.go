package wire

import (
	"testing"
	"time"

	"longshore/transfer/ftptest"
)

// Looking at an idle connection must not disturb it, nor its TLS.
func TestIdleConnectionIsLookedAt(t *testing.T) {
	for _, mode := range []ftptest.TLSMode{ftptest.NoTLS, ftptest.ExplicitTLS, ftptest.ImplicitTLS} {
		srv, err := ftptest.Start(ftptest.Options{TLS: mode})
		if err != nil {
			t.Fatal(err)
		}
		defer srv.Close()
		sec := map[ftptest.TLSMode]Security{ftptest.NoTLS: Plain, ftptest.ExplicitTLS: Explicit, ftptest.ImplicitTLS: Implicit}[mode]
		c := connectTo(t, Config{Host: srv.Host(), Port: srv.Port(), Security: sec,
			TLS: TLS{ServerName: srv.Host(), Roots: srv.Roots()}, Timeout: 5 * time.Second})
		for range 3 {
			c.heard = c.heard.Add(-time.Hour)
			if r, err := c.Command("SYST"); err != nil || r.Code/100 == 1 {
				t.Errorf("mode %d: %+v, %v", mode, r, err)
			}
		}
		srv.Kick(true)
		for c.Err() == nil { // the end arrives some time
			c.heard = c.heard.Add(-time.Hour)
			c.tidy()
		}
		if _, err := c.Command("DELE x"); err == nil || c.Unanswered() {
			t.Errorf("mode %d: %v, unanswered %v", mode, err, c.Unanswered())
		}
	}
}
