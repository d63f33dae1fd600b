package sites

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"
)

const someRef = "deploy@ftp.example [3f9c1a2b]"

func lookReady(context.Context) Status { return Status{Ready, "ready"} }

// mapAPI is go-keyring without a keyring.
func mapAPI() keyringAPI {
	var m sync.Map
	return keyringAPI{
		get: func(service, user string) (string, error) {
			if v, ok := m.Load(service + user); ok {
				return v.(string), nil
			}
			return "", keyring.ErrNotFound
		},
		set: func(service, user, secret string) error { m.Store(service+user, secret); return nil },
		delete: func(service, user string) error {
			if _, ok := m.LoadAndDelete(service + user); !ok {
				return keyring.ErrNotFound
			}
			return nil
		},
	}
}

func TestKeyringAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKeyring(mapAPI(), lookReady, keyringDeadline)
		defer k.Close()
		if _, err := k.Get(t.Context(), someRef); !errors.Is(err, ErrNotFound) {
			t.Errorf("get: %v", err)
		}
		if err := k.Set(t.Context(), someRef, "pw"); err != nil {
			t.Errorf("set: %v", err)
		}
		if got, err := k.Get(t.Context(), someRef); got != "pw" || err != nil {
			t.Errorf("get: %q, %v", got, err)
		}
		if err := k.Delete(t.Context(), someRef); err != nil {
			t.Errorf("delete: %v", err)
		}
		if err := k.Delete(t.Context(), someRef); !errors.Is(err, ErrNotFound) {
			t.Errorf("delete again: %v", err)
		}
	})
}

// go-keyring hangs for ever when a prompt is not answered or the daemon stops.
func TestKeyringStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, calls := mapAPI(), atomic.Int32{}
		free := make(chan struct{})
		api.get = func(string, string) (string, error) { calls.Add(1); <-free; return "late", nil }
		k := newKeyring(api, lookReady, keyringDeadline)
		start := time.Now()
		if _, err := k.Get(t.Context(), someRef); VaultStateOf(err) != NotResponding || time.Since(start) != keyringDeadline {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		time.Sleep(time.Millisecond) // synctest's clock: the call is past its deadline now
		start = time.Now()
		if err := k.Set(t.Context(), someRef, "x"); VaultStateOf(err) != NotResponding || time.Since(start) != 0 {
			t.Errorf("the second waited %v: %v", time.Since(start), err)
		}
		if st := k.Status(t.Context()); st.State != NotResponding {
			t.Errorf("status %v", st)
		}
		if n := calls.Load(); n != 1 {
			t.Errorf("%d calls while one was stuck", n)
		}
		start = time.Now()
		if err := k.Close(); VaultStateOf(err) != NotResponding || time.Since(start) != 0 {
			t.Errorf("close waited %v: %v", time.Since(start), err)
		}
		close(free)
	})
}

func TestKeyringComesLoose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, free := mapAPI(), make(chan struct{})
		api.get = func(string, string) (string, error) { <-free; return "late", nil }
		k := newKeyring(api, lookReady, keyringDeadline)
		if _, err := k.Get(t.Context(), someRef); VaultStateOf(err) != NotResponding {
			t.Error(err)
		}
		time.Sleep(time.Hour)
		close(free)
		synctest.Wait()
		if err := k.Set(t.Context(), someRef, "x"); err != nil {
			t.Errorf("after it came loose: %v", err)
		}
		if err := k.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
}

func TestKeyringCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api, free := mapAPI(), make(chan struct{})
		api.get = func(string, string) (string, error) { <-free; return "late", nil }
		k := newKeyring(api, lookReady, keyringDeadline)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if _, err := k.Get(ctx, someRef); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
		close(free)
		if err := k.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if _, err := k.Get(t.Context(), someRef); !errors.Is(err, errClosed) {
			t.Errorf("after close: %v", err)
		}
	})
}

// go-keyring dereferences nil when the session bus goes away under a prompt.
func TestKeyringPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := mapAPI()
		api.get = func(string, string) (string, error) { var p *struct{ s string }; return p.s, nil }
		k := newKeyring(api, lookReady, keyringDeadline)
		defer k.Close()
		if _, err := k.Get(t.Context(), someRef); VaultStateOf(err) != NotResponding || !strings.Contains(err.Error(), "nil pointer") {
			t.Errorf("%v", err)
		}
		if err := k.Set(t.Context(), someRef, "x"); err != nil {
			t.Errorf("the worker is gone: %v", err)
		}
	})
}

func TestKeyringLooksFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := mapAPI()
		api.get = func(string, string) (string, error) { t.Error("a locked keyring was asked"); return "", nil }
		k := newKeyring(api, func(context.Context) Status { return Status{Locked, "locked"} }, keyringDeadline)
		defer k.Close()
		if _, err := k.Get(t.Context(), someRef); VaultStateOf(err) != Locked {
			t.Errorf("%v", err)
		}
		if _, err := k.Get(t.Context(), "x\nadd-generic-password"); err == nil || VaultStateOf(err) == Locked {
			t.Errorf("a ref that could be a command: %v", err)
		}
	})
}

func TestKeyringErrors(t *testing.T) {
	for _, c := range []struct {
		in   error
		want error
		st   VaultState
	}{
		{keyring.ErrNotFound, ErrNotFound, Ready},
		{fmt.Errorf("wrapped: %w", keyring.ErrSetDataTooBig), ErrTooBig, Ready},
		{keyring.ErrUnsupportedPlatform, keyring.ErrUnsupportedPlatform, NoService},
		{errors.ErrUnsupported, errors.ErrUnsupported, Ready},
	} {
		if got := keyringError(c.in); !errors.Is(got, c.want) || VaultStateOf(got) != c.st {
			t.Errorf("%v became %v", c.in, got)
		}
	}
}

// On macOS a Set of 4096 bytes says nil and stores nothing (go-keyring 153).
func TestKeyringLongPasswordIsReadBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := mapAPI()
		keep := api.set
		api.set = func(service, user, secret string) error { return keep(service, user, secret[:100]) }
		k := newKeyring(api, lookReady, keyringDeadline)
		defer k.Close()
		if err := k.Set(t.Context(), someRef, strings.Repeat("x", 4096)); !errors.Is(err, ErrTooBig) {
			t.Errorf("%v", err)
		}
	})
}
