package sites

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
	"unicode/utf8"
)

// FileVault keeps passwords in one encrypted file, for computers without a
// keyring. The user opens it with a master password once a session; the key
// made from that is in memory until Lock, an idle time, or Close.
//
// The key is argon2id of the master password (RFC 9106), the file's data is
// XChaCha20-Poly1305 of all passwords together under a new nonce for each
// write, with the header as additional data. The salt is new with each master
// password; with 192 bits of random nonce one key serves any number of writes.
type FileVault struct {
	doc  *document
	cost argonCost // of a new file's key

	mu    sync.Mutex
	file  *sealedFile // nil: there is none yet
	key   []byte      // nil: locked
	idle  time.Duration
	timer *time.Timer
}

// VaultVersion is the version of vault.json that this program writes.
const VaultVersion = 1

// MinMaster is the shortest master password, in characters.
const MinMaster = 8

// LoadFileVault reads vault.json; a missing file is a vault to be made with
// Create. It is locked at first.
func LoadFileVault(path string) (*FileVault, error) {
	v := &FileVault{doc: newDocument(path), cost: usualCost}
	if err := v.doc.load(v.parse); err != nil {
		return nil, fmt.Errorf("password vault: %w", err)
	}
	return v, nil
}

// Notice is what the user should know about the file; "" when all is well.
func (v *FileVault) Notice() string { return v.doc.noticed() }

// Exists reports whether there is a vault to unlock.
func (v *FileVault) Exists() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.file != nil
}

// SetIdle has the vault lock itself when it was not used for so long; 0: never.
func (v *FileVault) SetIdle(d time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.idle = d
	v.touch()
}

// CreateWith makes an empty vault. It takes about half a second, and refuses
// where there is one.
func (v *FileVault) CreateWith(ctx context.Context, master string) error {
	if utf8.RuneCountInString(master) < MinMaster {
		return fmt.Errorf("a master password has at least %d characters", MinMaster)
	}
	fresh, key := newSealedFile(master, v.cost)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return v.write(func(old *sealedFile, _ []byte) (*sealedFile, []byte, error) {
		if old != nil {
			return nil, nil, errors.New("there is a password vault already")
		}
		return fresh, key, fresh.seal(key, map[string]string{})
	})
}

// UnlockWith opens the vault until Lock. It takes about half a second. A
// wrong password is ErrMaster.
func (v *FileVault) UnlockWith(ctx context.Context, master string) error {
	v.mu.Lock()
	file := v.file
	v.mu.Unlock()
	switch {
	case file == nil:
		return &VaultError{Status: statusNoVault}
	case file.Version > VaultVersion: // its header was not checked
		return ErrNewer
	}
	key := file.derive(master)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if _, err := file.open(key); err != nil {
		return ErrMaster
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.key = key
	v.touch()
	return nil
}

// ChangeMaster encrypts all passwords anew. Backups that the old master
// password would open are deleted.
func (v *FileVault) ChangeMaster(ctx context.Context, old, master string) error {
	if utf8.RuneCountInString(master) < MinMaster {
		return fmt.Errorf("a master password has at least %d characters", MinMaster)
	}
	if err := v.UnlockWith(ctx, old); err != nil {
		return err
	}
	fresh, key := newSealedFile(master, v.cost)
	err := v.write(func(file *sealedFile, oldKey []byte) (*sealedFile, []byte, error) {
		secrets, err := file.open(oldKey)
		if err != nil {
			return nil, nil, err
		}
		return fresh, key, fresh.seal(key, secrets)
	})
	if err == nil {
		v.doc.dropCopies()
	}
	return err
}

// Lock forgets the key.
func (v *FileVault) Lock() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.forget()
}

func (v *FileVault) forget() {
	clear(v.key)
	v.key = nil
	if v.timer != nil {
		v.timer.Stop()
	}
}

// touch starts the idle time anew.
func (v *FileVault) touch() {
	if v.timer != nil {
		v.timer.Stop()
	}
	if v.idle > 0 && v.key != nil {
		v.timer = time.AfterFunc(v.idle, v.Lock)
	}
}

// Get decrypts one password. A locked vault is a *VaultError with Locked.
func (v *FileVault) Get(ctx context.Context, ref string) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.file == nil || v.key == nil {
		return "", &VaultError{Status: v.status()}
	}
	secrets, err := v.file.open(v.key)
	if err != nil {
		return "", err
	}
	v.touch()
	secret, ok := secrets[ref]
	if !ok {
		return "", ErrNotFound
	}
	return secret, ctx.Err()
}

// Set keeps one password; it is on disk when Set returns.
func (v *FileVault) Set(ctx context.Context, ref, secret string) error {
	if !validRef(ref) {
		return fmt.Errorf("%q is no reference to a saved password", ref)
	}
	return v.edit(ctx, func(secrets map[string]string) error {
		secrets[ref] = secret
		return nil
	})
}

// Delete removes one password.
func (v *FileVault) Delete(ctx context.Context, ref string) error {
	return v.edit(ctx, func(secrets map[string]string) error {
		if _, ok := secrets[ref]; !ok {
			return ErrNotFound
		}
		delete(secrets, ref)
		return nil
	})
}

// Status says whether the vault is open.
func (v *FileVault) Status(context.Context) Status {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.status()
}

var statusNoVault = Status{NoCollection, "there is no password vault yet"}

func (v *FileVault) status() Status {
	switch {
	case v.file == nil:
		return statusNoVault
	case v.key == nil:
		return Status{Locked, "the password vault is locked"}
	}
	return Status{Ready, "the password vault is open"}
}

// Close forgets the key.
func (v *FileVault) Close() error {
	v.Lock()
	return nil
}

func (v *FileVault) edit(ctx context.Context, change func(map[string]string) error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return v.write(func(file *sealedFile, key []byte) (*sealedFile, []byte, error) {
		if file == nil || key == nil {
			return nil, nil, &VaultError{Status: v.Status(ctx)}
		}
		secrets, err := file.open(key)
		if err != nil {
			return nil, nil, err
		}
		if err := change(secrets); err != nil {
			return nil, nil, err
		}
		next := *file
		return &next, key, next.seal(key, secrets)
	})
}

// write replaces file and key by what change makes of them.
func (v *FileVault) write(change func(*sealedFile, []byte) (*sealedFile, []byte, error)) error {
	var file *sealedFile
	var key []byte
	return v.doc.change(v.parse, func() ([]byte, error) {
		v.mu.Lock()
		oldFile, oldKey := v.file, append([]byte(nil), v.key...)
		v.mu.Unlock()
		if len(oldKey) == 0 {
			oldKey = nil
		}
		var err error
		if file, key, err = change(oldFile, oldKey); err != nil {
			return nil, err
		}
		return json.MarshalIndent(file, "", " ")
	}, func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.file, v.key = file, key
		v.touch()
	})
}

// parse takes a file's content; a key that another program's new master
// password made useless is forgotten.
func (v *FileVault) parse(data []byte) error {
	var file sealedFile
	if err := json.Unmarshal(data, &file); err != nil {
		return err
	}
	if file.Version <= VaultVersion {
		if err := file.check(); err != nil {
			return err
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.file = &file
	if file.Version > VaultVersion {
		v.forget()
		return ErrNewer
	}
	if v.key != nil {
		if _, err := file.open(v.key); err != nil {
			v.forget()
		}
	}
	return nil
}
