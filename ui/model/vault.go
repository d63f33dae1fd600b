package model

import (
	"context"
	"errors"
	"unicode/utf8"

	"longshore/sites"
	"longshore/transfer/session"
)

// MasterVault is a store that a master password opens; sites.FileVault is one.
// Creating, unlocking and changing take about half a second.
type MasterVault interface {
	sites.Vault
	Exists() bool
	CreateWith(ctx context.Context, master string) error
	UnlockWith(ctx context.Context, master string) error
	ChangeMaster(ctx context.Context, old, master string) error
	Lock()
}

// vault is the encrypted vault, nil if the program has none.
func (a *App) vault() MasterVault {
	if a.deps.Passwords == nil {
		return nil
	}
	v, _ := a.deps.Passwords.Vault(sites.StoreVault).(MasterVault)
	return v
}

// HasVault reports whether there is an encrypted vault to use.
func (a *App) HasVault() bool {
	v := a.vault()
	return v != nil && v.Exists()
}

// VaultOpen reports whether the vault can be used now.
func (a *App) VaultOpen() bool {
	return a.HasVault() && a.vault().Status(a.deps.Context).State == sites.Ready
}

// CreateVault makes the encrypted vault; problem gets what is wrong with the
// master password.
func (a *App) CreateVault(master, again string, problem func(string), then func()) {
	v := a.vault()
	if why := masterProblem(master, again); v == nil || why != "" {
		problem(why)
		return
	}
	a.withVault(problem, then, func(ctx context.Context) error { return v.CreateWith(ctx, master) })
}

// ChangeMaster gives the vault another master password.
func (a *App) ChangeMaster(old, master, again string, problem func(string), then func()) {
	v := a.vault()
	if why := masterProblem(master, again); v == nil || why != "" {
		problem(why)
		return
	}
	a.withVault(problem, then, func(ctx context.Context) error { return v.ChangeMaster(ctx, old, master) })
}

// Unlock opens the vault. What waited for that goes on.
func (a *App) Unlock(master string, problem func(string), then func()) {
	v := a.vault()
	if v == nil {
		return
	}
	a.withVault(problem, func() { a.unlocked(sites.StoreVault); then() }, func(ctx context.Context) error { return v.UnlockWith(ctx, master) })
}

// LockVault closes the vault and forgets the passwords that were read.
func (a *App) LockVault() {
	if v := a.vault(); v != nil {
		v.Lock()
		a.touch(PartSites)
	}
}

func (a *App) withVault(problem func(string), then func(), do func(context.Context) error) {
	ctx := a.deps.Context
	a.deps.Go(func() {
		err := do(ctx)
		a.deps.Do(func() {
			switch {
			case errors.Is(err, sites.ErrMaster):
				problem(wordMasterWrong)
			case err != nil:
				problem(Sentence(localWords(err)))
			default:
				a.touch(PartSites)
				then()
			}
		})
	})
}

func masterProblem(master, again string) string {
	switch {
	case utf8.RuneCountInString(master) < sites.MinMaster:
		return wordMasterShort
	case master != again:
		return wordMasterDiffers
	}
	return ""
}

// MovePasswords moves all saved passwords into a store, beside the UI
// goroutine. The returned function stops it.
func (a *App) MovePasswords(to sites.Store, progress func(done, all int), then func(problem string)) (stop func()) {
	ctx, cancel := context.WithCancel(a.deps.Context)
	moved := 0
	a.deps.Go(func() {
		defer cancel()
		err := a.deps.Passwords.MovePasswords(ctx, to, func(done, all int) {
			a.deps.Do(func() { moved = done; progress(done, all) })
		})
		a.deps.Do(func() {
			problem := ""
			if err != nil && ctx.Err() == nil {
				problem = Sentence(localWords(err))
			}
			if moved > 0 {
				a.Alert(wordMoved(moved, to))
			}
			a.touch(PartSites)
			then(problem)
		})
	})
	return cancel
}

// Elsewhere is how many saved passwords are not in a store.
func (a *App) Elsewhere(store sites.Store) int {
	n := 0
	if a.deps.Sites != nil {
		for _, s := range a.deps.Sites.Sites() {
			if s.Password.Saved() && s.Password.Store != store {
				n++
			}
		}
	}
	return n
}

// TestStore keeps a password in a store, reads it back and deletes it.
func (a *App) TestStore(store sites.Store, then func(line string, ok bool)) {
	if a.deps.Passwords == nil {
		return
	}
	v := a.deps.Passwords.Vault(store)
	if v == nil {
		then(wordNoVault, false)
		return
	}
	ctx := a.deps.Context
	a.deps.Go(func() {
		err := tryVault(ctx, v)
		a.deps.Do(func() {
			if err != nil {
				then(Sentence(localWords(err)), false)
				return
			}
			then(wordStoreWorks, true)
		})
	})
}

// tryVault leaves nothing behind.
func tryVault(ctx context.Context, v sites.Vault) error {
	ref, secret := sites.NewRef("test", "longshore"), sites.NewRef("", "")
	if err := v.Set(ctx, ref, secret); err != nil {
		return err
	}
	back, err := v.Get(ctx, ref)
	if gone := v.Delete(ctx, ref); err == nil {
		err = gone
	}
	if err == nil && back != secret {
		err = errStoreLies
	}
	return err
}

var errStoreLies = errors.New("the store gave back another password than it was given")

// StoreHelp is something that makes a store usable, as a button.
type StoreHelp struct {
	Label string
	Kind  HelpKind
}

// HelpKind is what a StoreHelp does.
type HelpKind uint8

// The kinds of help.
const (
	HelpUnlock HelpKind = iota
	HelpCreateKeyring
	HelpCreateVault
	HelpUseVault
	HelpAgain
)

// StoreState asks, beside the UI goroutine, how a store is and what would make
// it usable.
func (a *App) StoreState(store sites.Store, then func(line string, ok bool, help []StoreHelp)) {
	if store == sites.StoreVault && a.vault() != nil && !a.HasVault() {
		then(wordVaultNone, false, []StoreHelp{{wordCreateVault, HelpCreateVault}})
		return
	}
	if store == sites.StoreNone || store == "" || a.deps.Passwords == nil {
		then(wordNotStored, true, nil)
		return
	}
	v := a.deps.Passwords.Vault(store)
	if v == nil {
		then(wordNoVault, false, nil)
		return
	}
	ctx := a.deps.Context
	a.deps.Go(func() {
		st := v.Status(ctx)
		a.deps.Do(func() { then(Sentence(st.Text), st.State.Keeps(), a.helpFor(store, st.State)) })
	})
}

func (a *App) helpFor(store sites.Store, state sites.VaultState) []StoreHelp {
	instead := StoreHelp{wordUseVault, HelpUseVault}
	switch {
	case state == sites.Ready:
		return nil
	case state == sites.Locked:
		return []StoreHelp{{wordUnlock, HelpUnlock}}
	case state == sites.NotResponding:
		return []StoreHelp{{wordAgain, HelpAgain}}
	case a.vault() == nil || store == sites.StoreVault:
		return nil
	case state == sites.NoCollection:
		return []StoreHelp{{wordCreateKeyring, HelpCreateKeyring}, instead}
	}
	return []StoreHelp{instead}
}

// UnlockKeyring has the keyring ask for its password, in a window of its own.
func (a *App) UnlockKeyring(then func(problem string)) {
	u, ok := a.deps.Passwords.Vault(sites.StoreKeyring).(sites.Unlocker)
	if !ok {
		then(wordNoVault)
		return
	}
	a.withVault(then, func() { a.unlocked(sites.StoreKeyring); then("") }, u.Unlock)
}

// CreateKeyring has the keyring make its first store, in a window of its own.
func (a *App) CreateKeyring(then func(problem string)) {
	c, ok := a.deps.Passwords.Vault(sites.StoreKeyring).(sites.Creator)
	if !ok {
		then(wordNoVault)
		return
	}
	a.withVault(then, func() { then("") }, c.Create)
}

// notSaved tells that a password was not saved. Where there is no keyring at
// all, it asks once what to do instead.
func (a *App) notSaved(s sites.Site, password string, err error) {
	switch sites.VaultStateOf(err) {
	case sites.NoService, sites.NoBus, sites.NoCollection:
		if a.vault() != nil && !a.Settings.AskedStore {
			a.askStore(s, password)
			return
		}
	}
	a.Alert(wordPasswordNotSaved(s, err))
}

func (a *App) askStore(s sites.Site, password string) {
	decide := func(store sites.Store) {
		a.Change(func(x *sites.Settings) { x.PasswordStore, x.AskedStore = store, true })
	}
	x := &Question{About: AskStore, Title: wordNoKeyringTitle, Text: []string{wordNoKeyring, WordVaultText}}
	x.Choices = []Choice{
		{Label: wordAskEachTime, Role: Decline, Do: func(Reply) { decide(sites.StoreNone) }},
		{Label: wordProtect, Role: Default, Do: func(Reply) {
			a.openVault(func() {
				decide(sites.StoreVault)
				a.savePassword(s.ID, password)
			})
		}},
	}
	a.Questions.add(x)
}

// openVault makes the vault if there is none.
func (a *App) openVault(then func()) {
	if !a.HasVault() {
		a.deps.Screen.MakeVault(then)
		return
	}
	then()
}

// storeOf is where the password of a Target's site is saved, or would be.
func (a *App) storeOf(t session.Target) sites.Store {
	if store := a.storeFor(t); store != "" {
		return store
	}
	return a.saveStore()
}
