package session

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"longshore/transfer/ftptest"
)

// A server that calls itself vsFTPd gets commands ahead of time.
func early(o ftptest.Options) ftptest.Options {
	o.Greeting = "220 (vsFTPd 3.0.5)"
	return o
}

func TestSuiteWithCommandsAhead(t *testing.T) {
	for name, o := range map[string]ftptest.Options{
		"plain": {}, "TLS": {TLS: ftptest.ExplicitTLS, Reuse: ftptest.ReuseVSFTPD, StrictClose: true},
		"no PASV": {Disable: []string{"PASV"}},
	} {
		t.Run(name, func(t *testing.T) {
			sessionSuite(t, func(t *testing.T) fixture {
				_, f := testServer(t, early(o))
				return f
			})
		})
	}
}

func TestRefusedUploadThatHadBegun(t *testing.T) {
	for _, size := range []int{0, 10, 32 << 10, 200_000, 20 << 20} {
		o := early(ftptest.Options{})
		srv := startServer(t, o)
		s := openFixture(t, fixtureOf(t, srv, o))
		put(t, s, "/first", []byte("x"))
		srv.Inject(ftptest.Fault{Do: ftptest.Say, On: "STOR", Text: "553 Could not create file."})
		var moved atomic.Int64
		tap := Tap{Moved: func(n int) { moved.Add(int64(n)) }}
		within(t, 3*time.Second, func() {
			n, err := s.Store(ctxFor(t), "/x", 0, bytes.NewReader(content(size, 1)), tap)
			var e *Error
			if !errors.As(err, &e) || e.Code != 553 || e.Dead || e.Maybe || n != 0 || moved.Load() != 0 {
				t.Errorf("%d bytes: %d went, %d counted: %#v", size, n, moved.Load(), e)
			}
		})
		srv.Heal()
		if s.Dead() {
			continue
		}
		put(t, s, "/x", content(size, 1))
		same(t, "x", get(t, s, "/x", 0), content(size, 1))
	}
}

// failing gives some bytes and then an error.
type failing struct{ n int }

func (f *failing) Read(p []byte) (int, error) {
	if f.n <= 0 {
		return 0, errors.New("the disk is gone")
	}
	n := min(f.n, len(p))
	f.n -= n
	return n, nil
}

func TestUploadWhoseSourceFails(t *testing.T) {
	for _, o := range []ftptest.Options{{}, early(ftptest.Options{}), early(ftptest.Options{TLS: ftptest.ExplicitTLS})} {
		for _, size := range []int{0, 10, 100_000} {
			srv := startServer(t, o)
			s := openFixture(t, fixtureOf(t, srv, o))
			put(t, s, "/first", []byte("x"))
			_, err := s.Store(ctxFor(t), "/x", 0, &failing{size}, Tap{})
			e := kindIs(t, err, Local)
			if !strings.Contains(err.Error(), "the disk is gone") {
				t.Errorf("%v", err)
			}
			if !e.Dead {
				put(t, s, "/x", []byte("again"))
				same(t, "x", get(t, s, "/x", 0), []byte("again"))
			}
		}
	}
}

func TestCancelOfAnUploadThatHadBegun(t *testing.T) {
	o := early(ftptest.Options{})
	srv := startServer(t, o)
	f := fixtureOf(t, srv, o)
	f.env.Timeout = 30 * time.Second
	s := openFixture(t, f)
	put(t, s, "/first", []byte("x"))
	srv.Inject(ftptest.Fault{Do: ftptest.Silence, On: "STOR"})
	ctx, cancel := context.WithTimeoutCause(ctxFor(t), 50*time.Millisecond, context.Canceled)
	defer cancel()
	within(t, 1200*time.Millisecond, func() {
		_, err := s.Store(ctx, "/x", 0, bytes.NewReader(content(1<<20, 1)), Tap{})
		if e := kindIs(t, err, Cancelled); !e.Dead {
			t.Error("the session is taken for alive")
		}
	})
}

func TestPortOfLongAgo(t *testing.T) {
	o := early(ftptest.Options{})
	srv := startServer(t, o)
	s := openFixture(t, fixtureOf(t, srv, o))
	put(t, s, "/a", []byte("x"))
	put(t, s, "/b", []byte("x"))
	// The port that was given with /b is dead now.
	srv.Inject(ftptest.Fault{Do: ftptest.DeadPort, On: "PASV", Times: 1})
	put(t, s, "/c", []byte("x"))
	put(t, s, "/d", []byte("x"))
	same(t, "d", get(t, s, "/d", 0), []byte("x"))
	if _, err := s.Retrieve(ctxFor(t), "/none", 0, io.Discard, Tap{}); KindOf(err) != NotFound || s.Dead() {
		t.Errorf("%v", err)
	}
}
