package model

import "longshore/transfer/session"

// Later runs something on the UI goroutine; it may be called on any other.
func (a *App) Later(f func()) { a.deps.Do(f) }

// TidyPasswords deletes, beside the UI goroutine, saved passwords whose site
// is gone and that could not be deleted at the time: after the start, and
// after a store was unlocked.
func (a *App) TidyPasswords() {
	p := a.deps.Passwords
	if p == nil {
		return
	}
	ctx := a.deps.Context
	a.deps.Go(func() {
		if _, err := p.RetryDeletes(ctx); err != nil && ctx.Err() == nil {
			a.deps.Do(func() { a.Alert(wordSaveFailed(wordSites, err)) })
		}
	})
}

// refused drops the password that a server did not take, so that it is not
// sent again.
func (q *Questions) refused(t session.Target) {
	if p := q.app.deps.Passwords; p != nil {
		p.Forget(t)
	}
}
