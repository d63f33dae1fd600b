package model

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"longshore/sites"
	"longshore/transfer/session"
)

func vaultBench(t *testing.T) (*bench, *sites.FileVault, sites.Site) {
	t.Helper()
	b := connected(t)
	v, err := sites.LoadFileVault(filepath.Join(t.TempDir(), "vault.json"))
	if err != nil {
		t.Fatal(err)
	}
	b.secrets = sites.NewSecrets(b.book, sites.NewMemoryVault(), v)
	b.deps.Passwords = b.secrets
	b.CreateVault("short", "short", func(string) {}, func() { t.Error("a short password is taken") })
	b.CreateVault("long enough", "long enouhg", func(string) {}, func() { t.Error("two passwords are taken") })
	b.CreateVault("long enough", "long enough", func(p string) { t.Error(p) }, func() {})
	b.loop.settle()
	s := sites.NewSite("Work", "ftp.example.com")
	s.User, s.Logon = "anna", sites.Normal
	if s, err = b.secrets.SavePassword(context.Background(), s, sites.StoreVault, "pw"); err != nil {
		t.Fatal(err)
	}
	return b, v, s
}

func TestLockedVaultAsksForItsMaster(t *testing.T) {
	b, v, s := vaultBench(t)
	v.Lock()
	b.secrets.ForgetAll()
	b.server.refuse = session.ErrNoPassword
	b.ConnectSite(s)
	b.loop.settle()
	q := b.Questions.Current()
	if q == nil || q.About != AskMaster {
		t.Fatalf("asked %+v", q)
	}
	b.Questions.Answer(q.ID, 2, Reply{Text: "wrong one"})
	b.loop.settle()
	q = b.Questions.Current()
	if q == nil || q.About != AskMaster || !strings.Contains(strings.Join(q.Text, " "), wordMasterWrong) {
		t.Fatalf("after a wrong one: %+v", q)
	}
	b.server.refuse = nil
	b.Questions.Answer(q.ID, 2, Reply{Text: "long enough"})
	b.loop.settle()
	if b.Tab().State != Connected || b.Questions.Len() != 0 {
		t.Errorf("state %v, %d questions", b.Tab().State, b.Questions.Len())
	}
}

func TestLockedVaultTypeInstead(t *testing.T) {
	b, v, s := vaultBench(t)
	v.Lock()
	b.secrets.ForgetAll()
	b.server.refuse = session.ErrNoPassword
	b.ConnectSite(s)
	b.loop.settle()
	b.Questions.Answer(b.Questions.Current().ID, 1, Reply{})
	q := b.Questions.Current()
	if q == nil || q.About != AskPassword {
		t.Fatalf("asked %+v", q)
	}
	b.server.refuse = nil
	b.Questions.Answer(q.ID, 1, Reply{Text: "typed"})
	b.loop.settle()
	if p, _ := b.secrets.Password(context.Background(), s.TargetOf()); p != "typed" || b.Tab().State != Connected {
		t.Errorf("%q, state %v", p, b.Tab().State)
	}
}

// keyring is one that waits to be unlocked until a test does.
type keyring struct {
	sites.Vault
	state  sites.VaultState
	answer chan error
}

func (k *keyring) Status(context.Context) sites.Status {
	return sites.Status{State: k.state, Text: k.state.String()}
}

func (k *keyring) Unlock(ctx context.Context) error {
	select {
	case err := <-k.answer:
		if err == nil {
			k.state = sites.Ready
		}
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func keyringBench(t *testing.T) (*bench, *keyring, sites.Site) {
	t.Helper()
	b := connected(t)
	k := &keyring{Vault: sites.NewMemoryVault(), answer: make(chan error, 1)}
	b.secrets = sites.NewSecrets(b.book, k, nil)
	b.deps.Passwords = b.secrets
	s := sites.NewSite("Work", "ftp.example.com")
	s.User, s.Logon = "anna", sites.Normal
	s, err := b.secrets.SavePassword(context.Background(), s, sites.StoreKeyring, "pw")
	if err != nil {
		t.Fatal(err)
	}
	k.state = sites.Locked
	b.server.refuse = session.ErrNoPassword
	return b, k, s
}

func TestLockedKeyringIsWaitedFor(t *testing.T) {
	b, k, s := keyringBench(t)
	b.ConnectSite(s)
	b.loop.stepWork(0) // the connection is refused
	b.loop.stepUI()
	if b.Questions.Current() != nil {
		t.Error("a card blocks the window while the keyring asks")
	}
	b.server.refuse = nil
	k.answer <- nil
	b.loop.settle()
	if b.Tab().State != Connected || b.Waiting != nil || b.Questions.Len() != 0 {
		t.Errorf("state %v, bar %v, %d questions", b.Tab().State, b.Waiting, b.Questions.Len())
	}
}

func TestLockedKeyringDismissed(t *testing.T) {
	b, k, s := keyringBench(t)
	k.answer <- sites.ErrDismissed
	b.ConnectSite(s)
	b.loop.settle()
	q := b.Questions.Current()
	if q == nil || q.About != AskPassword || b.Waiting != nil {
		t.Errorf("asked %+v, bar %v", q, b.Waiting)
	}
}

func TestLockedKeyringTypeInsteadAndCancel(t *testing.T) {
	for _, cancel := range []bool{false, true} {
		b, _, s := keyringBench(t)
		ended := make(chan struct{})
		inbox := make(chan func(), 20)
		b.deps.Do = func(f func()) { inbox <- f }
		b.deps.Go = func(f func()) { go func() { f(); ended <- struct{}{} }() }
		b.ConnectSite(s)
		(<-inbox)() // refused
		<-ended
		for b.Waiting == nil {
			(<-inbox)()
		}
		u := b.Waiting
		if cancel {
			u.Cancel()
		} else {
			u.TypeInstead()
		}
		<-ended // the wait is over at once
		(<-inbox)()
		q := b.Questions.Current()
		if b.Waiting != nil || cancel != (q == nil) || !cancel && q.About != AskPassword {
			t.Errorf("cancel %v: bar %v, asked %+v", cancel, b.Waiting, q)
		}
	}
}

func TestStoreStateHelps(t *testing.T) {
	b, v, _ := vaultBench(t)
	k := &keyring{Vault: sites.NewMemoryVault()}
	b.secrets = sites.NewSecrets(b.book, k, v)
	b.deps.Passwords = b.secrets
	for state, want := range map[sites.VaultState][]HelpKind{sites.Ready: nil, sites.Locked: {HelpUnlock},
		sites.NoCollection: {HelpCreateKeyring, HelpUseVault}, sites.NoService: {HelpUseVault}, sites.NoBus: {HelpUseVault},
		sites.NotResponding: {HelpAgain}} {
		k.state = state
		var got []HelpKind
		b.StoreState(sites.StoreKeyring, func(_ string, ok bool, help []StoreHelp) {
			for _, h := range help {
				got = append(got, h.Kind)
			}
			if ok != (state == sites.Ready) {
				t.Errorf("%v: ok %v", state, ok)
			}
		})
		b.loop.settle()
		if !slices.Equal(got, want) {
			t.Errorf("%v: %v, want %v", state, got, want)
		}
	}
	v.Lock()
	b.StoreState(sites.StoreVault, func(_ string, ok bool, help []StoreHelp) {
		if ok || len(help) != 1 || help[0].Kind != HelpUnlock {
			t.Errorf("a locked vault: %v %v", ok, help)
		}
	})
	b.loop.settle()
}

func TestMoveAndTestStores(t *testing.T) {
	b, _, s := vaultBench(t)
	if b.Elsewhere(sites.StoreKeyring) != 1 {
		t.Errorf("%d elsewhere", b.Elsewhere(sites.StoreKeyring))
	}
	problem := "not told"
	b.MovePasswords(sites.StoreKeyring, func(int, int) {}, func(p string) { problem = p })
	b.loop.settle()
	now, _ := b.book.Get(s.ID)
	if problem != "" || now.Password.Store != sites.StoreKeyring || b.Elsewhere(sites.StoreKeyring) != 0 {
		t.Errorf("%q, in %q", problem, now.Password.Store)
	}
	for _, store := range []sites.Store{sites.StoreKeyring, sites.StoreVault} {
		b.TestStore(store, func(line string, ok bool) {
			if !ok {
				t.Errorf("%s: %s", store, line)
			}
		})
		b.loop.settle()
	}
	b.LockVault()
	b.TestStore(sites.StoreVault, func(line string, ok bool) {
		if ok {
			t.Error("a locked vault works")
		}
	})
	b.loop.settle()
}
