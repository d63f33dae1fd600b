package transfer

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"longshore/transfer/listing"
)

func TestShelf(t *testing.T) {
	var want []listing.Entry
	for i := range 5000 {
		e := listing.Entry{Raw: fmt.Sprintf("name-%d", i), Size: int64(i) - 1, Type: listing.Type(i % 4)}
		e.Name = e.Raw
		if i%3 == 0 {
			e.Time, e.Exact = time.Unix(int64(i)*1e6-1e9, int64(i)).UTC(), i%2 == 0
		}
		if i%5 == 0 {
			e.Raw, e.Target = "\xe4"+e.Raw, "../to"
			if e.Type != listing.File {
				e.Unique = "u"
			}
		}
		want = append(want, e)
	}
	want = append(want, listing.Entry{Raw: strings.Repeat("x", 100_000), Name: "y", Size: 1 << 62})
	for _, dropped := range []bool{false, true} {
		var all atomic.Int64
		s := shelf{all: &all}
		for i := range want {
			s.put(&want[i], i >= 4000)
		}
		n := len(want)
		if dropped {
			s.dropLate()
			n = 4000
		}
		i := 0
		err := s.each(func(e listing.Entry) error {
			if !reflect.DeepEqual(e, want[i]) {
				t.Fatalf("row %d: %+v, want %+v", i, e, want[i])
			}
			i++
			return nil
		})
		if err != nil || i != n {
			t.Errorf("%d rows of %d, %v", i, n, err)
		}
		if s.free(); all.Load() != 0 {
			t.Errorf("%d bytes are not given back", all.Load())
		}
	}
	s := shelf{all: new(atomic.Int64)}
	s.put(&want[0], false)
	enough := errors.New("enough")
	if err := s.each(func(listing.Entry) error { return enough }); err != enough {
		t.Error(err)
	}
}

// TestShelfIsFull: neither does one listing without end leave no room for a
// large folder beside it, nor do they take all of the memory together.
func TestShelfIsFull(t *testing.T) {
	var all atomic.Int64
	endless, large := shelf{all: &all}, shelf{all: &all}
	fill := func(s *shelf, most int) (n int) {
		for ; n < most && !s.full(); n++ {
			name := fmt.Sprintf("%032x", uint64(n)*0x9e3779b97f4a7c15)
			s.put(&listing.Entry{Raw: name, Name: name, Size: int64(n), Time: time.Unix(int64(n)*9973, 0)}, true)
		}
		return n
	}
	if n := fill(&endless, 10_000_000); n < 300_000 || n >= 2_000_000 || all.Load() > shelfBytes+shelfPiece {
		t.Errorf("%d rows take %d bytes", n, all.Load())
	}
	if n := fill(&large, 150_000); n < 150_000 {
		t.Errorf("%d rows fit beside it", n)
	}
	if fill(&large, 10_000_000); all.Load() > shelfBytes+shelfOwn+2*shelfPiece {
		t.Errorf("%d bytes", all.Load())
	}
	short := shelf{all: new(atomic.Int64)}
	for i := 0; !short.full(); i++ {
		name := fmt.Sprintf("file-%07d", i)
		short.put(&listing.Entry{Raw: name, Name: name, Size: 100, Time: time.Unix(1e9, 0)}, true)
	}
	if short.rows < 1_000_000 {
		t.Errorf("%d rows of short names", short.rows)
	}
}
