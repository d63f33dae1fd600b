package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
)

// mendPreferences takes away a file of Fyne's own preferences that cannot be
// read: Fyne truncates it before it writes, a program that ends just then
// leaves it empty, and Fyne prints an error at every start from then on.
// Nothing of ours is in it; our settings are package sites'.
func mendPreferences() {
	dir, err := fyneDir()
	if err != nil {
		return
	}
	path := filepath.Join(dir, appID, "preferences.json")
	if data, err := os.ReadFile(path); err == nil && !json.Valid(data) {
		_ = os.Remove(path) // then Fyne says so, which is all the harm there is
	}
}

// fyneDir is the folder that Fyne 2.7 uses.
func fyneDir() (string, error) {
	if runtime.GOOS == "darwin" {
		home, err := os.UserHomeDir()
		return filepath.Join(home, "Library", "Preferences", "fyne"), err
	}
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, "fyne"), err
}
