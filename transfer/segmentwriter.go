package transfer

import (
	"bytes"
	"os"
	"slices"

	"longshore/transfer/session"
)

// pieceWriter takes what the server sends for a piece: first what is there
// before it, to be compared, then what is missing, then what is there behind
// it, to be compared too. It has enough when that is done.
type pieceWriter struct {
	g    *segmented
	p    *piece
	f    *os.File
	from int64 // in the file, of the next byte
	head int64 // bytes that are still to be compared before the missing ones
	tail int64 // and behind them; -1: not known yet
	buf  []byte

	other bool  // a comparison failed
	err   error // reading or writing here failed
}

func (g *segmented) writer(p *piece) *pieceWriter {
	g.mu.Lock()
	defer g.mu.Unlock()
	head := g.pieces.known(slices.Index(g.pieces, p))
	return &pieceWriter{g: g, p: p, f: g.f, from: p.at - head, head: head, tail: -1}
}

func (w *pieceWriter) Write(b []byte) (int, error) {
	size := len(b)
	n, err := w.same(b[:min(w.head, int64(len(b)))])
	w.head -= int64(n)
	for b = b[n:]; err == nil && len(b) > 0 && w.tail < 0; b = b[n:] {
		n, err = w.body(b)
	}
	if err == nil && w.tail >= 0 {
		b, err = w.behind(b)
	}
	return size - len(b), err
}

// body writes what is missing, as far as the piece goes just now.
func (w *pieceWriter) body(b []byte) (int, error) {
	p := w.p
	w.g.mu.Lock()
	n := int(min(int64(len(b)), p.to-p.at))
	stop := p.stop
	w.g.mu.Unlock()
	switch {
	case stop:
		return 0, session.ErrEnough
	case n == 0:
		return 0, w.end()
	}
	n, err := w.f.WriteAt(b[:n], p.at)
	w.from += int64(n)
	w.g.arrived(p, n)
	if err != nil {
		w.err = err
		return n, err
	}
	return n, w.end()
}

// end finds out, when nothing of the piece is missing any more, how much
// behind it is to be compared.
func (w *pieceWriter) end() error {
	g := w.g
	g.mu.Lock()
	defer g.mu.Unlock()
	if !w.p.whole() {
		return nil
	}
	i := slices.Index(g.pieces, w.p)
	if w.tail = g.pieces.beyond(i); w.tail < 0 {
		w.tail = 0
		return session.ErrEnough // it is compared later
	}
	return nil
}

// behind compares what is there behind the piece. Behind the end of the file
// nothing may come.
func (w *pieceWriter) behind(b []byte) ([]byte, error) {
	last := w.p.to == w.g.d.src.Size
	if last && len(b) > 0 {
		w.other = true
		return b, errOther
	}
	n, err := w.same(b[:min(w.tail, int64(len(b)))])
	if err != nil {
		return b, err
	}
	w.tail -= int64(n)
	if !last && w.tail == 0 {
		w.g.mu.Lock()
		w.p.sealed = true
		w.g.change.Broadcast() // it may be the last: the owner need not wait until this session is in step
		w.g.mu.Unlock()
		err = session.ErrEnough
	}
	return b[n:], err
}

// same compares bytes with those that are there.
func (w *pieceWriter) same(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	w.buf = slices.Grow(w.buf[:0], len(b))[:len(b)]
	_, err := w.f.ReadAt(w.buf, w.from)
	if err != nil && !isEOF(err) {
		w.err = err
		return 0, err
	}
	if err != nil || !bytes.Equal(w.buf, b) {
		w.other = true
		return 0, errOther
	}
	w.from += int64(len(b))
	return len(b), nil
}

// arrived counts bytes that were written.
func (g *segmented) arrived(p *piece, n int) {
	g.mu.Lock()
	p.at += int64(n)
	g.mu.Unlock()
	g.d.q.landed(g.d.w, n)
}
