package transfer

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"time"

	"longshore/transfer/session"
)

// upload moves one local file to the server: decide, go on or begin, send,
// compare, put in place.
func (a *attempt) upload(ctx context.Context) (result, error) {
	w := a.w
	if w.link != "" {
		return a.makeLink(ctx)
	}
	f, err := a.openSource()
	if err != nil {
		return result{}, localError("open", w.local, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no regular file")
	}
	if err != nil {
		return result{}, localError("open", w.local, err)
	}
	free, err := a.claim("remote " + w.site.key + w.remote)
	if err != nil {
		return result{}, err
	}
	defer free()
	u := &uploading{attempt: a, f: f, src: source{info.Size(), info.ModTime()}, info: info}
	a.saw(u.src, true)
	switch {
	case w.began == nil:
		r, err := u.decide(ctx)
		if err != nil || r.state != Running {
			return r, err
		}
	case w.began.same(u.src) && !a.scratch: // else what is there is ours, and of no use
		if err := u.goOn(ctx); err != nil {
			return result{}, err
		}
	}
	return u.send(ctx)
}

// uploading is an upload with its source open.
type uploading struct {
	*attempt
	f      *os.File
	src    source
	info   fs.FileInfo
	offset int64            // where to go on
	whole  bool             // all of it is there already
	placed bool             // and under its own name
	sent   int64            // in this attempt
	timed  bool             // its time was set, or the server would not
	absent bool             // nothing was at its place before
	told   *session.Arrival // what the server said with the final reply
}

// openSource opens the local file: one that came from a folder only within
// that folder, unless links are followed.
func (a *attempt) openSource() (*os.File, error) {
	w := a.w
	if w.up == nil || w.options.Links == FollowLinks {
		return os.Open(w.local)
	}
	return a.desk.source(w)
}

// at is the name that is written to.
func (u *uploading) at() string {
	if u.w.options.SafeUpload {
		return beside(u.w.remote, partName(path.Base(u.w.remote)))
	}
	return u.w.remote
}

// decide looks at the target and does what the rule says. Running means that
// the file is to be sent.
func (u *uploading) decide(ctx context.Context) (result, error) {
	target, err := u.look(ctx)
	if err != nil {
		return result{}, err
	}
	from := sight{exists: true, size: u.src.Size, time: u.src.Time, exact: true}
	policy := u.policy()
	v, why := decide(policy, from, target)
	switch v {
	case skip:
		return result{state: Skipped, note: why}, nil
	case refuse:
		return result{}, errorOf(session.Denied, "store", u.w.remote, errors.New(why))
	case inquire:
		return result{state: Asking, question: question(u.w, from, target), policy: policy}, nil
	case elsewhere:
		err = u.rename(ctx)
	case goOn:
		err = u.tail(ctx, u.w.remote, target.size)
		if err == nil && u.offset == 0 {
			return result{state: Asking, question: question(u.w, from, target), policy: policy}, nil // it is another file
		}
	}
	u.absent = !target.exists
	if err == nil && u.absent {
		err = u.makeDir(ctx, path.Dir(u.w.remote))
	}
	return result{state: Running}, err
}

// rename finds a name that is free at the server.
func (u *uploading) rename(ctx context.Context) error {
	dir, name := path.Dir(u.w.remote), path.Base(u.w.remote)
	d, err := u.list(ctx, dir)
	if err != nil {
		return err
	}
	free := name
	for n := 2; ; n++ {
		if _, taken := d.names[free]; !taken {
			break
		}
		free = numbered(name, n)
	}
	if !d.whole {
		return errorOf(session.Denied, "store", u.w.remote, errors.New("the listing is not whole, so no name is surely free"))
	}
	u.mark(func(w *work) { w.remote, w.renamed, w.seen = path.Join(dir, free), true, nil })
	return nil
}

// goOn finds out how much of an upload that was begun has arrived: by a fresh
// SIZE, and by comparing the end of it.
func (u *uploading) goOn(ctx context.Context) error {
	n, there, err := u.sizeOrNone(ctx, u.at())
	if err != nil {
		return err
	}
	if !there && u.w.options.SafeUpload && (u.placing || u.maybe) {
		size, there, err := u.sizeOrNone(ctx, u.w.remote)
		if err != nil {
			return err
		}
		if there && size == u.src.Size {
			u.whole, u.placed, u.offset = true, true, size
			return nil
		}
	}
	if !there || n <= 0 || n > u.src.Size {
		u.whole = there && n == 0 && u.src.Size == 0
		return nil
	}
	if err := u.tail(ctx, u.at(), n); err != nil {
		return err
	}
	u.whole = u.offset == u.src.Size
	return nil
}

// tail compares the last 64 KiB before n with the source and sets the offset
// to n if they are equal, to 0 if not.
func (u *uploading) tail(ctx context.Context, remote string, n int64) error {
	u.offset = 0
	if n <= 0 || n > u.src.Size {
		return nil
	}
	from := max(0, n-overlap)
	c := &comparer{r: io.NewSectionReader(u.f, from, n-from)}
	got, err := u.s.Retrieve(ctx, remote, from, c, u.pace())
	switch {
	case c.err != nil:
		return localError("read", u.w.local, c.err)
	case errors.Is(err, errOther):
		return nil
	case err != nil && !session.KindOf(err).Retry() && ctx.Err() == nil && !isDead(err):
		return nil // it may not be read: begin anew
	case err != nil:
		return err
	case got != n-from:
		return nil
	}
	u.offset = n
	return nil
}

func isDead(err error) bool {
	var e *session.Error
	return errors.As(err, &e) && e.Dead
}

// send moves the bytes, compares and puts in place.
func (u *uploading) send(ctx context.Context) (result, error) {
	u.begin(u.src)
	u.scratch = false
	u.q.advance(u.w, u.offset)
	u.q.mu.Lock()
	u.q.reached(u.w, u.offset) // sent is not arrived: this is what the server has
	u.q.mu.Unlock()
	if !u.whole {
		if err := u.store(ctx); err != nil {
			return result{}, err
		}
	}
	if err := u.verifying(ctx); err != nil {
		return result{}, err
	}
	r := result{state: Done}
	name := u.at()
	if u.placed {
		name = u.w.remote
	}
	if err := u.check(ctx, name, &r); err != nil {
		return result{}, err
	}
	if name != u.w.remote {
		if err := u.place(ctx, name); err != nil {
			return result{}, err
		}
	}
	if u.placed {
		if err := u.dropOld(ctx); err != nil {
			return result{}, err
		}
	}
	u.dress(ctx)
	return r, ctx.Err()
}

// store sends what is missing. When the folder turns out to be missing it is
// made, once.
func (u *uploading) store(ctx context.Context) error {
	for again := false; ; again = true {
		if _, err := u.f.Seek(u.offset, io.SeekStart); err != nil {
			return localError("read", u.w.local, err)
		}
		r := &sourceReader{f: u.f, left: u.src.Size - u.offset}
		n, err := u.put(ctx, r)
		if r.err != nil {
			return localError("read", u.w.local, r.err)
		}
		var e *session.Error
		if errors.As(err, &e) && e.Maybe {
			u.maybe = true
		}
		missing := n == 0 && (session.KindOf(err) == session.NotFound || session.KindOf(err) == session.Denied)
		if err != nil && missing && !again && !isDead(err) {
			dir := path.Dir(u.w.remote)
			u.dirs().forget(dir)
			if u.makeDir(ctx, dir) == nil {
				continue
			}
		}
		if u.offset > 0 && session.KindOf(err) == session.Unavailable && !isDead(err) {
			u.offset = 0 // this server cannot add to a file
			u.q.advance(u.w, 0)
			continue
		}
		if err != nil {
			return err
		}
		u.sent = n
		return u.unchanged()
	}
}

// smallStorer is a session that can ask for a small file's size, and set its
// time, together with its upload.
type smallStorer interface {
	StoreSmall(ctx context.Context, path string, r io.Reader, tap session.Tap, at time.Time) (int64, *session.Arrival, error)
}

// put sends r from the offset on.
func (u *uploading) put(ctx context.Context, r io.Reader) (n int64, err error) {
	u.told = nil
	s, ok := u.s.(smallStorer)
	if !ok || u.offset > 0 || u.src.Size > overlap || !u.absent && !u.w.options.SafeUpload {
		return u.s.Store(ctx, u.at(), u.offset, r, u.tap())
	}
	var at time.Time
	if u.w.options.KeepTimes {
		at = u.src.Time
	}
	n, u.told, err = s.StoreSmall(ctx, u.at(), r, u.tap(), at)
	return n, err
}

// unchanged makes sure that one and the same file was read from end to end.
func (u *uploading) unchanged() error {
	info, err := u.f.Stat()
	if err != nil {
		return localError("read", u.w.local, err)
	}
	if !u.src.same(source{info.Size(), info.ModTime()}) {
		return errorOf(session.Unknown, "read", u.w.local, errors.New("the file was changed while it was read"))
	}
	return nil
}

// sourceReader reads the file from where it stands, as long as it was when it
// was opened, and remembers what went wrong on our side.
type sourceReader struct {
	f    *os.File
	left int64
	err  error
}

// File and Sent let the kernel send the file, where that can be.
func (s *sourceReader) File() (*os.File, int64) { return s.f, s.left }
func (s *sourceReader) Sent(n int64)            { s.left -= n }

func (s *sourceReader) Read(b []byte) (int, error) {
	if s.left <= 0 {
		return 0, io.EOF
	}
	n, err := s.f.Read(b[:min(s.left, int64(len(b)))])
	s.left -= int64(n)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// arrived gives the size at the server, and sets the file's time if that goes
// with it.
func (u *uploading) arrived(ctx context.Context, name string) (int64, error) {
	if a := u.told; a != nil {
		u.timed = a.Stamped && a.Sized == nil && !isDead(a.Timed)
		return u.sizeFor(ctx, name, a.Size, a.Sized)
	}
	s, ok := u.s.(sizer)
	if !ok || !u.w.options.KeepTimes {
		return u.remoteSize(ctx, name)
	}
	n, err, timed := s.SizeAndTime(ctx, name, u.src.Time)
	u.timed = err == nil && !isDead(timed)
	return u.sizeFor(ctx, name, n, err)
}

// check compares what is at the server with the source.
func (u *uploading) check(ctx context.Context, name string, r *result) error {
	n, err := u.arrived(ctx, name)
	switch {
	case session.KindOf(err) == session.NotFound && err != nil:
		return wrong("check", name, "the server says it arrived and does not have it")
	case err != nil:
		return err
	case n < 0 && u.offset+u.sent != u.src.Size:
		return wrong("check", name, "%d of %d bytes were sent", u.offset+u.sent, u.src.Size)
	case n < 0:
		r.check, r.note = NotCheckable, "the server does not tell sizes"
	case n != u.src.Size:
		u.scratch = n > u.src.Size
		return wrong("check", name, "%d of %d bytes are at the server", n, u.src.Size)
	default:
		r.check = SizeMatches
	}
	if u.w.options.Digest {
		algo, err := u.digest(ctx, name, u.src.Size, u.f)
		if err != nil {
			u.scratch = session.KindOf(err) == session.Protocol
			return err
		}
		if algo != "" {
			r.check, r.note = Verified, algo
		}
	}
	if u.w.options.ReadBack && r.check != Verified {
		return u.readBack(ctx, name, r)
	}
	return nil
}

// readBack reads the whole file again and compares every byte.
func (u *uploading) readBack(ctx context.Context, name string, r *result) error {
	c := &comparer{r: io.NewSectionReader(u.f, 0, u.src.Size)}
	n, err := u.s.Retrieve(ctx, name, 0, c, u.pace())
	switch {
	case c.err != nil:
		return localError("read", u.w.local, c.err)
	case errors.Is(err, errOther), err == nil && n != u.src.Size:
		u.scratch = true
		return wrong("check", name, "read again, it differs")
	case err != nil:
		return err
	}
	r.check, r.note = Verified, "read again"
	return nil
}
