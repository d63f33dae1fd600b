package transfer

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"longshore/transfer/listing"
)

// walkPart plans one folder: its files become items, its folders parts.
func (a *attempt) walkPart(ctx context.Context, p *part) error {
	switch {
	case p.depth < 0:
		return nil
	case a.w.direction == Upload:
		return a.walkUp(ctx, p)
	}
	return a.walkDown(ctx, p)
}

// walkUp reads a local folder, after seeing to its counterpart: that is
// listed once, which answers for every file in it whether it is there.
func (a *attempt) walkUp(ctx context.Context, p *part) error {
	root, err := os.OpenRoot(p.local)
	if err != nil {
		return localError("read folder", p.local, err)
	}
	defer root.Close()
	if p.info, err = root.Stat("."); err != nil {
		return localError("read folder", p.local, err)
	}
	seen, err := a.counterpart(ctx, p)
	if err != nil {
		return err
	}
	dir, err := root.Open(".")
	if err != nil {
		return localError("read folder", p.local, err)
	}
	defer dir.Close()
	b := a.batch(p)
	for err == nil {
		var es []fs.DirEntry
		es, err = dir.ReadDir(atOnce)
		for _, e := range es {
			if bad := b.up(root, e, seen); bad != nil {
				return bad
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if !isEOF(err) {
		return localError("read folder", p.local, err)
	}
	return b.plan()
}

// up takes one local name.
func (b *batch) up(root *os.Root, e fs.DirEntry, seen *dirSeen) error {
	name := e.Name()
	if strings.HasPrefix(name, ".") && strings.HasSuffix(name, partSuffix) {
		b.skipped++ // half a download
		return nil
	}
	if b.skips(name, e.IsDir()) {
		return nil
	}
	if err := listing.CheckName(name); err != nil {
		b.refuse(name, err)
		return nil
	}
	local, remote := filepath.Join(b.p.local, name), path.Join(b.p.remote, name)
	info, err := e.Info()
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		return b.upLink(root, name, seen)
	}
	switch {
	case err != nil:
		b.refuse(name, localError("read", local, err))
	case info.IsDir():
		b.folder(name, &part{local: local, remote: remote})
	case info.Mode().IsRegular():
		return b.file(find{local: local, remote: remote, size: info.Size(), time: info.ModTime(), exact: true, seen: seen.sight(name)})
	default:
		b.skipped++ // a socket or a device
	}
	return nil
}

// walkDown lists a remote folder and makes its counterpart here.
func (a *attempt) walkDown(ctx context.Context, p *part) error {
	if err := a.makeLocal(p); err != nil {
		return err
	}
	b := a.batch(p)
	names := takenNames{}
	for _, w := range a.knownIn(p) {
		names.take(filepath.Base(w.local))
	}
	report, held, err := b.list(ctx, names)
	defer held.free()
	if err != nil {
		return err
	}
	if err := b.later(ctx, held, names); err != nil {
		return err
	}
	switch {
	case report.Limited:
		b.refuse("", fmt.Errorf("its listing may have no end: it has more than %d names, and only the first %d were taken", report.Rows, min(report.Rows, soonest)))
	case report.Truncated:
		b.refuse("", fmt.Errorf("the server cut its listing after %d names", report.Rows))
	}
	if report.Unreadable > 0 {
		b.refuse("", fmt.Errorf("%d lines of the listing could not be read", report.Unreadable))
	}
	return b.plan()
}

// list takes the rows as they come, so that files start before the listing
// ends: the first of them, since a listing without end must not fill the queue.
// The others are kept small until the end, and are forgotten if none comes
// while there is room for them; links too wait, for to tell what they are needs the session.
func (b *batch) list(ctx context.Context, names takenNames) (report listing.Report, held *shelf, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var bad error
	rows := 0
	held = &shelf{all: &b.a.q.shelved}
	report, err = b.a.listLong(ctx, b.p.remote, func() bool { return !held.full() }, func(es []listing.Entry) {
		for i := range es {
			switch rows++; {
			case bad != nil:
			case rows > soonest || es[i].Type == listing.Link:
				held.put(&es[i], rows > soonest)
			default:
				bad = b.down(es[i], names)
			}
		}
		if bad == nil {
			bad = b.plan()
		}
		if bad != nil {
			stop()
		}
	})
	if bad != nil {
		err = bad
	}
	if report.Limited {
		held.dropLate()
	}
	return report, held, err
}

// longLister is what a Server may have besides, for folders of more names than
// a List gives; *session.Session does.
type longLister interface {
	ListLong(ctx context.Context, dir string, more func() bool, rows func([]listing.Entry)) (listing.Report, error)
}

func (a *attempt) listLong(ctx context.Context, dir string, more func() bool, rows func([]listing.Entry)) (listing.Report, error) {
	if s, ok := a.s.(longLister); ok {
		return s.ListLong(ctx, dir, more, rows)
	}
	return a.s.List(ctx, dir, rows)
}

// later takes what was held back.
func (b *batch) later(ctx context.Context, held *shelf, names takenNames) error {
	return held.each(func(e listing.Entry) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if e.Type == listing.Link {
			return b.a.downLink(ctx, b, e, names)
		}
		return b.down(e, names)
	})
}

// knownIn lists what became an item of this folder in an earlier attempt.
func (a *attempt) knownIn(p *part) []*work {
	a.q.mu.Lock()
	defer a.q.mu.Unlock()
	var ws []*work
	if k := a.w.walk; k != nil {
		for remote, w := range k.known {
			if path.Dir(remote) == p.remote {
				ws = append(ws, w)
			}
		}
	}
	return ws
}

// down takes one row of a listing. What may not become a local name is
// refused and named.
func (b *batch) down(e listing.Entry, names takenNames) error {
	if err := listing.CheckName(e.Raw); err != nil {
		b.refuse(e.Raw, err)
		return nil
	}
	if b.skips(e.Raw, e.Type == listing.Dir) {
		return nil
	}
	remote := path.Join(b.p.remote, e.Raw)
	local, err := b.localName(e, remote, names)
	if err != nil {
		b.refuse(e.Raw, err)
		return nil
	}
	switch e.Type {
	case listing.Dir:
		for o := b.p; o != nil; o = o.above {
			if e.Unique != "" && o.unique == e.Unique {
				b.refuse(e.Raw, fmt.Errorf("it is a folder above it once more"))
				return nil
			}
		}
		b.folder(e.Raw, &part{local: local, remote: remote, unique: e.Unique})
	case listing.File:
		return b.file(find{local: local, remote: remote, size: e.Size, time: e.Time, exact: e.Exact})
	default:
		b.skipped++
	}
	return nil
}

// localName gives a row its path here. Names that this file system cannot
// tell apart get a number.
func (b *batch) localName(e listing.Entry, remote string, names takenNames) (string, error) {
	name := e.Name
	if name == "" {
		name = e.Raw
	}
	if err := listing.CheckName(name); err != nil {
		return "", err
	}
	b.a.q.mu.Lock()
	if k := b.a.w.walk; k != nil && k.known[remote] != nil {
		local := k.known[remote].local
		b.a.q.mu.Unlock()
		return local, nil
	}
	b.a.q.mu.Unlock()
	name, _ = listing.LocalName(name, runtime.GOOS == "windows")
	return filepath.Join(b.p.local, names.free(name)), nil
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
