package transfer

import (
	"slices"
	"time"
)

// A big file may come in pieces, over several sessions at once. Its partial
// file then has holes, and its length says nothing: what is there is in the
// journal, as spans. It has another name than a partial file without holes, so
// that nobody who lacks the spans takes it for one.

// piece is a run of bytes of a file: those up to at are here, the others, up
// to to, are not. Its end is sealed when it was received beyond it and found
// equal to what the next piece begins with; that of the last, when nothing came
// behind it.
type piece struct {
	from, at, to int64
	sealed       bool
	taken        bool // a session is at it
	stop         bool // and is to leave it

	since time.Time // it was taken
	base  int64     // at, then
}

// left is how long the rest of it will take at the speed it had since it was
// taken; 0 if that cannot be said yet.
func (p *piece) left(now time.Time) time.Duration {
	took, moved := now.Sub(p.since), p.at-p.base
	if took < time.Second/2 || moved <= 0 {
		return 0
	}
	return time.Duration(float64(p.to-p.at) / float64(moved) * float64(took))
}

// whole reports whether all bytes of it are here.
func (p *piece) whole() bool { return p.at == p.to }

// pieces are a whole file, in order and without gaps.
type pieces []*piece

// piecesOf are those of a file of that many bytes of which spans are here. It
// is nil if the spans are of no such file.
func piecesOf(spans []int64, size int64) pieces {
	if len(spans) == 0 || len(spans)%2 != 0 || spans[0] != 0 || !slices.IsSorted(spans) || spans[len(spans)-1] > size {
		return nil
	}
	var ps pieces
	for i := 0; i < len(spans); i += 2 {
		to := size
		if i+2 < len(spans) {
			to = spans[i+2]
		}
		ps = append(ps, &piece{from: spans[i], at: spans[i+1], to: to})
	}
	return ps
}

// spans tells what is here, as pairs of begin and end, the first from 0. Spans
// that touch have a seam that is not compared yet.
func (ps pieces) spans() []int64 {
	var spans []int64
	joined := false // the last span goes on in this piece
	for _, p := range ps {
		switch n := len(spans); {
		case joined:
			spans[n-1] = p.at
		case n == 0 || p.at > p.from:
			spans = append(spans, p.from, p.at)
		}
		joined = p.whole() && p.sealed
	}
	return spans
}

// here is how many bytes are there.
func (ps pieces) here() (n int64) {
	for _, p := range ps {
		n += p.at - p.from
	}
	return n
}

// done reports whether all is here and every end was compared.
func (ps pieces) done() bool {
	return !slices.ContainsFunc(ps, func(p *piece) bool { return !p.whole() || !p.sealed })
}

// next is what a session without a piece should take: the largest that nobody
// is at, else an end to compare; nil if there is none.
func (ps pieces) next() *piece {
	var best *piece
	for i, p := range ps {
		switch {
		case p.taken || p.whole() && (p.sealed || ps.beyond(i) < 0):
		case best == nil || p.to-p.at > best.to-best.at:
			best = p
		}
	}
	return best
}

// beyond is how many bytes behind the end of the i-th piece are here and can
// be compared: 64 KiB, or the whole next piece if it is shorter; -1 if that
// cannot be said yet.
func (ps pieces) beyond(i int) int64 {
	if i == len(ps)-1 {
		return 0
	}
	n := ps[i+1]
	if n.at-n.from >= overlap || n.whole() {
		return min(overlap, n.at-n.from)
	}
	return -1
}

// known is how many bytes before the first missing one of the i-th piece are
// here and can be compared.
func (ps pieces) known(i int) int64 {
	n := ps[i].at - ps[i].from
	for i--; i >= 0 && n < overlap && ps[i].whole(); i-- {
		n += ps[i].to - ps[i].from
	}
	return min(n, overlap)
}

// split makes a new piece of the second half of what is missing of the largest
// one that somebody is at, of those of which worth says that it pays.
func (ps pieces) split(worth func(*piece) bool) (pieces, *piece) {
	best := -1
	for i, p := range ps {
		if p.taken && !p.stop && (best < 0 || p.to-p.at > ps[best].to-ps[best].at) && worth(p) {
			best = i
		}
	}
	if best < 0 {
		return ps, nil
	}
	p := ps[best]
	mid := p.at + (p.to-p.at)/2
	half := &piece{from: mid, at: mid, to: p.to}
	p.to = mid
	return slices.Insert(ps, best+1, half), half
}
