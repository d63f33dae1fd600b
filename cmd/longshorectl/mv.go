package main

import (
	"context"
	"errors"
	"path"

	"longshore/transfer"
	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// move renames at the server, or moves into a folder that is there. Most
// servers overwrite without a word, so a file that is there is refused, but for
// --exists overwrite and skip.
func move(ctx context.Context, p *program, args []string) error {
	places, err := p.places(args)
	if err != nil {
		return err
	}
	from, to := places[0], places[1]
	if err := sameServer(from, to); err != nil {
		return err
	}
	if from.path == "/" {
		return usage("%s cannot be moved", from)
	}
	err = p.with(ctx, from.target, func(s *session.Session) error {
		goal, there, err := moveTo(ctx, s, from, to)
		switch {
		case err != nil:
			return named(to, err)
		case there && p.options.rule == transfer.Skip:
			return nil
		case there && p.options.rule != transfer.Overwrite:
			return named(to, errors.New("it is there already; --exists overwrite replaces it"))
		}
		return s.Rename(ctx, from.path, goal)
	})
	if err == nil {
		p.did("mv", to)
	}
	return err
}

// moveTo finds the new path and whether a file is there.
func moveTo(ctx context.Context, s *session.Session, from, to place) (goal string, there bool, err error) {
	e, err := stat(ctx, s, to)
	if err == nil && e.Type == listing.Dir {
		goal = path.Join(to.path, from.base())
		e, err = s.Stat(ctx, goal)
	} else {
		goal = to.path
		if to.slash && (err == nil || session.KindOf(err) == session.NotFound) {
			return goal, false, errors.New("there is no such folder")
		}
	}
	switch {
	case session.KindOf(err) == session.NotFound && err != nil:
		return goal, false, nil
	case err != nil:
		return goal, false, err
	case e.Type == listing.Dir:
		return goal, true, errors.New("a folder of that name is there")
	}
	return goal, goal != from.path, nil
}
