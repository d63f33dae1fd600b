package model

import (
	"context"

	"longshore/sites"
	"longshore/transfer/session"
)

// Sites is the part of sites.Book that the window uses. Its changes wait for
// the disk and are called beside the UI goroutine; its reads are quick.
type Sites interface {
	Sites() []sites.Site
	Folders() [][]string
	Get(id string) (sites.Site, bool)
	Put(s sites.Site) (sites.Site, error)
	Delete(id string) error
	SameAccount(s sites.Site) (sites.Site, bool)
	Duplicate(id string) (sites.Site, error)
	Move(id string, folder []string, before string) error
	AddFolder(path []string) error
	RenameFolder(from, to []string) error
	DeleteFolder(path []string) error
}

// Passwords keeps what the user types; sites.Secrets is one. All but Type, Forget
// and Vault may wait, for the disk or for the user to unlock a keyring.
type Passwords interface {
	// Type keeps a password in memory for as long as the program runs.
	Type(t session.Target, password string)
	SavePassword(ctx context.Context, s sites.Site, store sites.Store, password string) (sites.Site, error)
	DeleteSite(ctx context.Context, id string) error
	Vault(store sites.Store) sites.Vault
	// Forget drops what is in memory for the account, after a refusal.
	Forget(t session.Target)
	AddImported(ctx context.Context, in []sites.ImportedSite, store sites.Store, progress func(done, all int)) (sites.Added, error)
	MovePasswords(ctx context.Context, to sites.Store, progress func(done, all int)) error
	RetryDeletes(ctx context.Context) (left int, err error)
}

// SettingsStore keeps settings; sites.SettingsFile is one. Change waits for
// the disk.
type SettingsStore interface {
	Get() sites.Settings
	Change(func(*sites.Settings)) error
}

// Trust keeps the user's decisions about servers; sites.KnownServers is one.
type Trust interface {
	Judge(c session.Certificate) sites.Verdict
	Trust(c session.Certificate, always bool) error
	AllowPlain(t session.Target, always bool) error
	AllowNoTLS(t session.Target) error
}

// siteOf finds a saved site; an empty one has the rules of the settings.
func (a *App) siteOf(id string) (sites.Site, bool) {
	if a.deps.Sites == nil || id == "" {
		return sites.Site{}, false
	}
	return a.deps.Sites.Get(id)
}

// savePassword keeps a typed password with its site, beside the UI goroutine:
// a keyring may first ask the user to unlock it.
func (a *App) savePassword(id, password string) {
	s, ok := a.siteOf(id)
	if !ok || a.deps.Passwords == nil {
		return
	}
	store := a.storeOf(s.TargetOf())
	ctx := a.deps.Context
	a.deps.Go(func() {
		s, err := a.deps.Passwords.SavePassword(ctx, s, store, password)
		a.deps.Do(func() {
			if err != nil {
				a.notSaved(s, password, err)
			}
			a.touch(PartSites)
		})
	})
}

// saveStore is where a password goes when the user just says "save".
func (a *App) saveStore() sites.Store {
	if a.Settings.PasswordStore == sites.StoreNone {
		return sites.StoreKeyring
	}
	return a.Settings.PasswordStore
}
