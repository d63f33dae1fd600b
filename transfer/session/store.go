package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"longshore/transfer/wire"
)

// ErrOffset says that the file at the server is not as long as the offset at
// which an upload was to go on.
var ErrOffset = errors.New("the file at the server has another length")

// Store writes r to a file and gives the number of bytes that went out. With
// an offset it goes on with a file that must have exactly that length: some
// servers cut or clamp otherwise. REST and STOR do it, or APPE where REST is
// refused. A nil error says that the server confirmed the end; the caller
// compares the size. Error.Maybe says that all bytes went out and no
// confirmation came back.
func (s *Session) Store(ctx context.Context, path string, offset int64, r io.Reader, tap Tap) (int64, error) {
	return s.storeBy(ctx, path, wire.Transfer{Upload: true, Tap: tap}, offset, r)
}

func (s *Session) storeBy(ctx context.Context, path string, t wire.Transfer, offset int64, r io.Reader) (int64, error) {
	var n int64
	var ended bool
	rewind := rewinder(r)
	store := func() error {
		return s.do(ctx, "store", path, func() (err error) {
			src := &source{r: r}
			n, err = s.store(path, offset, src, t)
			ended = src.ended
			return err
		})
	}
	err := store()
	err = s.again(ctx, err, func() bool { return offset == 0 && rewind() && takeBack(t.Tap, n) }, store)
	var e *Error
	if errors.As(err, &e) {
		e.Maybe = ended && e.Code == 0
	}
	return n, err
}

// takeBack tells the Tap that n bytes will be sent again.
func takeBack(tap Tap, n int64) bool {
	if tap.Moved != nil && n > 0 {
		tap.Moved(-int(n))
	}
	return true
}

// source notes when the reader has come to its end, and hides its WriteTo,
// which would take the copy loop away from the data connection.
type source struct {
	r     io.Reader
	ended bool
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.ended = s.ended || errors.Is(err, io.EOF)
	return n, err
}

// File lets the kernel send what is left, where the reader is a file.
func (s *source) File() (*os.File, int64) {
	if f, ok := s.r.(wire.FileReader); ok {
		return f.File()
	}
	return nil, 0
}

// Sent is told what the kernel took.
func (s *source) Sent(n int64) {
	if f, ok := s.r.(wire.FileReader); ok {
		f.Sent(n)
	}
}

func (s *Session) store(path string, offset int64, r io.Reader, t wire.Transfer) (int64, error) {
	name, err := s.enterParent(path)
	if err != nil {
		return 0, err
	}
	if offset > 0 {
		if err := s.mayResume(path, name, offset); err != nil {
			return 0, err
		}
	}
	t.Command, t.Then = "STOR "+name, named(t.Then, name)
	s.ctl.Expect(t)
	err = s.lib.StorFrom(name, r, uint64(offset))
	if offset > 0 && s.ctl.Verb() == "REST" && s.unknownCommand(err) {
		s.note("The server does not know REST; using APPE")
		t.Command = "APPE " + name
		s.ctl.Expect(t)
		err = s.lib.StorFrom(name, r, 0)
	}
	return s.sent(), err
}

// named adds the file's name to commands that go with its transfer.
func named(commands []string, name string) []string {
	full := make([]string, len(commands))
	for i, c := range commands {
		full[i] = c + " " + name
	}
	return full
}

// sent is how many bytes of this operation went out.
func (s *Session) sent() int64 {
	if d := s.ctl.Data(); d != nil {
		return d.Moved()
	}
	return 0
}

// mayResume checks that an upload can go on at an offset. Pure-FTPd clamps
// REST to the file's end, or cuts a longer file, and confirms either.
func (s *Session) mayResume(path, name string, offset int64) error {
	if s.isSoftware("Go FTP Server") {
		return &Error{Kind: Unavailable, Step: "store", Path: path,
			Err: errors.New("this server cannot go on with an upload: it would destroy the file")}
	}
	size, err := s.size(name)
	if err != nil {
		return err
	}
	if size != offset {
		return &Error{Kind: Protocol, Step: "store", Path: path,
			Err: fmt.Errorf("%w: %d instead of %d", ErrOffset, size, offset)}
	}
	return nil
}
