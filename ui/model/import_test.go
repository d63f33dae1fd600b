package model

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"longshore/sites"
)

const fileZillaXML = `<?xml version="1.0" encoding="UTF-8"?>
<FileZilla3 version="3.63.0" platform="*nix"><Servers>
<Folder expanded="1">Clients
<Server><Host>ftp.one.example</Host><Port>21</Port><Protocol>4</Protocol><Type>0</Type><User>anna</User><Pass encoding="base64">c2VjcmV0LW9uZQ==</Pass><Logontype>1</Logontype><Name>One</Name></Server>
<Server><Host>ftp.one.example</Host><Port>21</Port><Protocol>0</Protocol><Type>0</Type><User>anna</User><Logontype>2</Logontype><Name>One again</Name></Server>
</Folder>
<Server><Host>sftp.example</Host><Port>22</Port><Protocol>1</Protocol><Type>0</Type><User>bob</User><Logontype>1</Logontype><Name>Shell</Name></Server>
<Server><Host>ftp.two.example</Host><Port>21</Port><Protocol>4</Protocol><Type>0</Type><User>carl</User><Pass encoding="base64">c2VjcmV0LXR3bw==</Pass><Logontype>1</Logontype><Name>Two</Name></Server>
</Servers></FileZilla3>`

func opened(t *testing.T, b *bench, data string) *Import {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sitemanager.xml")
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	i := b.NewImport()
	b.loop.settle()
	i.Open(path, "")
	b.loop.settle()
	return i
}

func TestImportPreview(t *testing.T) {
	b := newBench(t)
	two := sites.NewSite("Old two", "ftp.two.example")
	two.User, two.Logon = "carl", sites.AskLogon
	if _, err := b.book.Put(two); err != nil {
		t.Fatal(err)
	}
	i := opened(t, b, fileZillaXML)
	if i.State != ImportPreview || i.Format != "FileZilla" || len(i.Rows) != 4 {
		t.Fatalf("%v %q %+v %q", i.State, i.Format, i.Rows, i.Problem)
	}
	got := map[string]ImportRow{}
	for _, r := range i.Rows {
		got[r.Found.Site.Name] = r
	}
	for name, want := range map[string]struct {
		on, locked bool
		note       string
	}{
		"One": {on: true}, "One again": {note: "The same as"}, "Shell": {locked: true, note: "S"}, "Two": {note: `Saved already as "Old two"`},
	} {
		r := got[name]
		if r.On != want.on || r.Locked != want.locked || !strings.HasPrefix(r.Note, want.note) {
			t.Errorf("%s: on %v, locked %v, %q", name, r.On, r.Locked, r.Note)
		}
	}
	n, passwords := i.Ticked()
	if n != 1 || passwords != 1 {
		t.Errorf("%d ticked with %d passwords", n, passwords)
	}
	for row := range i.Rows {
		i.Tick(row, true)
	}
	if n, _ := i.Ticked(); n != 3 {
		t.Errorf("%d can be ticked, want 3", n)
	}
	i.TickAll(false)
	if i.WhyNot() == "" {
		t.Error("nothing is ticked and it would run")
	}
}

func TestImportStoresPasswordsInTheVault(t *testing.T) {
	b := newBench(t)
	i := opened(t, b, fileZillaXML)
	i.Run()
	b.loop.settle()
	if i.State != ImportDone || i.Problem != "" {
		t.Fatalf("%v %q", i.State, i.Problem)
	}
	all := b.book.Sites()
	if len(all) != 2 {
		t.Fatalf("%d sites", len(all))
	}
	for _, s := range all {
		if p, err := b.secrets.Password(context.Background(), s.TargetOf()); err != nil || !strings.HasPrefix(p, "secret-") {
			t.Errorf("%s: %q, %v", s.Name, p, err)
		}
		if s.Name == "One" && !slices.Equal(s.Folder, []string{"Clients"}) {
			t.Errorf("in folder %q", s.Folder)
		}
	}
	text := strings.Join(i.Summary, "\n")
	for _, want := range []string{"2 sites were imported", "2 passwords are saved", `"Clients/One again": left out: The same as "Clients/One"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the summary lacks %q:\n%s", want, text)
		}
	}
	for _, r := range i.Rows {
		if r.Found.Password != "" {
			t.Error("a password is kept after its storing")
		}
	}
}

func TestImportTellsWhatIsWrong(t *testing.T) {
	b := newBench(t)
	i := opened(t, b, "\x00\x01 no sites")
	if i.State != ImportChoosing || i.Problem == "" {
		t.Errorf("%v %q", i.State, i.Problem)
	}
	i.Open(filepath.Join(t.TempDir(), "none.xml"), "")
	b.loop.settle()
	if i.State != ImportChoosing || !strings.Contains(i.Problem, "none.xml") {
		t.Errorf("%v %q", i.State, i.Problem)
	}
}

func TestImportClosedInTheMiddle(t *testing.T) {
	b := newBench(t)
	i := opened(t, b, fileZillaXML)
	i.Close()
	for _, r := range i.Rows {
		if r.Found.Password != "" {
			t.Error("a password is kept")
		}
	}
}

func TestExport(t *testing.T) {
	b := newBench(t)
	s := sites.NewSite("Work", "ftp.example.com")
	s.User, s.Logon = "anna", sites.Normal
	if _, err := b.secrets.SavePassword(context.Background(), s, sites.StoreKeyring, "very-secret"); err != nil {
		t.Fatal(err)
	}
	for _, fileZilla := range []bool{false, true} {
		path, done := filepath.Join(t.TempDir(), "sites"), false
		b.Export(path, fileZilla, func(p string) { t.Error(p) }, func() { done = true })
		b.loop.settle()
		data, err := os.ReadFile(path)
		if err != nil || !done || !strings.Contains(string(data), "ftp.example.com") || strings.Contains(string(data), "very-secret") {
			t.Errorf("%v, done %v: %s", err, done, data)
		}
	}
	problem := ""
	b.Export(filepath.Join(t.TempDir(), "no", "such", "folder", "\x00"), false, func(p string) { problem = p }, func() {})
	b.loop.settle()
	if problem == "" {
		t.Error("an impossible path is no problem")
	}
}
