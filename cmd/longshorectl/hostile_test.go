package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"longshore/transfer/ftptest"
)

// hostile are names that a server may send to write where it should not, or to
// take over a terminal. Where no reason is given, the name is harmless here
// and arrives, perhaps changed.
var hostile = []struct {
	raw   string
	local string // under which it arrives
	why   string // for which it is refused
	shown string // in the message
}{
	{raw: "../x", why: "path separator", shown: "../x"},
	{raw: "../../../../tmp/longshore-escape", why: "path separator", shown: "longshore-escape"},
	{raw: "/tmp/longshore-absolute", why: "path separator", shown: "/tmp/longshore-absolute"},
	{raw: "sub/x", why: "path separator", shown: "sub/x"},
	{raw: "nul\x00byte", why: "NUL", shown: `nul\x00byte`},
	{raw: "cr\rname", why: "line break", shown: `cr\x0dname`},
	{raw: "esc\x1b[2Jname", why: "control character", shown: `esc\x1b[2Jname`},
	{raw: "bell\aname", why: "control character", shown: `bell\x07name`},
	{raw: "bidi\u202egpj.exe", local: "bidi\ufffdgpj.exe"},
	{raw: "mark\u200fname", local: "mark\ufffdname"},
	{raw: "CON", local: "CON"},
	{raw: `..\x`, local: `..\x`},
	{raw: `C:\x`, local: `C:\x`},
	{raw: "-rf", local: "-rf"},
	{raw: "~", local: "~"},
	{raw: "...", local: "..."},
	{raw: strings.Repeat("n", 300)},
	{raw: "good", local: "good"},
}

// TestNothingHostileGetsOut fetches a folder with all of them, in both kinds of
// listing: nothing is written outside, each refusal is named with its reason,
// and the rest arrives.
func TestNothingHostileGetsOut(t *testing.T) {
	for _, mlsd := range []bool{true, false} {
		t.Run(fmt.Sprintf("mlsd=%v", mlsd), func(t *testing.T) {
			o := ftptest.Options{Fake: map[string][]byte{}}
			var rows strings.Builder
			for _, h := range hostile {
				row := "type=file;size=4;modify=20200102030405; %s\r\n"
				if !mlsd {
					row = "-rw-r--r--   1 ftp      ftp             4 Jan 02  2020 %s\r\n"
				}
				fmt.Fprintf(&rows, row, h.raw)
				o.Fake[h.raw], o.Fake["./"+h.raw] = []byte("evil"), []byte("evil")
			}
			if !mlsd {
				o.Disable = []string{"MLSD", "MLST"}
			}
			fault := ftptest.Fault{Do: ftptest.RawListing, On: "MLSD,LIST", Text: rows.String()}
			o.Faults = []ftptest.Fault{fault}
			b := newBench(t, o)
			if err := os.Mkdir(b.remote("d"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(b.local("a/b/c"), 0o755); err != nil {
				t.Fatal(err)
			}
			got := b.want(exitSome, nil, "get", "-r", b.url("/d/"), "a/b/c/in")
			arrived(t, b, got)
			if strings.ContainsAny(got.out+got.err, "\x00\x1b\a\r\u202e\u200f") {
				t.Errorf("something reaches the terminal that steers it: %q", got.out+got.err)
			}
			for _, h := range hostile {
				if h.why != "" && !refusal(got.err, h.shown, h.why) {
					t.Errorf("no refusal of %q because of %q in\n%s", h.shown, h.why, got.err)
				}
			}
		})
	}
}

// arrived compares what is in the working directory with what may be.
func arrived(t *testing.T, b *bench, o outcome) {
	t.Helper()
	files := sums(t, b.dir)
	for _, h := range hostile {
		if h.local == "" {
			continue
		}
		name := "a/b/c/in/" + h.local
		if data, err := os.ReadFile(b.local(name)); err != nil || string(data) != "evil" {
			t.Errorf("%q: %q, %v\n%s", name, data, err, o.err)
		}
		delete(files, name)
	}
	for name := range files {
		if strings.HasPrefix(name, "a/b/c/in/nnnn") && len(filepath.Base(name)) <= 255 {
			continue // the long name, cut
		}
		t.Errorf("%q should not be there", name)
	}
	for _, p := range []string{"/tmp/longshore-absolute", "/tmp/longshore-escape", filepath.Join(filepath.Dir(b.dir), "x")} {
		if _, err := os.Lstat(p); err == nil {
			t.Errorf("%q was written", p)
		}
	}
}

// refusal finds a line with both.
func refusal(text, shown, why string) bool {
	for line := range strings.Lines(text) {
		if strings.Contains(line, shown) && strings.Contains(line, why) {
			return true
		}
	}
	return false
}

// TestHostileFoldersStayIn is the same with folders: none is entered that
// leads out.
func TestHostileFoldersStayIn(t *testing.T) {
	o := ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.RawListing, On: "MLSD", Times: 1, Text: "type=dir; ..\r\ntype=dir; ../up\r\n" +
		"type=dir; /etc\r\ntype=cdir; .\r\ntype=dir; a\x00b\r\ntype=dir; good\r\n"}}}
	b := newBench(t, o)
	write(t, b.remote("d/good/file"), "ok")
	write(t, b.remote("up/file"), "out")
	got := b.want(exitSome, []string{"../up", "/etc", `a\x00b`}, "get", "-r", b.url("/d/"), "in")
	if files := sums(t, b.dir); len(files) != 1 || files["in/good/file"] == "" {
		t.Errorf("%v\n%s", files, got.err)
	}
	for _, c := range b.server.Commands() {
		if strings.Contains(c, "etc") || strings.Contains(c, "..") {
			t.Errorf("the server was asked %q", c)
		}
	}
}

// TestAllRefusalsAreCounted: the words of some are kept, the number of all, and
// what is said of the folder itself is not pushed out.
func TestAllRefusalsAreCounted(t *testing.T) {
	var rows strings.Builder
	for i := range 300 {
		fmt.Fprintf(&rows, "type=file;size=4; ../x%03d\r\n", i)
	}
	rows.WriteString("one that is no row\r\nanother\r\ntype=file;size=2; good\r\n")
	b := newBench(t, ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.RawListing, On: "MLSD,LIST", Text: rows.String()}}})
	write(t, b.remote("d/good"), "ok")
	o := b.want(exitSome, []string{"200 names more", "2 lines of the listing could not be read", "301 failed", "../x042"}, "get", "-r", b.url("/d/"), "in")
	if n := strings.Count(o.err, "path separator"); n != 100 {
		t.Errorf("%d refusals in words", n)
	}
	if files := sums(t, b.dir); len(files) != 1 {
		t.Errorf("%v", files)
	}
}

// TestEndlessFolders: a folder whose listing has no end is neither taken nor
// deleted, which is said, and a file can be put into it all the same.
func TestEndlessFolders(t *testing.T) {
	b := newBench(t, ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.EndlessListing, On: "MLSD,LIST"}}})
	if err := os.Mkdir(b.remote("d"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, b.local("up/file"), "x")
	b.want(exitSome, []string{"may have no end"}, "rm", "-r", b.url("/d"))
	b.want(exitSome, []string{"may have no end"}, "get", "-q", "-r", "--retries", "1", b.url("/d"), "down")
	b.ok("put", "-r", b.local("up")+"/", b.url("/d"))
}
