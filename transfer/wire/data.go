package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Tap looks at the bytes of a transfer. All may be nil.
type Tap struct {
	Moved   func(n int)                            // after n more bytes
	Wait    func(ctx context.Context, n int) error // before n more: the rate limit
	Limited func() bool                            // whether Wait may hold back now; nil: it may
}

// Data is one data connection. Reads and writes renew the stall deadline; a
// TLS handshake happens at the first of them, or in Close: servers lose their
// way when a protected connection ends without one.
type Data struct {
	ctl    *Control
	ctx    context.Context
	tap    Tap
	upload bool

	listener *net.TCPListener // active mode, until the server came
	ready    bool
	ended    bool // EOF was read, or the server had nothing to send
	closed   bool
	failed   bool
	cut      bool          // a download that its writer ended
	unsure   bool          // the server has not yet said that it takes the upload
	last     bool          // what is written now is the upload's end
	greeting chan error    // of a TLS handshake that began with the command; nil: none
	resumed  *oneHandshake // the sessions that it may resume
	moved    atomic.Int64
	chunk    int

	mu      sync.Mutex // guards what abort touches
	tcp     net.Conn
	tls     *tls.Conn
	wide    *wide // what tls reads from
	aborted error
}

func (c *Control) newData(conn net.Conn, l *net.TCPListener) *Data {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := &Data{ctl: c, ctx: c.ctx, tap: c.transfer.Tap, upload: c.transfer.Upload,
		tcp: conn, listener: l, chunk: firstChunk}
	c.data = d
	if c.cancelled {
		d.abort(context.Cause(c.ctx))
	}
	return d
}

// Data is the newest data connection of this operation; nil if there was none.
func (c *Control) Data() *Data {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.data
}

// finished tells the Data that the server will not use it.
func (c *Control) finished() {
	d := c.Data()
	if d == nil {
		return
	}
	d.ended = true
	if d.upload {
		d.Abort(fmt.Errorf("%w: the server ended the upload before it began", ErrProtocol))
	}
}

// Moved is how many bytes went through.
func (d *Data) Moved() int64 { return d.moved.Load() }

// abort ends all I/O at once. It is called with Control.mu held.
func (d *Data) abort(cause error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.aborted != nil {
		return
	}
	if cause == nil {
		cause = context.Canceled
	}
	d.aborted = cause
	if d.tcp != nil {
		d.tcp.SetDeadline(time.Unix(1, 0))
	}
	if d.listener != nil {
		d.listener.Close()
	}
}

// Abort gives the connection up: Close will not say goodbye.
func (d *Data) Abort(cause error) { d.abort(cause) }

// arm renews the stall deadline.
func (d *Data) arm() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.aborted != nil {
		return d.aborted
	}
	return d.tcp.SetDeadline(time.Now().Add(d.ctl.cfg.Timeout))
}

// conn is what bytes go through.
func (d *Data) conn() net.Conn {
	if d.tls != nil {
		return d.tls
	}
	return d.tcp
}

// Handshake makes the connection ready. The library calls it for empty uploads.
func (d *Data) Handshake() error {
	if d.ready {
		return nil
	}
	if err := d.accept(); err != nil {
		return d.why(StepData, err)
	}
	if d.ctl.tlsConfig != nil && d.tls == nil {
		d.protect(d.ctl.tlsConfig)
	}
	if err := d.arm(); err != nil {
		return err
	}
	if d.tls != nil {
		if err := d.greet(); err != nil {
			return d.why(StepDataTLS, err)
		}
	}
	d.ready = true
	return nil
}

func (d *Data) accept() error {
	if d.listener == nil {
		return nil
	}
	conn, err := d.ctl.accept(d.listener)
	d.listener.Close()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.listener = nil
	if err == nil {
		d.tcp = conn
	}
	return err
}

// why turns an I/O error into one that says what happened.
func (d *Data) why(at string, err error) error {
	d.failed = true
	d.mu.Lock()
	aborted := d.aborted
	d.mu.Unlock()
	switch {
	case aborted != nil:
		return aborted
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = fmt.Errorf("%w for %v", ErrStall, d.ctl.cfg.Timeout)
	}
	return step(at, err)
}

// Read reads for a download. io.EOF means only that the server closed: a
// stream cut at the border of a TLS record looks the same.
func (d *Data) Read(p []byte) (int, error) {
	if d.ended {
		return 0, io.EOF
	}
	if err := d.Handshake(); err != nil {
		return 0, err
	}
	if err := d.arm(); err != nil {
		return 0, err
	}
	n, err := d.conn().Read(p)
	for err == nil && n < len(p) && d.wide.more() {
		var m int
		m, err = d.tls.Read(p[n:])
		n += m
	}
	if n > 0 {
		err = errors.Join(d.count(n, false), ignoreEOF(err, &d.ended))
		return n, err
	}
	if errors.Is(err, io.EOF) {
		d.ended = true
		return 0, io.EOF
	}
	return 0, d.why(StepTransfer, err)
}

func ignoreEOF(err error, ended *bool) error {
	if errors.Is(err, io.EOF) {
		*ended = true
		return nil
	}
	return err
}

// count reports n bytes; the limit is waited for after a read, before a write.
func (d *Data) count(n int, written bool) error {
	d.moved.Add(int64(n))
	if d.tap.Moved != nil {
		d.tap.Moved(n)
	}
	if written {
		return nil
	}
	return d.wait(n)
}

func (d *Data) wait(n int) error {
	if d.tap.Wait == nil {
		return nil
	}
	return d.tap.Wait(d.ctx, n)
}

// Write writes for an upload.
func (d *Data) Write(p []byte) (int, error) {
	if err := d.Handshake(); err != nil {
		return 0, err
	}
	if err := d.wait(len(p)); err != nil {
		return 0, err
	}
	if d.unsure && (d.moved.Load() > 0 || len(p) > firstChunk) {
		if err := d.confirm(); err != nil {
			return 0, err
		}
	}
	if err := d.arm(); err != nil {
		return 0, err
	}
	n, err := d.put(p)
	d.count(n, true)
	if err != nil {
		err = d.why(StepTransfer, err)
	}
	return n, err
}

func (d *Data) put(p []byte) (int, error) {
	if tcp, ok := d.tcp.(*net.TCPConn); ok && d.last && d.tls == nil {
		return writeWithEnd(tcp, p)
	}
	return d.conn().Write(p)
}

// LocalAddr is our end, or nil before the server came in active mode.
func (d *Data) LocalAddr() net.Addr { return d.addr(net.Conn.LocalAddr) }

// RemoteAddr is the server's end, or nil before the server came.
func (d *Data) RemoteAddr() net.Addr { return d.addr(net.Conn.RemoteAddr) }

func (d *Data) addr(f func(net.Conn) net.Addr) net.Addr {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.tcp == nil {
		return &net.TCPAddr{}
	}
	return f(d.tcp)
}

// SetDeadline does nothing: each read and write has its own.
func (d *Data) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing.
func (d *Data) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing.
func (d *Data) SetWriteDeadline(time.Time) error { return nil }
