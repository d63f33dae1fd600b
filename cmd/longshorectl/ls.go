package main

import (
	"context"
	"runtime/debug"
	"slices"
	"strings"

	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// fewCollections is for a folder's rows: they come in a moment, are bounded in
// number and all needed, so to look for garbage among them seven times, which
// takes a tenth of the time, finds little.
const fewCollections = 400 // percent

// list prints a folder, sorted by name; with --json the rows come as the
// server sends them, and so they do of a whole tree. A file is a list of itself.
func list(ctx context.Context, p *program, args []string) error {
	a, err := p.place(args[0])
	if err != nil {
		return err
	}
	if p.options.tree || p.options.name != "" {
		return listTree(ctx, p, a)
	}
	defer debug.SetGCPercent(debug.SetGCPercent(fewCollections))
	var rows rows
	var report listing.Report
	err = p.listing(ctx, a.target, func(s *session.Session) error {
		report, err = s.List(ctx, a.path, func(batch []listing.Entry) {
			batch = slices.DeleteFunc(batch, func(e listing.Entry) bool { return !p.options.all && strings.HasPrefix(e.Raw, ".") })
			if !p.options.json {
				rows.add(batch)
				return
			}
			for _, e := range batch {
				p.report.json(rowOf(a, e))
			}
		})
		if err != nil && rows.none() {
			return p.listFile(ctx, s, a, err)
		}
		return err
	})
	p.table(&rows)
	if err != nil {
		return err
	}
	return p.listed(report)
}

// listing runs f with a session that shows hidden names if they are wanted:
// MLSD shows them by itself, LIST needs -a.
func (p *program) listing(ctx context.Context, t session.Target, f func(*session.Session) error) error {
	hidden := true
	err := p.with(ctx, t, func(s *session.Session) error {
		if hidden = !p.options.all || t.List != session.ListAuto || s.Info().ListMode != session.ListLIST; !hidden {
			return nil
		}
		return f(s)
	})
	if err != nil || hidden {
		return err
	}
	t.List = session.ListAll
	s, err := session.Open(ctx, t, p.env) // a session of its own: the pool's lists as before
	if err != nil {
		return &connectError{t, err}
	}
	defer s.Close()
	return f(s)
}

// listFile prints the one row of a place that is a file. If it is none, the
// listing's own error stands.
func (p *program) listFile(ctx context.Context, s *session.Session, a place, failed error) error {
	if s.Dead() || a.path == "/" || ctx.Err() != nil {
		return failed
	}
	e, err := s.Stat(ctx, a.path)
	if err != nil || e.Type == listing.Dir {
		return failed
	}
	e.Raw, e.Name = a.base(), a.base()
	if p.options.json {
		row := rowOf(a, e)
		row.URL = a.String()
		p.report.json(row)
		return nil
	}
	var rows rows
	rows.add([]listing.Entry{e})
	p.table(&rows)
	return nil
}

// listed warns of what the listing did not show.
func (p *program) listed(r listing.Report) error { return p.listedAs("", r) }

// listedAs is listed with the folder in front.
func (p *program) listedAs(folder string, r listing.Report) error {
	if r.Unreadable > 0 {
		p.warn("%s%s could not be read, as %s", listing.Escape(folder), plural(r.Unreadable, "line"), strings.Join(r.Samples[:min(len(r.Samples), 3)], "; "))
	}
	if r.Truncated {
		p.warn("%sthe listing was cut: there is more than these %s", listing.Escape(folder), plural(r.Rows, "row"))
		return errSome
	}
	return nil
}
