package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestMendPreferences(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "AppData"} {
		t.Setenv(name, home)
	}
	dir, err := fyneDir()
	if err != nil {
		t.Fatal(err)
	}
	mendPreferences() // nothing there is nothing to do
	path := filepath.Join(dir, appID, "preferences.json")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	for content, kept := range map[string]bool{"": false, `{"a":`: false, "{}\n": true} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		mendPreferences()
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) == kept {
			t.Errorf("%q: kept %v", content, !kept)
		}
	}
}
