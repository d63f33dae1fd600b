package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest"
)

func TestList(t *testing.T) {
	b := newBench(t, ftptest.Options{TLS: ftptest.ExplicitTLS})
	fill(t, b.server.Root())
	when := time.Date(2021, 3, 4, 5, 6, 7, 0, time.UTC)
	if err := os.Chtimes(b.remote("plain.txt"), when, when); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(b.remote("Übung grün.txt"), 0o640); err != nil {
		t.Fatal(err)
	}
	o := b.ok("ls", b.url("/"))
	for _, want := range []string{"-rw-r-----", "Übung grün.txt", "2021-03-04 05:06 plain.txt", "sub dir ü/", `quote"s 'n' such`} {
		if !strings.Contains(o.out, want) {
			t.Errorf("no %q in\n%s", want, o.out)
		}
	}
	if strings.Contains(o.out, ".hidden") {
		t.Error("a hidden name is shown")
	}
	if n := strings.Count(o.out, "\n"); n != len(awkward) {
		t.Errorf("%d lines", n)
	}
	b.want(0, []string{".hidden"}, "ls", "-a", b.url("/"))
	b.want(0, []string{"plain.txt"}, "ls", b.url("/sub%20dir%20%C3%BC/deeper"))
	if o := b.ok("ls", b.url("/plain.txt")); strings.Count(o.out, "\n") != 1 || !strings.Contains(o.out, "plain.txt") {
		t.Errorf("a file's listing:\n%s", o.out)
	}
	b.want(exitSome, []string{"/nowhere"}, "ls", b.url("/nowhere"))
}

func TestListJSON(t *testing.T) {
	b := newBench(t, ftptest.Options{})
	fill(t, b.server.Root())
	rows := map[string]map[string]any{}
	for _, row := range objects(t, b.ok("ls", "-a", "--json", b.url("/")).out) {
		rows[row["name"].(string)] = row
	}
	if len(rows) != len(awkward)+1 {
		t.Errorf("%d rows", len(rows))
	}
	if row := rows["sub dir ü"]; row == nil || row["type"] != "dir" || row["url"] != b.url("/sub%20dir%20%C3%BC") {
		t.Errorf("folder: %v", row)
	}
	row := rows["empty"]
	if row == nil || row["type"] != "file" || row["size"] != 0.0 || row["exact"] != true || row["mode"] != "-rw-r--r--" {
		t.Errorf("file: %v", row)
	}
	// Its URL leads back to it.
	b.ok("get", rows["#hash?x=1"]["url"].(string), "back")
	if _, err := os.Stat(b.local("back")); err != nil {
		t.Error(err)
	}
	one := objects(t, b.ok("ls", "--json", b.url("/empty")).out)
	if len(one) != 1 || one[0]["url"] != b.url("/empty") {
		t.Errorf("%v", one)
	}
}

func TestListHiddenWithoutMLSD(t *testing.T) {
	b := newBench(t, ftptest.Options{Disable: []string{"MLSD", "MLST"}})
	write(t, b.remote(".hidden"), "x")
	b.want(0, []string{".hidden"}, "ls", "-a", b.url("/"))
}

func TestListSaysWhatIsMissing(t *testing.T) {
	b := newBench(t, ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.RawListing, On: "MLSD,LIST",
		Text: "type=file;size=1; good\r\nwhat\x1b[2J is this\r\ntype=file; " + strings.Repeat("x", 20_000) + "\r\n"}}})
	o := b.want(0, []string{"good", "2 lines could not be read", `what\x1b[2J is this`}, "ls", b.url("/"))
	if strings.Contains(o.out+o.err, "\x1b") {
		t.Error("an escape sequence reaches the terminal")
	}
	b = newBench(t, ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.TruncateRows, On: "MLSD,LIST", At: 3}}})
	fill(t, b.server.Root())
	b.want(exitSome, []string{"there is more"}, "ls", b.url("/"))
}

func TestHostileNames(t *testing.T) {
	b := newBench(t, ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.RawListing, On: "MLSD,LIST", Times: 0,
		Text: "type=file;size=2; ../escape\r\ntype=file;size=2; /tmp/longshore-escape\r\ntype=file;size=2; a\x1bb\r\ntype=dir; ..\r\ntype=file;size=2; good\r\n"}}})
	write(t, b.remote("d/good"), "ok")
	o := b.want(exitSome, []string{"refused", "escape", `a\x1bb`}, "get", "-r", b.url("/d"), "here")
	if data, err := os.ReadFile(b.local("here/d/good")); string(data) != "ok" {
		t.Errorf("the good one: %q, %v", data, err)
	}
	if got := sums(t, b.dir); len(got) != 1 {
		t.Errorf("%v\n%s", got, o.err)
	}
}

func TestListTree(t *testing.T) {
	b := newBench(t, ftptest.Options{TLS: ftptest.ExplicitTLS})
	for _, name := range []string{"a/b/c/deep.iso", "a/one.txt", "two.iso", ".hidden/x.iso", "a/.secret", "with blank/ü.iso"} {
		write(t, b.remote(name), "x")
	}
	o := b.ok("ls", "-R", b.url("/"))
	for _, want := range []string{" a/\n", " a/b/\n", " a/b/c/deep.iso\n", " a/one.txt\n", " two.iso\n", " with blank/ü.iso\n"} {
		if strings.Count(o.out, want) != 1 {
			t.Errorf("not one %q in\n%s", want, o.out)
		}
	}
	if strings.Contains(o.out, "hidden") || strings.Contains(o.out, "secret") {
		t.Errorf("hidden names:\n%s", o.out)
	}
	if o := b.ok("ls", "-R", "-a", b.url("/a")); !strings.Contains(o.out, " .secret\n") || !strings.Contains(o.out, " b/c/deep.iso\n") {
		t.Errorf("-a:\n%s", o.out)
	}
	if o := b.ok("ls", "--name", "*.iso", b.url("/")); strings.Count(o.out, "\n") != 3 || !strings.Contains(o.out, "a/b/c/deep.iso") {
		t.Errorf("a search:\n%s", o.out)
	}
	rows := objects(t, b.ok("ls", "-R", "--json", b.url("/a")).out)
	if len(rows) != 4 {
		t.Errorf("%v", rows)
	}
	for _, row := range rows {
		if row["name"] == "deep.iso" && (row["path"] != "b/c/deep.iso" || row["url"] != b.url("/a/b/c/deep.iso")) {
			t.Errorf("%v", row)
		}
	}
	if o := b.ok("ls", "-R", b.url("/two.iso")); strings.Count(o.out, "\n") != 1 {
		t.Errorf("a file:\n%s", o.out)
	}
	b.want(exitSome, []string{"/nowhere"}, "ls", "-R", b.url("/nowhere"))
	b.want(exitUsage, []string{"no pattern"}, "ls", "--name", "[", b.url("/"))
}

// TestListTreeSaysWhatIsMissing: the rest is shown, and the status is not 0.
func TestListTreeSaysWhatIsMissing(t *testing.T) {
	b := newBench(t, ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Say, On: "CWD", Path: "shut", Text: "550 not for you"}}})
	write(t, b.remote("open/x"), "x")
	write(t, b.remote("shut/y"), "x")
	o := b.want(exitSome, []string{"shut", "not for you"}, "ls", "-R", b.url("/"))
	if !strings.Contains(o.out, "open/x") {
		t.Errorf("the rest is missing:\n%s", o.out)
	}
}

// TestRemoveTree deletes a tree from a server that is asked for many things at
// once, and follows no link.
func TestRemoveTree(t *testing.T) {
	for _, greeting := range []string{"", "220 (vsFTPd 3.0.5)"} {
		b := newBench(t, ftptest.Options{Greeting: greeting})
		write(t, b.remote("keep/file"), "x")
		for i := range 300 {
			write(t, b.remote(fmt.Sprintf("d/%d/sub/%d", i%12, i)), "x")
		}
		write(t, b.remote("d/with blank/[x]"), "x")
		for link, to := range map[string]string{"d/3/sub/out": "../../../keep", "d/up": ".."} {
			if err := os.Symlink(to, b.remote(link)); err != nil {
				t.Fatal(err)
			}
		}
		b.ok("rm", "-r", b.url("/d"))
		if _, err := os.Lstat(b.remote("d")); !os.IsNotExist(err) {
			t.Errorf("it is still there: %v", err)
		}
		if _, err := os.Stat(b.remote("keep/file")); err != nil {
			t.Error(err)
		}
		stats := 0
		for _, c := range b.server.Commands() {
			if strings.HasPrefix(c, "STAT ") {
				stats++
			}
		}
		if (stats > 0) != (greeting != "") {
			t.Errorf("%d STATs after %q", stats, greeting)
		}
	}
}
