package sites

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Vault keeps passwords under refs. Every method may be called from any
// goroutine and returns when its context ends, whatever the store does.
type Vault interface {
	// Get returns the password, or ErrNotFound, or a *VaultError.
	Get(ctx context.Context, ref string) (string, error)
	// Set keeps the password; nil means it can be read back.
	Set(ctx context.Context, ref, secret string) error
	// Delete forgets it; ErrNotFound if there was none.
	Delete(ctx context.Context, ref string) error
	// Status says whether the vault can be used now. It never asks the user.
	Status(ctx context.Context) Status
	// Close ends what the vault started and forgets keys.
	Close() error
}

// Unlocker is a Vault that the user can open in a window of its own.
type Unlocker interface {
	// Unlock asks the user, and waits for that until ctx ends.
	Unlock(ctx context.Context) error
}

// Creator is a Vault that can be made where there is none yet.
type Creator interface {
	// Create asks the user for a new keyring's password, and waits for that.
	Create(ctx context.Context) error
}

// VaultState is whether a Vault can be used.
type VaultState uint8

// The states of a Vault.
const (
	Ready         VaultState = iota
	Locked                   // the user must unlock it; not a failure
	NoCollection             // a service, but no keyring in it yet
	NoService                // nobody provides a keyring here
	NoBus                    // not even the way to ask for one
	NotResponding            // it does not answer, or waits for its own question
	Memory                   // works, and forgets all at the end of the program
)

var vaultStateNames = [...]string{"ready", "locked", "no-collection", "no-service", "no-bus", "not-responding", "memory"}

func (s VaultState) String() string {
	if int(s) < len(vaultStateNames) {
		return vaultStateNames[s]
	}
	return fmt.Sprintf("vault state(%d)", uint8(s))
}

// Keeps reports whether a password given to the vault now is there after a
// restart.
func (s VaultState) Keeps() bool { return s == Ready }

// Status is a Vault's state and one sentence about it for the user.
type Status struct {
	State VaultState
	Text  string
}

// Errors of Vaults.
var (
	ErrNotFound  = errors.New("the password is not in the store")
	ErrTooBig    = errors.New("the password is too long for the store")
	ErrDismissed = errors.New("the keyring was not unlocked")
)

// VaultError says that a Vault cannot be used in its present state.
type VaultError struct {
	Status Status
	Err    error // the cause, may be nil
}

func (e *VaultError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Status.Text, e.Err)
	}
	return e.Status.Text
}

// Unwrap gives the cause.
func (e *VaultError) Unwrap() error { return e.Err }

// VaultStateOf finds the state in an error from a Vault; Ready if it is no
// matter of that.
func VaultStateOf(err error) VaultState {
	var v *VaultError
	if errors.As(err, &v) {
		return v.Status.State
	}
	return Ready
}

// memoryVault forgets everything at the end of the program, and says so.
type memoryVault struct {
	mu      sync.Mutex
	secrets map[string]string
	closed  bool
}

// NewMemoryVault is a Vault for where there is no keyring and for tests: what
// is put in is gone when the program ends.
func NewMemoryVault() Vault { return &memoryVault{secrets: map[string]string{}} }

func (v *memoryVault) Get(ctx context.Context, ref string) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	secret, ok := v.secrets[ref]
	if !ok {
		return "", ErrNotFound
	}
	return secret, ctx.Err()
}

func (v *memoryVault) Set(ctx context.Context, ref, secret string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		return errClosed
	}
	if ctx.Err() == nil {
		v.secrets[ref] = secret
	}
	return ctx.Err()
}

func (v *memoryVault) Delete(ctx context.Context, ref string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, ok := v.secrets[ref]; !ok {
		return ErrNotFound
	}
	delete(v.secrets, ref)
	return ctx.Err()
}

func (v *memoryVault) Status(context.Context) Status {
	return Status{Memory, "passwords are kept until the program ends, and not after"}
}

func (v *memoryVault) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.closed = true
	clear(v.secrets)
	return nil
}

var errClosed = errors.New("the password store is closed")
