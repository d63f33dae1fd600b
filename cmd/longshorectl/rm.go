package main

import (
	"context"
	"errors"

	"longshore/transfer"
	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// remove deletes files, links and, with -r, folders with all they hold. Links
// are never followed.
func remove(ctx context.Context, p *program, args []string) error {
	places, err := p.places(args)
	if err != nil {
		return err
	}
	j := job{}
	for _, a := range places {
		if a.path == "/" {
			return usage("%s is everything on the server; name what is to be deleted", a)
		}
		r := transfer.Request{Direction: transfer.Remove, Target: a.target, Remote: a.path, Size: -1, Options: p.optionsFor(a)}
		err := p.with(ctx, a.target, func(s *session.Session) error {
			e, err := s.Stat(ctx, a.path)
			r.Folder = e.Type == listing.Dir
			return err
		})
		if _, ok := errors.AsType[*connectError](err); ok || ctx.Err() != nil {
			return err
		}
		if err == nil && r.Folder && !p.options.recursive {
			err = errNeedsRecursive
		}
		if err != nil {
			p.failed(a.String(), err)
			j.failed++
			continue
		}
		j.requests = append(j.requests, r)
	}
	return p.transfer(ctx, j)
}
