package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"longshore/transfer/wire"
)

// Arrival is what the server said of a file right after its upload.
type Arrival struct {
	Size    int64
	Sized   error // why Size is not known
	Stamped bool  // it was told the file's time
	Timed   error // and why it did not take it
}

// StoreSmall is Store for a whole file of a packet or two, to a path where
// nothing is that the user would miss. To servers known to bear it the
// question for its size goes with it in one packet, and its time if there is
// one, which makes the file a round trip shorter. A server carries them out
// even when it refused the upload, and would give another file the new time.
// Without an Arrival nothing was asked.
func (s *Session) StoreSmall(ctx context.Context, path string, r io.Reader, tap Tap, at time.Time) (int64, *Arrival, error) {
	t := wire.Transfer{Upload: true, Tap: tap}
	_, sizes := s.ctl.Feature("SIZE")
	_, stamps := s.ctl.Feature("MFMT")
	if sizes && s.bearsEarly() {
		t.Then = append(t.Then, "SIZE")
		if stamps && !at.IsZero() {
			t.Then = append(t.Then, "MFMT "+at.UTC().Format(timeFormat))
		}
	}
	n, err := s.storeBy(ctx, path, t, 0, r)
	if err != nil || t.Then == nil {
		return n, nil, err
	}
	var a *Arrival
	err = s.do(ctx, "size", path, func() error {
		if replies, ok := s.ctl.Then(); ok && len(replies) == len(t.Then) {
			a = s.arrival(path, replies)
		}
		return s.ctl.Err()
	})
	return n, a, err
}

// arrival reads the replies to SIZE and MFMT.
func (s *Session) arrival(p string, replies []wire.Reply) *Arrival {
	a := &Arrival{Stamped: len(replies) > 1}
	n, err := sizeOf(replies[0])
	if a.Size = n; err != nil {
		a.Sized = s.errorOf("size", p, err)
	}
	if a.Stamped && !replies[1].OK() {
		a.Timed = s.errorOf("time", p, refusalOf("time", replies[1]))
	}
	return a
}

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
		a := s.arrival(p, []wire.Reply{size, stamp})
		n, timed = a.Size, a.Timed
		return a.Sized
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
