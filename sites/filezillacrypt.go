package sites

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
)

// fzIterations is what libfilezilla derives its private key with.
const fzIterations = 100_000

// fzMaxKeys bounds the work that a hostile file can ask for; FileZilla has one.
const fzMaxKeys = 4

var errBroken = errors.New("it is damaged")

// fzKeys are the private keys already derived from one master password.
type fzKeys struct {
	master string
	known  map[string]*ecdh.PrivateKey // by public key and salt
}

func newFZKeys(master string) *fzKeys {
	return &fzKeys{master: master, known: map[string]*ecdh.PrivateKey{}}
}

// open opens a password that FileZilla locked with its master password
// (libfilezilla, lib/encryption.cpp): an X25519 key derived from the master
// password, a fresh one for each text, and AES-256-GCM under a hash of both.
func (k *fzKeys) open(pubkey, text string) (string, error) {
	public, err := fzBase64(pubkey, 64)
	if err != nil {
		return "", err
	}
	sealed, err := fzBase64(text, 64+16)
	if err != nil {
		return "", err
	}
	private, err := k.private(public)
	if err != nil {
		return "", err
	}
	once, err := ecdh.X25519().NewPublicKey(sealed[:32])
	if err != nil {
		return "", errBroken
	}
	shared, err := private.ECDH(once)
	if err != nil {
		return "", errBroken
	}
	hash := func(purpose byte) []byte {
		sum := sha256.Sum256(slices.Concat(sealed[32:64], []byte{purpose}, shared, sealed[:32], public[:32], public[32:64]))
		return sum[:]
	}
	block, err := aes.NewCipher(hash(0))
	if err != nil {
		return "", err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return "", err
	}
	plain, err := gcm.Open(nil, hash(2)[:gcm.NonceSize()], sealed[64:], nil)
	if err != nil {
		return "", errBroken
	}
	return string(bytes.TrimRight(plain, "\x00")), nil // padded to hide its length
}

// private derives the private key; its public half tells whether the master
// password was right.
func (k *fzKeys) private(public []byte) (*ecdh.PrivateKey, error) {
	if key, ok := k.known[string(public[:64])]; ok {
		return key, nil
	}
	if len(k.known) >= fzMaxKeys {
		return nil, errBroken
	}
	raw, err := pbkdf2.Key(sha256.New, k.master, public[32:64], fzIterations, 32)
	if err != nil {
		return nil, err
	}
	key, err := ecdh.X25519().NewPrivateKey(raw)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(key.PublicKey().Bytes(), public[:32]) {
		return nil, ErrMaster
	}
	k.known[string(public[:64])] = key
	return key, nil
}

func fzBase64(text string, atLeast int) ([]byte, error) {
	data, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.TrimSpace(text), "="))
	if err != nil || len(data) < atLeast {
		return nil, errBroken
	}
	return data, nil
}
