package session

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
)

// Size is the length of a file in bytes (RFC 3659 §4). A folder is an error.
func (s *Session) Size(ctx context.Context, p string) (int64, error) {
	var n int64
	err := s.do(ctx, "size", p, func() (err error) {
		n, err = s.size(s.ref(p))
		return err
	})
	return n, err
}

func (s *Session) size(name string) (int64, error) {
	n, err := s.lib.FileSize(name)
	if err != nil && !isReply(err) && s.ctl.Err() == nil {
		err = &Error{Kind: Protocol, Step: "size", Err: err}
	}
	if err == nil && n < 0 {
		err = &Error{Kind: Protocol, Step: "size", Err: fmt.Errorf("the size is %d", n)}
	}
	return n, err
}

// MakeDir makes a folder in one that exists.
func (s *Session) MakeDir(ctx context.Context, p string) error {
	return s.change(ctx, "mkdir", p, func() error { return s.lib.MakeDir(s.ref(p)) })
}

// MakeDirAll makes a folder and all above it. It succeeds if the folder is
// there at the end, whoever made it.
func (s *Session) MakeDirAll(ctx context.Context, p string) error {
	return s.change(ctx, "mkdir", p, func() error { return s.makeAll(path.Clean(p)) })
}

// makeAll tries the last folder first: mostly its parent is there.
func (s *Session) makeAll(p string) error {
	err := s.lib.MakeDir(s.encoded(p))
	if err == nil || !isReply(err) || p == "/" {
		return err
	}
	refusal := s.ctl.Last()
	if s.enter(p) == nil {
		return nil
	}
	if s.ctl.Err() != nil {
		return s.ctl.Err()
	}
	parent := path.Dir(p)
	if s.enter(parent) == nil {
		return refusalOf("mkdir", refusal)
	}
	if parent == "/" {
		return refusalOf("mkdir", refusal)
	}
	if err := s.makeAll(parent); err != nil {
		return err
	}
	return s.lib.MakeDir(s.encoded(p))
}

// RemoveDir removes an empty folder.
func (s *Session) RemoveDir(ctx context.Context, p string) error {
	return s.change(ctx, "rmdir", p, func() error {
		name := s.ref(p)
		s.leave(p)
		return s.lib.RemoveDir(name)
	})
}

// Delete removes a file or link.
func (s *Session) Delete(ctx context.Context, p string) error {
	return s.change(ctx, "delete", p, func() error {
		name, err := s.enterParent(p)
		if err != nil {
			return err
		}
		return s.lib.Delete(name)
	})
}

// Rename gives a file or folder another path. What servers do when the new
// one is taken differs: most overwrite a file silently.
func (s *Session) Rename(ctx context.Context, from, to string) error {
	if err := s.checkPath(to); err != nil {
		return &Error{Kind: Local, Step: "rename", Path: to, Err: err}
	}
	return s.change(ctx, "rename", from, func() error {
		name, err := s.enterParent(from)
		if err != nil {
			return err
		}
		defer s.leave(from)
		return s.lib.Rename(name, s.ref(to))
	})
}

// leave forgets the current folder if it is p or below it.
func (s *Session) leave(p string) {
	p = path.Clean(p)
	if s.cwd == p || strings.HasPrefix(s.cwd, p+"/") {
		s.cwd = ""
	}
}

// change is do for what alters the server: an error without a reply to the
// command is marked Maybe.
func (s *Session) change(ctx context.Context, step, p string, f func() error) error {
	err := s.do(ctx, step, p, f)
	var e *Error
	if errors.As(err, &e) && e.Code == 0 && s.ctl.Unanswered() {
		e.Maybe = true
	}
	return err
}
