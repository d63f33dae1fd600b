package sites

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
)

func importedSites(n int) []ImportedSite {
	var in []ImportedSite
	for i := range n {
		s := site(fmt.Sprintf("s%d", i))
		s.Logon = Normal
		in = append(in, ImportedSite{Site: s, Password: fmt.Sprintf("pässword-%d", i)})
	}
	return in
}

func TestAddImported(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sites.json")
	v := NewMemoryVault()
	s := NewSecrets(mustBook(t, path), v, nil)
	in := append(importedSites(120), ImportedSite{Site: site("skipped"), Skipped: "SFTP", Password: "x"},
		ImportedSite{Site: site("asks")})
	last := 0
	added, err := s.AddImported(t.Context(), in, StoreKeyring, func(done, all int) {
		if done != last+1 || all != 120 {
			t.Errorf("progress %d of %d after %d", done, all, last)
		}
		last = done
	})
	if err != nil || last != 120 || len(added.Sites) != 121 || added.Saved != 120 || added.Typed != 0 {
		t.Fatalf("%d sites, %d saved, %d typed, %v", len(added.Sites), added.Saved, added.Typed, err)
	}
	next := NewSecrets(mustBook(t, path), v, nil)
	for i, site := range mustBook(t, path).Sites()[:120] {
		if got, err := next.Password(t.Context(), site.TargetOf()); got != fmt.Sprintf("pässword-%d", i) || err != nil {
			t.Fatalf("%s: %q, %v", site.Name, got, err)
		}
	}
	grepNoSecret(t, filepath.Dir(path), 2, "pässword-")
	if _, ok := mustBook(t, path).SameAccount(in[5].Site); !ok {
		t.Error("a site that is there is not found")
	}
}

func TestAddImportedStopsWhereTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sites.json")
	s := NewSecrets(mustBook(t, path), NewMemoryVault(), nil)
	ctx, cancel := context.WithCancel(t.Context())
	added, err := s.AddImported(ctx, importedSites(100), StoreKeyring, func(done, _ int) {
		if done == 60 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || added.Saved != 60 {
		t.Errorf("%d saved, %v", added.Saved, err)
	}
	saved := 0
	for _, s := range mustBook(t, path).Sites() {
		if s.Password.Saved() {
			saved++
		}
	}
	if all := mustBook(t, path).Sites(); len(all) != 100 || saved != 60 {
		t.Errorf("%d sites, %d with a password", len(all), saved)
	}
}

func TestAddImportedStoreFails(t *testing.T) {
	for name, c := range map[string]struct {
		store Store
		err   error
		fails int
	}{"locked": {StoreKeyring, lockedError, 1}, "full": {StoreKeyring, ErrTooBig, 20}, "none": {StoreNone, nil, 0}, "no vault": {StoreVault, nil, 1}} {
		v := newCountingVault()
		v.err = c.err
		s := NewSecrets(mustBook(t, ""), v, nil)
		added, err := s.AddImported(t.Context(), importedSites(30), c.store, nil)
		if err != nil || len(added.Sites) != 30 || added.Saved != 0 || added.Typed != 30 || len(added.Errors) != c.fails {
			t.Errorf("%s: %d sites, %d saved, %d typed, %d errors, %v", name, len(added.Sites), added.Saved, added.Typed, len(added.Errors), err)
		}
		if got, err := s.Password(t.Context(), added.Sites[29].TargetOf()); got != "pässword-29" || err != nil {
			t.Errorf("%s: for this session %q, %v", name, got, err)
		}
	}
}
