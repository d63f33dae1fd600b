package sites

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestImportPlaces(t *testing.T) {
	home := t.TempDir()
	empty := func(string) string { return "" }
	for _, os := range []string{"linux", "windows", "darwin"} {
		programs := map[string]bool{}
		for _, p := range importPlaces(machine{os, home, empty}) {
			if !strings.HasPrefix(p.Path, home) {
				t.Errorf("%s: %q is elsewhere", os, p.Path)
			}
			programs[strings.Fields(p.Program)[0]] = true
		}
		if !programs["FileZilla"] || !programs["netrc"] || len(programs) < 5 {
			t.Errorf("%s knows %v", os, programs)
		}
	}
	if len(importPlaces(machine{"linux", "", empty})) != 0 {
		t.Error("places without a home folder")
	}
	file := filepath.Join(home, ".config", "filezilla", "sitemanager.xml")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	found := findImports(importPlaces(machine{"linux", home, empty}))
	if len(found) != 1 || found[0].Path != file {
		t.Errorf("found %v", found)
	}
}
