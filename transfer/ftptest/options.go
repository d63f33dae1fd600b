package ftptest

import (
	"crypto/tls"
	"crypto/x509"
	"time"
)

// TLSMode says how a server is protected.
type TLSMode uint8

// The ways a control connection is protected (RFC 4217, and the older
// implicit way of port 990).
const (
	NoTLS TLSMode = iota
	ExplicitTLS
	ImplicitTLS
)

// ReuseRule says what happens to a data connection whose TLS session is not
// resumed from its control connection's.
type ReuseRule uint8

// The rules of real servers. With ReuseProFTPD a ticket of another control
// connection does not count; vsftpd takes tickets of any of its sessions.
const (
	ReuseFree    ReuseRule = iota // any session will do
	ReuseProFTPD                  // 425, the control connection lives on
	ReuseVSFTPD                   // 522, the control connection is closed
)

// Options are a server's nature. The zero value is a plain FTP server with an
// empty temporary tree that lets anonymous users do everything.
type Options struct {
	Root     string            // folder to serve, which must exist; "" makes a temporary one
	Addr     string            // address to listen on; "" is 127.0.0.1:0, for IPv6 "[::1]:0"
	Users    map[string]string // user → password; nil: anonymous with any password
	Account  string            // if not "", PASS answers 332 and ACCT must name this
	Home     string            // folder after login; "" is /
	Greeting string            // "" is "220 ftptest ready."; may have several lines
	System   string            // reply to SYST without the code
	ReadOnly bool              // refuse what changes the tree with 550
	Upstream string            // host:port of another server that does the work, reached without TLS; its faults are ours

	TLS          TLSMode
	RequireTLS   bool             // refuse USER and data without TLS
	TLSMin       uint16           // tls.VersionTLS12 if 0
	TLSMax       uint16           // tls.VersionTLS13 if 0
	Reuse        ReuseRule        // what data connections must resume
	Certificate  *tls.Certificate // nil: one for localhost, 127.0.0.1 and ::1 made by Start
	DataCert     *tls.Certificate // shown on data connections instead
	ClientCAs    *x509.CertPool   // if not nil, a client certificate from these is required
	StrictClose  bool             // an upload without close_notify ends with 426
	CarelessEnds bool             // a reset upload counts as whole, as pyftpdlib has it

	Disable      []string          // commands to answer with 502 and to leave out of FEAT, e.g. "MLSD", "EPSV"
	PASVHost     string            // IPv4 address to name in 227 replies; "" is the true one
	ClockOffset  time.Duration     // server's clock minus UTC, in LIST and NLST -l only
	IdleTimeout  time.Duration     // 0: for ever; else 421 and the end
	DataTimeout  time.Duration     // how long to wait for a data connection; 0 is 10 s
	MaxSessions  int               // 0: any number
	MaxText      string            // whole reply when there are more; "" is a 421 as vsftpd's
	MaxAtPASS    bool              // refuse at PASS instead of in the greeting (ProFTPD)
	Latin1       bool              // names cross the network in ISO 8859-1
	SinglePWD    bool              // 257 reply without double quotes
	PlainPWD     bool              // 257 reply that does not double quotes in names (Pure-FTPd)
	DOSListing   bool              // LIST in the way of IIS
	FollowLinks  bool              // MLSD shows what links point to (pyftpdlib)
	RestCutsTail bool              // REST n + STOR ends the file where the upload ends (Pure-FTPd)
	RestClamps   bool              // REST beyond the end + STOR appends at the end (Pure-FTPd)
	AppeReplaces bool              // APPE writes the file anew (goftp)
	Quota        int64             // bytes an upload may have before 552; 0: no limit
	Rate         int64             // bytes a second on each data connection; 0: no limit
	Fake         map[string][]byte // contents of files that are not in the tree, by the exact argument of RETR or SIZE
	Faults       []Fault
	Seed         uint64                         // of Fault.Chance and Fault.Spread
	Log          func(session int, line string) // every command and reply, PASS masked; may be nil
}

func (o *Options) fill() {
	set := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	set(&o.Addr, "127.0.0.1:0")
	set(&o.Home, "/")
	set(&o.Greeting, "220 ftptest ready.")
	set(&o.System, "UNIX Type: L8")
	if o.MaxAtPASS {
		set(&o.MaxText, "530 Sorry, the maximum number of clients for this user are already connected.")
	}
	set(&o.MaxText, "421 There are too many connections from your internet address.")
	if o.DataTimeout == 0 {
		o.DataTimeout = 10 * time.Second
	}
	if o.TLSMin == 0 {
		o.TLSMin = tls.VersionTLS12
	}
	if o.TLSMax == 0 {
		o.TLSMax = tls.VersionTLS13
	}
}
