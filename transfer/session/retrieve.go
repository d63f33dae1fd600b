package session

import (
	"context"
	"errors"
	"io"

	"longshore/transfer/wire"
)

// Retrieve writes a file from offset on to w and gives the number of bytes
// that w took. A nil error says that the server sent what it wanted to send,
// not that this is the whole file: a broken stream can look like its end, so
// the caller compares with the size. An error of w is Kind Local or NoSpace.
func (s *Session) Retrieve(ctx context.Context, path string, offset int64, w io.Writer, tap Tap) (int64, error) {
	var n int64
	retrieve := func() error {
		return s.do(ctx, "retrieve", path, func() (err error) {
			n, err = s.retrieve(path, offset, w, tap)
			return err
		})
	}
	err := retrieve()
	err = s.again(ctx, err, func() bool { return n == 0 }, retrieve)
	return n, err
}

func (s *Session) retrieve(path string, offset int64, w io.Writer, tap Tap) (int64, error) {
	if offset < 0 {
		return 0, errors.New("the offset is negative")
	}
	name, err := s.enterParent(path)
	if err != nil {
		return 0, err
	}
	s.ctl.Expect(wire.Transfer{Command: "RETR " + name, Tap: tap})
	resp, err := s.lib.RetrFrom(name, uint64(offset))
	if err != nil {
		return 0, err
	}
	n, err := s.ctl.Data().CopyTo(w, resp)
	return n, errors.Join(err, resp.Close())
}
