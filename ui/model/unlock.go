package model

import (
	"context"

	"longshore/sites"
	"longshore/transfer/session"
)

// unlocked lets everything go on that waited for a store.
func (a *App) unlocked(store sites.Store) {
	q := a.Questions
	for _, x := range append([]*Question(nil), q.list...) {
		if x.locked == store && store != "" {
			q.drop(x)
			q.settle(x)
		}
	}
	a.Waiting = nil
	a.TidyPasswords()
	a.touch(PartQuestion | PartSites)
}

// Unlocking is the bar about a keyring that waits to be unlocked.
type Unlocking struct {
	Text     string
	question *Question
	app      *App
}

// TypeInstead asks for the server's password, for this session only.
func (u *Unlocking) TypeInstead() {
	u.end()
	u.app.Questions.Take(u.question.ID)
}

// Cancel gives the connection up.
func (u *Unlocking) Cancel() {
	u.end()
	x := u.question
	x.Deferred = false
	u.app.Questions.Answer(x.ID, 0, Reply{})
}

func (u *Unlocking) end() {
	if u.question.stop != nil {
		u.question.stop()
		u.question.stop = nil
	}
	if u.app.Waiting == u {
		u.app.Waiting = nil
		u.app.touch(PartQuestion)
	}
}

// storeFor is where the password of a Target is kept, "" if it is not saved.
func (a *App) storeFor(t session.Target) sites.Store {
	if s, ok := a.siteOf(t.Site); ok && s.Password.Saved() {
		return s.Password.Store
	}
	return ""
}

// behindLock turns a question for a password that is saved, but locked away,
// into one for the key: the vault's master password, or the keyring's window.
func (q *Questions) behindLock(x *Question) {
	a := q.app
	switch a.storeFor(x.target) {
	case sites.StoreVault:
		if a.HasVault() && !a.VaultOpen() {
			q.askMaster(x, "")
		}
	case sites.StoreKeyring:
		q.waitForKeyring(x)
	}
}

// askMaster makes x a question for the master password.
func (q *Questions) askMaster(x *Question, problem string) {
	x.About, x.locked = AskMaster, sites.StoreVault
	x.Title, x.Field, x.Secret, x.CheckBox, x.CheckOff = wordUnlockTitle, wordMaster, true, "", ""
	x.Text = []string{wordUnlockText(x.target)}
	if problem != "" {
		x.Text = append(x.Text, problem)
	}
	x.Choices = []Choice{
		{Label: wordCancel, Role: Decline, Do: func(Reply) { q.decline(x) }},
		{Label: wordTypeInstead, Do: func(Reply) { q.again(x, q.password(x.target, "")) }},
		{Label: wordUnlockNow, Role: Default, Do: func(r Reply) {
			q.list = append(q.list, x) // it waits until the vault is open
			x.Deferred = true
			q.app.Unlock(r.Text, func(problem string) { q.drop(x); q.askAgain(x, problem) }, func() {})
		}},
	}
}

func (q *Questions) askAgain(x *Question, problem string) {
	x.Deferred = false
	q.askMaster(x, problem)
	q.add(x)
}

// again puts another question in the place of an answered one.
func (q *Questions) again(x, next *Question) {
	next.About, next.target, next.tab, next.ids, next.then = AskPassword, x.target, x.tab, x.ids, x.then
	q.add(next)
}

// waitForKeyring holds a question back while the keyring is being unlocked,
// and shows it when that did not happen.
func (q *Questions) waitForKeyring(x *Question) {
	a := q.app
	v := a.deps.Passwords.Vault(sites.StoreKeyring)
	u, ok := v.(sites.Unlocker)
	if !ok {
		return
	}
	ctx, cancel := context.WithCancel(a.deps.Context)
	x.Deferred, x.locked, x.stop = true, sites.StoreKeyring, cancel
	show := func() {
		if x.stop != nil {
			x.stop()
			x.stop, x.locked = nil, ""
			q.Take(x.ID)
		}
		if a.Waiting != nil && a.Waiting.question == x {
			a.Waiting = nil
			a.touch(PartQuestion)
		}
	}
	a.deps.Go(func() {
		st := v.Status(ctx)
		if st.State != sites.Locked {
			a.deps.Do(func() {
				if st.State != sites.Ready {
					x.Text = append(x.Text, Sentence(st.Text))
				}
				show()
			})
			return
		}
		a.deps.Do(func() {
			if x.stop != nil {
				a.Waiting = &Unlocking{Text: wordWaitKeyring, question: x, app: a}
				a.touch(PartQuestion)
			}
		})
		err := u.Unlock(ctx)
		a.deps.Do(func() {
			switch {
			case ctx.Err() != nil:
			case err != nil:
				x.Text = append(x.Text, Sentence(localWords(err)))
				show()
			default:
				a.unlocked(sites.StoreKeyring)
			}
		})
	})
}
