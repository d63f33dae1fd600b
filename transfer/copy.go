package transfer

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"path"
	"strings"
	"time"

	"longshore/transfer/session"
)

// attempt is one go at one item, by one slot with one session.
type attempt struct {
	q *Queue
	w *work
	s Server
	memo
	desk *desk // of the slot
}

// memo is a copy of those facts of an item that steer an attempt. Scratch and
// maybe are handed back at its end.
type memo struct {
	attempts                       int
	seen                           *sight
	fresh, maybe, scratch, placing bool
	again                          bool // only compare
	alone                          bool // over one session, for several were of no good
	spans                          []int64
	ident                          string // of the file that they are of
}

// attempt begins one.
func (q *Queue) attempt(w *work, s Server, k *desk) *attempt {
	q.mu.Lock()
	defer q.mu.Unlock()
	return &attempt{q, w, s, memo{w.attempts, w.seen, w.fresh, w.maybe, w.scratch, w.placing, w.inspect, w.alone, w.spans, w.ident}, k}
}

// learn keeps what an attempt found out for the next one.
func (q *Queue) learn(a *attempt) {
	q.mu.Lock()
	a.w.maybe, a.w.scratch, a.w.alone = a.maybe, a.scratch, a.alone
	q.mu.Unlock()
}

// overlap is how much of what is there is compared before more is added.
const overlap = 64 << 10

// errOther says that the target is no beginning of the source.
var errOther = errors.New("what is there is not the beginning of it")

// errTaken says that another item writes the same target.
var errTaken = errors.New("another transfer writes the same target now")

// tap counts bytes and holds them back to the limits of speed.
func (a *attempt) tap() session.Tap {
	t := a.pace()
	t.Moved = func(n int) { a.q.progressed(a.w, n) }
	return t
}

// pace is a tap that counts nothing.
func (a *attempt) pace() session.Tap {
	return session.Tap{
		Limited: a.q.limits.on.Load,
		Wait: func(ctx context.Context, n int) error {
			return a.q.limits.wait(ctx, a.w.target, a.w.direction, n)
		},
	}
}

// begin writes down what the source is, before its first byte goes. A small
// download has a partial file under a name of its own, and is begun anew if
// the program ends: that need not be on the disk now.
func (a *attempt) begin(src source) {
	q, w := a.q, a.w
	q.mu.Lock()
	if !w.began.same(src) {
		w.began = &src
		q.journal.put(q.stateRecord(w))
	}
	q.mu.Unlock()
	if w.direction != Download || src.Size < 0 || src.Size > overlap {
		q.flush()
	}
}

// mark changes a fact of the item that must outlive a crash.
func (a *attempt) mark(f func(*work)) {
	q := a.q
	q.mu.Lock()
	f(a.w)
	q.stamp(a.w)
	q.journal.put(q.stateRecord(a.w))
	q.mu.Unlock()
	q.flush()
}

// saw corrects the item's size and time to what the source has now.
func (a *attempt) saw(src source, exact bool) {
	q := a.q
	q.mu.Lock()
	if a.w.size != src.Size || !a.w.modTime.Equal(src.Time) {
		q.resize(a.w, src.Size)
		a.w.modTime, a.w.exact = src.Time, exact
		q.stamp(a.w)
	}
	q.mu.Unlock()
}

// verifying says so on the screen. It is false if the item was stopped.
func (a *attempt) verifying(ctx context.Context) error {
	q := a.q
	q.mu.Lock()
	q.set(a.w, Verifying)
	q.mu.Unlock()
	q.ring()
	return ctx.Err()
}

// claim keeps two items from writing the same target at once; free gives it
// back. A target that another item writes is an error that is tried again.
func (a *attempt) claim(key string) (free func(), err error) {
	q := a.q
	q.mu.Lock()
	defer q.mu.Unlock()
	if o := q.writing[key]; o != nil && o != a.w {
		return nil, &session.Error{Kind: session.Busy, Step: "write", Path: a.w.remote, Err: errTaken}
	}
	q.writing[key] = a.w
	return func() {
		q.mu.Lock()
		delete(q.writing, key)
		q.mu.Unlock()
	}, nil
}

// policy is the rule for an existing target: the answer to a question about
// this file, then that for its batch, then the item's own.
func (a *attempt) policy() Exists {
	q := a.q
	q.mu.Lock()
	defer q.mu.Unlock()
	if a.w.choice != Ask {
		return a.w.choice
	}
	if x, ok := q.answers[batchKey{a.w.batch, a.w.direction}]; ok {
		return x
	}
	return a.w.options.Exists
}

// question is what is asked when the rule is to ask, or does not fit.
func question(w *work, source, target sight) *Question {
	return &Question{Kind: AskExists, Target: *w.target, SourceSize: source.size, TargetSize: target.size,
		SourceTime: source.time, TargetTime: target.time,
		CanResume: source.size > target.size && target.size > 0}
}

// wrong says that a transfer did not arrive as it should; it is tried again.
func wrong(step, remote, format string, args ...any) error {
	return errorOf(session.Protocol, step, remote, fmt.Errorf(format, args...))
}

// sizer is a session that can tell an uploaded file's size and set its time
// in one go.
type sizer interface {
	SizeAndTime(ctx context.Context, path string, t time.Time) (n int64, sized, timed error)
}

// remoteSize is the length of a remote file now, by SIZE or a listing; -1 if
// the server does not tell.
func (a *attempt) remoteSize(ctx context.Context, remote string) (int64, error) {
	n, err := a.s.Size(ctx, remote)
	return a.sizeFor(ctx, remote, n, err)
}

// sizeFor is what remoteSize makes of the answer to SIZE.
func (a *attempt) sizeFor(ctx context.Context, remote string, n int64, err error) (int64, error) {
	if err == nil {
		return n, nil
	}
	switch session.KindOf(err) {
	case session.Unavailable, session.Denied:
	default:
		return -1, err
	}
	e, err := a.s.Stat(ctx, remote)
	switch session.KindOf(err) {
	case session.Unavailable, session.Denied:
		return -1, nil
	}
	if err != nil {
		return -1, err
	}
	return e.Size, nil
}

// sizeOrNone is remoteSize, with 0 for what is not there.
func (a *attempt) sizeOrNone(ctx context.Context, remote string) (n int64, there bool, err error) {
	n, err = a.remoteSize(ctx, remote)
	if session.KindOf(err) == session.NotFound {
		return 0, false, nil
	}
	return n, err == nil, err
}

var hashes = map[string]func() hash.Hash{
	"SHA-512": sha512.New, "SHA-256": sha256.New, "SHA-1": sha1.New, "MD5": md5.New,
	"CRC32": func() hash.Hash { return crc32.NewIEEE() },
}

// digest compares the server's digest of a file with that of open's bytes.
// The name is empty if the server has none that we know.
func (a *attempt) digest(ctx context.Context, remote string, size int64, open io.ReaderAt) (name string, err error) {
	for _, algo := range a.s.Digests() {
		newHash := hashes[strings.ToUpper(algo)]
		if newHash == nil {
			continue
		}
		theirs, err := a.s.Digest(ctx, remote, algo, 0, size)
		if err != nil {
			if session.KindOf(err).Retry() || ctx.Err() != nil {
				return "", err
			}
			continue
		}
		h := newHash()
		if err := copyAll(ctx, h, io.NewSectionReader(open, 0, size)); err != nil {
			return "", localError("read", a.w.local, err)
		}
		if ours := hex.EncodeToString(h.Sum(nil)); !sameHex(theirs, ours) {
			return "", wrong("check", remote, "%s is %s at the server and %s here", algo, theirs, ours)
		}
		return algo, nil
	}
	return "", nil
}

// sameHex compares digests; CRC32 comes without leading zeros from some.
func sameHex(a, b string) bool {
	return strings.EqualFold(strings.TrimLeft(strings.TrimSpace(a), "0"), strings.TrimLeft(b, "0"))
}

// copyAll copies in pieces, so that a stop is noticed in time.
func copyAll(ctx context.Context, w io.Writer, r io.Reader) error {
	buf := make([]byte, 256<<10)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := r.Read(buf)
		if _, werr := w.Write(buf[:n]); werr != nil {
			return werr
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// comparer is a writer that wants to be given just what r has.
type comparer struct {
	r   io.Reader
	buf []byte
	err error // what reading r said
}

func (c *comparer) Write(b []byte) (int, error) {
	if cap(c.buf) < len(b) {
		c.buf = make([]byte, len(b))
	}
	ours := c.buf[:len(b)]
	if n, err := io.ReadFull(c.r, ours); err != nil {
		if err != io.EOF && err != io.ErrUnexpectedEOF {
			c.err = err
			return 0, err
		}
		ours = ours[:n]
	}
	if !bytes.Equal(ours, b) {
		return 0, errOther
	}
	return len(b), nil
}

func checksum(b []byte) uint32 { return crc32.ChecksumIEEE(b) }

// beside gives a remote path another last element.
func beside(remote, name string) string { return path.Join(path.Dir(remote), name) }
