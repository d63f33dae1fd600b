package wire

import (
	"crypto/tls"
	"sync/atomic"
	"time"
)

// pastClock is the clock of one control connection and its data connections.
// crypto/tls never resumes a session whose certificate has expired, by its
// Config.Time; servers that insist on resumption (vsftpd, ProFTPD) then refuse
// every data connection of a user who accepted such a certificate. So once it
// was accepted, TLS goes on at the certificate's last hour. Nothing is trusted
// by it: VerifyConnection looks at the true time.
type pastClock struct{ lag atomic.Int64 }

// now is for tls.Config.Time.
func (p *pastClock) now() time.Time { return time.Now().Add(-time.Duration(p.lag.Load())) }

// accept is told of a connection that was verified.
func (p *pastClock) accept(cs tls.ConnectionState) {
	if late := time.Since(cs.PeerCertificates[0].NotAfter); late > 0 {
		p.lag.Store(int64(late + time.Hour))
	}
}
