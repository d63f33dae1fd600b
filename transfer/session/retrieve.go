package session

import (
	"context"
	"errors"
	"io"
	"strings"

	"longshore/transfer/wire"
)

// Retrieve writes a file from offset on to w and gives the number of bytes
// that w took. A nil error says that the server sent what it wanted to send,
// not that this is the whole file: a broken stream can look like its end, so
// the caller compares with the size. An error of w is Kind Local or NoSpace.
func (s *Session) Retrieve(ctx context.Context, path string, offset int64, w io.Writer, tap Tap) (int64, error) {
	return s.retrieveBy(ctx, path, wire.Transfer{Tap: tap}, offset, w)
}

func (s *Session) retrieveBy(ctx context.Context, path string, t wire.Transfer, offset int64, w io.Writer) (int64, error) {
	var n int64
	retrieve := func() error {
		return s.do(ctx, "retrieve", path, func() (err error) {
			n, err = s.retrieve(path, t, offset, w)
			return err
		})
	}
	err := retrieve()
	err = s.again(ctx, err, func() bool { return n == 0 }, retrieve)
	return n, err
}

func (s *Session) retrieve(path string, t wire.Transfer, offset int64, w io.Writer) (int64, error) {
	if offset < 0 {
		return 0, errors.New("the offset is negative")
	}
	name, err := s.nameFor(path, t)
	if err != nil {
		return 0, err
	}
	t.Command, t.Then = "RETR "+name, named(t.Then, name)
	s.ctl.Expect(t)
	resp, err := s.lib.RetrFrom(name, uint64(offset))
	if err != nil {
		return 0, err
	}
	n, err := s.ctl.Data().CopyTo(w, resp)
	end := resp.Close()
	if errors.Is(err, ErrEnough) {
		return n, errors.Join(end, s.regain())
	}
	return n, errors.Join(err, end)
}

// ErrEnough is what the writer of RetrievePart returns when it needs no more.
var ErrEnough = wire.ErrEnough

// RetrievePart is Retrieve for a part of a file: the writer ends it by
// ErrEnough. The error is nil if the Session can go on after that; it is Dead
// if the server did not come back into step, and n bytes are there all the
// same.
func (s *Session) RetrievePart(ctx context.Context, path string, offset int64, w io.Writer, tap Tap) (int64, error) {
	return s.retrieveBy(ctx, path, wire.Transfer{Part: true, Tap: tap}, offset, w)
}

// errOutOfStep says that after a download that we broke off the server's
// replies no longer belong to our commands.
var errOutOfStep = errors.New("the server lost its way when a download was broken off")

// regain makes sure that the server is in step after a download that we broke
// off: NOOP must get its own reply (RFC 959: 200), nothing else will do.
func (s *Session) regain() error {
	r, err := s.ctl.InStep()
	if err == nil && r.Code != 200 {
		err = &Error{Kind: Network, Step: "retrieve", Code: r.Code, Text: escape(r.Text()), Dead: true, Err: errOutOfStep}
	}
	return err
}

// Restarts reports whether the server says that downloads may begin at any
// byte (RFC 3659 §5: REST STREAM in the reply to FEAT).
func (s *Session) Restarts() bool {
	rest, ok := s.ctl.Feature("REST")
	return ok && strings.EqualFold(strings.TrimSpace(rest), "STREAM")
}
