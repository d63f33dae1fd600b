package wire

import (
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"time"
)

// FileReader is the source of an upload that is a part of a file: over a plain
// connection the kernel may send it, which takes half of the processor's
// time that reading and writing do.
type FileReader interface {
	io.Reader
	File() (f *os.File, rest int64) // positioned at the next byte; nil: only Read will do
	Sent(n int64)                   // so many were taken from the file
}

// How much the kernel sends before we look at the clock and the count again.
const (
	leastSend = 256 << 10
	mostSend  = 1 << 20
	quickSend = 50 * time.Millisecond // a piece that took no longer may be followed by a larger one
)

// sender lets the kernel send pieces of a file on a plain connection that has
// turned out fast. Off at the first oddity: what it does not take, Read does.
type sender struct {
	src  FileReader
	tcp  *net.TCPConn
	step int64
}

// sender gives nil where bytes must go through our hands: over TLS, or where
// the source is no file.
func (d *Data) sender(r io.Reader) *sender {
	src, ok := r.(FileReader)
	if !ok || d.ctl.tlsConfig != nil || runtime.GOOS != "linux" {
		return nil
	}
	return &sender{src: src, step: leastSend}
}

// ready reports whether the next bytes may go by the kernel.
func (s *sender) ready(d *Data, total int64) bool {
	if s == nil || total < growAfter || d.chunk < BufferSize || d.size(total) < BufferSize {
		return false
	}
	d.mu.Lock()
	s.tcp, _ = d.tcp.(*net.TCPConn)
	d.mu.Unlock()
	return s.tcp != nil && (d.ctl.Far() || !toSelf(s.tcp))
}

// toSelf reports that the server is on this machine. It then takes the bytes
// out of the cache, where Write has just left them, in 0.83 of the time that
// it needs for pages that the kernel has only passed on.
func toSelf(conn net.Conn) bool {
	at, ok := conn.RemoteAddr().(*net.TCPAddr)
	return ok && at.IP.IsLoopback()
}

// send sends the next piece. No bytes and no error mean that Read is to go on.
func (s *sender) send(d *Data) (int64, error) {
	f, rest := s.src.File()
	if f == nil || rest <= 0 {
		return 0, nil
	}
	if err := d.wait(0); err != nil {
		return 0, err
	}
	if err := d.arm(); err != nil {
		return 0, err
	}
	start := time.Now()
	n, err := s.tcp.ReadFrom(&io.LimitedReader{R: f, N: min(rest, s.step)})
	took := time.Since(start)
	s.src.Sent(n)
	d.count(int(n), true)
	d.pace(growAfter, took)
	switch {
	case took > quickSend:
		s.step = leastSend
	default:
		s.step = min(2*s.step, mostSend)
	}
	if n > 0 && errors.Is(err, os.ErrDeadlineExceeded) {
		err = d.arm() // it moved: that is no stall, unless we are to stop
		if err == nil {
			s.step = leastSend
		}
		return n, err
	}
	if err != nil {
		return n, d.why(StepTransfer, err)
	}
	return n, nil
}
