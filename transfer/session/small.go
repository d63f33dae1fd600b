package session

import (
	"context"
	"errors"
	"io"
	"strings"
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
		t.Then = []string{"MDTM"}
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
			at, _ = timeOf(r[0])
		} else if s.ctl.Err() == nil {
			at, _ = s.modified(s.ref(path))
		}
		return s.ctl.Err()
	})
	return n, at, err
}

// nameFor names a file to be fetched. A small one, or a part, is named in full where
// servers are known to take that as it is: a CWD costs a round trip, and files
// of several folders that come over several sessions would need many.
func (s *Session) nameFor(p string, t wire.Transfer) (string, error) {
	if (t.Small || t.Part) && s.bearsEarly() && plainPath(p) {
		return s.ref(p), nil
	}
	return s.enterParent(p)
}

// plainPath reports a path in which nothing but the slash has a meaning to
// anybody.
func plainPath(p string) bool {
	return !strings.Contains(p, "/-") && !strings.HasSuffix(p, "/") && !strings.ContainsFunc(p, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune("/._-", r)
	})
}
