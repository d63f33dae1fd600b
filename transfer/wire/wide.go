package wire

import (
	"crypto/tls"
	"net"
)

// Sizes of reading a fast download over TLS.
const (
	wideRead  = 256 << 10
	maxRecord = 17 << 10 // a TLS record with all that goes with it (RFC 8446 §5.2)
)

// wide reads a fast download in pieces of several TLS records: crypto/tls asks
// for one at a time, a system call each and often a wait.
type wide struct {
	net.Conn
	d    *Data
	buf  []byte
	rest []byte // of buf, not handed on
}

// protect puts TLS on the connection; the handshake comes later.
func (d *Data) protect(conf *tls.Config) {
	d.wide = &wide{Conn: d.tcp, d: d}
	d.tls = tls.Client(d.wide, conf)
}

func (w *wide) Read(p []byte) (int, error) {
	if len(w.rest) == 0 {
		if w.d.upload || w.d.chunk < BufferSize {
			return w.Conn.Read(p)
		}
		if w.buf == nil {
			w.buf = make([]byte, wideRead)
		}
		n, err := w.Conn.Read(w.buf)
		if w.rest = w.buf[:n]; n == 0 {
			return 0, err
		}
	}
	n := copy(p, w.rest)
	w.rest = w.rest[n:]
	return n, nil
}

// more reports whether the next record is here, so that reading it waits for
// nobody.
func (w *wide) more() bool { return w != nil && len(w.rest) >= maxRecord }
