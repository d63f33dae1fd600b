package daemons_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/ftptest/daemons"
	"longshore/transfer/session"
)

// rounds is how many files each worker moves: a few, or as many as
// LONGSHORE_SOAK says.
func rounds(t *testing.T, usual int) int {
	n, err := strconv.Atoi(os.Getenv("LONGSHORE_SOAK"))
	if err != nil || n < 1 {
		return usual
	}
	t.Logf("%d files for each worker", n)
	return n
}

// sample makes a file's bytes; sizes lie around the borders of TLS records
// and buffers as well as far apart.
func sample(r *rand.Rand) []byte {
	sizes := []int{0, 1, 100, 16383, 16384, 16385, 65536, 262144, 262145, 1 << 20, 3<<20 + 1, 8 << 20}
	n := sizes[r.IntN(len(sizes))]
	if r.IntN(3) == 0 {
		n = r.IntN(2 << 20)
	}
	b := make([]byte, n)
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(r.Uint32())
	}
	rand.NewChaCha8(seed).Read(b)
	return b
}

// place is a folder that a test may fill.
type place struct {
	target session.Target
	env    *session.Env
	dir    string // on the server
	root   string // on this disk
}

func placeOf(d *daemons.Daemon, addr string, port int, ca []byte, sec session.Security) place {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	return place{
		target: session.Target{Host: addr, Port: port, User: d.User, Security: sec},
		env: &session.Env{Roots: pool, Timeout: 3 * time.Second,
			Password: func(context.Context, session.Target) (string, error) { return d.Password, nil }},
		dir: d.Dir, root: d.Root,
	}
}

func TestSoak(t *testing.T) {
	n := rounds(t, 12)
	for _, k := range daemons.Kinds {
		for _, max := range []string{"", "1.2"} {
			t.Run(fmt.Sprintf("%s %s", k, max), func(t *testing.T) {
				t.Parallel()
				d := daemons.Start(t, k, daemons.Options{TLS: true, RequireReuse: k.CanRequireReuse()})
				p := placeOf(d, d.Host, d.Port, d.CA, session.ExplicitTLS)
				p.target.TLSMax = max
				p.env.Timeout = 20 * time.Second
				var wg sync.WaitGroup
				for w := range 2 {
					wg.Go(func() { there(t, p, w, n) })
				}
				wg.Wait()
			})
		}
	}
}

// there moves files up and down on one session without any trouble allowed.
func there(t *testing.T, p place, worker, n int) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	s, err := session.Open(ctx, p.target, p.env)
	if err != nil {
		t.Error(err)
		return
	}
	defer s.Close()
	r := rand.New(rand.NewPCG(uint64(worker), 1))
	for i := range n {
		data, name := sample(r), fmt.Sprintf("file %d-%d", worker, i)
		remote := path.Join(p.dir, name)
		sent, err := s.Store(ctx, remote, 0, bytes.NewReader(data), session.Tap{})
		if err != nil || sent != int64(len(data)) {
			t.Errorf("store %d bytes: %d, %v", len(data), sent, err)
			return
		}
		if got, err := os.ReadFile(filepath.Join(p.root, name)); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes arrived of %d: %v", len(got), len(data), err)
		}
		var back bytes.Buffer
		if _, err := s.Retrieve(ctx, remote, 0, &back, session.Tap{}); err != nil || !bytes.Equal(back.Bytes(), data) {
			t.Errorf("%d bytes came back of %d: %v", back.Len(), len(data), err)
			return
		}
		if err := s.Delete(ctx, remote); err != nil {
			t.Error(err)
		}
	}
}

// TestBigUploads is the case that a client loses which closes a TLS 1.3 upload
// without reading the server's tickets: vsftpd answers 426, and pyftpdlib 226
// for a part of the file.
func TestBigUploads(t *testing.T) {
	n := rounds(t, 10)
	data := bytes.Repeat([]byte("0123456789abcdef"), 8<<20/16)
	for _, k := range []daemons.Kind{daemons.VSFTPD, daemons.Pyftpdlib} {
		t.Run(string(k), func(t *testing.T) {
			t.Parallel()
			d := daemons.Start(t, k, daemons.Options{TLS: true, RequireReuse: k.CanRequireReuse()})
			p := placeOf(d, d.Host, d.Port, d.CA, session.ExplicitTLS)
			s, err := session.Open(t.Context(), p.target, p.env)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			whole := 0
			for i := range n {
				name := fmt.Sprint("big", i)
				if _, err := s.Store(t.Context(), path.Join(p.dir, name), 0, bytes.NewReader(data), session.Tap{}); err != nil {
					t.Error(err)
				}
				got, err := os.ReadFile(filepath.Join(p.root, name))
				if err == nil && bytes.Equal(got, data) {
					whole++
				}
				os.Remove(filepath.Join(p.root, name))
			}
			if whole != n {
				t.Errorf("%d of %d whole", whole, n)
			}
		})
	}
}

// troubles are the faults of a bad network and of bad servers, each at random.
func troubles() []ftptest.Fault {
	const chance, spread = 0.06, 1 << 20
	f := func(do ftptest.Do, on string, o ftptest.Fault) ftptest.Fault {
		o.Do, o.On, o.Chance = do, on, chance
		if do >= ftptest.StallData && do <= ftptest.BadData {
			o.Spread = spread
		}
		return o
	}
	const data = "STOR,RETR"
	return []ftptest.Fault{
		f(ftptest.ResetData, data, ftptest.Fault{}),
		f(ftptest.ResetData, data, ftptest.Fault{Text: "226 Transfer complete."}),
		f(ftptest.CutData, data, ftptest.Fault{}),
		f(ftptest.CutData, data, ftptest.Fault{Text: "451 Lost."}),
		f(ftptest.FinishData, data, ftptest.Fault{}),
		f(ftptest.LoseData, "STOR", ftptest.Fault{}),
		f(ftptest.FullDisk, "STOR", ftptest.Fault{}),
		f(ftptest.StallData, data, ftptest.Fault{Delay: 200 * time.Millisecond}),
		f(ftptest.DropControl, data, ftptest.Fault{}),
		f(ftptest.DropControl, data, ftptest.Fault{Hard: true}),
		f(ftptest.DropBefore, data, ftptest.Fault{}),
		f(ftptest.DropInstead, data, ftptest.Fault{Hard: true}),
		f(ftptest.DropAfter, data, ftptest.Fault{}),
		f(ftptest.Late, data, ftptest.Fault{Delay: 300 * time.Millisecond}),
		f(ftptest.SayAfter, data, ftptest.Fault{Text: "250 Ok."}),
		f(ftptest.Trickle, "", ftptest.Fault{}),
		f(ftptest.DeadPort, "EPSV,PASV", ftptest.Fault{}),
		f(ftptest.Say, "GREETING", ftptest.Fault{Text: "421 Too many connections."}),
		f(ftptest.Say, "PASS", ftptest.Fault{Text: "530 Sorry, the maximum number of clients (2) are connected."}),
		f(ftptest.Say, "STOR", ftptest.Fault{Text: "425 Cannot open data connection."}),
	}
}

// TestSoakWithTroubles holds the session to its word: what it reports as moved,
// with the size that the server then names, is there byte for byte; and every
// operation ends in time, whatever happens.
func TestSoakWithTroubles(t *testing.T) {
	n := rounds(t, 10)
	for _, k := range daemons.Kinds {
		for _, secure := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s tls=%v", k, secure), func(t *testing.T) {
				t.Parallel()
				d := daemons.Start(t, k, daemons.Options{})
				o := ftptest.Options{Seed: 8, Faults: troubles()}
				sec := session.PlainFTP
				if secure {
					o.TLS, o.Reuse, sec = ftptest.ExplicitTLS, ftptest.ReuseProFTPD, session.ExplicitTLS
				}
				relay := daemons.Relay(t, d, o)
				p := placeOf(d, relay.Host(), relay.Port(), relay.CertPEM(), sec)
				var wg sync.WaitGroup
				for w := range 2 {
					wg.Go(func() {
						h := &hardy{t: t, p: p, r: rand.New(rand.NewPCG(uint64(w), 2))}
						h.moveAll(w, n)
					})
				}
				wg.Wait()
				t.Logf("%d faults", relay.Struck())
			})
		}
	}
}

// hardy tries until a file is moved, as the queue does.
type hardy struct {
	t *testing.T
	p place
	r *rand.Rand
	s *session.Session
}

func (h *hardy) moveAll(worker, n int) {
	for i := range n {
		data, name := sample(h.r), fmt.Sprintf("f%d-%d", worker, i)
		if !h.try("store", name, func(ctx context.Context) (bool, error) { return h.up(ctx, name, data) }) ||
			!h.try("retrieve", name, func(ctx context.Context) (bool, error) { return h.down(ctx, name, data) }) {
			return
		}
	}
	if h.s != nil {
		h.s.Close()
	}
}

// patience is what one attempt may take at most: every step has a deadline
// of three seconds, a final reply of nine.
const patience = 40 * time.Second

func (h *hardy) try(what, name string, f func(context.Context) (bool, error)) bool {
	var last error
	for range 60 {
		begin := time.Now()
		done, err := h.once(f)
		last = err
		if d := time.Since(begin); d > patience {
			h.t.Errorf("%s took %v", what, d)
		}
		var e *session.Error
		if err != nil && !errors.As(err, &e) {
			h.t.Errorf("%s: %v is no *session.Error", what, err)
		}
		if done {
			return true
		}
	}
	h.t.Errorf("%s %q did not succeed in 60 attempts, the last: %v", what, name, last)
	return false
}

func (h *hardy) once(f func(context.Context) (bool, error)) (bool, error) {
	ctx := h.t.Context()
	if h.s == nil || h.s.Dead() {
		if h.s != nil {
			h.s.Close()
		}
		var err error
		if h.s, err = session.Open(ctx, h.p.target, h.p.env); err != nil {
			h.s = nil
			return false, err
		}
	}
	return f(ctx)
}

// up sends a file, or by chance goes on with what an attempt before left.
func (h *hardy) up(ctx context.Context, name string, data []byte) (bool, error) {
	remote := path.Join(h.p.dir, name)
	offset, err := h.offset(ctx, remote)
	if err != nil {
		return false, err
	}
	sent, err := h.s.Store(ctx, remote, offset, bytes.NewReader(data[offset:]), session.Tap{})
	if err != nil {
		return false, err
	}
	size, err := h.s.Size(ctx, remote)
	if err != nil || size != int64(len(data)) || offset+sent != size {
		return false, err
	}
	if got, err := os.ReadFile(filepath.Join(h.p.root, name)); err != nil || !bytes.Equal(got, data) {
		h.t.Errorf("a reported upload of %d bytes from %d on is another: %d bytes, %v", len(data), offset, len(got), err)
	}
	return true, nil
}

func (h *hardy) offset(ctx context.Context, remote string) (int64, error) {
	if h.r.IntN(2) == 0 {
		return 0, nil
	}
	size, err := h.s.Size(ctx, remote)
	if session.KindOf(err) == session.NotFound {
		return 0, nil
	}
	return size, err
}

// down fetches a file, or by chance its end only.
func (h *hardy) down(ctx context.Context, name string, data []byte) (bool, error) {
	offset := int64(0)
	if h.r.IntN(2) == 0 {
		offset = h.r.Int64N(int64(len(data) + 1))
	}
	want := data[offset:]
	var back bytes.Buffer
	n, err := h.s.Retrieve(ctx, path.Join(h.p.dir, name), offset, &back, session.Tap{})
	if n != int64(back.Len()) || !bytes.HasPrefix(want, back.Bytes()) {
		h.t.Errorf("%d bytes reported, %d written, or others than in the file from %d on", n, back.Len(), offset)
	}
	if err != nil && offset == int64(len(data)) && h.s != nil && !h.s.Dead() {
		return true, nil // ProFTPD, Pure-FTPd and pyftpdlib refuse REST at the end
	}
	if err != nil || n != int64(len(want)) {
		return false, err
	}
	return true, nil
}
