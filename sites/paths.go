package sites

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// Paths are the two folders that hold everything the program keeps: Config
// what the user decided, State what the program does.
type Paths struct{ Config, State string }

const folderName = "longshore"

// DefaultPaths are the folders of the operating system: on Linux
// $XDG_CONFIG_HOME and $XDG_STATE_HOME (XDG Base Directory Specification), on
// macOS Application Support, on Windows the roaming and the local AppData.
func DefaultPaths() (Paths, error) {
	config, err := os.UserConfigDir()
	if err != nil {
		return Paths{}, fmt.Errorf("no folder for settings: %w", err)
	}
	state, err := stateDir(config)
	if err != nil {
		return Paths{}, fmt.Errorf("no folder for the queue: %w", err)
	}
	return Paths{Config: filepath.Join(config, folderName), State: filepath.Join(state, folderName)}, nil
}

// stateDir exists because Go knows no such folder.
func stateDir(config string) (string, error) {
	switch runtime.GOOS {
	case "windows":
		if dir := os.Getenv("LocalAppData"); dir != "" {
			return dir, nil
		}
		return config, nil
	case "darwin", "ios":
		return config, nil
	}
	// The specification has relative values ignored.
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "state"), err
}

// PathsUnder puts all of it under one folder, for --state DIR.
func PathsUnder(dir string) Paths {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return Paths{Config: dir, State: dir}
}

// Make creates the folders, readable by their owner only.
func (p Paths) Make() error {
	for _, dir := range []string{p.Config, p.State, p.LogDir()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	return nil
}

// SitesFile is where a Book is kept.
func (p Paths) SitesFile() string { return filepath.Join(p.Config, "sites.json") }

// SettingsFile is where Settings are kept.
func (p Paths) SettingsFile() string { return filepath.Join(p.Config, "settings.json") }

// KnownServersFile is where KnownServers are kept.
func (p Paths) KnownServersFile() string { return filepath.Join(p.Config, "known_servers.json") }

// VaultFile is where a FileVault is kept.
func (p Paths) VaultFile() string { return filepath.Join(p.Config, "vault.json") }

// QueueDir is the queue's folder; the journal and its lock are in it.
func (p Paths) QueueDir() string { return p.State }

// LogDir holds the log files.
func (p Paths) LogDir() string { return filepath.Join(p.State, "log") }
