package sites

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"longshore/transfer/session"
)

// countingVault counts reads, holds them back on demand, and fails as told.
type countingVault struct {
	Vault
	reads atomic.Int32
	asked chan struct{} // receives at each read, if not nil
	hold  chan struct{}
	err   error
}

func newCountingVault() *countingVault { return &countingVault{Vault: NewMemoryVault()} }

func (v *countingVault) Get(ctx context.Context, ref string) (string, error) {
	v.reads.Add(1)
	if v.asked != nil {
		v.asked <- struct{}{}
	}
	if v.hold != nil {
		select {
		case <-v.hold:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	if v.err != nil {
		return "", v.err
	}
	return v.Vault.Get(ctx, ref)
}

func (v *countingVault) Set(ctx context.Context, ref, secret string) error {
	if v.err != nil {
		return v.err
	}
	return v.Vault.Set(ctx, ref, secret)
}

func (v *countingVault) Delete(ctx context.Context, ref string) error {
	if v.err != nil {
		return v.err
	}
	return v.Vault.Delete(ctx, ref)
}

var lockedError = &VaultError{Status: Status{Locked, "locked"}}

func TestSecretsReadOnce(t *testing.T) {
	ctx, v := t.Context(), newCountingVault()
	b := mustBook(t, "")
	stored, err := NewSecrets(b, v, nil).SavePassword(ctx, site("A"), StoreKeyring, "s3cret")
	if err != nil || stored.Logon != Normal || !stored.Password.Saved() {
		t.Fatalf("%+v, %v", stored, err)
	}
	s := NewSecrets(b, v, nil) // the next start
	v.hold = make(chan struct{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got, err := s.Password(ctx, stored.TargetOf()); got != "s3cret" || err != nil {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	close(v.hold)
	wg.Wait()
	if n := v.reads.Load(); n != 1 {
		t.Errorf("%d reads of the vault", n)
	}
	s.Forget(stored.TargetOf())
	if _, err := s.Password(ctx, stored.TargetOf()); err != nil || v.reads.Load() != 2 {
		t.Errorf("after Forget: %d reads, %v", v.reads.Load(), err)
	}
}

func TestSecretsImpatientReader(t *testing.T) {
	v := newCountingVault()
	b := mustBook(t, "")
	stored, err := NewSecrets(b, v, nil).SavePassword(t.Context(), site("A"), StoreKeyring, "s3cret")
	if err != nil {
		t.Fatal(err)
	}
	s := NewSecrets(b, v, nil)
	v.hold, v.asked = make(chan struct{}), make(chan struct{}, 2)
	hurry, cancel := context.WithCancel(t.Context())
	first := make(chan error)
	go func() { _, err := s.Password(hurry, stored.TargetOf()); first <- err }()
	<-v.asked
	second := make(chan error)
	go func() { _, err := s.Password(t.Context(), stored.TargetOf()); second <- err }()
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("first: %v", err)
	}
	close(v.hold)
	if err := <-second; err != nil {
		t.Errorf("the second reader got the first one's hurry: %v", err)
	}
}

func TestSecretsTypedFirst(t *testing.T) {
	ctx, v := t.Context(), newCountingVault()
	b := mustBook(t, "")
	s := NewSecrets(b, v, nil)
	stored, err := s.SavePassword(ctx, site("A"), StoreKeyring, "saved")
	if err != nil {
		t.Fatal(err)
	}
	s.Type(stored.TargetOf(), "typed")
	if got, err := s.Password(ctx, stored.TargetOf()); got != "typed" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	quick := session.Target{Host: "q.example", User: "u"}
	if _, err := s.Password(ctx, quick); !errors.Is(err, session.ErrNoPassword) {
		t.Errorf("nothing known: %v", err)
	}
	s.Type(quick, "q")
	if got, err := s.Password(ctx, quick); got != "q" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

// A queue that names a site by its id, and a site that was changed since, must
// not send the password to another server or as another user.
func TestSecretsStayWithTheirServer(t *testing.T) {
	ctx := t.Context()
	s := NewSecrets(mustBook(t, ""), NewMemoryVault(), nil)
	stored, err := s.SavePassword(ctx, site("A"), StoreKeyring, "saved")
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(*session.Target){
		func(t *session.Target) { t.Host = "evil.example" },
		func(t *session.Target) { t.Port = 2121 },
		func(t *session.Target) { t.User = "root" },
	} {
		at := stored.TargetOf()
		change(&at)
		if got, err := s.Password(ctx, at); err == nil {
			t.Errorf("%s got %q", at.Addr(), got)
		}
	}
	byURL := session.Target{Host: stored.Host, User: stored.User, Security: session.TLSIfOffered}
	if got, err := s.Password(ctx, byURL); got != "saved" || err != nil {
		t.Errorf("a URL of the same account: %q, %v", got, err)
	}
}

func TestSecretsVaultFails(t *testing.T) {
	ctx, v := t.Context(), newCountingVault()
	b := mustBook(t, "")
	s := NewSecrets(b, v, nil)
	v.err = lockedError
	stored, err := s.SavePassword(ctx, site("A"), StoreKeyring, "s3cret")
	if VaultStateOf(err) != Locked || !strings.Contains(err.Error(), "this session only") {
		t.Errorf("%v", err)
	}
	if got, ok := b.Get(stored.ID); !ok || got.Password.Saved() || got.Logon != AskLogon {
		t.Errorf("the site was not saved as one that asks: %+v", got)
	}
	if got, err := s.Password(ctx, stored.TargetOf()); got != "s3cret" || err != nil {
		t.Errorf("for this session: %q, %v", got, err)
	}
	v.err = nil
	if stored, err = s.SavePassword(ctx, stored, StoreKeyring, "s3cret"); err != nil {
		t.Fatalf("retry: %v", err)
	}
	s.ForgetAll()
	v.err = lockedError
	_, err = s.Password(ctx, stored.TargetOf())
	if !errors.Is(err, session.ErrNoPassword) || VaultStateOf(err) != Locked {
		t.Errorf("locked: %v", err)
	}
}

func TestDeleteSiteDeletesPassword(t *testing.T) {
	ctx, v := t.Context(), newCountingVault()
	path := filepath.Join(t.TempDir(), "sites.json")
	s := NewSecrets(mustBook(t, path), v, nil)
	a, errA := s.SavePassword(ctx, site("A"), StoreKeyring, "pw-a")
	b, errB := s.SavePassword(ctx, site("B"), StoreKeyring, "pw-b")
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	if err := s.DeleteSite(ctx, a.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Get(ctx, a.Password.Ref); !errors.Is(err, ErrNotFound) {
		t.Errorf("the password is left: %v", err)
	}
	v.err = lockedError
	if err := s.DeleteSite(ctx, b.ID); err != nil {
		t.Fatalf("a locked keyring is no reason to keep a site: %v", err)
	}
	next := NewSecrets(mustBook(t, path), v, nil)
	if left, err := next.RetryDeletes(ctx); left != 1 || err != nil {
		t.Errorf("still locked: %d left, %v", left, err)
	}
	v.err = nil
	if left, err := next.RetryDeletes(ctx); left != 0 || err != nil {
		t.Errorf("unlocked: %d left, %v", left, err)
	}
	if _, err := v.Get(ctx, b.Password.Ref); !errors.Is(err, ErrNotFound) {
		t.Errorf("the password is left: %v", err)
	}
}

// A Set that timed out may still be done by the keyring a minute later.
func TestPasswordStoredTooLateIsDeleted(t *testing.T) {
	ctx, v := t.Context(), newCountingVault()
	b := mustBook(t, "")
	s := NewSecrets(b, v, nil)
	v.err = &VaultError{Status: statusNotResponding}
	if _, err := s.SavePassword(ctx, site("A"), StoreKeyring, "s3cret"); VaultStateOf(err) != NotResponding {
		t.Fatal(err)
	}
	v.err = nil
	late := b.state.Load().Orphans[0]
	if err := v.Set(ctx, late.Ref, "s3cret"); err != nil {
		t.Fatal(err)
	}
	if left, err := s.RetryDeletes(ctx); left != 0 || err != nil {
		t.Errorf("%d left, %v", left, err)
	}
	if _, err := v.Get(ctx, late.Ref); !errors.Is(err, ErrNotFound) {
		t.Errorf("left in the keyring: %v", err)
	}
}

func TestChangePasswordAndMove(t *testing.T) {
	ctx, ring, file := t.Context(), NewMemoryVault(), NewMemoryVault()
	b := mustBook(t, "")
	s := NewSecrets(b, ring, file)
	first, err := s.SavePassword(ctx, site("A"), StoreKeyring, "one")
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.SavePassword(ctx, first, StoreKeyring, "two")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ring.Get(ctx, first.Password.Ref); !errors.Is(err, ErrNotFound) {
		t.Errorf("the old password is left: %v", err)
	}
	steps := 0
	if err := s.MovePasswords(ctx, StoreVault, func(done, all int) { steps = done*10 + all }); err != nil || steps != 11 {
		t.Fatalf("moved %d, %v", steps, err)
	}
	moved, _ := b.Get(first.ID)
	if got, err := file.Get(ctx, moved.Password.Ref); got != "two" || err != nil {
		t.Errorf("in the other store: %q, %v", got, err)
	}
	if _, err := ring.Get(ctx, second.Password.Ref); !errors.Is(err, ErrNotFound) {
		t.Errorf("left in the first: %v", err)
	}
	if stored, err := s.SavePassword(ctx, moved, StoreNone, ""); err != nil || stored.Password.Saved() || stored.Logon != AskLogon {
		t.Errorf("not saved any more: %+v, %v", stored, err)
	}
}

// No password may be in any file after all has been used once.
func TestNoPasswordInAnyFile(t *testing.T) {
	const secret = "Tr0ub4dor-ünïque"
	ctx, dir := t.Context(), t.TempDir()
	p := PathsUnder(dir)
	if err := p.Make(); err != nil {
		t.Fatal(err)
	}
	book := mustBook(t, p.SitesFile())
	known := mustKnown(t, p.KnownServersFile())
	settings, err := LoadSettings(p.SettingsFile())
	if err != nil {
		t.Fatal(err)
	}
	s := NewSecrets(book, NewMemoryVault(), nil)
	stored, err := s.SavePassword(ctx, site("A"), StoreKeyring, secret)
	if err != nil {
		t.Fatal(err)
	}
	s.Type(session.Target{Host: "quick.example", User: "u"}, secret)
	s.TypeProxy("socks5://u@proxy.example:1080", secret)
	env, err := NewEnv(EnvOptions{Secrets: s, Known: known})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := env.Password(ctx, stored.TargetOf()); got != secret || err != nil {
		t.Fatalf("%q, %v", got, err)
	}
	env.Memory.Learn(stored.TargetOf(), func(l *session.Learned) { l.TLSSeen = true })
	if err := settings.Change(func(s *Settings) { s.AddRecent(stored.TargetOf().URL("/")) }); err != nil {
		t.Fatal(err)
	}
	if _, err := book.Duplicate(stored.ID); err != nil {
		t.Fatal(err)
	}
	mustBook(t, p.SitesFile())
	grepNoSecret(t, dir, 4, secret)
}

// grepNoSecret fails if one of the secrets is in any of at least atLeast files.
func grepNoSecret(t *testing.T, dir string, atLeast int, secrets ...string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() { // the keyring has sockets there
			return err
		}
		files++
		data, err := os.ReadFile(path)
		for _, secret := range secrets {
			if strings.Contains(string(data), secret) || strings.Contains(path, secret) {
				t.Errorf("%q is in %s", secret, path)
			}
		}
		return err
	})
	if err != nil || files < atLeast {
		t.Errorf("%d files were searched, %v", files, err)
	}
}
