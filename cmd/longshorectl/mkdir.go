package main

import (
	"context"

	"longshore/transfer/session"
)

// makeDir makes folders; with -p those above too, and one that is there
// already is no error.
func makeDir(ctx context.Context, p *program, args []string) error {
	return p.each(ctx, "mkdir", args, func(s *session.Session, a place) error {
		if p.options.parents {
			return s.MakeDirAll(ctx, a.path)
		}
		return s.MakeDir(ctx, a.path)
	})
}

// each does something at the server for each of the places. What fails is
// named, and the rest goes on.
func (p *program) each(ctx context.Context, command string, args []string, do func(*session.Session, place) error) error {
	places, err := p.places(args)
	if err != nil {
		return err
	}
	failed := false
	for _, a := range places {
		err := p.with(ctx, a.target, func(s *session.Session) error { return do(s, a) })
		if statusOf(err) == exitConnect || ctx.Err() != nil {
			return err
		}
		if err != nil {
			p.failed(a.String(), err)
			failed = true
			continue
		}
		p.did(command, a)
	}
	if failed {
		return errSome
	}
	return nil
}

// did tells that a command was carried out; people take silence for it.
func (p *program) did(command string, a place) {
	if p.options.json {
		p.report.json(doneEvent{"done", command, a.String()})
	}
}
