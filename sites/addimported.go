package sites

import (
	"context"
	"errors"
	"fmt"
)

// importBatch is how many passwords are stored between two writes of the
// Book: a keyring takes 10 to 40 ms for each (measured on gnome-keyring).
const importBatch = 50

// Added is the outcome of AddImported.
type Added struct {
	Sites  []Site  // as stored
	Saved  int     // passwords in the store
	Typed  int     // passwords kept for this session only, because the store failed
	Errors []error // why, each naming its site; at most 20
}

// AddImported stores the sites that are not skipped, and their passwords in
// the store. The sites are safe before the first password is stored; when ctx
// ends, the passwords stored by then stay. With StoreNone, or once the store
// cannot be used, passwords are kept for this session only. progress may be
// nil; it is called after each password.
func (s *Secrets) AddImported(ctx context.Context, in []ImportedSite, store Store, progress func(done, all int)) (Added, error) {
	var sites []Site
	var passwords []string
	all := 0
	for _, i := range in {
		if i.Skipped != "" {
			continue
		}
		site := i.Site.clone()
		if site.Logon == Normal {
			site.Logon = AskLogon // until its password is stored
		}
		sites, passwords = append(sites, site), append(passwords, i.Password)
		if i.Password != "" {
			all++
		}
	}
	stored, err := s.book.PutAll(sites)
	if err != nil {
		return Added{}, err
	}
	a := Added{Sites: stored}
	err = s.storeImported(ctx, &a, passwords, store, all, progress)
	return a, err
}

func (s *Secrets) storeImported(ctx context.Context, a *Added, passwords []string, store Store, all int, progress func(done, all int)) error {
	var batch []Site
	var failures []error
	flush := func() {
		if _, err := s.book.PutAll(batch); err != nil {
			failures = append(failures, err)
		}
		batch = batch[:0]
	}
	done, usable := 0, store != StoreNone
	for i, password := range passwords {
		if password == "" {
			continue
		}
		if ctx.Err() != nil {
			break
		}
		site := &a.Sites[i]
		ref := Ref{Store: store, Ref: NewRef(site.User, site.Host)}
		err := errStoreUnused
		if usable {
			err = s.set(ctx, ref, password)
		}
		switch {
		case err == nil:
			a.Saved++
			s.take(site, ref, password)
			batch = append(batch, *site)
		default:
			a.Typed++
			s.Type(site.TargetOf(), password)
			usable = usable && VaultStateOf(err) == Ready
			a.fail(site.Path(), err)
		}
		if len(batch) == importBatch {
			flush()
		}
		if done++; progress != nil {
			progress(done, all)
		}
	}
	flush()
	return errors.Join(append(failures, ctx.Err())...)
}

// take notes that a site's password is stored.
func (s *Secrets) take(site *Site, ref Ref, password string) {
	site.Password = ref
	if site.Logon == AskLogon {
		site.Logon = Normal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[ref] = password
}

var errStoreUnused = errors.New("passwords are not stored")

func (a *Added) fail(name string, err error) {
	if !errors.Is(err, errStoreUnused) && len(a.Errors) < 20 {
		a.Errors = append(a.Errors, fmt.Errorf("%q: %w", name, err))
	}
}

// SameAccount finds a saved site with the same server and user, for an import
// to say what it would double.
func (b *Book) SameAccount(s Site) (Site, bool) {
	key := accountKey(s.TargetOf())
	for _, other := range b.state.Load().Sites {
		if accountKey(other.TargetOf()) == key {
			return other.clone(), true
		}
	}
	return Site{}, false
}
