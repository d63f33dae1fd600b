package transfer

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// download moves one remote file here: decide, go on or begin, receive,
// compare, rename.
func (a *attempt) download(ctx context.Context) (result, error) {
	w := a.w
	d := &downloading{attempt: a}
	if err := d.source(ctx); err != nil {
		return result{}, err
	}
	var err error
	if d.place, err = a.desk.place(w, w.local); err != nil {
		return result{}, err
	}
	if len(d.spans) > 0 {
		d.part = holedName(d.name, d.ident)
	}
	switch own := w.began.same(d.src) && !a.scratch; {
	case w.began == nil:
		r, err := d.decide(ctx)
		if err != nil || r.state != Running {
			return r, err
		}
	case own && d.inPlace():
		return result{state: Done, check: SizeMatches, folder: d.desk.folder()}, nil
	default:
		d.resume = own
	}
	free, err := a.claim(localKey(filepath.Join(d.desk.dir, d.name)))
	if err != nil {
		return result{}, err
	}
	defer free()
	d.findPieces()
	a.begin(d.src)
	a.scratch = false
	return d.receive(ctx)
}

// downloading is a download with its place open.
type downloading struct {
	*attempt
	place
	src    source
	mode   fs.FileMode
	resume bool // a partial file may be gone on from
	holed  bool // which has holes
	pieces pieces
	dated  bool      // src.Time is not exact, and comes with the bytes
	stamp  time.Time // what came
}

// statAbove is the size from which a time that is not exact is asked for: to
// know the source again before going on from the middle.
const statAbove = 1 << 20

// source finds the size and time of the remote file: from the listing if that
// is fresh and will do, else by asking.
func (d *downloading) source(ctx context.Context) error {
	w := d.w
	vague := !w.exact && (w.options.KeepTimes || w.size > statAbove)
	d.src = source{w.size, w.modTime}
	if d.fresh && w.began == nil && !w.options.KeepMode && (!vague || d.small() != nil) && w.size >= 0 && d.attempts == 0 {
		d.dated = vague
		return nil
	}
	return d.ask(ctx)
}

// ask asks the server for the size and time.
func (d *downloading) ask(ctx context.Context) error {
	w := d.w
	d.dated = false
	e, err := d.s.Stat(ctx, w.remote)
	switch session.KindOf(err) {
	case session.Unavailable: // neither SIZE nor MLST nor a listing
		d.src = source{-1, w.modTime}
		return nil
	}
	if err != nil {
		return err
	}
	if e.Type == listing.Dir {
		return errorOf(session.Denied, "retrieve", w.remote, errors.New("it is a folder"))
	}
	if e.Time.IsZero() {
		e.Time, e.Exact = w.modTime, w.exact
	}
	if e.HasMode {
		d.mode = e.Mode.Perm()
	}
	d.src = source{e.Size, e.Time}
	d.saw(d.src, e.Exact)
	return nil
}

// decide looks at the target and does what the rule says. Running means that
// the file is to be fetched.
func (d *downloading) decide(ctx context.Context) (result, error) {
	target, err := d.sightOf(d.name)
	if err != nil {
		return result{}, localError("look at", d.w.local, err)
	}
	if d.dated && (target.exists || d.policy() == Resume) {
		if err := d.ask(ctx); err != nil {
			return result{}, err
		}
	}
	from := sight{exists: true, size: d.src.Size, time: d.src.Time, exact: d.w.exact}
	policy := d.policy()
	d.resume = policy == Resume && d.partFits()
	v, why := decide(policy, from, target)
	switch v {
	case skip:
		return result{state: Skipped, note: why}, nil
	case refuse:
		return result{}, errorOf(session.Denied, "write", d.w.local, errors.New(why))
	case inquire:
		return result{state: Asking, question: question(d.w, from, target), policy: policy}, nil
	case elsewhere:
		return result{state: Running}, d.rename()
	case goOn:
		return d.adopt(from, target)
	}
	return result{state: Running}, nil
}

// partFits reports whether a partial file of an earlier run may be of this
// source: not longer, and not older than the source.
func (d *downloading) partFits() bool {
	p, err := d.sightOf(d.part)
	return err == nil && p.exists && !p.folder && d.src.Size >= 0 && p.size <= d.src.Size &&
		!p.time.Before(d.src.Time.Add(-slackOf(d.w.exact)))
}

// adopt goes on from a target that another program left half done: its bytes
// are copied to the partial file, so that the target stays as it is until the
// end, and their end is compared like any other.
func (d *downloading) adopt(from, target sight) (result, error) {
	if d.resume {
		return result{state: Running}, nil // our own partial file is there
	}
	in, err := d.root.Open(d.name)
	if err != nil {
		return result{}, localError("open", d.w.local, err)
	}
	defer in.Close()
	d.root.Remove(d.part)
	out, err := d.root.OpenFile(d.part, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o666)
	if err != nil {
		return result{}, localError("write", d.w.local, err)
	}
	if _, err = io.Copy(out, in); err == nil {
		err = out.Close()
	} else {
		out.Close()
	}
	d.resume = true
	return result{state: Running}, localError("write", d.w.local, err)
}

// rename finds a name that is free here.
func (d *downloading) rename() error {
	dir, base := filepath.Dir(d.w.local), filepath.Base(d.w.local)
	for n := 2; ; n++ {
		name := numbered(base, n)
		s, err := d.sightOf(filepath.Join(filepath.Dir(d.name), name))
		if err != nil {
			return localError("look at", dir, err)
		}
		if s.exists {
			continue
		}
		d.name = filepath.Join(filepath.Dir(d.name), name)
		d.part = filepath.Join(filepath.Dir(d.name), partName(name))
		d.mark(func(w *work) { w.local, w.renamed = filepath.Join(dir, name), true })
		return nil
	}
}

// inPlace reports whether an earlier run got as far as the renaming: the
// program ended before it could be written down.
func (d *downloading) inPlace() bool {
	if !d.placing {
		return false
	}
	part, err := d.sightOf(d.part)
	if err != nil || part.exists {
		return false
	}
	s, err := d.sightOf(d.name)
	if err != nil || !s.exists || s.size != d.src.Size {
		return false
	}
	d.q.advance(d.w, s.size)
	return true
}

// receive fetches what is missing into the partial file and puts it in place.
func (d *downloading) receive(ctx context.Context) (result, error) {
	f, offset, err := d.open()
	if err != nil {
		return result{}, localError("write", d.w.local, err)
	}
	defer f.Close()
	if err := d.room(offset); err != nil {
		d.dropEmpty(f)
		return result{}, err
	}
	err = d.bytes(ctx, f, offset)
	if d.holed && ctx.Err() == nil && noGood(err) {
		d.scratch, d.alone = true, true
		err = wrong("retrieve", d.w.remote, "in pieces: %w", err)
	} else if errors.Is(err, errOther) && ctx.Err() == nil { // the partial file is of something else
		if err = f.Truncate(0); err == nil {
			_, err = f.Seek(0, io.SeekStart)
		}
		if err != nil {
			return result{}, localError("write", d.w.local, err)
		}
		if d.gone(ctx) {
			return result{}, wrong("retrieve", d.w.remote, "%w", errOther)
		}
		err = d.fetch(ctx, f, 0)
	}
	if err != nil {
		d.dropEmpty(f)
		return result{}, err
	}
	if err := d.verifying(ctx); err != nil {
		return result{}, err
	}
	r := result{state: Done}
	if err := d.check(ctx, f, &r); err != nil {
		return result{}, err
	}
	if err := d.put(f); err != nil {
		return result{}, err
	}
	r.folder = d.desk.folder()
	return r, nil
}

// bytes fetches what is missing, from offset on or in pieces.
func (d *downloading) bytes(ctx context.Context, f *os.File, offset int64) error {
	switch {
	case d.holed:
		return d.segments(ctx, f, d.pieces)
	case d.segmentable():
		return d.segments(ctx, f, pieces{{at: offset, to: d.src.Size}})
	}
	return d.fetch(ctx, f, offset)
}

// dropEmpty takes a partial file away that holds nothing: no attempt can go on
// from it, and a refused download leaves nothing behind.
func (d *downloading) dropEmpty(f *os.File) {
	if info, err := f.Stat(); err == nil && info.Size() == 0 {
		f.Close()
		d.root.Remove(d.part)
	}
}

// gone reports whether the session did not outlive a transfer that we cut.
func (d *downloading) gone(ctx context.Context) bool {
	type dier interface{ Dead() bool }
	s, ok := d.s.(dier)
	return ok && s.Dead()
}

// open opens the partial file, which is never a link, and tells where to go
// on.
func (d *downloading) open() (*os.File, int64, error) {
	if d.holed {
		f, err := d.root.OpenFile(d.part, os.O_RDWR, 0)
		return f, d.pieces.here(), err
	}
	if !d.resume { // mostly there is nothing
		f, err := d.root.OpenFile(d.part, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, 0, err
		}
	}
	info, err := d.root.Lstat(d.part)
	if err == nil && !info.Mode().IsRegular() {
		if err := d.root.Remove(d.part); err != nil {
			return nil, 0, err
		}
	}
	flag := os.O_RDWR | os.O_CREATE
	if !d.resume {
		flag |= os.O_TRUNC
	}
	f, err := d.root.OpenFile(d.part, flag, 0o666)
	if err != nil {
		return nil, 0, err
	}
	info, err = f.Stat()
	if err == nil && d.src.Size >= 0 && info.Size() > d.src.Size {
		err = f.Truncate(0)
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	if d.src.Size >= 0 && info.Size() > d.src.Size {
		return f, 0, nil
	}
	return f, info.Size(), nil
}

// fetch receives from offset on. The last 64 KiB before it come once more and
// must be what is there.
func (d *downloading) fetch(ctx context.Context, f *os.File, offset int64) error {
	from := max(0, offset-overlap)
	if offset > 0 {
		if _, err := f.Seek(offset, io.SeekStart); err != nil {
			return localError("write", d.w.local, err)
		}
	}
	d.q.advance(d.w, from)
	w := &tailWriter{known: io.NewSectionReader(f, from, offset-from), left: offset - from, f: f}
	err := d.retrieve(ctx, from, w)
	switch {
	case w.other:
		return errOther
	case w.err != nil:
		return localError("write", d.w.local, w.err)
	case err == nil && w.left > 0:
		return errOther // the server sent less than was there
	}
	return err
}

// smaller is a session that has a shorter way for small files.
type smaller interface {
	RetrieveSmall(ctx context.Context, path string, w io.Writer, tap session.Tap, dated bool) (int64, time.Time, error)
}

// small is that, for the first attempt at a file that is small; else nil.
func (d *downloading) small() smaller {
	if d.src.Size < 0 || d.src.Size > session.SmallFile || d.attempts > 0 {
		return nil
	}
	s, _ := d.s.(smaller)
	return s
}

func (d *downloading) retrieve(ctx context.Context, from int64, w io.Writer) (err error) {
	if s := d.small(); s != nil && from == 0 {
		_, d.stamp, err = s.RetrieveSmall(ctx, d.w.remote, w, d.tap(), d.dated)
		return err
	}
	_, err = d.s.Retrieve(ctx, d.w.remote, from, w, d.tap())
	return err
}

// tailWriter compares the first bytes it gets with those that are there, and
// writes the rest.
type tailWriter struct {
	known io.Reader
	left  int64
	f     *os.File
	other bool  // the comparison failed
	err   error // reading or writing here failed
}

func (t *tailWriter) Write(b []byte) (int, error) {
	n := int(min(t.left, int64(len(b))))
	if n > 0 {
		c := comparer{r: t.known}
		if _, err := c.Write(b[:n]); err != nil {
			t.other, t.err = c.err == nil, c.err
			return 0, err
		}
		t.left -= int64(n)
	}
	m, err := t.f.Write(b[n:])
	if err != nil {
		t.err = err
	}
	return n + m, err
}

// check compares what is here with what the server has.
func (d *downloading) check(ctx context.Context, f *os.File, r *result) error {
	if err := f.Sync(); err != nil {
		return localError("write", d.w.local, err)
	}
	info, err := f.Stat()
	if err != nil {
		return localError("write", d.w.local, err)
	}
	want := d.src.Size
	if want < 0 {
		if want, err = d.remoteSize(ctx, d.w.remote); err != nil {
			return err
		}
	}
	switch {
	case want < 0:
		r.check, r.note = NotCheckable, "the server does not tell sizes"
	case info.Size() != want:
		return wrong("check", d.w.remote, "%d of %d bytes arrived", info.Size(), want)
	default:
		r.check = SizeMatches
	}
	if d.holed {
		if err := d.unchanged(ctx); err != nil {
			return err
		}
	}
	if d.w.options.Digest || d.holed {
		algo, err := d.digest(ctx, d.w.remote, info.Size(), f)
		other := session.KindOf(err) == session.Protocol && !isDead(err)
		if other || err != nil && d.w.options.Digest {
			d.scratch = session.KindOf(err) == session.Protocol
			d.alone = d.alone || d.holed && other
			return err
		}
		if algo != "" {
			r.check, r.note = Verified, algo
		}
	}
	return nil
}

// put gives the partial file its time, permissions and name.
func (d *downloading) put(f *os.File) error {
	if d.w.options.KeepMode && d.mode != 0 {
		f.Chmod(d.mode)
	}
	if err := f.Close(); err != nil {
		return localError("write", d.w.local, err)
	}
	if !d.stamp.IsZero() {
		d.src.Time = d.stamp
	}
	if d.w.options.KeepTimes && !d.src.Time.IsZero() {
		d.root.Chtimes(d.part, time.Time{}, d.src.Time)
	}
	d.mark(func(w *work) {
		w.placing = true
		if !d.stamp.IsZero() {
			w.began, w.modTime, w.exact = &source{d.src.Size, d.stamp}, d.stamp, true
		}
	})
	if err := d.root.Rename(d.part, d.name); err != nil {
		return localError("rename", d.w.local, err)
	}
	return nil
}
