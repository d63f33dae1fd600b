package transfer

import (
	"encoding/binary"
	"time"

	"longshore/transfer/listing"
)

// shelf keeps rows of a listing in few bytes, about 40 each instead of 300 as
// entries, and in pieces that the garbage collector need not look into: a
// folder may have a quarter of a million. What a walk needs of a row is kept.
type shelf struct {
	pieces [][]byte
	early  int // the first pieces hold rows that count even if the listing has no end
	late   bool
}

const shelfPiece = 64 << 10

// put keeps a row; late ones are those that dropLate forgets.
func (s *shelf) put(e *listing.Entry, late bool) {
	if late && !s.late {
		s.late, s.early = true, len(s.pieces)
		s.pieces = append(s.pieces, make([]byte, 0, shelfPiece))
	}
	need := len(e.Raw) + len(e.Name) + len(e.Unique) + len(e.Target) + 7*binary.MaxVarintLen64
	n := len(s.pieces)
	if n == 0 || cap(s.pieces[n-1])-len(s.pieces[n-1]) < need {
		s.pieces = append(s.pieces, make([]byte, 0, max(shelfPiece, need)))
		n++
	}
	b := s.pieces[n-1]
	flags := byte(e.Type) << 2
	if e.Exact {
		flags |= 1
	}
	if !e.Time.IsZero() {
		flags |= 2
	}
	b = append(b, flags)
	if flags&2 != 0 {
		b = binary.AppendVarint(b, e.Time.Unix())
		b = binary.AppendVarint(b, int64(e.Time.Nanosecond()))
	}
	b = binary.AppendVarint(b, e.Size)
	name := e.Name
	if name == e.Raw {
		name = "" // stands for the same
	}
	for _, text := range [...]string{e.Raw, name, e.Unique, e.Target} {
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	s.pieces[n-1] = b
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
		for len(b) > 0 {
			var e listing.Entry
			e, b = taken(b)
			if err := f(e); err != nil {
				return err
			}
		}
		s.pieces[i] = nil
	}
	return nil
}

// taken reads the first row of b and gives what is behind it.
func taken(b []byte) (e listing.Entry, rest []byte) {
	flags := b[0]
	b = b[1:]
	number := func() int64 {
		v, n := binary.Varint(b)
		b = b[n:]
		return v
	}
	text := func() string {
		v, n := binary.Uvarint(b)
		t := string(b[n : n+int(v)])
		b = b[n+int(v):]
		return t
	}
	e.Type, e.Exact = listing.Type(flags>>2), flags&1 != 0
	if flags&2 != 0 {
		seconds := number()
		e.Time = time.Unix(seconds, number()).UTC()
	}
	e.Size = number()
	e.Raw, e.Name, e.Unique, e.Target = text(), text(), text(), text()
	if e.Name == "" {
		e.Name = e.Raw
	}
	return e, b
}
