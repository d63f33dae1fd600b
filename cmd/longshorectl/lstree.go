package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"path"
	"strings"
	"time"

	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// sizeWidth is the column of sizes where rows are printed before all are known.
const sizeWidth = 12

// treeSessions share a tree where --sessions does not say how many.
const treeSessions = 8

// listTree prints a folder and all below it, in the order in which they come:
// each row with its path below the place. With --name only the rows whose name
// fits, which makes it a search.
func listTree(ctx context.Context, p *program, a place) error {
	t := &treeLister{p: p, a: a, out: bufio.NewWriterSize(p.console.out, 64<<10), flushed: time.Now(),
		liner: liner{width: sizeWidth}}
	tree := session.Tree{Root: a.path, Sessions: cmp.Or(p.options.sessions, treeSessions), Rows: t.rows, End: t.end, Enter: t.enters}
	err := p.leasing(ctx, a.target, func(lease func(context.Context) (*session.Session, error), release func(*session.Session, error)) error {
		tree.Lease, tree.Release = lease, release
		return tree.Walk(ctx)
	})
	p.report.lines(func(io.Writer) { err = errors.Join(err, t.out.Flush()) })
	switch {
	case err != nil:
		return err
	case t.unlisted != nil:
		return p.with(ctx, a.target, func(s *session.Session) error { return p.listFile(ctx, s, a, t.unlisted) })
	case t.failed > 0:
		return errSome
	}
	return nil
}

// treeLister prints what a Tree tells, one call at a time.
type treeLister struct {
	p        *program
	a        place
	out      *bufio.Writer
	flushed  time.Time
	liner    liner
	failed   int
	unlisted error // why the place itself could not be listed: it may be a file
}

// flushEach is how long rows wait for more to be written with them.
const flushEach = 100 * time.Millisecond

func (t *treeLister) hides(e *listing.Entry) bool {
	return !t.p.options.all && strings.HasPrefix(e.Raw, ".")
}

func (t *treeLister) enters(_ string, e listing.Entry) bool { return !t.hides(&e) }

// shown chooses the rows to print.
func (t *treeLister) shown(e listing.Entry) bool {
	if t.hides(&e) {
		return false
	}
	if t.p.options.name == "" {
		return true
	}
	fits, _ := path.Match(t.p.options.name, e.Name) // settle has tried the pattern
	return fits
}

func (t *treeLister) rows(dir string, rows []listing.Entry) {
	at := t.a
	at.path = dir
	below := strings.TrimPrefix(strings.TrimPrefix(dir, strings.TrimSuffix(t.a.path, "/")), "/")
	if below != "" {
		below += "/"
	}
	t.p.report.lines(func(io.Writer) {
		for i := range rows {
			e := &rows[i]
			if !t.shown(*e) {
				continue
			}
			if t.p.options.json {
				row := rowOf(at, *e)
				row.Path = below + e.Name
				writeJSON(t.out, row)
				continue
			}
			row := rowFor(e)
			row.name = below + e.Name
			t.out.Write(t.liner.line(&row))
		}
		if time.Since(t.flushed) > flushEach {
			t.out.Flush() // an error stays until the last Flush
			t.flushed = time.Now()
		}
	})
}

// end names what a folder did not show.
func (t *treeLister) end(dir string, report listing.Report, err error) {
	at := t.a
	at.path = dir
	switch {
	case err != nil && dir == t.a.path:
		t.unlisted = err
	case err != nil:
		t.failed++
		t.p.failed(at.String(), err)
	}
	if bad := t.p.listedAs(at.String()+": ", report); bad != nil {
		t.failed++
	}
}

// leasing runs f with the means to have sessions that show hidden names if
// they are wanted, as listing does for one.
func (p *program) leasing(ctx context.Context, t session.Target, f func(func(context.Context) (*session.Session, error), func(*session.Session, error)) error) error {
	first, err := p.connect(ctx, t)
	if err != nil {
		return err
	}
	if p.options.all && t.List == session.ListAuto && first.Info().ListMode == session.ListLIST {
		p.pool.Release(first, nil)
		t.List = session.ListAll
		return f(func(ctx context.Context) (*session.Session, error) {
			s, err := session.Open(ctx, t, p.env)
			if err != nil {
				return nil, &connectError{t, err}
			}
			return s, nil
		}, func(s *session.Session, _ error) { s.Close() })
	}
	p.pool.Release(first, nil)
	return f(func(ctx context.Context) (*session.Session, error) { return p.connect(ctx, t) }, p.pool.Release)
}
