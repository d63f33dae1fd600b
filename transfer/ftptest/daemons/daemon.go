package daemons

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"longshore/transfer/ftptest"
)

// Kind is one of the servers.
type Kind string

// The servers.
const (
	VSFTPD    Kind = "vsftpd"
	ProFTPD   Kind = "proftpd"
	PureFTPd  Kind = "pure-ftpd"
	Pyftpdlib Kind = "pyftpdlib"
)

// Kinds is all of them.
var Kinds = []Kind{VSFTPD, ProFTPD, PureFTPd, Pyftpdlib}

// CanRequireReuse tells whether it can insist on resumed TLS data sessions.
func (k Kind) CanRequireReuse() bool { return k == VSFTPD || k == ProFTPD }

// CanImplicit tells whether it has implicit TLS.
func (k Kind) CanImplicit() bool { return k == VSFTPD || k == ProFTPD }

// Options change a server's configuration. Without TLS it does not even
// offer AUTH.
type Options struct {
	Host         string        // address to listen on; "": 127.0.0.1
	TLS          bool          // offer AUTH TLS, TLS 1.2 and 1.3
	RequireTLS   bool          // refuse logins and data without
	Implicit     bool          // TLS from the first byte; where CanImplicit
	RequireReuse bool          // data sessions must be resumed; where CanRequireReuse
	MaxPerIP     int           // sessions; 0: any number
	PasvAddress  string        // IPv4 address for PASV, and EPSV refused; not on Pure-FTPd
	IdleTimeout  time.Duration // whole seconds; whole minutes on Pure-FTPd
	ListLimit    int           // rows of a listing; Pure-FTPd only, 0: its own 10,000

	Certificate *tls.Certificate // to show; nil: one for localhost, 127.0.0.1 and ::1
	ClientCA    []byte           // PEM: clients must show a certificate from it; where CanRequireReuse
	Zone        string           // POSIX time zone of listings, such as "LAB-1" for UTC+1; not on Pure-FTPd
}

// Daemon is a running server.
type Daemon struct {
	Kind     Kind
	Addr     string // host:port
	Host     string
	Port     int
	User     string
	Password string
	Root     string // the writable folder on this disk
	Dir      string // the same folder as the server names it
	CA       []byte // PEM of its certificate

	base  string
	zone  string
	cmd   *exec.Cmd
	stdin io.WriteCloser
	out   *output
	done  chan struct{}
	once  sync.Once
	ns    bool // it runs in a user namespace, and so do its files
}

// Start runs a server until the test ends. A missing server skips the test,
// or fails it in CI.
func Start(t testing.TB, k Kind, o Options) *Daemon {
	t.Helper()
	d, err := Launch(k, o)
	var miss *MissingError
	switch {
	case errors.As(err, &miss) && os.Getenv("CI") == "":
		t.Skipf("%v", err)
	case err != nil:
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s said:\n%s", k, d.Output())
		}
		d.Close()
	})
	return d
}

// MissingError says that a server is not installed.
type MissingError struct {
	Kind Kind
	Path string
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("%s is not there (no %q): run .ci/setup test", e.Kind, e.Path)
}

// Launch is Start outside tests; the caller must Close.
func Launch(k Kind, o Options) (*Daemon, error) {
	var last error
	for range 3 { // the free port may be taken meanwhile
		d, err := launch(k, o)
		if err == nil || !errors.Is(err, errEnded) {
			return d, err
		}
		last = err
	}
	return nil, last
}

var errEnded = errors.New("the server ended")

func launch(k Kind, o Options) (*Daemon, error) {
	if o.Implicit && !k.CanImplicit() || (o.RequireReuse || o.ClientCA != nil) && !k.CanRequireReuse() || (o.PasvAddress != "" || o.Zone != "") && k == PureFTPd {
		return nil, fmt.Errorf("%s cannot do that: %+v", k, o)
	}
	base, err := os.MkdirTemp("", "longshore-"+string(k)+"-")
	if err != nil {
		return nil, err
	}
	d := &Daemon{Kind: k, base: base, User: "ftplab", Password: "ftplab", Host: cmp.Or(o.Host, "127.0.0.1"), out: &output{}, done: make(chan struct{})}
	args, err := d.prepare(o)
	if err == nil {
		err = d.run(args)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(base))
	}
	if err := d.ready(o.Implicit); err != nil {
		err = fmt.Errorf("%w: %s", err, d.Output())
		d.Close()
		return nil, err
	}
	return d, nil
}

// prepare writes what the server reads and gives its command line.
func (d *Daemon) prepare(o Options) ([]string, error) {
	if err := os.Chmod(d.base, 0o755); err != nil {
		return nil, err
	}
	d.Root = filepath.Join(d.base, "srv", "pub")
	if err := os.MkdirAll(d.Root, 0o755); err != nil {
		return nil, err
	}
	if err := d.writeCertificate(o); err != nil {
		return nil, err
	}
	d.zone = o.Zone
	port, err := freePort(d.Host)
	if err != nil {
		return nil, err
	}
	d.Port = port
	d.Addr = net.JoinHostPort(d.Host, fmt.Sprint(port))
	switch d.Kind {
	case VSFTPD:
		return d.vsftpd(o)
	case ProFTPD:
		return d.proftpd(o)
	case PureFTPd:
		return d.pureftpd(o)
	case Pyftpdlib:
		return d.pyftpdlib(o)
	}
	return nil, fmt.Errorf("unknown server %q", d.Kind)
}

// freePort keeps away from the ports that the system gives to servers inside
// the tests, which would take it before the daemon does, and from those for data.
func freePort(host string) (int, error) {
	var last error
	for range 100 {
		port := 14000 + rand.IntN(6000)
		l, err := net.Listen("tcp", net.JoinHostPort(host, fmt.Sprint(port)))
		if err == nil {
			return port, l.Close()
		}
		last = err
	}
	return 0, last
}

var certificate = sync.OnceValues(func() (tls.Certificate, error) {
	return ftptest.NewCertificate(ftptest.CertOptions{})
})

func (d *Daemon) writeCertificate(o Options) error {
	c, err := certificate()
	if o.Certificate != nil {
		c, err = *o.Certificate, nil
	}
	if err != nil {
		return err
	}
	key, err := ftptest.KeyPEM(c)
	if err != nil {
		return err
	}
	d.CA = ftptest.CertPEM(c)
	return errors.Join(d.write("cert.pem", d.CA), d.write("key.pem", key), d.write("clients.pem", o.ClientCA),
		d.write("both.pem", append(slices.Clone(key), d.CA...)))
}

func (d *Daemon) path(name string) string { return filepath.Join(d.base, name) }

func (d *Daemon) write(name string, b []byte) error {
	return os.WriteFile(d.path(name), b, 0o600)
}

// keeper starts "$@" and kills its own process group when its input ends or
// the server does.
const keeper = `exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ read -r line; kill -KILL 0; } <&3 &
wait $server
kill -KILL 0`

func (d *Daemon) run(args []string) error {
	full := append([]string{"/bin/sh", "-c", keeper, "keeper"}, args...)
	if d.ns {
		full = append([]string{"unshare", "--user", "--map-root-user", "--map-auto"}, full...)
	}
	d.cmd = exec.Command(full[0], full[1:]...)
	d.cmd.Stdout, d.cmd.Stderr = d.out, d.out
	d.cmd.SysProcAttr = ownGroup()
	if d.zone != "" {
		d.cmd.Env = append(os.Environ(), "TZ="+d.zone)
	}
	d.cmd.WaitDelay = 5 * time.Second
	var err error
	if d.stdin, err = d.cmd.StdinPipe(); err != nil {
		return err
	}
	if err := d.cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", d.Kind, err)
	}
	go func() {
		d.cmd.Wait()
		close(d.done)
	}()
	return nil
}

// ready waits until the server greets, or until it takes a connection where
// TLS comes first.
func (d *Daemon) ready(implicit bool) error {
	deadline := time.Now().Add(15 * time.Second)
	for time.Now().Before(deadline) {
		select {
		case <-d.done:
			return fmt.Errorf("start %s: %w", d.Kind, errEnded)
		case <-time.After(15 * time.Millisecond):
		}
		if greets(d.Addr, implicit) {
			return nil
		}
	}
	return fmt.Errorf("%s did not greet in time", d.Kind)
}

func greets(addr string, implicit bool) bool {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	if implicit {
		return true
	}
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	b := make([]byte, 512)
	n, _ := conn.Read(b)
	io.WriteString(conn, "QUIT\r\n")
	io.Copy(io.Discard, conn)
	return bytes.HasPrefix(b[:n], []byte("220"))
}

// Close kills the server and all its sessions and removes its tree.
func (d *Daemon) Close() error {
	var err error
	d.once.Do(func() {
		d.stdin.Close()
		<-d.done
		if d.ns {
			exec.Command("unshare", "--user", "--map-root-user", "--map-auto", "rm", "-rf", d.base).Run()
		}
		err = os.RemoveAll(d.base)
	})
	return err
}

// Share lets the server read and change what the test itself put under Root:
// Pure-FTPd runs as another user.
func (d *Daemon) Share() error {
	return filepath.WalkDir(d.Root, func(p string, e os.DirEntry, err error) error {
		if err != nil || e.Type()&os.ModeSymlink != 0 {
			return err
		}
		if e.IsDir() {
			return os.Chmod(p, 0o777)
		}
		return os.Chmod(p, 0o666)
	})
}

// Output is what the server printed, and its log files.
func (d *Daemon) Output() string {
	text := d.out.String()
	logs, _ := filepath.Glob(d.path("*.log"))
	for _, l := range logs {
		b, _ := os.ReadFile(l)
		text += filepath.Base(l) + ":\n" + string(b[max(0, len(b)-4096):])
	}
	return text
}

// output keeps the last of what is written to it.
type output struct {
	mu sync.Mutex
	b  []byte
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.b = append(o.b, p...)
	o.b = o.b[max(0, len(o.b)-16384):]
	return len(p), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.b)
}
