// Package cmd_test holds the house's rules: who may import whom, and why.
package cmd_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A rule forbids what the packages under from import, directly or not, except
// where an only list says which packages may.
type rule struct {
	from string // a package, or a folder ending in /...
	deps string // a package, or a prefix ending in /...
	why  string
}

var forbidden = []rule{
	{"longshore/transfer/listing", "longshore/...", "parsers are pure"},
	{"longshore/transfer/wire", "longshore/...", "the connections know nothing above them but listing's escaping"},
	{"longshore/transfer/...", "longshore/sites", "the engine works without saved sites"},
	{"longshore/transfer/...", "longshore/ui/...", "the engine knows no window"},
	{"longshore/transfer/...", "fyne.io/...", "the engine knows no widgets"},
	{"longshore/transfer/...", "github.com/zalando/go-keyring", "secrets reach the engine by Env only"},
	{"longshore/sites", "longshore/transfer", "sites need a Target, not the queue"},
	{"longshore/sites", "longshore/ui/...", "sites are used without a window too"},
	{"longshore/sites", "fyne.io/...", "sites are used without a window too"},
	{"longshore/ui/model/...", "fyne.io/...", "what can be wrong without a window is tested without one"},
	{"longshore/ui/kit", "longshore/transfer/...", "widgets hold no rules"},
	{"longshore/ui/kit", "longshore/sites", "widgets hold no rules"},
	{"longshore/ui/kit", "longshore/ui/model", "widgets hold no rules"},
	{"longshore/assets", "longshore/...", "assets hold no logic"},
	{"longshore/cmd/longshorectl", "fyne.io/...", "the command line needs no cgo and no window"},
}

// onlyIn lists packages that one place alone may import directly.
var onlyIn = map[string][]string{
	"fyne.io/fyne/v2/app":             {"longshore/cmd/longshore"},
	"github.com/go-gl/glfw/v3.3/glfw": {"longshore/cmd/longshore"},
	"github.com/jlaffaye/ftp":         {"longshore/transfer/session", "longshore/transfer/wire"},
	"github.com/zalando/go-keyring":   {"longshore/sites"},
	"github.com/jezek/xgb":            {"longshore/ui/xdnd", "longshore/cmd/drive"},
	"github.com/jezek/xgb/xproto":     {"longshore/ui/xdnd", "longshore/cmd/drive"},
	"github.com/jezek/xgb/xtest":      {"longshore/cmd/drive"},
	"longshore/transfer/ftptest":      {"longshore/cmd/longshore", "longshore/cmd/drive", "longshore/cmd/bench", "longshore/transfer/ftptest/daemons"},
}

// allowed are the exceptions to forbidden, each with its reason.
var allowed = map[[2]string]string{
	{"longshore/transfer/wire", "longshore/transfer/listing"}: "the transcript escapes what servers send",
}

func TestImports(t *testing.T) {
	for pkg, deps := range dependencies(t) {
		for _, r := range forbidden {
			if !matches(pkg, r.from) {
				continue
			}
			for _, dep := range deps {
				if dep != pkg && matches(dep, r.deps) && allowed[[2]string{pkg, dep}] == "" {
					t.Errorf("%s depends on %s, but %s", pkg, dep, r.why)
				}
			}
		}
	}
}

func TestOnlyImporters(t *testing.T) {
	for pkg, imports := range list(t, `{{.ImportPath}} {{join .Imports " "}}`) {
		for _, imp := range imports {
			if users, ok := onlyIn[imp]; ok && !slices.Contains(users, pkg) {
				t.Errorf("%s imports %s, which only %v may", pkg, imp, users)
			}
		}
	}
}

// TestTopLevel keeps the top of the house as its owner asked for it.
func TestTopLevel(t *testing.T) {
	want := []string{"cmd", "ui", "transfer", "sites", "assets", "go.mod", "go.sum", "FyneApp.toml",
		"README.md", "LICENSE", "Makefile", ".ci", ".gitignore"}
	out, err := git("ls-tree", "--name-only", "HEAD")
	if err != nil {
		entries, err := os.ReadDir("..")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			out += e.Name() + "\n"
		}
		want = append(want, ".git", "bin", "demo", "dist")
	}
	for _, name := range strings.Fields(out) {
		if !slices.Contains(want, name) {
			t.Errorf("%q stands at the top; it belongs into one of %v", name, want[:5])
		}
	}
}

// TestFolders holds folders to a size that a reader can overlook.
func TestFolders(t *testing.T) {
	for pkg, files := range list(t, `{{.ImportPath}} {{join .GoFiles " "}}`) {
		if len(files) > 50 {
			t.Errorf("%s has %d files; split it by idea", pkg, len(files))
		}
	}
}

func dependencies(t *testing.T) map[string][]string {
	return list(t, `{{.ImportPath}} {{join .Deps " "}}`)
}

func list(t *testing.T, format string) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-tags", "ci", "-f", format, "./...")
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) > 0 {
			packages[f[0]] = f[1:]
		}
	}
	return packages
}

func matches(pkg, pattern string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "/..."); ok {
		return pkg == prefix || strings.HasPrefix(pkg, prefix+"/")
	}
	return pkg == pattern
}

func git(args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = filepath.Join("..")
	out, err := cmd.Output()
	return string(out), err
}
