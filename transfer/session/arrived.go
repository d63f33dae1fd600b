package session

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"longshore/transfer/wire"
)

// SizeAndTime is Size and SetTime of an uploaded file. Servers known to bear
// commands sent ahead get both in one packet, which saves a round trip. Of the
// two errors the second counts for nothing where the first is not nil.
func (s *Session) SizeAndTime(ctx context.Context, p string, t time.Time) (n int64, sized, timed error) {
	_, mfmt := s.ctl.Feature("MFMT")
	if !mfmt || !s.bearsEarly() {
		if n, sized = s.Size(ctx, p); sized == nil {
			timed = s.SetTime(ctx, p, t)
		}
		return n, sized, timed
	}
	sized = s.do(ctx, "size", p, func() error {
		name := s.ref(p)
		size, stamp, err := s.ctl.Pair("SIZE "+name, "MFMT "+t.UTC().Format(timeFormat)+" "+name)
		if err != nil {
			return err
		}
		if !stamp.OK() {
			timed = s.errorOf("time", p, refusalOf("time", stamp))
		}
		n, err = sizeOf(size)
		return err
	})
	return n, sized, timed
}

// sizeOf reads the reply to SIZE (RFC 3659 §4).
func sizeOf(r wire.Reply) (int64, error) {
	if !r.OK() {
		return -1, refusalOf("size", r)
	}
	n, err := strconv.ParseInt(strings.TrimSpace(r.First()), 10, 64)
	if err == nil && n < 0 {
		err = errors.New("it is negative")
	}
	if err != nil {
		return -1, &Error{Kind: Protocol, Step: "size", Err: fmt.Errorf("size %q: %w", r.First(), err)}
	}
	return n, nil
}
