package sites

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"
)

// argonCost is what one guess at the master password costs.
type argonCost struct {
	time, memory uint32 // passes; KiB
	threads      uint8
}

// usualCost is 0.5 s on a slow machine of 2026.
var usualCost = argonCost{time: 3, memory: 64 << 10, threads: 4}

// sealedFile is vault.json.
type sealedFile struct {
	Version int    `json:"version"`
	KDF     string `json:"kdf"`
	Time    uint32 `json:"time"`
	Memory  uint32 `json:"memory_kib"`
	Threads uint8  `json:"threads"`
	Salt    []byte `json:"salt"`
	Nonce   []byte `json:"nonce"`
	Data    []byte `json:"data"`
}

// check bounds what a header may ask of the machine.
func (f *sealedFile) check() error {
	switch {
	case f.KDF != "argon2id":
		return fmt.Errorf("key derivation %q is not known", f.KDF)
	case f.Time < 1 || f.Time > 64, f.Memory < 8<<10 || f.Memory > 1<<20, f.Threads < 1 || f.Threads > 64:
		return errors.New("the cost of its key is out of range")
	case len(f.Salt) != 16 || len(f.Nonce) != chacha20poly1305.NonceSizeX:
		return errBroken
	}
	return nil
}

func newSealedFile(master string, cost argonCost) (*sealedFile, []byte) {
	f := &sealedFile{Version: VaultVersion, KDF: "argon2id", Time: cost.time, Memory: cost.memory, Threads: cost.threads,
		Salt: make([]byte, 16)}
	rand.Read(f.Salt) // never fails
	return f, f.derive(master)
}

func (f *sealedFile) derive(master string) []byte {
	return argon2.IDKey([]byte(master), f.Salt, f.Time, f.Memory, f.Threads, chacha20poly1305.KeySize)
}

// header binds the data to what is said about it.
func (f *sealedFile) header() []byte {
	return fmt.Appendf(nil, "longshore vault %d %s %d %d %d %x", f.Version, f.KDF, f.Time, f.Memory, f.Threads, f.Salt)
}

func (f *sealedFile) seal(key []byte, secrets map[string]string) error {
	plain, err := json.Marshal(secrets)
	if err != nil {
		return err
	}
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return err
	}
	f.Nonce = make([]byte, aead.NonceSize())
	rand.Read(f.Nonce) // never fails
	f.Data = aead.Seal(nil, f.Nonce, plain, f.header())
	clear(plain)
	return nil
}

func (f *sealedFile) open(key []byte) (map[string]string, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil || len(f.Nonce) != aead.NonceSize() {
		return nil, errBroken
	}
	plain, err := aead.Open(nil, f.Nonce, f.Data, f.header())
	if err != nil {
		return nil, errBroken
	}
	secrets := map[string]string{}
	err = json.Unmarshal(plain, &secrets)
	clear(plain)
	return secrets, err
}
