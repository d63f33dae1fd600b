package transfer

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/ftptest/daemons"
	"longshore/transfer/session"
)

func TestLinkStays(t *testing.T) {
	for _, c := range []struct {
		dir, to string
		stays   bool
	}{
		{".", "a", true}, {".", "a/b", true}, {"d", "../a", true}, {"d/e", "../../a", true}, {".", "./a", true}, {"d", "..", true},
		{".", "", false}, {".", "/etc/passwd", false}, {".", "..", false}, {".", "../a", false}, {"d", "../../a", false},
		{"d", "a/../../..", false}, {".", "a/../b", false}, // a may be a link itself
		{".", `a\b`, false}, {".", "a\x00", false},
	} {
		if got := linkStays(c.dir, c.to); got != c.stays {
			t.Errorf("from %q to %q: stays %v", c.dir, c.to, got)
		}
	}
}

// linkTree makes a tree with links that stay in it and one that leads away.
func linkTree(t *testing.T, dir string) {
	t.Helper()
	write(t, dir, "real/file", "real/deep/other")
	for name, to := range map[string]string{"filelink": "real/file", "dirlink": "real", "real/deep/up": "../file", "real/loop": "..",
		"away": "/etc/passwd"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

// hasLinks compares the links of a tree that arrived as they are.
func hasLinks(t *testing.T, dir string) {
	t.Helper()
	for name, want := range map[string]string{"filelink": "real/file", "dirlink": "real", "real/deep/up": "../file", "real/loop": ".."} {
		if to, err := os.Readlink(filepath.Join(dir, name)); err != nil || to != want {
			t.Errorf("%s leads to %q, %v; want %q", name, to, err, want)
		}
	}
	if _, err := os.Lstat(filepath.Join(dir, "away")); !os.IsNotExist(err) {
		t.Errorf("the link that leads away was made: %v", err)
	}
}

// refusals tells what was left out and named, and fails if it is not this.
func refusals(t *testing.T, it Item, want ...string) {
	t.Helper()
	if len(it.Total.Refused) != len(want) {
		t.Errorf("left out: %q", it.Total.Refused)
	}
	for _, w := range want {
		if !strings.Contains(strings.Join(it.Total.Refused, "\n"), w) {
			t.Errorf("%q is not among %q", w, it.Total.Refused)
		}
	}
}

func TestLinksAsTheyAre(t *testing.T) {
	s, target, pool := serve(t, ftptest.Options{})
	dir := t.TempDir()
	linkTree(t, filepath.Join(dir, "from"))
	q := open(t, Config{Leaser: NewLeaser(pool), Backoff: soon})
	asIs := Options{Links: LinksAsIs}
	up := Request{Folder: true, Target: target, Local: filepath.Join(dir, "from"), Remote: "/t", Options: asIs}
	it := done(t, q, Failed, up)[0] // for what it could not take
	refusals(t, it, `away: the link leads to "/etc/passwd"`)
	hasLinks(t, filepath.Join(s.Root(), "t"))
	if it.Total.Files != 6 || it.Total.Done != 6 {
		t.Errorf("%+v, want 2 files and 4 links", it.Total)
	}
	again := up
	again.Options.Exists = Skip
	refusals(t, done(t, q, Failed, again)[0], "away")

	os.Symlink("/etc/passwd", filepath.Join(s.Root(), "t", "away"))
	os.Symlink("../../..", filepath.Join(s.Root(), "t", "real", "out"))
	back := Request{Direction: Download, Folder: true, Target: target, Local: filepath.Join(dir, "back"), Remote: "/t", Options: asIs}
	it = done(t, q, Failed, back)[0]
	refusals(t, it, `away: the link leads out of the folder, or could: to "/etc/passwd"`, "real/out: the link leads out")
	hasLinks(t, filepath.Join(dir, "back"))
	back.Options.Exists = Skip
	refusals(t, done(t, q, Failed, back)[0], "away", "real/out") // those that are there are no trouble
}

// TestLinkAtAServerWithout: no link is left out in silence.
func TestLinkAtAServerWithout(t *testing.T) {
	_, target, pool := serve(t, ftptest.Options{Disable: []string{"SITE SYMLINK"}})
	dir := t.TempDir()
	write(t, dir, "file")
	os.Symlink("file", filepath.Join(dir, "link"))
	q := open(t, Config{Leaser: NewLeaser(pool), Backoff: soon})
	it := done(t, q, Failed, Request{Folder: true, Target: target, Local: dir, Remote: "/t", Options: Options{Links: LinksAsIs}})[0]
	if it.Total.Done != 1 || it.Total.Failed != 1 {
		t.Errorf("%+v: want the file done and the link failed", it.Total)
	}
	for _, it := range q.Since(0).Items {
		if it.Remote == "/t/link" && (it.State != Failed || !strings.Contains(it.Err.Error(), session.ErrNoLinks.Error())) {
			t.Errorf("the link is %v: %v", it.State, it.Err)
		}
	}
}

func TestLinksKeptOut(t *testing.T) {
	s, target, pool := serve(t, ftptest.Options{})
	dir := t.TempDir()
	linkTree(t, filepath.Join(dir, "from"))
	linkTree(t, filepath.Join(s.Root(), "there"))
	q := open(t, Config{Leaser: NewLeaser(pool), Backoff: soon})
	for _, r := range []Request{
		{Folder: true, Target: target, Local: filepath.Join(dir, "from"), Remote: "/t"},
		{Direction: Download, Folder: true, Target: target, Local: filepath.Join(dir, "back"), Remote: "/there"},
	} {
		r.Options.Links = NoLinks
		if it := done(t, q, Done, r)[0]; it.Total.Files != 2 || it.Total.Done != 2 || it.Total.Skipped != 5 {
			t.Errorf("%s: %+v, want 2 files and 5 skipped", r.Direction, it.Total)
		}
	}
}

// TestLinkBehindALink: a server that shows a folder where it showed a link
// before does not get a link made behind that link.
func TestLinkBehindALink(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "top/sub/file")
	if err := os.Symlink(".", filepath.Join(dir, "top", "d")); err != nil {
		t.Fatal(err)
	}
	a := &attempt{w: &work{local: filepath.Join(dir, "top")}}
	if err := a.linkHere(filepath.Join(dir, "top", "d", "x"), "../sub"); err == nil {
		t.Error("it was made")
	}
	if err := a.linkHere(filepath.Join(dir, "top", "sub", "x"), "../sub/file"); err != nil {
		t.Error(err)
	}
}

// TestLinksOfProFTPD makes links by the command of a real server.
func TestLinksOfProFTPD(t *testing.T) {
	d := daemons.Start(t, daemons.ProFTPD, daemons.Options{})
	dir := t.TempDir()
	linkTree(t, filepath.Join(dir, "from"))
	os.Symlink("real/file", filepath.Join(dir, "from", "with blank"))
	target := session.Target{Host: d.Host, Port: d.Port, User: d.User, Security: session.PlainFTP}
	pool := session.NewPool(&session.Env{Timeout: 5 * time.Second,
		Password: func(context.Context, session.Target) (string, error) { return d.Password, nil }})
	t.Cleanup(pool.Close)
	q := open(t, Config{Leaser: NewLeaser(pool), Backoff: soon})
	it := done(t, q, Failed, Request{Folder: true, Target: target, Local: filepath.Join(dir, "from"), Remote: d.Dir + "/t", Options: Options{Links: LinksAsIs}})[0]
	refusals(t, it, "away: ")
	for _, name := range []string{"filelink", "real/deep/up", "dirlink/file", "real/loop/real/file"} {
		want, err := os.ReadFile(filepath.Join(dir, "from", name))
		got, gerr := os.ReadFile(filepath.Join(d.Root, "t", name))
		if err != nil || gerr != nil || string(got) != string(want) {
			t.Errorf("behind %s is %q, %v", name, got, gerr)
		}
	}
	for _, it := range q.Since(0).Items {
		if blank := strings.Contains(it.Remote, " "); !it.Folder && (it.State == Failed) != blank {
			t.Errorf("%q is %v: %v", it.Remote, it.State, it.Err)
		}
	}
}
