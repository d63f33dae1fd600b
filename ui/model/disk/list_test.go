package disk

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"longshore/transfer/listing"
)

// A folder is listed in the form of a server's: sizes, modes, and what links
// lead to.
func TestList(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.txt", "a b.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("12345"), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "sub"), 0o755), os.Symlink("sub", filepath.Join(dir, "to-sub")),
		os.Symlink("gone", filepath.Join(dir, "broken"))); err != nil {
		t.Fatal(err)
	}
	got := map[string]listing.Entry{}
	report, err := List(context.Background(), dir, func(rows []listing.Entry) {
		for _, e := range rows {
			got[e.Name] = e
		}
	})
	if err != nil || report.Rows != 5 {
		t.Fatalf("%v, %d rows", err, report.Rows)
	}
	if e := got["a b.txt"]; e.Size != 5 || e.Type != listing.File || e.ModeString() != "-rw-r-----" {
		t.Errorf("file: %+v %s", e, e.ModeString())
	}
	if !got["to-sub"].Mode.IsDir() || got["broken"].Mode.IsDir() || got["broken"].Target != "gone" {
		t.Errorf("links: %+v, %+v", got["to-sub"], got["broken"])
	}
}

// Nothing that is there is ever replaced, and a folder is copied with its links
// as links.
func TestCopyAndRename(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	if err := errors.Join(os.Mkdir(from, 0o750), os.WriteFile(filepath.Join(from, "a"), []byte("a"), 0o600),
		os.Symlink("a", filepath.Join(from, "link"))); err != nil {
		t.Fatal(err)
	}
	if err := Copy(t.Context(), from, to); err != nil {
		t.Fatal(err)
	}
	if target, err := os.Readlink(filepath.Join(to, "link")); err != nil || target != "a" {
		t.Errorf("link to %q, %v", target, err)
	}
	if err := os.WriteFile(filepath.Join(to, "a"), []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Copy(t.Context(), filepath.Join(from, "a"), filepath.Join(to, "a")); !errors.Is(err, os.ErrExist) {
		t.Errorf("copied over another file: %v", err)
	}
	if err := Rename(t.Context(), filepath.Join(from, "a"), filepath.Join(to, "a")); !errors.Is(err, os.ErrExist) {
		t.Errorf("renamed over another file: %v", err)
	}
	if data, err := os.ReadFile(filepath.Join(to, "a")); string(data) != "other" {
		t.Errorf("what was there is %q, %v", data, err)
	}
}
