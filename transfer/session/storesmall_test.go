package session

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/ftptest/daemons"
)

var longAgo = time.Date(2021, 3, 4, 5, 6, 7, 0, time.UTC)

// fileReader is a reader that shows its file, as the queue's does.
type fileReader struct {
	f    *os.File
	left int64
}

func (r *fileReader) File() (*os.File, int64) { return r.f, r.left }
func (r *fileReader) Sent(n int64)            { r.left -= n }
func (r *fileReader) Read(b []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n, err := r.f.Read(b[:min(int64(len(b)), r.left)])
	r.left -= int64(n)
	return n, err
}

// fileOf gives bytes as a file on disk.
func fileOf(t *testing.T, data []byte) *fileReader {
	t.Helper()
	name := filepath.Join(t.TempDir(), "source")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return &fileReader{f, int64(len(data))}
}

// arrivedSmall uploads a file and looks whether all of it is there, and what
// the server said of it.
func arrivedSmall(t *testing.T, s *Session, at, file string, data []byte) *Arrival {
	t.Helper()
	n, a, err := s.StoreSmall(ctxFor(t), at, fileOf(t, data), Tap{}, longAgo)
	if err != nil || n != int64(len(data)) {
		t.Fatalf("%q: %d of %d bytes, %v", at, n, len(data), err)
	}
	if a != nil && (a.Sized != nil || a.Size != n || a.Stamped && a.Timed != nil) {
		t.Errorf("%q: %+v", at, a)
	}
	got, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(got, data) {
		t.Fatalf("%q differs: %d of %d bytes, %v", at, len(got), len(data), err)
	}
	if info, err := os.Stat(file); err != nil || a != nil && a.Stamped != info.ModTime().Equal(longAgo) {
		t.Errorf("%q: time %v, %v", at, info.ModTime(), err)
	}
	return a
}

// TestStoreSmallOnRealServers: uploads with their questions in one packet, of
// all sizes around one piece and with names that could be mistaken, arrive
// whole on each server, and those known to bear it are asked ahead.
func TestStoreSmallOnRealServers(t *testing.T) {
	for _, k := range daemons.Kinds {
		for _, sec := range []Security{PlainFTP, ExplicitTLS} {
			t.Run(fmt.Sprintf("%s %s", k, sec), func(t *testing.T) {
				d := daemons.Start(t, k, daemons.Options{TLS: sec == ExplicitTLS, RequireReuse: sec == ExplicitTLS && k.CanRequireReuse()})
				f := realFixture(t, d, sec, "")
				root := filepath.Join(d.Root, path.Base(f.dir))
				f.env.Memory = &oneServer{}
				s := openFixture(t, f)
				told, stamped := 0, 0
				for i := range 40 {
					size := []int{1, 4096, 0, 32<<10 - 1, 32 << 10, 32<<10 + 1, 64 << 10, 100}[i%8]
					name := []string{"f%d", "a b %d", "-rf%d", "ü%d", "250 OK %d"}[i%5]
					name = fmt.Sprintf(name, i)
					a := arrivedSmall(t, s, f.dir+"/"+name, filepath.Join(root, name), content(size, uint64(i)))
					if a != nil {
						told++
					}
					if a != nil && a.Stamped {
						stamped++
					}
				}
				if early := k != daemons.Pyftpdlib; early != (told > 30) {
					t.Errorf("%d were asked about ahead", told)
				}
				if want := k == daemons.PureFTPd || k == daemons.ProFTPD; want != (stamped > 30) {
					t.Errorf("%d were stamped ahead", stamped)
				}
				if s.learned().NoEarlyEPSV {
					t.Error("the server did not bear it")
				}
			})
		}
	}
}

// TestStoreSmallRefused: what had gone already is taken back, the answers to
// what went along are not taken for others, and the session goes on.
func TestStoreSmallRefused(t *testing.T) {
	for _, size := range []int{0, 10, 4096, 32 << 10} {
		o := early(ftptest.Options{})
		srv := startServer(t, o)
		s := openFixture(t, fixtureOf(t, srv, o))
		put(t, s, "/first", []byte("x"))
		for _, text := range []string{"553 Could not create file.", "452 No space."} {
			srv.Inject(ftptest.Fault{Do: ftptest.Say, On: "STOR", Text: text})
			var moved atomic.Int64
			n, a, err := s.StoreSmall(ctxFor(t), "/x", fileOf(t, content(size, 1)), Tap{Moved: func(n int) { moved.Add(int64(n)) }}, longAgo)
			var e *Error
			if !errors.As(err, &e) || e.Code == 0 || e.Dead || e.Maybe || n != 0 || moved.Load() != 0 || a != nil {
				t.Errorf("%d bytes: %d went, %d counted, %v: %#v", size, n, moved.Load(), a, e)
			}
			srv.Heal()
		}
		if n, err := s.Size(ctxFor(t), "/first"); n != 1 || err != nil {
			t.Errorf("out of step: %d, %v", n, err)
		}
		put(t, s, "/y", content(size, 1))
		same(t, "y", get(t, s, "/y", 0), content(size, 1))
	}
}

// TestStoreSmallOddServers: a server that lied about bearing it, loses part of
// the file, or dies. Never is a file said to be there whole that is not.
func TestStoreSmallOddServers(t *testing.T) {
	for name, fault := range map[string]ftptest.Fault{
		"swallows it":    {Do: ftptest.Silence, On: "STOR"},
		"no size":        {Do: ftptest.Say, On: "SIZE", Text: "550 Not allowed."},
		"no time":        {Do: ftptest.Say, On: "MFMT", Text: "550 Not allowed."},
		"hangs up":       {Do: ftptest.DropBefore, On: "STOR"},
		"dies after it":  {Do: ftptest.DropInstead, On: "STOR"},
		"disk is full":   {Do: ftptest.FullDisk, On: "STOR", At: 100},
		"loses bytes":    {Do: ftptest.LoseData, On: "STOR", At: 100},
		"another answer": {Do: ftptest.Say, On: "SIZE", Text: "213 7"},
		"nonsense":       {Do: ftptest.Say, On: "SIZE", Text: "213 a lot"},
	} {
		t.Run(name, func(t *testing.T) {
			o := early(ftptest.Options{})
			srv := startServer(t, o)
			s := openFixture(t, fixtureOf(t, srv, o))
			put(t, s, "/first", []byte("x"))
			srv.Inject(fault)
			_, a, err := s.StoreSmall(ctxFor(t), "/x", fileOf(t, content(4096, 1)), Tap{}, longAgo)
			if err == nil && (a == nil || a.Sized == nil && a.Size == 4096) && fault.On != "MFMT" {
				t.Errorf("taken for whole: %+v", a)
			}
			if fault.Do == ftptest.Silence && !KindOf(err).Retry() {
				t.Errorf("the refusal of another command is taken for this one's: %v", err)
			}
			if err == nil && fault.On == "MFMT" && (a == nil || a.Timed == nil || a.Size != 4096) {
				t.Errorf("%+v", a)
			}
			srv.Heal()
			if s.Dead() {
				return
			}
			if n, err := s.Size(ctxFor(t), "/first"); n != 1 || err != nil {
				t.Errorf("out of step: %d, %v", n, err)
			}
		})
	}
}
