package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest"
)

func TestPutAndGetTrees(t *testing.T) {
	for _, tls := range []ftptest.TLSMode{ftptest.NoTLS, ftptest.ExplicitTLS} {
		b := newBench(t, ftptest.Options{TLS: tls, Reuse: ftptest.ReuseProFTPD})
		fill(t, b.local("tree"))
		o := b.ok("put", "-r", "tree", b.url("/up"))
		equalTrees(t, b.remote("up/tree"), b.local("tree"))
		if !strings.Contains(o.out, "size matches") {
			t.Errorf("how it was checked is not said:\n%s", o.out)
		}
		b.ok("get", "-r", b.url("/up/tree"), "down")
		equalTrees(t, b.local("down/tree"), b.local("tree"))
		b.ok("get", "-r", b.url("/up/tree/"), "contents")
		equalTrees(t, b.local("contents"), b.local("tree"))
		b.ok("put", "-r", "tree/", b.url("/contents"))
		equalTrees(t, b.remote("contents"), b.local("tree"))
	}
}

// The same command twice means the same thing.
func TestTwiceIsTheSame(t *testing.T) {
	b := newBench(t, ftptest.Options{})
	fill(t, b.local("tree"))
	for range 2 {
		b.ok("put", "-r", "--exists", "overwrite", "tree", b.url("/up"))
		equalTrees(t, b.remote("up"), filepath.Dir(b.local("tree")))
	}
	o := b.want(exitSome, []string{"the target exists"}, "put", "-r", "tree", b.url("/up"))
	if n := strings.Count(o.err, "failed"); n < 2*len(awkward) {
		t.Errorf("%d of %d failures are named:\n%s", n, 2*len(awkward), o.err)
	}
	b.ok("put", "-r", "--exists", "skip", "tree", b.url("/up"))
	equalTrees(t, b.remote("up"), filepath.Dir(b.local("tree")))
}

// A link arrives by --links, else by the rule of the saved site.
func TestLinks(t *testing.T) {
	b := newBench(t, ftptest.Options{})
	write(t, b.local("tree/file"), "hello")
	if err := os.Symlink("file", b.local("tree/link")); err != nil {
		t.Fatal(err)
	}
	b.ok("put", "-r", "--links", "as-is", "tree/", b.url("/as-is"))
	if to, err := os.Readlink(b.remote("as-is/link")); err != nil || to != "file" {
		t.Errorf("the link leads to %q, %v", to, err)
	}
	b.ok("get", "-r", "--links", "as-is", b.url("/as-is/"), "back")
	if to, err := os.Readlink(b.local("back/link")); err != nil || to != "file" {
		t.Errorf("back again it leads to %q, %v", to, err)
	}
	b.ok("put", "-r", "--links", "skip", "tree/", b.url("/without"))
	if _, err := os.Lstat(b.remote("without/link")); err == nil {
		t.Error("the link was not left out")
	}
	b.want(exitUsage, []string{"--links is one of"}, "put", "-r", "--links", "maybe", "tree/", b.url("/x"))
}

func TestSingleFiles(t *testing.T) {
	b := newBench(t, ftptest.Options{})
	write(t, b.local("a.txt"), "hello")
	write(t, b.local("b.txt"), "world")
	b.ok("put", "a.txt", b.url("/renamed.txt"))
	b.ok("put", "a.txt", b.url("/new/folder/"))
	b.ok("put", "a.txt", "b.txt", b.url("/two"))
	b.ok("mkdir", b.url("/there"))
	b.ok("put", "a.txt", b.url("/there"))
	b.ok("put", "a.txt", b.url("/missing/parents/a.txt"))
	for _, name := range []string{"renamed.txt", "new/folder/a.txt", "two/a.txt", "there/a.txt", "missing/parents/a.txt"} {
		if data, _ := os.ReadFile(b.remote(name)); string(data) != "hello" {
			t.Errorf("%s holds %q", name, data)
		}
	}
	b.ok("get", b.url("/renamed.txt"), "x.txt")
	b.ok("get", b.url("/renamed.txt"), "into/")
	b.ok("get", b.url("/two/a.txt"), b.url("/two/b.txt"), "both")
	for name, want := range map[string]string{"x.txt": "hello", "into/renamed.txt": "hello", "both/a.txt": "hello", "both/b.txt": "world"} {
		if data, _ := os.ReadFile(b.local(name)); string(data) != want {
			t.Errorf("%s holds %q", name, data)
		}
	}
	b.want(exitSome, []string{"use -r"}, "get", b.url("/two"), "z")
	b.want(exitSome, []string{"use -r"}, "put", "into", b.url("/z"))
	b.want(exitSome, []string{"no folder"}, "get", b.url("/two/a.txt/"), "z")
	b.want(exitSome, []string{"no folder"}, "put", "a.txt", "b.txt", b.url("/two/a.txt"))
}

func TestKeepsTimes(t *testing.T) {
	b := newBench(t, ftptest.Options{})
	write(t, b.local("a"), "x")
	when := time.Date(2020, 2, 29, 12, 34, 56, 0, time.UTC)
	if err := os.Chtimes(b.local("a"), when, when); err != nil {
		t.Fatal(err)
	}
	b.ok("put", "a", b.url("/a"))
	b.ok("get", b.url("/a"), "back")
	for _, path := range []string{b.remote("a"), b.local("back")} {
		if info, err := os.Stat(path); err != nil || !info.ModTime().Equal(when) {
			t.Errorf("%s: %v, %v", path, info.ModTime(), err)
		}
	}
}

func TestExistsRules(t *testing.T) {
	old, young := time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour)
	for _, c := range []struct {
		rule        string
		text        string
		sourceYoung bool
		status      int
		want        string
	}{
		{"overwrite", "short", false, 0, "source!"},
		{"newer", "target!", true, 0, "source!"},
		{"newer", "target!", false, 0, "target!"},
		{"size", "short", false, 0, "source!"},
		{"size", "target!", true, 0, "target!"},
		{"resume", "sour", true, 0, "source!"},
		{"resume", "source!", true, 0, "source!"},
		{"resume", "much too long", true, exitSome, "much too long"},
		{"skip", "short", true, 0, "short"},
		{"fail", "short", true, exitSome, "short"},
	} {
		b := newBench(t, ftptest.Options{})
		write(t, b.local("f"), "source!")
		write(t, b.remote("f"), c.text)
		write(t, b.remote("g"), "source!")
		write(t, b.local("g"), c.text)
		source, target := old, young
		if c.sourceYoung {
			source, target = young, old
		}
		for path, when := range map[string]time.Time{b.local("f"): source, b.remote("g"): source, b.remote("f"): target, b.local("g"): target} {
			if err := os.Chtimes(path, when, when); err != nil {
				t.Fatal(err)
			}
		}
		b.want(c.status, nil, "put", "--exists", c.rule, "f", b.url("/f"))
		b.want(c.status, nil, "get", "--exists", c.rule, b.url("/g"), "g")
		for _, path := range []string{b.remote("f"), b.local("g")} {
			if data, _ := os.ReadFile(path); string(data) != c.want {
				t.Errorf("%s over %q: %q, want %q", c.rule, c.text, data, c.want)
			}
		}
	}
}

func TestExistsRename(t *testing.T) {
	b := newBench(t, ftptest.Options{})
	write(t, b.local("f.txt"), "new")
	write(t, b.remote("f.txt"), "old")
	b.ok("put", "--exists", "rename", "f.txt", b.url("/f.txt"))
	got := sums(t, b.server.Root())
	if len(got) != 2 {
		t.Errorf("%v", got)
	}
	if data, _ := os.ReadFile(b.remote("f.txt")); string(data) != "old" {
		t.Errorf("the file that was there holds %q", data)
	}
}

// What goes wrong with one file leaves the others alone and is named.
func TestSomeFail(t *testing.T) {
	b := newBench(t, ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Say, On: "STOR", Path: "bad", Text: "553 Name not allowed"}}})
	for _, name := range []string{"a", "bad", "c"} {
		write(t, b.local("tree/"+name), name)
	}
	b.want(exitSome, []string{"bad", "553", "Name not allowed", "1 failed", "2 files"}, "put", "-r", "tree", b.url("/"))
	b.want(exitSome, []string{"gone.txt", "no such file"}, "put", "gone.txt", "tree/a", b.url("/x"))
	if _, err := os.Stat(b.remote("x/a")); err != nil {
		t.Error(err)
	}
	b.want(exitSome, []string{"nothing"}, "get", b.url("/nothing"), b.url("/x/a"), "here")
	if _, err := os.Stat(b.local("here/a")); err != nil {
		t.Error(err)
	}
}

func TestRefusedDownloadLeavesNothing(t *testing.T) {
	b := newBench(t, ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Say, On: "RETR", Path: "bad", Text: "550 Permission denied"}}})
	for _, name := range []string{"a", "bad", "c"} {
		write(t, b.remote("tree/"+name), name)
	}
	b.want(exitSome, []string{"bad", "Permission denied", "2 files"}, "get", "-r", b.url("/tree"), ".")
	if got := sums(t, b.dir); len(got) != 2 || got["tree/a"] == "" || got["tree/c"] == "" {
		t.Errorf("%v", got)
	}
}

// A file that vanishes between the walk and its turn.
func TestVanishedWhileWaiting(t *testing.T) {
	b := newBench(t, ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Delayed, On: "STOR", Delay: 500 * time.Millisecond, Times: 1}}})
	for _, name := range []string{"a", "b", "c"} {
		write(t, b.local("tree/"+name), name)
	}
	cmd, out := b.begin("put", "-r", "--sessions", "1", "tree", b.url("/"))
	b.until("the first upload", func() bool { return b.server.Struck() > 0 })
	left := []string{}
	for _, name := range []string{"a", "b", "c"} {
		if !strings.Contains(strings.Join(b.server.Commands(), "\n"), "STOR "+name) {
			left = append(left, name)
		}
	}
	if err := os.Remove(b.local("tree/" + left[0])); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if status := cmd.ProcessState.ExitCode(); status != exitSome {
		t.Errorf("status %d\n%s", status, out)
	}
	for _, want := range []string{"tree/" + left[0], "is not there any more", "2 files", "1 failed"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestFullDisk(t *testing.T) {
	b := newBench(t, ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.FullDisk, On: "STOR", Path: "big", At: 100}}})
	write(t, b.local("tree/big"), strings.Repeat("x", 10_000))
	write(t, b.local("tree/small"), "x")
	b.want(exitSome, []string{"tree/big", "552", "1 file,", "1 failed"}, "put", "-r", "tree", b.url("/"))
	full := newBench(t, ftptest.Options{Quota: 10})
	write(t, full.local("a"), strings.Repeat("x", 100))
	full.want(exitSome, []string{"/a", "552"}, "put", "a", full.url("/a"))
}

func TestDotMeansContents(t *testing.T) {
	b := newBench(t, ftptest.Options{})
	write(t, b.local("one"), "1")
	b.ok("put", "-r", ".", b.url("/here"))
	equalTrees(t, b.remote("here"), b.dir)
	b.ok("get", "-r", b.url("/"), "all")
	equalTrees(t, b.local("all"), b.server.Root())
}

func TestReadOnlyFolders(t *testing.T) {
	if os.Getuid() == 0 {
		t.Log("root writes everywhere: only the server's refusal is tested")
	} else {
		b := newBench(t, ftptest.Options{})
		write(t, b.remote("a"), "x")
		if err := os.Mkdir(b.local("locked"), 0o555); err != nil {
			t.Fatal(err)
		}
		b.want(exitSome, []string{"locked", "permission denied"}, "get", b.url("/a"), "locked/")
	}
	b := newBench(t, ftptest.Options{ReadOnly: true})
	write(t, b.local("a"), "x")
	b.want(exitSome, []string{"/a", "550"}, "put", "a", b.url("/a"))
	b.want(exitSome, []string{"550"}, "mkdir", b.url("/d"))
}

func TestJSON(t *testing.T) {
	b := newBench(t, ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Say, On: "STOR", Path: "bad", Text: "553 No"}}})
	write(t, b.local("tree/good"), "12345")
	write(t, b.local("tree/bad"), "x")
	o := b.want(exitSome, nil, "put", "-r", "--json", "tree", b.url("/"))
	states := map[string]map[string]any{}
	for _, e := range events(t, o.out, "file") {
		states[filepath.Base(e["remote"].(string))] = e
	}
	if e := states["good"]; e == nil || e["state"] != "done" || e["check"] != "size" || e["bytes"] != 5.0 || e["url"] != b.url("/tree/good") {
		t.Errorf("good: %v", e)
	}
	if e := states["bad"]; e == nil || e["state"] != "failed" || e["kind"] != "denied" || e["server"] != "No" || e["error"] == "" {
		t.Errorf("bad: %v", e)
	}
	sum := events(t, o.out, "summary")
	if len(sum) != 1 || sum[0]["done"] != 1.0 || sum[0]["failed"] != 1.0 || sum[0]["bytes"] != 5.0 {
		t.Errorf("summary: %v", sum)
	}
	o = b.want(exitConnect, nil, "ls", "--json", "ftp://127.0.0.1:1/")
	if e := events(t, o.out, "error"); len(e) != 1 || e[0]["exit"] != 3.0 {
		t.Errorf("%s", o.out)
	}
}

func TestQuiet(t *testing.T) {
	b := newBench(t, ftptest.Options{TLS: ftptest.ExplicitTLS})
	write(t, b.local("a"), "x")
	if o := b.ok("put", "-q", "a", b.url("/a")); o.out+o.err != "" {
		t.Errorf("-q says %q", o.out+o.err)
	}
	b.want(exitSome, []string{"/a"}, "put", "-q", "a", b.url("/a"))
}

func TestLimit(t *testing.T) {
	b := newBench(t, ftptest.Options{})
	write(t, b.local("a"), strings.Repeat("x", 300<<10))
	began := time.Now()
	b.ok("put", "--limit", "200K", "a", b.url("/a"))
	if took := time.Since(began); took < time.Second {
		t.Errorf("300 KiB at 200 KiB/s took %v", took)
	}
}
