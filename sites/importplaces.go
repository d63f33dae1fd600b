package sites

import (
	"os"
	"path/filepath"
	"runtime"
)

// ImportPlace is where another program keeps its sites on this machine.
type ImportPlace struct {
	Program string
	Path    string
}

// machine is what decides where programs keep their files.
type machine struct {
	os   string // as runtime.GOOS
	home string
	env  func(string) string
}

func currentMachine(home string) machine { return machine{runtime.GOOS, home, os.Getenv} }

// or is a folder from the environment, else one below the home folder.
func (m machine) or(name string, below ...string) string {
	if dir := m.env(name); filepath.IsAbs(dir) {
		return dir
	}
	return m.at(below...)
}

func (m machine) at(below ...string) string {
	return filepath.Join(append([]string{m.home}, below...)...)
}

// importPlaces are the places to look at, the most used programs first.
func importPlaces(m machine) []ImportPlace {
	if m.home == "" {
		return nil
	}
	switch m.os {
	case "windows":
		return windowsPlaces(m)
	case "darwin":
		return macPlaces(m)
	}
	config := m.or("XDG_CONFIG_HOME", ".config")
	data := m.or("XDG_DATA_HOME", ".local", "share")
	return []ImportPlace{
		{"FileZilla", filepath.Join(config, "filezilla", "sitemanager.xml")},
		{"FileZilla", m.at(".filezilla", "sitemanager.xml")},
		{"FileZilla (Flatpak)", m.at(".var", "app", "org.filezillaproject.Filezilla", "config", "filezilla", "sitemanager.xml")},
		{"lftp", filepath.Join(data, "lftp", "bookmarks")},
		{"lftp", m.at(".lftp", "bookmarks")},
		{"gFTP", m.at(".gftp", "bookmarks")},
		{"gFTP", filepath.Join(config, "gftp", "bookmarks")},
		{"NcFTP", m.at(".ncftp", "bookmarks")},
		{"WinSCP (Wine)", m.at(".wine", "drive_c", "users", filepath.Base(m.home), "AppData", "Roaming", "WinSCP.ini")},
		{"rclone", filepath.Join(config, "rclone", "rclone.conf")},
		{"netrc", m.at(".netrc")},
	}
}

func windowsPlaces(m machine) []ImportPlace {
	roaming := m.or("APPDATA", "AppData", "Roaming")
	return []ImportPlace{
		{"FileZilla", filepath.Join(roaming, "FileZilla", "sitemanager.xml")},
		{"WinSCP", filepath.Join(roaming, "WinSCP.ini")},
		{"WinSCP", m.at("Documents", "WinSCP.ini")},
		{"Cyberduck", filepath.Join(roaming, "Cyberduck", "Bookmarks")},
		{"rclone", filepath.Join(roaming, "rclone", "rclone.conf")},
		{"netrc", m.at("_netrc")},
	}
}

func macPlaces(m machine) []ImportPlace {
	support := m.at("Library", "Application Support")
	return []ImportPlace{
		{"FileZilla", m.at(".config", "filezilla", "sitemanager.xml")},
		{"Cyberduck", m.at("Library", "Group Containers", "G69SCX94XU.duck", "Library", "Application Support", "duck", "Bookmarks")},
		{"Cyberduck", filepath.Join(support, "Cyberduck", "Bookmarks")},
		{"lftp", m.at(".local", "share", "lftp", "bookmarks")},
		{"lftp", m.at(".lftp", "bookmarks")},
		{"NcFTP", m.at(".ncftp", "bookmarks")},
		{"rclone", m.at(".config", "rclone", "rclone.conf")},
		{"netrc", m.at(".netrc")},
	}
}

// FindImports are the places where sites of other programs lie on this
// machine. It looks at the disk.
func FindImports(home string) []ImportPlace { return findImports(importPlaces(currentMachine(home))) }

func findImports(places []ImportPlace) []ImportPlace {
	var found []ImportPlace
	for _, p := range places {
		info, err := os.Stat(p.Path)
		if err != nil {
			continue
		}
		if info.IsDir() {
			if files, err := bookmarkFiles(p.Path); err != nil || len(files) == 0 {
				continue
			}
		}
		found = append(found, p)
	}
	return found
}
