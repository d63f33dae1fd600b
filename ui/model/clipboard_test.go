package model

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"longshore/transfer"
)

func TestCopyAndPasteTransfers(t *testing.T) {
	b := connected(t)
	b.SetFocus(Remote)
	if why := b.whyNotPaste(b.Focused()); why != wordNothingCopied {
		t.Errorf("with nothing copied: %q", why)
	}
	p := b.Tab().Remote
	p.SelectNames([]string{"a.html"}, "a.html")
	b.Actions.Run("copy")
	// A rename would take the file away from where it was copied.
	p.Open("/web/css")
	b.loop.settle()
	if why := b.whyNotPaste(p); why != wordNoServerCopy {
		t.Errorf("at the same server: %q", why)
	}
	b.Actions.Run("paste")
	b.SetFocus(Local)
	b.Actions.Run("paste")
	b.loop.settle()
	if len(b.queue.requests) != 1 || b.queue.requests[0].Direction != transfer.Download || b.queue.requests[0].Remote != "/web/a.html" {
		t.Errorf("asked for %+v", b.queue.requests)
	}
	if slices.ContainsFunc(b.server.did, func(s string) bool { return s != "" }) {
		t.Errorf("the server was told %q", b.server.did)
	}
}

func TestPasteCopiesHere(t *testing.T) {
	b := newBench(t)
	for _, dir := range []string{"from", "to"} {
		if err := os.Mkdir(filepath.Join(b.home, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(b.home, "from", "x"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := b.Tab().Local
	p.Open(filepath.Join(b.home, "from"))
	b.loop.settle()
	p.SelectNames([]string{"x"}, "x")
	b.Actions.Run("copy")
	if why := b.whyNotPaste(p); why != wordAlreadyThere {
		t.Errorf("into its own folder: %q", why)
	}
	p.Open(filepath.Join(b.home, "to"))
	b.loop.settle()
	b.Actions.Run("paste")
	b.loop.settle()
	for _, dir := range []string{"from", "to"} {
		if data, err := os.ReadFile(filepath.Join(b.home, dir, "x")); err != nil || string(data) != "x" {
			t.Errorf("in %s: %q, %v", dir, data, err)
		}
	}
}

// pasteScreen has a clipboard.
type pasteScreen struct {
	noScreen
	text string
}

func (s *pasteScreen) Copy(text string)  { s.text = text }
func (s *pasteScreen) Clipboard() string { return s.text }

// Files that another program has copied are uploaded, after a look at them.
func TestPasteFilesOfAnotherProgram(t *testing.T) {
	b, s := connected(t), &pasteScreen{}
	b.SetScreen(s)
	file := filepath.Join(b.home, "with space.txt")
	if err := os.WriteFile(file, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	b.SetFocus(Remote)
	s.text = "x-special/nautilus-clipboard\ncopy\nfile://" + filepath.ToSlash(filepath.Dir(file)) + "/with%20space.txt\n"
	b.Actions.Run("paste")
	b.loop.settle()
	x := b.Questions.Current()
	if x == nil || len(b.queue.requests) != 0 || !slices.Contains(x.Text, file) {
		t.Fatalf("asked %+v, queued %d", x, len(b.queue.requests))
	}
	b.Questions.Answer(x.ID, 1, Reply{})
	b.loop.settle()
	if len(b.queue.requests) != 1 || b.queue.requests[0].Local != file {
		t.Errorf("asked for %+v", b.queue.requests)
	}
}

// What is copied here is told to other programs: URLs, without passwords.
func TestCopyTellsURLs(t *testing.T) {
	b, s := connected(t), &pasteScreen{}
	b.SetScreen(s)
	b.SetFocus(Remote)
	p := b.Tab().Remote
	p.SelectNames([]string{"a.html"}, "a.html")
	b.Actions.Run("copy")
	if want := p.tab.Target.URL("/web/a.html"); s.text != want {
		t.Errorf("copied %q, want %q", s.text, want)
	}
	b.SetFocus(Local)
	b.Actions.Run("paste")
	b.loop.settle()
	if len(b.queue.requests) != 1 || b.queue.requests[0].Direction != transfer.Download {
		t.Errorf("asked for %+v", b.queue.requests)
	}
}

func TestPastedPaths(t *testing.T) {
	for text, want := range map[string][]string{
		"":               nil,
		"hello":          nil,
		"/a/b\nhello":    nil,
		"/a/b\r\n/c d\n": {"/a/b", "/c d"},
		"file:///a%20b/%C3%BC\nfile://localhost/c": {"/a b/\u00fc", "/c"},
		"file://elsewhere/a":                       nil,
		"copy\nfile:///a\x00":                      {"/a"},
		"ftp://host/a":                             nil,
		"../a":                                     nil,
		"/a/../b":                                  {"/b"},
		"file:///a%00b":                            nil,
	} {
		if got := pastedPaths(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
