package sites

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// SavePassword saves a site together with its password in the store, or,
// with StoreNone, without. It returns the site as stored. When the vault does
// not take the password, the site is saved all the same, the password is kept
// for this session only, and the error says why: show it, offer to try again.
func (s *Secrets) SavePassword(ctx context.Context, site Site, store Store, password string) (Site, error) {
	old := site.Password
	site.Password = Ref{Store: StoreNone}
	if store == StoreNone {
		return s.savedWithout(ctx, site, old, password)
	}
	ref := Ref{Store: store, Ref: NewRef(site.User, site.Host)}
	if err := site.Check(); err != nil {
		return Site{}, err
	}
	if err := s.set(ctx, ref, password); err != nil {
		stored, putErr := s.savedWithout(ctx, site, old, password)
		return stored, errors.Join(putErr, err)
	}
	site.Password = ref
	if site.Logon == AskLogon || site.Logon == Anonymous {
		site.Logon = Normal
	}
	stored, err := s.book.Put(site)
	if err != nil {
		return Site{}, errors.Join(err, s.drop(ctx, ref))
	}
	s.mu.Lock()
	s.known[ref] = password
	delete(s.typed, accountKey(stored.TargetOf()))
	s.mu.Unlock()
	return stored, s.drop(ctx, old)
}

func (s *Secrets) savedWithout(ctx context.Context, site Site, old Ref, password string) (Site, error) {
	if site.Logon == Normal {
		site.Logon = AskLogon
	}
	stored, err := s.book.Put(site)
	if err != nil {
		return Site{}, err
	}
	if password != "" {
		s.Type(stored.TargetOf(), password)
	}
	return stored, s.drop(ctx, old)
}

func (s *Secrets) set(ctx context.Context, ref Ref, password string) error {
	v := s.vaults[ref.Store]
	if v == nil {
		return &VaultError{Status: Status{NoService, fmt.Sprintf("the %s is not in use", ref.Store)}}
	}
	err := v.Set(ctx, ref.Ref, password)
	if err == nil {
		return nil
	}
	err = fmt.Errorf("the password is kept for this session only: %w", err)
	if ctx.Err() != nil || VaultStateOf(err) == NotResponding {
		return errors.Join(err, s.orphan(ref)) // the store may do it yet, when nobody waits for it
	}
	return err
}

// DeleteSite removes a site and its password. A password that cannot be
// deleted now is noted in the Book, and RetryDeletes tries again.
func (s *Secrets) DeleteSite(ctx context.Context, id string) error {
	site, ok := s.book.Get(id)
	if !ok {
		return fmt.Errorf("%w: id %q", ErrNoSite, id)
	}
	if err := s.book.Delete(id); err != nil {
		return err
	}
	s.mu.Lock()
	delete(s.typed, accountKey(site.TargetOf()))
	s.mu.Unlock()
	return s.drop(ctx, site.Password)
}

// drop deletes a saved password, or notes it for later. The error is for the
// note alone: that the vault is busy now is no matter for the user.
func (s *Secrets) drop(ctx context.Context, ref Ref) error {
	if !ref.Saved() {
		return nil
	}
	s.mu.Lock()
	delete(s.known, ref)
	s.mu.Unlock()
	v := s.vaults[ref.Store]
	if v != nil {
		if err := v.Delete(ctx, ref.Ref); err == nil || errors.Is(err, ErrNotFound) {
			return nil
		}
	}
	return s.orphan(ref)
}

// orphan notes a password that no site points to, for RetryDeletes.
func (s *Secrets) orphan(ref Ref) error {
	return s.book.change(func(st *shelf) error {
		if !slices.Contains(st.Orphans, ref) {
			st.Orphans = append(st.Orphans, ref)
		}
		return nil
	})
}

// RetryDeletes deletes the passwords whose site is gone already, and returns
// how many are left.
func (s *Secrets) RetryDeletes(ctx context.Context) (left int, err error) {
	gone := map[Ref]bool{}
	orphans := s.book.state.Load().Orphans
	for _, ref := range orphans {
		v := s.vaults[ref.Store]
		if v == nil {
			continue
		}
		err := v.Delete(ctx, ref.Ref)
		if VaultStateOf(err) != Ready {
			break // the others would wait as long
		}
		gone[ref] = err == nil || errors.Is(err, ErrNotFound)
	}
	if len(gone) == 0 {
		return len(orphans), nil
	}
	err = s.book.change(func(st *shelf) error {
		st.Orphans = slices.DeleteFunc(st.Orphans, func(r Ref) bool { return gone[r] })
		left = len(st.Orphans)
		return nil
	})
	return left, err
}

// MovePasswords moves every saved password that is elsewhere into a store,
// and tells after each how many are done. It stops at the first store that
// cannot be used; what is moved by then is moved.
func (s *Secrets) MovePasswords(ctx context.Context, to Store, progress func(done, all int)) error {
	var todo []Site
	for _, site := range s.book.Sites() {
		if site.Password.Saved() && site.Password.Store != to {
			todo = append(todo, site)
		}
	}
	for i, site := range todo {
		password, err := s.read(ctx, site.Password)
		if err != nil {
			return fmt.Errorf("password of %q: %w", site.Path(), err)
		}
		if err := s.move(ctx, site, to, password); err != nil {
			return fmt.Errorf("password of %q: %w", site.Path(), err)
		}
		progress(i+1, len(todo))
	}
	return nil
}

// move does not go by way of SavePassword, which would give a password up to
// the session's memory when the new store refuses it.
func (s *Secrets) move(ctx context.Context, site Site, to Store, password string) error {
	old, ref := site.Password, Ref{Store: to, Ref: NewRef(site.User, site.Host)}
	if err := s.set(ctx, ref, password); err != nil {
		return err
	}
	site.Password = ref
	if _, err := s.book.Put(site); err != nil {
		return errors.Join(err, s.drop(ctx, ref))
	}
	return s.drop(ctx, old)
}
