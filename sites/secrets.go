package sites

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"longshore/transfer/session"
)

// Secrets is the one place that hands out passwords: what was typed for this
// session first, else what a saved site's Ref points to, read from its vault
// once. All methods may be called from any goroutine.
type Secrets struct {
	book     *Book
	vaults   map[Store]Vault
	settings *SettingsFile // nil: no proxy's password is saved

	mu    sync.Mutex
	typed map[string]string // by account, see accountKey
	known map[Ref]string    // read or saved in this session
	reads map[Ref]*read     // under way
}

// read is one reading of a vault that any number of callers wait for.
type read struct {
	done   chan struct{}
	secret string
	err    error
}

// NewSecrets joins the saved sites with the stores of their passwords. A nil
// Vault is one that is not there.
func NewSecrets(book *Book, keyring, vault Vault) *Secrets {
	s := &Secrets{book: book, vaults: map[Store]Vault{},
		typed: map[string]string{}, known: map[Ref]string{}, reads: map[Ref]*read{}}
	if keyring != nil {
		s.vaults[StoreKeyring] = keyring
	}
	if vault != nil {
		s.vaults[StoreVault] = vault
	}
	return s
}

// Vault returns the vault of a store, nil if there is none.
func (s *Secrets) Vault(store Store) Vault { return s.vaults[store] }

// Close closes the vaults and forgets every password.
func (s *Secrets) Close() error {
	s.ForgetAll()
	var all []error
	for _, v := range s.vaults {
		all = append(all, v.Close())
	}
	return errors.Join(all...)
}

// Password returns the password for the Target's account. Without one the
// error is session.ErrNoPassword, joined with a *VaultError when a password
// is saved and its store cannot be used now.
func (s *Secrets) Password(ctx context.Context, t session.Target) (string, error) {
	s.mu.Lock()
	secret, ok := s.typed[accountKey(t)]
	s.mu.Unlock()
	if ok {
		return secret, nil
	}
	ref, ok := s.refOf(t)
	if !ok {
		return "", session.ErrNoPassword
	}
	return s.read(ctx, ref)
}

// Type keeps a password for the Target's account until the program ends.
func (s *Secrets) Type(t session.Target, password string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.typed[accountKey(t)] = password
}

// Forget drops what is in memory for the Target's account: to be called when
// the server refused the password, so that the next try asks or reads again.
func (s *Secrets) Forget(t session.Target) {
	ref, ok := s.refOf(t)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.typed, accountKey(t))
	if ok {
		delete(s.known, ref)
	}
}

// ForgetAll drops every password in memory; saved ones stay saved.
func (s *Secrets) ForgetAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.typed)
	clear(s.known)
}

// refOf finds the saved password for a Target. Its site must still mean the
// same account: a queue or a site that was changed must not send a password to
// another server.
func (s *Secrets) refOf(t session.Target) (Ref, bool) {
	if site, ok := s.book.Get(t.Site); ok && site.Password.Saved() && accountKey(site.TargetOf()) == accountKey(t) {
		return site.Password, true
	}
	if t.Site != "" {
		return Ref{}, false
	}
	for _, site := range s.book.Sites() {
		if site.Password.Saved() && accountKey(site.TargetOf()) == accountKey(t) {
			return site.Password, true
		}
	}
	return Ref{}, false
}

// read gets a password from memory or from its vault, in one call of it for
// all who want it at the same time.
func (s *Secrets) read(ctx context.Context, ref Ref) (string, error) {
	for {
		s.mu.Lock()
		if secret, ok := s.known[ref]; ok {
			s.mu.Unlock()
			return secret, nil
		}
		r, running := s.reads[ref]
		if !running {
			r = &read{done: make(chan struct{})}
			s.reads[ref] = r
			s.mu.Unlock()
			s.lead(ctx, ref, r)
			return r.secret, r.err
		}
		s.mu.Unlock()
		select {
		case <-r.done:
		case <-ctx.Done():
			return "", ctx.Err()
		}
		if !errors.Is(r.err, context.Canceled) && !errors.Is(r.err, context.DeadlineExceeded) {
			return r.secret, r.err
		}
		// Only the one who led was in a hurry.
	}
}

func (s *Secrets) lead(ctx context.Context, ref Ref, r *read) {
	r.secret, r.err = s.fetch(ctx, ref)
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.err == nil {
		s.known[ref] = r.secret
	}
	delete(s.reads, ref)
	close(r.done)
}

func (s *Secrets) fetch(ctx context.Context, ref Ref) (string, error) {
	v := s.vaults[ref.Store]
	if v == nil {
		return "", fmt.Errorf("%w: the %s is not in use", session.ErrNoPassword, ref.Store)
	}
	secret, err := v.Get(ctx, ref.Ref)
	switch {
	case err == nil:
		return secret, nil
	case ctx.Err() != nil:
		return "", ctx.Err()
	}
	return "", fmt.Errorf("%w: %w", session.ErrNoPassword, err)
}

// accountKey is who we are at which server; how the way there is protected
// does not change the password.
func accountKey(t session.Target) string {
	return fmt.Sprintf("%s|%q|%q", targetKey(t), t.User, t.Account)
}
