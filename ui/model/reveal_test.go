package model

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Files that the program was started with are chosen in the local pane.
func TestReveal(t *testing.T) {
	b := connected(t)
	dir := t.TempDir()
	for _, name := range []string{"a", "b", "c"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b.Reveal(nil)
	b.Reveal([]string{filepath.Join(dir, "a"), filepath.Join(dir, "c"), "/elsewhere/b"})
	b.loop.settle()
	p := b.Tab().Local
	if got := strings.Join(p.SelectedNames(), " "); p.Dir != dir || got != "a c" {
		t.Errorf("%s: %q", p.Dir, got)
	}
	b.Reveal([]string{filepath.Dir(dir)})
	b.loop.settle()
	if p.Dir != filepath.Dir(dir) {
		t.Errorf("shows %s", p.Dir)
	}
}
