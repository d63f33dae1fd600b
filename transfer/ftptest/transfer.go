package ftptest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// chunk is the size of transfer buffers.
const chunk = 256 << 10

var buffers = sync.Pool{New: func() any { b := make([]byte, chunk); return &b }}

// verdict is a transfer's end that names its own final reply.
type verdict struct{ reply string }

func (v *verdict) Error() string { return v.reply }

// flow is one use of a data connection.
type flow struct {
	c      *session
	raw    *net.TCPConn
	conn   net.Conn // raw, or TLS over it
	ended  *endWatch
	upload bool
	lose   bool // LoseData struck
	moved  int64
}

// endWatch notes whether the peer closed the TCP connection, which tells a
// TLS stream that was closed from one that was cut.
type endWatch struct {
	net.Conn
	eof bool
}

func (e *endWatch) Read(p []byte) (int, error) {
	n, err := e.Conn.Read(p)
	e.eof = e.eof || err != nil
	return n, err
}

// transfer runs one data connection from 150 to the final reply.
func (c *session) transfer(upload bool, opening string, move func(*flow) error) {
	c.mu.Lock()
	c.aborted = false
	c.mu.Unlock()
	if c.srv.opt.RequireTLS && !c.prot {
		c.reply(522, "Data connections must be encrypted.")
		return
	}
	raw, err := c.connect(upload)
	if err != nil {
		c.reply(425, "Failed to establish connection.")
		return
	}
	defer c.release()
	c.reply(150, "%s", opening)
	f := &flow{c: c, raw: raw, conn: raw, upload: upload}
	if c.prot {
		f.ended = &endWatch{Conn: raw}
		t, err := c.secure(f.ended)
		if err != nil {
			c.refuseTLS(raw, err)
			return
		}
		f.conn = t
	}
	c.finish(f, move(f))
}

func (c *session) refuseTLS(raw net.Conn, err error) {
	raw.Close()
	switch {
	case errors.Is(err, errReuse) && c.srv.opt.Reuse == ReuseVSFTPD:
		c.reply(522, "SSL connection failed: session reuse required: see require_ssl_reuse option in vsftpd.conf man page")
		c.quit = true
	case errors.Is(err, errReuse):
		c.reply(425, "Unable to build data connection: Operation not permitted")
	default:
		c.reply(425, "Unable to build data connection: TLS negotiation failed")
	}
}

// finish closes the data connection and says how it went.
func (c *session) finish(f *flow, err error) {
	var v *verdict
	switch {
	case errors.As(err, &v):
		f.conn.Close()
		c.send(v.reply)
	case err != nil:
		f.conn.Close()
		c.reply(426, "Failure %s network stream.", map[bool]string{true: "reading", false: "writing to"}[f.upload])
	default:
		f.conn.Close()
		c.reply(226, "Transfer complete.")
	}
}

// pump moves bytes between a file and the data connection and lets the armed
// faults strike at their byte.
func (f *flow) pump(dst io.Writer, src io.Reader) error {
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	start := time.Now()
	for {
		size := chunk
		if f.c.srv.opt.Rate > 0 {
			size = max(1, min(size, int(f.c.srv.opt.Rate/20)))
		}
		a := next(f.c.armed, f.moved)
		if a != nil {
			if a.At == f.moved && a.Do != BadData {
				if err := f.strike(a); err != nil {
					return err
				}
				continue
			}
			size = int(min(int64(size), max(1, a.At-f.moved)))
		}
		n, err := src.Read((*buf)[:size])
		if n > 0 {
			if a != nil && a.Do == BadData && a.At == f.moved && a.claim() {
				(*buf)[0] ^= 1
			}
			if werr := f.write(dst, (*buf)[:n]); werr != nil {
				return werr
			}
			f.moved += int64(n)
			f.slow(start)
		}
		if err == io.EOF {
			return f.atEnd()
		}
		if err != nil {
			return f.careless(err)
		}
	}
}

func (f *flow) write(dst io.Writer, p []byte) error {
	if f.lose {
		return nil
	}
	if q := f.c.srv.opt.Quota; q > 0 && f.upload && f.moved+int64(len(p)) > q {
		dst.Write(p[:q-f.moved])
		return &verdict{"552 Disk full."}
	}
	_, err := dst.Write(p)
	return err
}

// slow keeps to Options.Rate.
func (f *flow) slow(start time.Time) {
	if r := f.c.srv.opt.Rate; r > 0 {
		due := time.Duration(float64(f.moved) / float64(r) * float64(time.Second))
		if d := due - time.Since(start); d > 0 {
			f.c.wait(d)
		}
	}
}

// atEnd judges the end of an upload's stream.
func (f *flow) atEnd() error {
	if f.upload && f.c.srv.opt.StrictClose && f.ended != nil && f.ended.eof {
		return &verdict{"426 TLS stream was cut."}
	}
	return nil
}

func (f *flow) careless(err error) error {
	if f.upload && f.c.srv.opt.CarelessEnds {
		return nil
	}
	return err
}

// strike lets a data fault happen. A *verdict ends the transfer.
func (f *flow) strike(a *armed) error {
	if !a.claim() {
		return nil
	}
	switch a.Do {
	case StallData:
		return f.stall(a.Delay)
	case ResetData:
		closeConn(f.raw, true)
		return &verdict{or(a.Text, "426 Connection closed; transfer aborted.")}
	case CutData:
		closeConn(f.raw, a.Hard)
		return &verdict{or(a.Text, "226 Transfer complete.")}
	case FinishData:
		f.conn.Close()
		return &verdict{or(a.Text, "226 Transfer complete.")}
	case FullDisk:
		closeConn(f.raw, a.Hard)
		return &verdict{or(a.Text, "552 Disk full.")}
	case LoseData:
		f.lose = true
	case DropControl:
		return f.dropControl(a)
	}
	return nil
}

func (f *flow) dropControl(a *armed) error {
	f.c.drop(a.Hard)
	if f.upload {
		closeConn(f.raw, a.Hard)
		return &verdict{"426 Control connection lost."}
	}
	return nil
}

// stall waits; for ever means until the control connection ends.
func (f *flow) stall(d time.Duration) error {
	if d > 0 {
		f.c.wait(d)
		return nil
	}
	<-f.c.gone
	return net.ErrClosed
}

func or(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

func (c *session) abortCommand() {
	c.closePassive()
	c.reply(226, "ABOR command successful.")
}

func (c *session) restart() {
	n, err := strconv.ParseInt(c.arg, 10, 64)
	if err != nil || n < 0 {
		c.reply(501, "REST needs a number.")
		return
	}
	c.rest = n
	c.reply(350, "Restart position accepted (%d).", n)
}

// transfers are the commands that use a REST up, done or refused.
var transfers = map[string]bool{"RETR": true, "STOR": true, "APPE": true, "STOU": true, "LIST": true, "NLST": true, "MLSD": true}

func (c *session) forgetRest() {
	c.rest = 0
	if c.up != nil && c.up.rest != "" {
		c.up.rest = ""
		c.up.ask("REST 0")
	}
}

func (c *session) retrieve() {
	if b, ok := c.srv.opt.Fake[c.arg]; ok {
		c.transfer(false, "Opening BINARY mode data connection.", func(f *flow) error {
			return f.pump(f.conn, strings.NewReader(string(b[min(c.rest, int64(len(b))):])))
		})
		return
	}
	file, size, err := c.openFile(c.arg)
	if err != nil {
		c.fileError(err)
		return
	}
	defer file.Close()
	if c.rest > size {
		c.reply(554, "Invalid REST argument.")
		return
	}
	file.Seek(c.rest, io.SeekStart)
	opening := fmt.Sprintf("Opening BINARY mode data connection for %s (%d bytes).", c.arg, size-c.rest)
	c.transfer(false, opening, func(f *flow) error { return f.pump(f.conn, file) })
}

// openFile opens a plain file for reading.
func (c *session) openFile(arg string) (*os.File, int64, error) {
	name := c.local(arg)
	info, err := c.srv.root.Stat(name)
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, errNotPlain
	}
	file, err := c.srv.root.Open(name)
	if err != nil {
		return nil, 0, err
	}
	return file, info.Size(), nil
}

func (c *session) store() { c.receive(os.O_RDWR | os.O_CREATE) }

func (c *session) appendTo() {
	flag := os.O_RDWR | os.O_CREATE | os.O_APPEND
	if c.srv.opt.AppeReplaces {
		flag = os.O_RDWR | os.O_CREATE | os.O_TRUNC
	}
	c.rest = 0
	c.receive(flag)
}

func (c *session) receive(flag int) {
	if c.rest == 0 && flag&os.O_APPEND == 0 {
		flag |= os.O_TRUNC
	}
	offset := c.rest
	name := c.local(c.arg)
	if info, err := c.srv.root.Stat(name); err == nil && info.IsDir() {
		c.fileError(&fs.PathError{Op: "open", Path: c.arg, Err: errNotPlain})
		return
	}
	file, err := c.srv.root.OpenFile(name, flag, 0o644)
	if err != nil {
		c.uploadError(err)
		return
	}
	defer file.Close()
	if offset > 0 {
		if offset, err = c.clamp(file, offset); err != nil {
			c.fileError(err)
			return
		}
		file.Seek(offset, io.SeekStart)
	}
	c.transfer(true, "Ok to send data.", func(f *flow) error {
		err := f.pump(file, f.conn)
		if offset > 0 && c.srv.opt.RestCutsTail {
			file.Truncate(offset + f.moved)
		}
		return err
	})
}

// clamp is what Pure-FTPd does to an offset beyond the end; others leave a hole.
func (c *session) clamp(file *os.File, offset int64) (int64, error) {
	info, err := file.Stat()
	if err == nil && c.srv.opt.RestClamps {
		offset = min(offset, info.Size())
	}
	return offset, err
}
