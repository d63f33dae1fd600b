package main

import (
	"os"
	"strings"
	"testing"

	"longshore/transfer/ftptest"
)

func TestSites(t *testing.T) {
	b := newBench(t, ftptest.Options{TLS: ftptest.ExplicitTLS})
	write(t, b.remote("pub/a b"), "hello")
	b.ok("sites", "add", "Work/Test server", b.url("/pub"))
	b.want(0, []string{"Work/Test server", b.url("/pub")}, "sites", "ls")
	rows := objects(t, b.ok("sites", "ls", "--json").out)
	if len(rows) != 1 || rows[0]["name"] != "Work/Test server" || rows[0]["password"] != "none" {
		t.Errorf("%v", rows)
	}
	b.want(0, []string{"a b"}, "ls", "Test server:")
	b.want(0, []string{"pub/"}, "ls", "Work/Test server:/")
	b.ok("get", "Work/Test server:/pub/a b", "copy")
	if data, _ := os.ReadFile(b.local("copy")); string(data) != "hello" {
		t.Errorf("%q", data)
	}
	b.want(exitSome, []string{"already"}, "sites", "add", "Test server", b.url("/"))
	b.ok("sites", "rm", "Test server")
	b.want(exitSome, []string{"no such site"}, "sites", "rm", "Test server")
	b.want(exitUsage, []string{"no saved site"}, "ls", "Test server:/")
}

func TestSitesExportImport(t *testing.T) {
	b := newBench(t, ftptest.Options{})
	b.ok("sites", "add", "One", "ftpes://anna@one.example:2121/www")
	b.ok("sites", "add", "Two", "ftps://two.example/")
	for _, file := range []string{"out.json", "out.xml"} {
		b.ok("sites", "export", file)
		other := *b
		other.state = t.TempDir()
		other.want(0, []string{"2 sites"}, "sites", "import", file)
		o := other.ok("sites", "ls")
		for _, want := range []string{"One", "ftpes://anna@one.example:2121", "Two", "ftps://two.example"} {
			if !strings.Contains(o.out, want) {
				t.Errorf("%s: no %q in\n%s", file, want, o.out)
			}
		}
	}
	b.want(exitSome, []string{"there already"}, "sites", "export", "out.json")
	b.ok("sites", "export", "--exists", "overwrite", "out.json")
	if o := b.ok("sites", "export", "-"); !strings.Contains(o.out, "one.example") {
		t.Errorf("%s", o.out)
	}
	write(t, b.local("nonsense"), "\x00\x01\x02")
	b.want(exitSome, []string{"longshorectl"}, "sites", "import", "nonsense")
	b.want(exitSome, []string{"no such file"}, "sites", "import", "missing")
}

// Without a keyring the site is saved all the same, and it is said that the
// password is not.
func TestSiteWithoutKeyring(t *testing.T) {
	b := newBench(t, secured())
	b.stdin = password + "\n"
	o := b.want(0, []string{"warning", "without its password"}, "sites", "add", "--password-stdin", "Anna", b.as("anna", "/"))
	if strings.Contains(o.out+o.err, "geheim") {
		t.Error("the password is shown")
	}
	b.ok("ls", "--password-stdin", "Anna:/")
	b.stdin = ""
	b.want(exitConnect, []string{"no password"}, "ls", "Anna:/")
}
