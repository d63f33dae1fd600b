package transfer

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
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
			e.Raw, e.Unique, e.Target = "\xe4"+e.Raw, "u", "../to"
		}
		want = append(want, e)
	}
	want = append(want, listing.Entry{Raw: strings.Repeat("x", 100_000), Name: "y", Size: 1 << 62})
	for _, dropped := range []bool{false, true} {
		var s shelf
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
	}
	var s shelf
	s.put(&want[0], false)
	enough := errors.New("enough")
	if err := s.each(func(listing.Entry) error { return enough }); err != enough {
		t.Error(err)
	}
}
