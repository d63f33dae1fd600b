package sites

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"longshore/transfer/session"
)

func mustBook(t *testing.T, path string) *Book {
	t.Helper()
	b, err := LoadBook(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func mustPut(t *testing.T, b *Book, s Site) Site {
	t.Helper()
	stored, err := b.Put(s)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func site(name string, folder ...string) Site {
	s := NewSite(name, strings.ToLower(strings.NewReplacer(" ", "-", "/", "-").Replace(name))+".example")
	s.Folder, s.Logon, s.User = folder, AskLogon, "deploy"
	return s
}

func TestBookKeepsSites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "conf", "sites.json")
	b := mustBook(t, path)
	full := site("ACME live", "Customers", "ACME & Söhne")
	full.Port, full.Security, full.Logon, full.Account = 2121, session.ImplicitTLS, WithAcct, "billing"
	full.Password = Ref{StoreKeyring, NewRef("deploy", "acme")}
	full.Bookmarks = []Bookmark{{"logs", "/var/log", "/home/u/logs"}}
	full.Links, full.ReadBack = LinksAsIs, true
	full.Skip, full.LimitUp, full.KeepTimes, full.ExistsUpload = []string{".git"}, 1<<20, false, ExistsNewer
	full = mustPut(t, b, full)
	other := mustPut(t, b, site("Plain"))

	again := mustBook(t, path)
	if got := again.Sites(); !reflect.DeepEqual(got, []Site{full, other}) {
		t.Errorf("read back %+v\nwant %+v", got, []Site{full, other})
	}
	if n := again.Notice(); n != "" {
		t.Errorf("notice %q for a good file", n)
	}
	if err := again.Delete(full.ID); err != nil {
		t.Fatal(err)
	}
	if changed, err := b.Reload(); err != nil || !changed {
		t.Errorf("reload: %v, %v", changed, err)
	}
	if _, ok := b.Get(full.ID); ok {
		t.Error("a site deleted by another program is still there after Reload")
	}
}

func TestBookFileIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // folders of the profile are private by their ACL
	}
	dir := filepath.Join(t.TempDir(), "new")
	path := filepath.Join(dir, "sites.json")
	b := mustBook(t, path)
	mustPut(t, b, site("a"))
	mustBook(t, path) // makes the backups
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	mustPut(t, b, site("b"))
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder: %v, %v", info.Mode(), err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: mode %v, %v", f.Name(), info.Mode(), err)
		}
		if strings.HasSuffix(f.Name(), ".tmp") {
			t.Errorf("%s was left", f.Name())
		}
	}
}

func TestBookKeepsUnknownFields(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sites.json")
	in := `{"version":1,"future":{"a":[1,2]},"sites":[{"id":"x","name":"n","host":"h.example","protocol":"ftpes",
	 "logon":"anonymous","password":{"store":"none"},"sparkle":"ünïque","big":12345678901234567890}]}`
	if err := os.WriteFile(path, []byte(in), 0o600); err != nil {
		t.Fatal(err)
	}
	b := mustBook(t, path)
	s, _ := b.Get("x")
	if !s.KeepTimes {
		t.Error("a field that is missing did not get its default")
	}
	s.Comment = "changed"
	mustPut(t, b, s)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"ünïque"`, `12345678901234567890`, `"future"`, `"changed"`} {
		if !strings.Contains(string(data), want) {
			t.Errorf("%s is lost in %s", want, data)
		}
	}
	if !json.Valid(data) {
		t.Errorf("not JSON: %s", data)
	}
}

func TestBookDamaged(t *testing.T) {
	good := `{"version":1,"sites":[{"id":"x","name":"n","host":"h.example"}]}`
	for name, bad := range map[string]string{
		"empty": "", "cut": good[:40], "zeroes": strings.Repeat("\x00", 4096), "other": "[1]", "wrong type": `{"sites":5}`,
	} {
		for _, withCopy := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/copy=%v", name, withCopy), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "sites.json")
				if withCopy {
					if err := os.WriteFile(path, []byte(good), 0o600); err != nil {
						t.Fatal(err)
					}
					mustBook(t, path)
				}
				if err := os.WriteFile(path, []byte(bad), 0o600); err != nil {
					t.Fatal(err)
				}
				b := mustBook(t, path)
				if _, ok := b.Get("x"); ok != withCopy {
					t.Errorf("site from the copy: %v", ok)
				}
				if !strings.Contains(b.Notice(), "damaged") {
					t.Errorf("notice %q", b.Notice())
				}
				aside, err := filepath.Glob(path + ".corrupt-*")
				if err != nil || len(aside) != 1 {
					t.Fatalf("set aside: %v, %v", aside, err)
				}
				if kept, err := os.ReadFile(aside[0]); err != nil || string(kept) != bad {
					t.Errorf("set aside as %q, %v", kept, err)
				}
				mustPut(t, b, site("later"))
				if n := mustBook(t, path).Notice(); n != "" {
					t.Errorf("after a change: %s", n)
				}
			})
		}
	}
}

func TestBookNewerVersionIsReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sites.json")
	in := `{"version":99,"sites":[{"id":"x","name":"n","host":"h.example"}]}`
	if err := os.WriteFile(path, []byte(in), 0o600); err != nil {
		t.Fatal(err)
	}
	b := mustBook(t, path)
	if _, ok := b.Get("x"); !ok || !b.ReadOnly() || b.Notice() == "" {
		t.Errorf("read-only %v, notice %q", b.ReadOnly(), b.Notice())
	}
	if _, err := b.Put(site("a")); !errors.Is(err, ErrNewer) {
		t.Errorf("put: %v", err)
	}
	if data, _ := os.ReadFile(path); string(data) != in {
		t.Errorf("the file was changed to %s", data)
	}
}

func TestBookUnreadableIsNotOverwritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sites.json")
	b := mustBook(t, path)
	if err := os.Mkdir(path, 0o700); err != nil { // stands for what root could read anyway
		t.Fatal(err)
	}
	if _, err := LoadBook(path); err == nil {
		t.Error("a folder was loaded")
	}
	if _, err := b.Put(site("a")); err == nil {
		t.Error("a folder was overwritten")
	}
	huge := filepath.Join(t.TempDir(), "sites.json")
	f, err := os.Create(huge)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(MaxFile + 1); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadBook(huge); !errors.Is(err, ErrTooLarge) {
		t.Errorf("17 MiB: %v", err)
	}
}

func TestBookTwoPrograms(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sites.json")
	const each = 25
	var wg sync.WaitGroup
	for p := range 4 {
		b := mustBook(t, path)
		wg.Go(func() {
			for i := range each {
				if _, err := b.Put(site(fmt.Sprintf("p%d s%d", p, i))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := len(mustBook(t, path).Sites()); n != 4*each {
		t.Errorf("%d sites of %d are left", n, 4*each)
	}
}

func TestBookSymlinkStays(t *testing.T) {
	dir := t.TempDir()
	real := filepath.Join(dir, "real.json")
	link := filepath.Join(dir, "sites.json")
	if err := os.WriteFile(real, []byte(`{"version":1,"sites":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	mustPut(t, mustBook(t, link), site("a"))
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became %v, %v", info.Mode(), err)
	}
	if data, _ := os.ReadFile(real); !strings.Contains(string(data), "a.example") {
		t.Errorf("the target was not written: %s", data)
	}
}

func TestBookDatedCopies(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sites.json")
	mustPut(t, mustBook(t, path), site("a"))
	day := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for range 9 {
		b := &Book{doc: newDocument(path)}
		b.doc.now = func() time.Time { return day }
		if err := b.doc.load(b.parse); err != nil {
			t.Fatal(err)
		}
		day = day.AddDate(0, 0, 1)
	}
	dated := newDocument(path).dated()
	if len(dated) != datedCopies || !strings.HasSuffix(dated[0], "2026-03-09.bak") {
		t.Errorf("copies: %q", dated)
	}
}

func TestFindByName(t *testing.T) {
	b := mustBook(t, "")
	mustPut(t, b, site("Live", "ACME"))
	mustPut(t, b, site("Live", "Other"))
	mustPut(t, b, site("Alone", "Deep", "Down"))
	mustPut(t, b, site("a/b"))
	for name, want := range map[string]string{
		"ACME/Live": "ACME/Live", "other/live": "Other/Live", "Alone": "Deep/Down/Alone", "alone": "Deep/Down/Alone",
		"Deep/Down/Alone": "Deep/Down/Alone", "a/b": "a/b",
	} {
		if s, err := b.FindByName(name); err != nil || s.Path() != want {
			t.Errorf("%q: %q, %v", name, s.Path(), err)
		}
	}
	if _, err := b.FindByName("Live"); err == nil || !strings.Contains(err.Error(), "ACME/Live") {
		t.Errorf("two of a name: %v", err)
	}
	if _, err := b.FindByName("none"); !errors.Is(err, ErrNoSite) {
		t.Errorf("none of a name: %v", err)
	}
}

func TestDuplicateAndMove(t *testing.T) {
	b := mustBook(t, "")
	s := site("A")
	s.Logon, s.Password = Normal, Ref{StoreKeyring, NewRef("u", "h")}
	a := mustPut(t, b, s)
	c := mustPut(t, b, site("C", "F"))
	d, err := b.Duplicate(a.ID)
	if err != nil || d.Name != "A (2)" || d.Password.Saved() || d.Logon != AskLogon || d.ID == a.ID {
		t.Errorf("duplicate %+v, %v", d, err)
	}
	if err := b.Move(a.ID, []string{"F"}, c.ID); err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, s := range b.Sites() {
		order = append(order, s.Path())
	}
	if got := strings.Join(order, " "); got != "A (2) F/A F/C" {
		t.Errorf("order %q", got)
	}
}

func TestFolders(t *testing.T) {
	b := mustBook(t, "")
	mustPut(t, b, site("s", "A", "B"))
	for _, f := range [][]string{{"E"}, {"A", "C"}} {
		if err := b.AddFolder(f); err != nil {
			t.Fatal(err)
		}
	}
	check := func(step, want string) {
		t.Helper()
		var all []string
		for _, f := range b.Folders() {
			all = append(all, strings.Join(f, "/"))
		}
		if got := strings.Join(all, " "); got != want {
			t.Errorf("%s: %q, want %q", step, got, want)
		}
	}
	check("added", "E A A/C A/B")
	if err := b.RenameFolder([]string{"A"}, []string{"E", "X"}); err != nil {
		t.Fatal(err)
	}
	check("renamed", "E E/X E/X/C E/X/B")
	for _, to := range [][]string{{"E", "X", "Y"}, {"E"}, {""}, {}} {
		if err := b.RenameFolder([]string{"E", "X"}, to); err == nil {
			t.Errorf("renamed onto %q", to)
		}
	}
	if err := b.DeleteFolder([]string{"E"}); err == nil {
		t.Error("a folder with a site was deleted")
	}
	if err := b.DeleteFolder([]string{"E", "X", "C"}); err != nil {
		t.Fatal(err)
	}
	check("deleted", "E E/X E/X/B")
	if in := b.In([]string{"E"}, true); len(in) != 1 || len(b.In([]string{"E"}, false)) != 0 {
		t.Errorf("in E: %v", in)
	}
}

func FuzzBook(f *testing.F) {
	f.Add([]byte(`{"version":1,"folders":[["a"]],"sites":[{"id":"x","name":"n","folder":["b"],"zz":1}]}`))
	f.Add([]byte(`{"sites":[{},{},{"ID":"q"}]}`))
	f.Add([]byte(`{"version":7}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		st, err := parseShelf(data)
		if err != nil {
			return
		}
		again, err := json.Marshal(st)
		if err != nil {
			t.Fatalf("cannot be written: %v", err)
		}
		st2, err := parseShelf(again)
		if err != nil {
			t.Fatalf("cannot be read again: %v\n%s", err, again)
		}
		if third, err := json.Marshal(st2); err != nil || string(third) != string(again) {
			t.Errorf("changes when read again:\n%s\n%s", again, third)
		}
	})
}
