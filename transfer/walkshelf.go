package transfer

import (
	"encoding/binary"
	"sync/atomic"
	"time"

	"longshore/transfer/listing"
)

// shelf keeps rows of a listing in few bytes, 15 to 50 each instead of 300 as
// entries, and in pieces that the garbage collector need not look into: a
// folder may have a million. What a walk needs of a row is kept.
type shelf struct {
	pieces [][]byte
	early  int // the first pieces hold rows that count even if the listing has no end
	late   bool
	rows   int
	room   int64         // bytes of all pieces
	all    *atomic.Int64 // bytes of all shelves
	last   neighbour     // in the last piece
}

// neighbour is the row before in the same piece. Of a row only what differs
// from it is kept: names mostly begin alike, and times lie close together.
type neighbour struct {
	raw    []byte
	second int64
	nano   int64
}

const shelfPiece = 64 << 10

// The room for what a listing may hold to be believed. The program grows by
// twice the bytes until the collector ran. Shelves share it, and each may have
// its own part, so that a folder without end does not harm one that has one.
const (
	shelfRows  = 2_000_000
	shelfBytes = 16 << 20
	shelfOwn   = 8 << 20
)

// full reports that the rows of no folder are worth more room.
func (s *shelf) full() bool {
	return s.rows >= shelfRows || s.room >= shelfOwn && s.all.Load() >= shelfBytes
}

// free gives the room back.
func (s *shelf) free() {
	s.all.Add(-s.room)
	s.pieces, s.room = nil, 0
}

func (s *shelf) piece(need int) {
	size := max(shelfPiece, need)
	s.pieces = append(s.pieces, make([]byte, 0, size))
	s.room += int64(size)
	s.all.Add(int64(size))
	s.last = neighbour{}
}

// put keeps a row; late ones are those that dropLate forgets.
func (s *shelf) put(e *listing.Entry, late bool) {
	if late && !s.late {
		s.late, s.early = true, len(s.pieces)
		s.piece(0)
	}
	need := len(e.Raw) + len(e.Name) + len(e.Unique) + len(e.Target) + 8*binary.MaxVarintLen64
	if n := len(s.pieces); n == 0 || cap(s.pieces[n-1])-len(s.pieces[n-1]) < need {
		s.piece(need)
	}
	s.rows++
	at := len(s.pieces) - 1
	b := s.pieces[at]
	flags := byte(e.Type) << 2
	if e.Exact {
		flags |= 1
	}
	if !e.Time.IsZero() {
		flags |= 2
	}
	b = append(b, flags)
	if flags&2 != 0 {
		b = binary.AppendVarint(b, e.Time.Unix()-s.last.second)
		b = binary.AppendVarint(b, int64(e.Time.Nanosecond())-s.last.nano)
		s.last.second, s.last.nano = e.Time.Unix(), int64(e.Time.Nanosecond())
	}
	b = binary.AppendVarint(b, e.Size)
	name := e.Name
	if name == e.Raw {
		name = "" // stands for the same
	}
	unique := e.Unique
	if e.Type == listing.File {
		unique = "" // it tells loops of folders and links
	}
	alike := 0
	for alike < min(len(e.Raw), len(s.last.raw)) && e.Raw[alike] == s.last.raw[alike] {
		alike++
	}
	s.last.raw = append(s.last.raw[:alike], e.Raw[alike:]...)
	b = binary.AppendUvarint(b, uint64(alike))
	for _, text := range [...]string{e.Raw[alike:], name, unique, e.Target} {
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	s.pieces[at] = b
}

// dropLate forgets the rows that were put as late.
func (s *shelf) dropLate() {
	if s.late {
		s.pieces = s.pieces[:s.early]
	}
}

// each gives the rows in their order, until f fails, and forgets them.
func (s *shelf) each(f func(listing.Entry) error) error {
	for i, b := range s.pieces {
		var last neighbour
		for len(b) > 0 {
			var e listing.Entry
			e, b = last.taken(b)
			if err := f(e); err != nil {
				return err
			}
		}
		s.pieces[i] = nil
	}
	return nil
}

// taken reads the row behind n, the first of b, and gives what follows it.
func (n *neighbour) taken(b []byte) (e listing.Entry, rest []byte) {
	flags := b[0]
	b = b[1:]
	number := func() int64 {
		v, l := binary.Varint(b)
		b = b[l:]
		return v
	}
	length := func() int {
		v, l := binary.Uvarint(b)
		b = b[l:]
		return int(v)
	}
	text := func() string {
		l := length()
		t := string(b[:l])
		b = b[l:]
		return t
	}
	e.Type, e.Exact = listing.Type(flags>>2), flags&1 != 0
	if flags&2 != 0 {
		n.second += number()
		n.nano += number()
		e.Time = time.Unix(n.second, n.nano).UTC()
	}
	e.Size = number()
	n.raw = append(n.raw[:length()], text()...)
	e.Raw, e.Name, e.Unique, e.Target = string(n.raw), text(), text(), text()
	if e.Name == "" {
		e.Name = e.Raw
	}
	return e, b
}
