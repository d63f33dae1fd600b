package sites

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const (
	testMaster = "correct horse"
	testSecret = "Tr0ub4dor-ünïque"
)

func newFileVault(t *testing.T) (*FileVault, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "vault.json")
	v := mustVault(t, path)
	if err := v.CreateWith(t.Context(), testMaster); err != nil {
		t.Fatal(err)
	}
	return v, path
}

func mustVault(t *testing.T, path string) *FileVault {
	t.Helper()
	v, err := LoadFileVault(path)
	if err != nil {
		t.Fatal(err)
	}
	v.cost = argonCost{time: 1, memory: 8 << 10, threads: 1} // as fast as check allows
	return v
}

func TestFileVaultUsualCost(t *testing.T) {
	v, err := LoadFileVault(filepath.Join(t.TempDir(), "vault.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := v.CreateWith(t.Context(), testMaster); err != nil {
		t.Fatal(err)
	}
	if f := sealed(t, v.doc.path); f.Time < 3 || f.Memory < 64<<10 || f.check() != nil {
		t.Errorf("%+v", f)
	}
}

func TestFileVaultKeeps(t *testing.T) {
	ctx := t.Context()
	v, path := newFileVault(t)
	if err := v.Set(ctx, someRef, testSecret); err != nil {
		t.Fatal(err)
	}
	first := sealed(t, path)
	if err := v.Set(ctx, someRef, testSecret); err != nil {
		t.Fatal(err)
	}
	if second := sealed(t, path); string(first.Nonce) == string(second.Nonce) || string(first.Data) == string(second.Data) {
		t.Error("a nonce was used twice")
	}
	again := mustVault(t, path)
	if st := again.Status(ctx); st.State != Locked {
		t.Errorf("status %v", st)
	}
	if _, err := again.Get(ctx, someRef); VaultStateOf(err) != Locked {
		t.Errorf("locked: %v", err)
	}
	if err := again.Set(ctx, someRef, "x"); VaultStateOf(err) != Locked {
		t.Errorf("locked: %v", err)
	}
	if err := again.UnlockWith(ctx, "correct hors"); !errors.Is(err, ErrMaster) {
		t.Errorf("wrong master password: %v", err)
	}
	if err := again.UnlockWith(ctx, testMaster); err != nil {
		t.Fatal(err)
	}
	if got, err := again.Get(ctx, someRef); got != testSecret || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if err := again.Delete(ctx, someRef); err != nil {
		t.Error(err)
	}
	if err := again.Delete(ctx, someRef); !errors.Is(err, ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
	// The first one still runs: another program changed the file.
	if err := v.Set(ctx, "b@c [00000000]", "other"); err != nil {
		t.Error(err)
	}
	if _, err := v.Get(ctx, someRef); !errors.Is(err, ErrNotFound) {
		t.Errorf("what another program deleted is back: %v", err)
	}
	grepNoSecret(t, filepath.Dir(path), 2, testSecret, testMaster)
}

func sealed(t *testing.T, path string) sealedFile {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var f sealedFile
	if err := json.Unmarshal(data, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFileVaultTampered(t *testing.T) {
	v, path := newFileVault(t)
	if err := v.Set(t.Context(), someRef, testSecret); err != nil {
		t.Fatal(err)
	}
	good := sealed(t, path)
	for name, change := range map[string]func(*sealedFile){
		"data":  func(f *sealedFile) { f.Data = append([]byte{f.Data[0] ^ 1}, f.Data[1:]...) },
		"nonce": func(f *sealedFile) { f.Nonce = append([]byte{f.Nonce[0] ^ 1}, f.Nonce[1:]...) },
		"salt":  func(f *sealedFile) { f.Salt = append([]byte{f.Salt[0] ^ 1}, f.Salt[1:]...) },
		"cost":  func(f *sealedFile) { f.Time = 2 },
		"cut":   func(f *sealedFile) { f.Data = f.Data[:len(f.Data)-1] },
	} {
		bad := good
		change(&bad)
		data, err := json.Marshal(bad)
		if err != nil {
			t.Fatal(err)
		}
		at := filepath.Join(t.TempDir(), "vault.json")
		if err := os.WriteFile(at, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := mustVault(t, at).UnlockWith(t.Context(), testMaster); !errors.Is(err, ErrMaster) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A header must not make the program fill the machine's memory.
func TestFileVaultBounds(t *testing.T) {
	salt, nonce := strings.Repeat("AAAA", 5)+"AA==", strings.Repeat("AAAA", 8)
	for _, header := range []string{
		`{"version":1,"kdf":"argon2id","time":1,"memory_kib":4294967295,"threads":1,"salt":"` + salt + `","nonce":"` + nonce + `"}`,
		`{"version":1,"kdf":"argon2id","time":0,"memory_kib":65536,"threads":1,"salt":"` + salt + `","nonce":"` + nonce + `"}`,
		`{"version":1,"kdf":"md5","time":1,"memory_kib":65536,"threads":1,"salt":"` + salt + `","nonce":"` + nonce + `"}`,
		`{"version":1,"kdf":"argon2id","time":1,"memory_kib":65536,"threads":1,"salt":"","nonce":""}`,
		`{}`, ``,
	} {
		path := filepath.Join(t.TempDir(), "vault.json")
		if err := os.WriteFile(path, []byte(header), 0o600); err != nil {
			t.Fatal(err)
		}
		v := mustVault(t, path)
		if v.Exists() || !strings.Contains(v.Notice(), "damaged") {
			t.Errorf("%s: exists %v, notice %q", header, v.Exists(), v.Notice())
		}
	}
	path := filepath.Join(t.TempDir(), "vault.json")
	if err := os.WriteFile(path, []byte(`{"version":2,"memory_kib":4294967295}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := mustVault(t, path).UnlockWith(t.Context(), testMaster); !errors.Is(err, ErrNewer) {
		t.Errorf("newer: %v", err)
	}
}

func TestFileVaultChangeMaster(t *testing.T) {
	ctx := t.Context()
	v, path := newFileVault(t)
	if err := v.Set(ctx, someRef, testSecret); err != nil {
		t.Fatal(err)
	}
	other := mustVault(t, path) // makes a backup
	if err := other.UnlockWith(ctx, testMaster); err != nil {
		t.Fatal(err)
	}
	if err := v.ChangeMaster(ctx, testMaster, "short"); err == nil {
		t.Error("a short one was taken")
	}
	if err := v.ChangeMaster(ctx, testMaster, "battery staple"); err != nil {
		t.Fatal(err)
	}
	if copies, _ := filepath.Glob(path + "*.bak"); len(copies) != 0 {
		t.Errorf("the old master password opens %q", copies)
	}
	if got, err := v.Get(ctx, someRef); got != testSecret || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if err := other.Set(ctx, someRef, "x"); VaultStateOf(err) != Locked {
		t.Errorf("another program with the old key: %v", err)
	}
	if err := mustVault(t, path).UnlockWith(ctx, testMaster); !errors.Is(err, ErrMaster) {
		t.Errorf("the old master password: %v", err)
	}
	if err := v.CreateWith(ctx, testMaster); err == nil {
		t.Error("a vault was made over another")
	}
}

func TestFileVaultLocksItself(t *testing.T) {
	v, _ := newFileVault(t)
	synctest.Test(t, func(t *testing.T) {
		if err := v.Set(t.Context(), someRef, testSecret); err != nil {
			t.Fatal(err)
		}
		v.SetIdle(10 * time.Minute)
		time.Sleep(9 * time.Minute) // synctest's clock
		if _, err := v.Get(t.Context(), someRef); err != nil {
			t.Error(err)
		}
		time.Sleep(9 * time.Minute)
		if st := v.Status(t.Context()); st.State != Ready {
			t.Errorf("it was used 9 minutes ago: %v", st)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if st := v.Status(t.Context()); st.State != Locked {
			t.Errorf("after 11 minutes: %v", st)
		}
	})
}
