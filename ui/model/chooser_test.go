package model

import (
	"os"
	"path/filepath"
	"testing"
)

// A file is looked for: an entry's path begins it, folders are entered, and
// only a file can be taken.
func TestChooser(t *testing.T) {
	b := connected(t)
	dir := t.TempDir()
	deep := filepath.Join(dir, "deep")
	file := filepath.Join(deep, "sites.xml")
	if err := os.Mkdir(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var chosen string
	c := b.NewChooser(false, func(path string) { chosen = path })
	c.Begin(filepath.Join(dir, "not-there.xml"))
	b.loop.settle()
	if c.Dir != dir || c.Len() != 1 {
		t.Fatalf("in %q with %d rows", c.Dir, c.Len())
	}
	if path, why := c.Choice(0); why == "" {
		t.Errorf("the folder %q could be taken for a file", path)
	}
	c.Activate(0)
	b.loop.settle()
	if c.Dir != deep || chosen != "" {
		t.Fatalf("in %q, chosen %q", c.Dir, chosen)
	}
	if path, why := c.Choice(0); path != file || why != "" {
		t.Errorf("choice %q, %q", path, why)
	}
	c.Open(filepath.Join(dir, "gone"))
	b.loop.settle()
	if c.Problem == "" || c.Dir != deep || c.Len() != 1 {
		t.Errorf("problem %q, in %q with %d rows", c.Problem, c.Dir, c.Len())
	}
	c.Typed("sites.xml")
	b.loop.settle()
	if chosen != file {
		t.Errorf("typed, chosen %q", chosen)
	}
}

// A folder is looked for: files are not shown, and the one that is open can be
// taken.
func TestChooserOfFolders(t *testing.T) {
	b := connected(t)
	dir := t.TempDir()
	for _, name := range []string{"a", "b"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c := b.NewChooser(true, func(string) {})
	c.Begin(filepath.Join(dir, "file"))
	b.loop.settle()
	if c.Dir != dir || c.Len() != 2 {
		t.Fatalf("in %q with %d rows", c.Dir, c.Len())
	}
	for row, want := range map[int]string{-1: dir, 1: filepath.Join(dir, "b")} {
		if path, why := c.Choice(row); path != want || why != "" {
			t.Errorf("row %d: %q, %q", row, path, why)
		}
	}
	c.Activate(0)
	b.loop.settle()
	c.Up()
	b.loop.settle()
	if c.Dir != dir || !c.HasParent() {
		t.Errorf("in %q", c.Dir)
	}
}
