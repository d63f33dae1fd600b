package transfer

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"path"
	"sort"
	"strings"
	"sync"
	"syscall"
	"time"

	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// fake is a server in memory that lends sessions to itself. Its hooks make
// things go wrong; mu guards all.
type fake struct {
	mu      sync.Mutex
	files   map[string]*fakeFile
	folders map[string]bool
	calls   []string                            // "STOR /a", …
	out     int                                 // sessions out
	most    int                                 // the most there ever were
	refuse  func(n int, t session.Target) error // for the nth Lease, from 1
	leases  int
	fail    func(op, path string, n int) error // before the nth call of op on path
	counts  map[string]int
	lag     time.Duration // before each listing
	login   time.Duration // before a session is had
	chunk   int           // bytes moved at a time; 0: 64 KiB
	pace    time.Duration // after each chunk
	cut     func(op, path string, moved int64) error
}

type fakeFile struct {
	data []byte
	time time.Time
}

func newFake() *fake {
	return &fake{files: map[string]*fakeFile{}, folders: map[string]bool{"/": true}, counts: map[string]int{}}
}

func (f *fake) Lease(ctx context.Context, t session.Target) (Server, error) {
	if f.login > 0 {
		select {
		case <-time.After(f.login):
		case <-ctx.Done():
			return nil, &session.Error{Kind: session.Cancelled, Step: "dial", Err: ctx.Err()}
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.leases++
	if f.refuse != nil {
		if err := f.refuse(f.leases, t); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, &session.Error{Kind: session.Cancelled, Step: "dial", Err: err}
	}
	f.out++
	f.most = max(f.most, f.out)
	return f, nil
}

func (f *fake) Release(Server, error) {
	f.mu.Lock()
	f.out--
	f.mu.Unlock()
}

// call notes a call and asks the hook.
func (f *fake) call(ctx context.Context, op, p string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, op+" "+p)
	f.counts[op+" "+p]++
	if err := ctx.Err(); err != nil {
		return &session.Error{Kind: session.Cancelled, Step: op, Path: p, Err: err}
	}
	if f.fail != nil {
		return f.fail(op, p, f.counts[op+" "+p])
	}
	return nil
}

// now is how many sessions are out.
func (f *fake) now() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.out
}

func (f *fake) count(prefix string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.calls {
		if strings.HasPrefix(c, prefix) {
			n++
		}
	}
	return n
}

// at gives the mutable file with the lock held by the caller's turn.
func (f *fake) get(p string) ([]byte, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if o := f.files[p]; o != nil {
		return bytes.Clone(o.data), true
	}
	return nil, false
}

func (f *fake) put(p string, data []byte, when time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.files[p] = &fakeFile{bytes.Clone(data), when}
	for d := path.Dir(p); !f.folders[d]; d = path.Dir(d) {
		f.folders[d] = true
	}
}

func reply(kind session.Kind, op, p string, code int) error {
	return &session.Error{Kind: kind, Step: op, Path: p, Code: code, Text: "no"}
}

func missingAt(op, p string) error { return reply(session.NotFound, op, p, 550) }

// lost is a connection that broke.
func lost(op, p string, maybe bool) error {
	return &session.Error{Kind: session.Network, Step: op, Path: p, Dead: true, Maybe: maybe, Err: syscall.ECONNRESET}
}

func (f *fake) List(ctx context.Context, dir string, rows func([]listing.Entry)) (listing.Report, error) {
	time.Sleep(f.lag)
	if err := f.call(ctx, "LIST", dir); err != nil {
		return listing.Report{}, err
	}
	f.mu.Lock()
	if !f.folders[dir] {
		f.mu.Unlock()
		return listing.Report{}, missingAt("list", dir)
	}
	var es []listing.Entry
	for p, o := range f.files {
		if path.Dir(p) == dir {
			es = append(es, listing.Entry{Raw: path.Base(p), Name: path.Base(p), Size: int64(len(o.data)), Time: o.time, Exact: true})
		}
	}
	for p := range f.folders {
		if p != "/" && path.Dir(p) == dir {
			es = append(es, listing.Entry{Raw: path.Base(p), Name: path.Base(p), Type: listing.Dir, Size: -1, Unique: p})
		}
	}
	f.mu.Unlock()
	sort.Slice(es, func(i, j int) bool { return es[i].Raw < es[j].Raw })
	rows(es)
	return listing.Report{Rows: len(es)}, nil
}

func (f *fake) Stat(ctx context.Context, p string) (listing.Entry, error) {
	if err := f.call(ctx, "STAT", p); err != nil {
		return listing.Entry{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if o := f.files[p]; o != nil {
		return listing.Entry{Raw: path.Base(p), Name: path.Base(p), Size: int64(len(o.data)), Time: o.time, Exact: true}, nil
	}
	if f.folders[p] {
		return listing.Entry{Raw: path.Base(p), Name: path.Base(p), Type: listing.Dir, Size: -1}, nil
	}
	return listing.Entry{}, missingAt("stat", p)
}

func (f *fake) Size(ctx context.Context, p string) (int64, error) {
	if err := f.call(ctx, "SIZE", p); err != nil {
		return 0, err
	}
	b, ok := f.get(p)
	if !ok {
		return 0, missingAt("size", p)
	}
	return int64(len(b)), nil
}

// move copies in chunks, at the pace, until something cuts it.
func (f *fake) move(ctx context.Context, op, p string, w io.Writer, r io.Reader, tap session.Tap) (int64, error) {
	chunk := f.chunk
	if chunk == 0 {
		chunk = 64 << 10
	}
	buf, n := make([]byte, chunk), int64(0)
	for {
		if f.pace > 0 {
			select {
			case <-time.After(f.pace):
			case <-ctx.Done():
			}
		}
		if ctx.Err() != nil {
			return n, &session.Error{Kind: session.Cancelled, Step: op, Path: p, Err: ctx.Err()}
		}
		if f.cut != nil {
			if err := f.cut(op, p, n); err != nil {
				if err == io.EOF {
					return n, nil
				}
				return n, err
			}
		}
		m, err := r.Read(buf)
		if m > 0 {
			if tap.Wait != nil {
				if err := tap.Wait(ctx, m); err != nil {
					return n, &session.Error{Kind: session.Cancelled, Step: op, Path: p, Err: err}
				}
			}
			if _, werr := w.Write(buf[:m]); werr != nil {
				return n, &session.Error{Kind: session.Local, Step: op, Path: p, Err: werr}
			}
			n += int64(m)
			if tap.Moved != nil {
				tap.Moved(m)
			}
		}
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, &session.Error{Kind: session.Local, Step: op, Path: p, Err: err}
		}
	}
}

func (f *fake) Retrieve(ctx context.Context, p string, offset int64, w io.Writer, tap session.Tap) (int64, error) {
	if err := f.call(ctx, "RETR", p); err != nil {
		return 0, err
	}
	b, ok := f.get(p)
	if !ok {
		return 0, missingAt("retrieve", p)
	}
	return f.move(ctx, "RETR", p, w, bytes.NewReader(b[min(offset, int64(len(b))):]), tap)
}

// appender writes to a file as bytes come.
type appender struct {
	f *fake
	p string
}

func (a appender) Write(b []byte) (int, error) {
	a.f.mu.Lock()
	defer a.f.mu.Unlock()
	o := a.f.files[a.p]
	o.data = append(o.data, b...)
	o.time = time.Now()
	return len(b), nil
}

func (f *fake) Store(ctx context.Context, p string, offset int64, r io.Reader, tap session.Tap) (int64, error) {
	if err := f.call(ctx, "STOR", p); err != nil {
		return 0, err
	}
	f.mu.Lock()
	if !f.folders[path.Dir(p)] {
		f.mu.Unlock()
		return 0, missingAt("store", p)
	}
	o := f.files[p]
	if offset > 0 && (o == nil || int64(len(o.data)) != offset) {
		f.mu.Unlock()
		return 0, reply(session.Protocol, "store", p, 0)
	}
	if o == nil || offset == 0 {
		f.files[p] = &fakeFile{time: time.Now()}
	}
	f.mu.Unlock()
	n, err := f.move(ctx, "STOR", p, appender{f, p}, r, tap)
	if err != nil {
		return n, err
	}
	return n, f.call(ctx, "226", p)
}

func (f *fake) MakeDir(ctx context.Context, p string) error { return f.MakeDirAll(ctx, p) }

func (f *fake) MakeDirAll(ctx context.Context, p string) error {
	if err := f.call(ctx, "MKD", p); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for d := p; !f.folders[d]; d = path.Dir(d) {
		f.folders[d] = true
	}
	return nil
}

func (f *fake) RemoveDir(ctx context.Context, p string) error {
	if err := f.call(ctx, "RMD", p); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for o := range f.files {
		if strings.HasPrefix(o, p+"/") {
			return reply(session.Denied, "rmdir", p, 550)
		}
	}
	delete(f.folders, p)
	return nil
}

func (f *fake) Delete(ctx context.Context, p string) error {
	if err := f.call(ctx, "DELE", p); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.files[p] == nil {
		if f.folders[p] {
			return reply(session.Denied, "delete", p, 550)
		}
		return missingAt("delete", p)
	}
	delete(f.files, p)
	return nil
}

func (f *fake) Rename(ctx context.Context, from, to string) error {
	if err := f.call(ctx, "RNTO", to); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.files[from] == nil {
		return missingAt("rename", from)
	}
	f.files[to] = f.files[from]
	delete(f.files, from)
	return nil
}

func (f *fake) Chmod(ctx context.Context, p string, _ fs.FileMode) error {
	return f.call(ctx, "CHMOD", p)
}

func (f *fake) SetTime(ctx context.Context, p string, t time.Time) error {
	if err := f.call(ctx, "MFMT", p); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if o := f.files[p]; o != nil {
		o.time = t
	}
	return nil
}

func (f *fake) Digest(ctx context.Context, p, algo string, from, to int64) (string, error) {
	return "", reply(session.Unavailable, "digest", p, 502)
}

func (f *fake) Digests() []string { return nil }
