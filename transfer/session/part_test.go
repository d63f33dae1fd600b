package session

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/ftptest/daemons"
)

// taker takes n bytes and then has enough.
type taker struct {
	bytes.Buffer
	left int
}

func (w *taker) Write(b []byte) (int, error) {
	n, _ := w.Buffer.Write(b[:min(len(b), w.left)])
	if w.left -= n; w.left == 0 {
		return n, ErrEnough
	}
	return n, nil
}

// parts takes pieces of a file on one session, which breaks off most of the
// transfers, and looks whether each is right and the next command in step. A
// server that hangs up may cost the session, not the bytes.
func parts(t *testing.T, f fixture, hangsUp bool) {
	s := openFixture(t, f)
	data := content(12<<20, 3)
	put(t, s, f.dir+"/big", data)
	put(t, s, f.dir+"/small", data[:1000])
	if !s.Restarts() {
		t.Error("REST STREAM is not in FEAT")
	}
	for i, c := range []struct{ from, n int }{{0, 300_000}, {5, 1 << 20}, {1 << 20, 3 << 20}, {12<<20 - 1000, 1000}, {12<<20 - 900_000, 880_000}, {77, 11 << 20}} {
		w := &taker{left: c.n}
		start := time.Now()
		n, err := s.RetrievePart(ctxFor(t), f.dir+"/big", int64(c.from), w, Tap{})
		if hangsUp && s.Dead() && KindOf(err) == Network {
			t.Logf("part %d: %v", i, err)
			s, err = openFixture(t, f), nil
		}
		if err != nil || n != int64(c.n) {
			t.Fatalf("part %d: %d of %d bytes, %v", i, n, c.n, err)
		}
		t.Logf("part %d took %v", i, time.Since(start))
		same(t, fmt.Sprintf("part %d", i), w.Bytes(), data[c.from:c.from+c.n])
		if n, err := s.Size(ctxFor(t), f.dir+"/small"); err != nil || n != 1000 {
			t.Fatalf("after part %d: size %d, %v", i, n, err)
		}
		same(t, "a file after it", get(t, s, f.dir+"/small", 0), data[:1000])
	}
}

// TestParts breaks downloads off at each server that can be run here.
func TestParts(t *testing.T) {
	for _, k := range daemons.Kinds {
		for _, sec := range []Security{PlainFTP, ExplicitTLS} {
			t.Run(fmt.Sprintf("%s %s", k, sec), func(t *testing.T) {
				d := daemons.Start(t, k, daemons.Options{TLS: sec == ExplicitTLS, RequireReuse: sec == ExplicitTLS && k.CanRequireReuse()})
				for _, far := range []time.Duration{0, 1} {
					f := realFixture(t, d, sec, "")
					f.env.Far = far
					// mod_tls takes a broken pipe on the data connection for one of all: in
					// one of 100 parts, and one of 15 on a busy machine.
					parts(t, f, k == daemons.ProFTPD && sec == ExplicitTLS)
				}
			})
		}
	}
	for _, mode := range []ftptest.TLSMode{ftptest.NoTLS, ftptest.ExplicitTLS} {
		t.Run(fmt.Sprintf("ftptest %v", mode), func(t *testing.T) {
			o := ftptest.Options{TLS: mode}
			f := fixtureOf(t, startServer(t, o), o)
			f.dir = ""
			parts(t, f, false)
		})
	}
}

// TestPartOutOfStep holds that a server whose replies no longer belong to the
// commands costs the session, and that what it sent before counts.
func TestPartOutOfStep(t *testing.T) {
	for name, fault := range map[string]ftptest.Fault{
		"no final reply":  {Do: ftptest.SilenceAfter, On: "RETR"},
		"dropped":         {Do: ftptest.DropInstead, On: "RETR"},
		"NOOP is refused": {Do: ftptest.Say, On: "NOOP", Text: "426 Transfer aborted."},
		"421":             {Do: ftptest.SayAfter, On: "RETR", Text: "421 Out of here."},
	} {
		t.Run(name, func(t *testing.T) {
			o := ftptest.Options{}
			srv := startServer(t, o)
			f := fixtureOf(t, srv, o)
			f.env.Timeout = time.Second
			s := openFixture(t, f)
			data := content(12<<20, 3)
			put(t, s, "/big", data)
			srv.Inject(fault)
			w := &taker{left: 100_000}
			n, err := s.RetrievePart(ctxFor(t), "/big", 1000, w, Tap{})
			var e *Error
			if n != 100_000 || !errors.As(err, &e) || !e.Dead || !s.Dead() || e.Kind == Local {
				t.Errorf("%d bytes, %v, session dead: %v", n, err, s.Dead())
			}
			same(t, "the part", w.Bytes(), data[1000:101_000])
		})
	}
}
