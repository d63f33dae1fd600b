package wire

import (
	"errors"
	"io"
	"sync"
	"time"
)

// Sizes of the pieces that a transfer moves. It starts small so that a slow
// line renews its stall deadline often, and grows when the line turns out fast;
// 256 KiB halve the CPU time of 32 KiB.
const (
	BufferSize   = 256 << 10
	firstChunk   = 32 << 10
	limitedChunk = 16 << 10
	growAfter    = 1 << 20 // bytes
)

var buffers = sync.Pool{New: func() any { b := make([]byte, BufferSize); return &b }}

// ReadFrom is the upload: io.Copy in the library ends up here.
func (d *Data) ReadFrom(r io.Reader) (total int64, err error) {
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	kernel := d.sender(r)
	for {
		if kernel.ready(d, total) {
			n, err := kernel.send(d)
			total += n
			if err != nil {
				return total, err
			}
			if n > 0 {
				continue
			}
			kernel = nil
		}
		n, rerr := r.Read((*buf)[:d.size(total)])
		if n > 0 {
			start := time.Now()
			d.last = d.unsure && total == 0 && left(r) == 0
			w, werr := d.Write((*buf)[:n])
			total += int64(w)
			d.pace(total, time.Since(start))
			if werr != nil {
				return total, werr
			}
		}
		switch {
		case errors.Is(rerr, io.EOF):
			return total, nil
		case rerr != nil:
			d.abort(rerr)
			return total, &LocalError{Err: rerr}
		}
	}
}

// left is how much a file still has to give; negative if that is not known.
func left(r io.Reader) int64 {
	if src, ok := r.(FileReader); ok {
		if f, rest := src.File(); f != nil {
			return rest
		}
	}
	return -1
}

// CopyTo is the download: src is the library's view of this connection. The
// bytes counted are those that w took.
func (d *Data) CopyTo(w io.Writer, src io.Reader) (total int64, err error) {
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	for {
		n, rerr := src.Read((*buf)[:d.size(total)])
		if n > 0 {
			m, werr := w.Write((*buf)[:n])
			total += int64(m)
			if werr == nil && m < n {
				werr = io.ErrShortWrite
			}
			if werr != nil {
				d.cut = errors.Is(werr, ErrEnough)
				d.abort(werr)
				return total, &LocalError{Err: werr}
			}
		}
		switch {
		case errors.Is(rerr, io.EOF):
			return total, nil
		case rerr != nil:
			return total, rerr
		}
		d.pace(total, 0)
	}
}

// size is how much to move next; a rate limit wants small steps.
func (d *Data) size(int64) int {
	if d.tap.Wait != nil && (d.tap.Limited == nil || d.tap.Limited()) {
		return limitedChunk
	}
	return d.chunk
}

// pace adapts the size of the pieces to the line.
func (d *Data) pace(total int64, took time.Duration) {
	switch {
	case took > d.ctl.cfg.Timeout/8:
		d.chunk = firstChunk
	case total >= growAfter:
		d.chunk = BufferSize
	}
}
