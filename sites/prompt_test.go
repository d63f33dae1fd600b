//go:build linux

package sites

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/godbus/dbus/v5"
)

const (
	fakePrompt  = dbus.ObjectPath("/org/freedesktop/secrets/prompt/p1")
	otherPrompt = dbus.ObjectPath("/org/freedesktop/secrets/prompt/p2")
)

// fakeService is as much of a Secret Service as shows prompts: a person at
// gnome-keyring's window cannot be had in a test.
type fakeService struct {
	conn     *dbus.Conn
	onPrompt func(*fakeService)
	dismiss  chan struct{}
	empty    atomic.Bool // no keyring yet
	abrupt   atomic.Bool // dies instead of answering a prompt
}

func newFakeService(t *testing.T, onPrompt func(*fakeService)) *fakeService {
	t.Helper()
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	s := &fakeService{conn: conn, onPrompt: onPrompt, dismiss: make(chan struct{}, 1)}
	err = errors.Join(
		conn.Export(fakeProperties{s}, secretsPath, "org.freedesktop.DBus.Properties"),
		conn.Export(fakeProperties{s}, loginCollection, "org.freedesktop.DBus.Properties"),
		conn.Export(fakeMethods{s}, secretsPath, secretsService),
		conn.Export(fakeAsker{s}, fakePrompt, secretsPrompt))
	if err != nil {
		t.Fatal(err)
	}
	if r, err := conn.RequestName(secretsName, dbus.NameFlagDoNotQueue); err != nil || r != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("name: %v, %v", r, err)
	}
	return s
}

func (s *fakeService) completed(path dbus.ObjectPath, dismissed bool) {
	_ = s.conn.Emit(path, secretsPrompt+".Completed", dismissed, dbus.MakeVariant([]dbus.ObjectPath{loginCollection}))
}

type fakeProperties struct{ s *fakeService }

func (p fakeProperties) Get(_, property string) (dbus.Variant, *dbus.Error) {
	switch {
	case property == "Locked":
		return dbus.MakeVariant(true), nil
	case p.s.empty.Load():
		return dbus.MakeVariant([]dbus.ObjectPath{}), nil
	}
	return dbus.MakeVariant([]dbus.ObjectPath{loginCollection}), nil
}

type fakeMethods struct{ s *fakeService }

func (m fakeMethods) Unlock([]dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	return nil, fakePrompt, nil
}

func (m fakeMethods) ReadAlias(string) (dbus.ObjectPath, *dbus.Error) { return noObject, nil }

func (m fakeMethods) CreateCollection(map[string]dbus.Variant, string) (dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	return noObject, fakePrompt, nil
}

type fakeAsker struct{ s *fakeService }

func (a fakeAsker) Prompt(string) *dbus.Error {
	if a.s.abrupt.Load() {
		_ = a.s.conn.Close()
		return nil
	}
	go a.s.onPrompt(a.s)
	return nil
}

func (a fakeAsker) Dismiss() *dbus.Error {
	a.s.dismiss <- struct{}{}
	return nil
}

func insidePrompts(t *testing.T, k *Keyring) {
	run := func(name string, onPrompt func(*fakeService), f func(*testing.T, *fakeService)) {
		t.Run(name, func(t *testing.T) {
			s := newFakeService(t, onPrompt)
			defer s.conn.Close()
			f(t, s)
		})
	}
	unlock := func(check func(error) bool) func(*testing.T, *fakeService) {
		return func(t *testing.T, _ *fakeService) {
			if err := k.Unlock(t.Context()); !check(err) {
				t.Errorf("unlock: %v", err)
			}
		}
	}
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	run("answered", func(s *fakeService) { s.completed(fakePrompt, false) }, unlock(is(nil)))
	run("dismissed", func(s *fakeService) { s.completed(fakePrompt, true) }, unlock(is(ErrDismissed)))
	run("another prompt first", func(s *fakeService) {
		s.completed(otherPrompt, false)
		s.completed(fakePrompt, true)
	}, unlock(is(ErrDismissed)))
	gone := unlock(func(err error) bool { return VaultStateOf(err) == NotResponding })
	run("service dies", func(s *fakeService) { s.conn.Close() }, gone)
	run("service dies before it answers", nil, func(t *testing.T, s *fakeService) {
		s.abrupt.Store(true)
		gone(t, s)
	})
	asked := make(chan struct{})
	run("nobody answers", func(*fakeService) { close(asked) }, func(t *testing.T, s *fakeService) {
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-asked; cancel() }()
		if err := k.Unlock(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("unlock: %v", err)
		}
		<-s.dismiss // the window is gone from the screen
	})
	run("a look asks nothing", func(*fakeService) { t.Error("a prompt was shown") }, func(t *testing.T, s *fakeService) {
		if st := k.Status(t.Context()); st.State != Locked {
			t.Errorf("status %v", st)
		}
		<-s.dismiss // the prompt that Unlock made is taken back unseen
	})
	run("create", func(s *fakeService) { s.completed(fakePrompt, false) }, func(t *testing.T, s *fakeService) {
		s.empty.Store(true)
		if st := k.Status(t.Context()); st.State != NoCollection {
			t.Errorf("status %v", st)
		}
		if err := k.Create(t.Context()); err != nil {
			t.Errorf("create: %v", err)
		}
	})
}
