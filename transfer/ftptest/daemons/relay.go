package daemons

import (
	"testing"

	"longshore/transfer/ftptest"
)

// Relay puts TLS and faults in front of a daemon that was started without
// TLS. The user, password and folders are the daemon's, address and
// certificate the relay's.
func Relay(t testing.TB, d *Daemon, o ftptest.Options) *ftptest.Server {
	t.Helper()
	o.Upstream = d.Addr
	s, err := ftptest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
