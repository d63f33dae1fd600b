package ftptest

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
)

// logLimit is how many commands a Server remembers.
const logLimit = 100_000

// Server is a running server. Its methods may be called from any goroutine.
type Server struct {
	opt      Options
	listener net.Listener
	root     *os.Root
	path     string
	ownTree  bool
	cert     tls.Certificate
	tls      *tls.Config
	faults   *faults
	disabled map[string]bool
	wg       sync.WaitGroup

	mu       sync.Mutex
	sessions map[*session]bool
	log      []string
	total    int
	most     int
	loggedIn int
	closed   bool
	muted    []net.Listener
}

// Start serves until Close.
func Start(o Options) (*Server, error) {
	o.fill()
	s := &Server{opt: o, faults: newFaults(o.Faults, o.Seed), sessions: map[*session]bool{}, disabled: map[string]bool{}}
	for _, v := range o.Disable {
		s.disabled[v] = true
	}
	if err := s.prepareTLS(); err != nil {
		return nil, err
	}
	if err := s.openTree(); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen on %q: %w", o.Addr, err), s.closeTree())
	}
	s.listener = l
	s.wg.Add(1)
	go s.accept()
	return s, nil
}

func (s *Server) openTree() error {
	s.path = s.opt.Root
	if s.path == "" {
		dir, err := os.MkdirTemp("", "ftptest-")
		if err != nil {
			return fmt.Errorf("make a tree: %w", err)
		}
		s.path, s.ownTree = dir, true
	}
	root, err := os.OpenRoot(s.path)
	if err != nil {
		return fmt.Errorf("open the tree: %w", err)
	}
	s.root = root
	return nil
}

func (s *Server) closeTree() error {
	err := s.root.Close()
	if s.ownTree {
		err = errors.Join(err, os.RemoveAll(s.path))
	}
	return err
}

func (s *Server) prepareTLS() error {
	if s.opt.TLS == NoTLS {
		return nil
	}
	if s.opt.Certificate != nil {
		s.cert = *s.opt.Certificate
	} else {
		c, err := NewCertificate(CertOptions{})
		if err != nil {
			return err
		}
		s.cert = c
	}
	s.tls = &tls.Config{
		Certificates: []tls.Certificate{s.cert},
		MinVersion:   s.opt.TLSMin,
		MaxVersion:   s.opt.TLSMax,

		DynamicRecordSizingDisabled: true, // files, not pages
	}
	if s.opt.ClientCAs != nil {
		s.tls.ClientCAs, s.tls.ClientAuth = s.opt.ClientCAs, tls.RequireAndVerifyClientCert
	}
	return nil
}

// sessionTLS makes the configurations of one session. Tickets are encrypted
// with a key of its own unless sessions of others may be resumed, so that
// "resumed" means "resumed from this control connection".
func (s *Server) sessionTLS() (control, data *tls.Config) {
	if s.tls == nil {
		return nil, nil
	}
	control = s.tls
	if s.opt.Reuse != ReuseVSFTPD {
		control = s.tls.Clone()
		var key [32]byte
		rand.Read(key[:])
		control.SetSessionTicketKeys([][32]byte{key})
	}
	data = control
	if s.opt.DataCert != nil {
		data = control.Clone()
		data.Certificates = []tls.Certificate{*s.opt.DataCert}
		data.SessionTicketsDisabled = true
	}
	return control, data
}

func (s *Server) accept() {
	defer s.wg.Done()
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			continue
		}
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			conn.Close()
			return
		}
		s.total++
		c := newSession(s, conn, s.total)
		s.sessions[c] = true
		c.over = s.opt.MaxSessions > 0 && len(s.sessions) > s.opt.MaxSessions
		s.most = max(s.most, len(s.sessions))
		s.wg.Add(1)
		s.mu.Unlock()
		go c.run()
	}
}

func (s *Server) forget(c *session) {
	s.mu.Lock()
	delete(s.sessions, c)
	s.mu.Unlock()
}

// Close ends all sessions at once, waits for them, and removes the tree if
// Start made it. A second call does nothing.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		s.wg.Wait()
		return nil
	}
	s.closed = true
	err := s.listener.Close()
	for _, l := range s.muted {
		l.Close()
	}
	for c := range s.sessions {
		c.kill(false)
	}
	s.mu.Unlock()
	s.wg.Wait()
	return errors.Join(err, s.closeTree())
}

// Addr is host:port of the control connection.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Host is the address part of Addr.
func (s *Server) Host() string {
	h, _, _ := net.SplitHostPort(s.Addr())
	return h
}

// Port is the port part of Addr.
func (s *Server) Port() int {
	_, p, _ := net.SplitHostPort(s.Addr())
	n, _ := strconv.Atoi(p)
	return n
}

// Root is the folder that is served.
func (s *Server) Root() string { return s.path }

// CertPEM is the certificate to trust; nil without TLS.
func (s *Server) CertPEM() []byte { return CertPEM(s.cert) }

// Roots is a pool that trusts this server; nil without TLS.
func (s *Server) Roots() *x509.CertPool {
	if s.tls == nil {
		return nil
	}
	return PoolOf(s.cert)
}

// Inject adds faults while the server runs.
func (s *Server) Inject(list ...Fault) { s.faults.add(list) }

// Heal removes all faults.
func (s *Server) Heal() { s.faults.clear() }

// Struck is how often the present faults struck together.
func (s *Server) Struck() int { return s.faults.struck() }

// Commands are the lines received so far from all sessions in the order they
// came, passwords masked.
func (s *Server) Commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.log...)
}

// Sessions are the numbers of control connections: open now, most at once,
// and since the start.
func (s *Server) Sessions() (now, most, total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions), s.most, s.total
}

// Kick closes every open session, as a server's restart does; with hard by
// RST. The server goes on listening.
func (s *Server) Kick(hard bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.sessions {
		c.kill(hard)
	}
}

func (s *Server) received(session int, line string) {
	s.mu.Lock()
	if len(s.log) < logLimit {
		s.log = append(s.log, line)
	}
	s.mu.Unlock()
	s.say(session, "> "+line)
}

func (s *Server) say(session int, line string) {
	if s.opt.Log != nil {
		s.opt.Log(session, line)
	}
}
