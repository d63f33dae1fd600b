package transfer

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// TestDeskOfAnotherFolder: a folder that one item reached by itself must not
// be used by one that came from a folder above, where a link leads out of it.
func TestDeskOfAnotherFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // links need a privilege there
	}
	top, outside := t.TempDir(), t.TempDir()
	link := filepath.Join(top, "link")
	if err := os.Symlink(outside, link); err != nil {
		t.Fatal(err)
	}
	k := &desk{}
	defer k.clear()
	file := filepath.Join(link, "x")
	if _, err := k.place(&work{local: file}, file); err != nil {
		t.Fatal(err)
	}
	up := &work{local: top, folder: true}
	if p, err := k.place(&work{up: up, local: file}, file); err == nil {
		t.Errorf("%q leads out of %q", p.root.Name(), top)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := k.place(&work{local: file}, file); err != nil {
		t.Fatal(err)
	}
	if f, err := k.source(&work{up: up, local: file}); err == nil {
		f.Close()
		t.Errorf("%q was opened, which is outside %q", file, top)
	}
}

// TestDeskThatWasRemoved: the folder goes away between two files.
func TestDeskThatWasRemoved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	k := &desk{}
	defer k.clear()
	file := filepath.Join(dir, "x")
	p, err := k.place(&work{local: file}, file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if f, err := p.root.OpenFile(p.part, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666); err == nil {
		f.Close()
		t.Error("a file was made in a folder that is gone")
	}
	k.clear() // what a failed item does
	if _, err := k.place(&work{local: file}, file); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Error(err)
	}
}
