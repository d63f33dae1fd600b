package sites

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zalando/go-keyring"
)

// KeyringService is the name under which all of the program's items stand in
// the system's keyring.
const KeyringService = "io.longshore.Longshore"

const (
	keyringDeadline   = 10 * time.Second
	preflightDeadline = 5 * time.Second
	closeWait         = 2 * time.Second // the end of the program does not hang either
	verifyAbove       = 2000            // bytes; on macOS Set may claim success for long ones (go-keyring issue 153)
)

// Keyring is the operating system's password store as a Vault.
//
// go-keyring has no deadline, blocks for ever behind an unanswered prompt,
// and panics when the session bus goes away. So one goroutine makes all calls
// into it, each after a look (see preflight) at whether it can succeed
// without a prompt. A caller waits at most ten seconds; what comes later is
// dropped, and while a call is stuck no second one is started: callers get
// NotResponding at once.
type Keyring struct {
	api      keyringAPI
	look     func(context.Context) Status
	deadline time.Duration

	calls  chan *keyringCall
	since  atomic.Int64 // when the running call began, Unix nanoseconds; 0: none runs
	closed chan struct{}
	ended  chan struct{}
	once   sync.Once
}

// keyringAPI is the part of go-keyring that is used. Tests put a faulty one
// in its place.
type keyringAPI struct {
	get    func(service, user string) (string, error)
	set    func(service, user, secret string) error
	delete func(service, user string) error
}

type keyringCall struct {
	ctx    context.Context
	run    func() (string, error)
	answer chan keyringAnswer // capacity 1: a late answer is dropped, nobody waits to give it
}

type keyringAnswer struct {
	secret string
	err    error
}

// NewKeyring is a Vault on the system's keyring. It asks nothing of it yet.
func NewKeyring() *Keyring {
	api := keyringAPI{get: keyring.Get, set: keyring.Set, delete: keyring.Delete}
	return newKeyring(api, preflight, keyringDeadline)
}

func newKeyring(api keyringAPI, look func(context.Context) Status, deadline time.Duration) *Keyring {
	k := &Keyring{api: api, look: look, deadline: deadline, calls: make(chan *keyringCall),
		closed: make(chan struct{}), ended: make(chan struct{})}
	go k.work()
	return k
}

// Get reads one password. A locked keyring is a *VaultError with Locked: show
// that, call Unlock, try again.
func (k *Keyring) Get(ctx context.Context, ref string) (string, error) {
	return k.do(ctx, ref, func() (string, error) { return k.api.get(KeyringService, ref) })
}

// Set keeps one password. Long ones are read back to be sure.
func (k *Keyring) Set(ctx context.Context, ref, secret string) error {
	_, err := k.do(ctx, ref, func() (string, error) {
		if err := k.api.set(KeyringService, ref, secret); err != nil || len(secret) < verifyAbove {
			return "", err
		}
		if got, err := k.api.get(KeyringService, ref); err != nil || got != secret {
			return "", errors.Join(ErrTooBig, err)
		}
		return "", nil
	})
	return err
}

// Delete removes one password.
func (k *Keyring) Delete(ctx context.Context, ref string) error {
	_, err := k.do(ctx, ref, func() (string, error) { return "", k.api.delete(KeyringService, ref) })
	return err
}

// Status looks at the keyring without asking the user anything.
func (k *Keyring) Status(ctx context.Context) Status {
	if k.stuck() {
		return statusNotResponding
	}
	return k.look(ctx)
}

// Close ends the worker. It waits for a call that is under way, but not for
// one that is stuck: nothing can end that but the end of the program.
func (k *Keyring) Close() error {
	k.once.Do(func() { close(k.closed) })
	if k.stuck() {
		return &VaultError{Status: statusNotResponding}
	}
	wait := time.NewTimer(closeWait)
	defer wait.Stop()
	select {
	case <-k.ended:
		return nil
	case <-wait.C:
		return &VaultError{Status: statusNotResponding}
	}
}

// do hands a call to the worker and waits for its answer, its context's end
// or the deadline.
func (k *Keyring) do(ctx context.Context, ref string, run func() (string, error)) (string, error) {
	if !validRef(ref) {
		return "", fmt.Errorf("%q is no reference to a saved password", ref)
	}
	if k.stuck() {
		return "", &VaultError{Status: statusNotResponding}
	}
	late, cancel := context.WithTimeoutCause(ctx, k.deadline, &VaultError{Status: statusNotResponding})
	defer cancel()
	call := &keyringCall{ctx: late, run: run, answer: make(chan keyringAnswer, 1)}
	select {
	case k.calls <- call:
	case <-k.closed:
		return "", errClosed
	case <-late.Done():
		return "", context.Cause(late)
	}
	select {
	case a := <-call.answer:
		return a.secret, a.err
	case <-late.Done():
		return "", context.Cause(late)
	}
}

func (k *Keyring) work() {
	defer close(k.ended)
	for {
		select {
		case call := <-k.calls:
			call.answer <- k.guard(call)
		case <-k.closed:
			return
		}
	}
}

// guard runs one call: look first, note when it takes too long, survive its
// panics.
func (k *Keyring) guard(call *keyringCall) (a keyringAnswer) {
	if st := k.look(call.ctx); st.State != Ready {
		return keyringAnswer{err: &VaultError{Status: st}}
	}
	if call.ctx.Err() != nil {
		return keyringAnswer{err: context.Cause(call.ctx)}
	}
	k.since.Store(time.Now().UnixNano())
	defer func() {
		k.since.Store(0)
		if p := recover(); p != nil {
			a = keyringAnswer{err: &VaultError{Status: statusNotResponding, Err: fmt.Errorf("the keyring's library failed: %v", p)}}
		}
	}()
	secret, err := call.run()
	return keyringAnswer{secret, keyringError(err)}
}

// stuck reports whether the running call is past its deadline.
func (k *Keyring) stuck() bool {
	since := k.since.Load()
	return since != 0 && time.Since(time.Unix(0, since)) > k.deadline
}

// keyringError translates go-keyring's errors.
func keyringError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyring.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return ErrTooBig
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return &VaultError{Status: statusNoService, Err: err}
	}
	return fmt.Errorf("keyring: %w", err)
}

var (
	statusNotResponding = Status{NotResponding, "the keyring does not answer; it may be waiting for you in a window of its own"}
	statusNoService     = Status{NoService, "there is no system keyring here"}
)
