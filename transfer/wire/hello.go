package wire

import "crypto/tls"

// hello begins the TLS handshake of a data connection right after the data
// command, instead of after the server's 150: the ClientHello is there when the
// server comes to read it, and a file is a round trip shorter. Only over
// distance, where commands sent ahead are borne, and never again on this
// connection after one such handshake failed. The handshake has no deadline until Handshake waits
// for it: the server may think long before it answers the command.
func (c *Control) hello() {
	d := c.Data()
	if c.tlsConfig == nil || !c.ahead.allowed || c.noHello || !c.Far() || d == nil || d.listener != nil || d.tls != nil {
		return
	}
	conf := c.tlsConfig
	if conf.ClientSessionCache != nil {
		d.resumed = &oneHandshake{ClientSessionCache: conf.ClientSessionCache}
		conf = conf.Clone()
		conf.ClientSessionCache = d.resumed
	}
	d.protect(conf)
	d.greeting = make(chan error, 1)
	go func() { d.greeting <- d.tls.Handshake() }()
}

// greet does the handshake, or waits for the one that hello began.
func (d *Data) greet() error {
	if d.greeting == nil {
		return d.tls.Handshake()
	}
	err := <-d.greeting
	d.greeting = nil
	if err != nil {
		d.ctl.noHello = true
		d.resumed.drop()
	}
	return err
}

// endGreeting ends a handshake that nobody waits for: the server refused the
// command, or it was given up.
func (d *Data) endGreeting() {
	if d.greeting != nil {
		d.abort(nil)
		<-d.greeting
		d.greeting = nil
	}
}

// oneHandshake is the cache of TLS sessions as one handshake sees it. crypto/tls
// drops a session whose handshake failed; but where the server refused the
// command, that says nothing of the session, and vsftpd and ProFTPD insist on
// it for the next data connection. So it is dropped when the failure counts.
type oneHandshake struct {
	tls.ClientSessionCache
	bad string // key of the one to drop; "": none
}

// Put is tls.ClientSessionCache's; a nil state drops.
func (s *oneHandshake) Put(key string, state *tls.ClientSessionState) {
	if state == nil {
		s.bad = key
		return
	}
	s.ClientSessionCache.Put(key, state)
}

func (s *oneHandshake) drop() {
	if s != nil && s.bad != "" {
		s.ClientSessionCache.Put(s.bad, nil)
	}
}
