package model

import (
	"context"
	"io/fs"
	"strings"

	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// Browse is a Server on a session.Browser.
func Browse(b *session.Browser) Server { return browser{b} }

type browser struct{ b *session.Browser }

// What only reads may be repeated after a reconnection, also making a
// connection; what changes something may not.
const (
	repeatable = true
	once       = false
)

func (s browser) Connect(ctx context.Context) (home string, info session.Info, err error) {
	err = s.b.Do(ctx, repeatable, func(_ context.Context, x *session.Session) error {
		home, info = x.Home(), x.Info()
		return nil
	})
	return home, info, err
}

func (s browser) List(ctx context.Context, dir string, rows func([]listing.Entry)) (r listing.Report, err error) {
	// Rows that were shown already must not come twice, so only a listing
	// that broke before its first row is begun again.
	began := false
	err = s.b.Do(ctx, repeatable, func(ctx context.Context, x *session.Session) error {
		if began {
			return err
		}
		r, err = x.List(ctx, dir, func(batch []listing.Entry) {
			began = began || len(batch) > 0
			rows(batch)
		})
		return err
	})
	return r, err
}

func (s browser) MakeDir(ctx context.Context, path string) error {
	return s.b.Do(ctx, once, func(ctx context.Context, x *session.Session) error { return x.MakeDir(ctx, path) })
}

func (s browser) MakeFile(ctx context.Context, path string) error {
	return s.b.Do(ctx, once, func(ctx context.Context, x *session.Session) error {
		_, err := x.Store(ctx, path, 0, strings.NewReader(""), session.Tap{})
		return err
	})
}

func (s browser) Rename(ctx context.Context, from, to string) error {
	return s.b.Do(ctx, once, func(ctx context.Context, x *session.Session) error { return x.Rename(ctx, from, to) })
}

func (s browser) Chmod(ctx context.Context, path string, mode fs.FileMode) error {
	return s.b.Do(ctx, repeatable, func(ctx context.Context, x *session.Session) error { return x.Chmod(ctx, path, mode) })
}

func (s browser) Raw(ctx context.Context, line string) (code int, text string, err error) {
	err = s.b.Do(ctx, once, func(ctx context.Context, x *session.Session) error {
		code, text, err = x.Raw(ctx, line)
		return err
	})
	return code, text, err
}

func (s browser) Close() { s.b.Close() }
