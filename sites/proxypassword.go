package sites

import (
	"context"
	"fmt"
	"net/url"

	"longshore/transfer/session"
)

// UseSettings has proxies' passwords looked up by the refs in the settings.
// To be called before anything is asked.
func (s *Secrets) UseSettings(f *SettingsFile) { s.settings = f }

// TypeProxy keeps the password of a proxy's user until the program ends.
func (s *Secrets) TypeProxy(proxy, password string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.typed[proxyKey(proxy)] = password
}

// ProxyPassword returns the password for a proxy's user: typed, else saved,
// else session.ErrNoPassword. It is what session.Env.ProxyPassword wants.
func (s *Secrets) ProxyPassword(ctx context.Context, proxy string) (string, error) {
	s.mu.Lock()
	password, ok := s.typed[proxyKey(proxy)]
	s.mu.Unlock()
	if ok {
		return password, nil
	}
	if s.settings == nil {
		return "", session.ErrNoPassword
	}
	ref := s.settings.Get().ProxyPasswords[proxy]
	if !ref.Saved() {
		return "", session.ErrNoPassword
	}
	return s.read(ctx, ref)
}

// SaveProxyPassword keeps a proxy's password in a store, in place of the one
// that may be there. With StoreNone it keeps it for this session only.
func (s *Secrets) SaveProxyPassword(ctx context.Context, proxy string, store Store, password string) error {
	if !validProxy(proxy) || s.settings == nil {
		return fmt.Errorf("%q is not the URL of a proxy", WithoutPassword(proxy))
	}
	s.TypeProxy(proxy, password)
	old, next := s.settings.Get().ProxyPasswords[proxy], Ref{}
	if store != StoreNone {
		u, err := url.Parse(proxy)
		if err != nil {
			return err
		}
		next = Ref{Store: store, Ref: NewRef(u.User.Username(), u.Hostname()+" proxy")}
		if err := s.set(ctx, next, password); err != nil {
			return err
		}
	}
	err := s.settings.Change(func(f *Settings) {
		if f.ProxyPasswords == nil {
			f.ProxyPasswords = map[string]Ref{}
		}
		f.ProxyPasswords[proxy] = next
		if !next.Saved() {
			delete(f.ProxyPasswords, proxy)
		}
	})
	if err != nil {
		old = next // the settings still point to the old one
	}
	if dropped := s.drop(ctx, old); err == nil {
		err = dropped
	}
	return err
}

func proxyKey(proxy string) string { return "proxy|" + proxy }
