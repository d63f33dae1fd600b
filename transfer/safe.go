package transfer

import (
	"context"
	"errors"
	"fmt"
	"path"

	"longshore/transfer/session"
)

// place renames the checked file over the target.
func (u *uploading) place(ctx context.Context, from string) error {
	u.mark(func(w *work) { w.placing = true })
	to := u.w.remote
	if u.w.options.KeepBackup {
		backup := beside(to, path.Base(to)+".bak")
		if _, there, err := u.sizeOrNone(ctx, to); err != nil {
			return err
		} else if there {
			if err := u.s.Delete(ctx, backup); err != nil && session.KindOf(err).Retry() {
				return err
			}
			if err := u.s.Rename(ctx, to, backup); err != nil {
				return u.lost(err)
			}
		}
	}
	err := u.s.Rename(ctx, from, to)
	if err == nil {
		return u.dropOld(ctx)
	}
	if session.KindOf(err).Retry() || ctx.Err() != nil || isDead(err) {
		return u.lost(err)
	}
	return u.swap(ctx, from, to, err)
}

// swap is for servers that do not rename over a file: the old one goes aside
// first, and comes back if the new one cannot take its place.
func (u *uploading) swap(ctx context.Context, from, to string, refused error) error {
	old := oldName(to)
	u.mark(func(w *work) { w.swapping = true })
	if err := u.s.Rename(ctx, to, old); err != nil {
		if session.KindOf(err).Retry() || isDead(err) || ctx.Err() != nil {
			return u.lost(err)
		}
		u.mark(func(w *work) { w.swapping = false })
		return refused
	}
	if err := u.s.Rename(ctx, from, to); err != nil {
		if back := u.s.Rename(ctx, old, to); back != nil {
			return fmt.Errorf("%w; the old file is now %q", u.lost(err), old)
		}
		u.mark(func(w *work) { w.swapping = false })
		return u.lost(err)
	}
	return u.dropOld(ctx)
}

// oldName is where a file stands while another takes its place.
func oldName(remote string) string { return beside(remote, "."+path.Base(remote)+".old") }

// dropOld removes the file that stood aside, now that the new one is there:
// also one that an earlier attempt put there and could not remove.
func (u *uploading) dropOld(ctx context.Context) error {
	if !u.w.swapping {
		return nil
	}
	if err := u.s.Delete(ctx, oldName(u.w.remote)); err != nil && session.KindOf(err).Retry() {
		return err
	}
	u.mark(func(w *work) { w.swapping = false })
	return nil
}

// lost notes that a renaming may have happened.
func (u *uploading) lost(err error) error {
	var e *session.Error
	if errors.As(err, &e) && e.Maybe {
		u.maybe = true
	}
	return err
}

// dress gives the file its time and permissions. A server that refuses does
// not spoil a transfer that arrived.
func (u *uploading) dress(ctx context.Context) {
	if u.w.options.KeepTimes && !u.timed {
		if err := u.s.SetTime(ctx, u.w.remote, u.src.Time); isDead(err) {
			return
		}
	}
	if u.w.options.KeepMode {
		u.s.Chmod(ctx, u.w.remote, u.info.Mode().Perm())
	}
}
