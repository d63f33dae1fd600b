package session

import (
	"context"
	"errors"
	"io"
	"time"

	"longshore/transfer/wire"
)

// SmallFile is the size up to which RetrieveSmall may be used.
const SmallFile = 1 << 20

// RetrieveSmall is Retrieve for a whole file that is known to be no longer than
// SmallFile. With dated it gives the file's time as well, zero where the server
// does not tell; servers known to bear it are asked for both in one packet.
// Over distance that makes a file a round trip shorter, or two.
func (s *Session) RetrieveSmall(ctx context.Context, path string, w io.Writer, tap Tap, dated bool) (int64, time.Time, error) {
	t := wire.Transfer{Small: true, Tap: tap}
	if _, ok := s.ctl.Feature("MDTM"); !ok {
		dated = false
	} else if dated {
		t.Then = "MDTM"
	}
	n, err := s.retrieveBy(ctx, path, t, 0, w)
	var e *Error
	if errors.As(err, &e) && (e.Code == 425 || e.Code == 426 || e.Code == 451) {
		s.ctl.EndFirst(false) // it may have been taken for a connection that broke
	}
	if err != nil || !dated {
		return n, time.Time{}, err
	}
	var at time.Time
	err = s.do(ctx, "time", path, func() (err error) {
		if r, ok := s.ctl.Then(); ok {
			at, _ = timeOf(r)
		} else if s.ctl.Err() == nil {
			at, _ = s.modified(s.ref(path))
		}
		return s.ctl.Err()
	})
	return n, at, err
}
