package wire

import (
	"errors"
	"io"
	"net"
	"time"
)

// drainTimeout bounds the wait for a server to close after an upload.
const drainTimeout = 10 * time.Second

// Close ends the connection in the way servers need: the handshake, if nothing
// has moved yet; after an upload over TLS close_notify, a half-close and
// reading to the end. A close with unread TLS 1.3 session tickets in the
// buffer sends RST, and vsftpd and pyftpdlib then cut the file's end off.
func (d *Data) Close() error {
	if d.closed {
		return nil
	}
	d.closed = true
	defer d.free()
	defer d.endGreeting()
	d.mu.Lock()
	aborted := d.aborted
	d.mu.Unlock()
	if aborted != nil {
		return nil
	}
	if d.unsure && d.last {
		return nil // answerUnsure reads what the server says to it
	}
	if d.unsure {
		if err := d.confirm(); err != nil {
			return err
		}
	}
	if d.ctl.phase != running {
		return nil // refused: the server will not use it
	}
	if err := d.Handshake(); err != nil {
		return err
	}
	if d.tls == nil {
		return nil
	}
	if d.upload {
		return d.finishTLS()
	}
	d.arm()
	d.tls.Close()
	return nil
}

func (d *Data) finishTLS() error {
	if err := d.arm(); err != nil {
		return err
	}
	if err := d.tls.CloseWrite(); err != nil {
		return d.why(StepTransfer, err)
	}
	if half, ok := d.tcp.(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
	}
	d.mu.Lock()
	if d.aborted == nil {
		d.tcp.SetDeadline(time.Now().Add(min(drainTimeout, d.ctl.cfg.Timeout)))
	}
	d.mu.Unlock()
	// What the server sends now is nobody's business; how it ends is decided
	// by the final reply and the file's size.
	io.CopyN(io.Discard, d.tls, MaxReply)
	return nil
}

func (d *Data) free() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.listener != nil {
		d.listener.Close()
	}
	if d.tcp != nil {
		if err := d.tcp.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			d.ctl.note("Closing the data connection: %v", err)
		}
	}
}
