package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest"
)

// binary is the program under test, built once without cgo.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "longshorectl")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "longshorectl")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		os.Exit(1)
	}
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

// bench is a server and a place to run the program beside it.
type bench struct {
	t      *testing.T
	server *ftptest.Server
	state  string
	dir    string // the working directory
	ca     string // a file with the server's certificate, "" without TLS
	stdin  string
}

const password = "geheim-4711 ä"

func newBench(t *testing.T, o ftptest.Options) *bench {
	t.Helper()
	s, err := ftptest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	b := &bench{t: t, server: s, state: t.TempDir(), dir: t.TempDir()}
	if pem := s.CertPEM(); pem != nil {
		b.ca = filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(b.ca, pem, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// url is a place at the server.
func (b *bench) url(path string) string { return "ftp://" + b.server.Addr() + path }

// as is the same for a user.
func (b *bench) as(user, path string) string { return "ftp://" + user + "@" + b.server.Addr() + path }

// outcome is what a run said.
type outcome struct {
	status   int
	out, err string
}

func (b *bench) command(ctx context.Context, args ...string) *exec.Cmd {
	all := append([]string{"--state", b.state, "--timeout", "5s"}, args...)
	if b.ca != "" {
		all = append([]string{"--ca", b.ca}, all...)
	}
	cmd := exec.CommandContext(ctx, binary, all...)
	cmd.Dir = b.dir
	cmd.Env = []string{"HOME=" + b.state, "PATH=" + os.Getenv("PATH"), "TZ=UTC"}
	cmd.Stdin = strings.NewReader(b.stdin)
	return cmd
}

// run runs the program to its end.
func (b *bench) run(args ...string) outcome {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := b.command(ctx, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if ctx.Err() != nil {
		b.t.Fatalf("%q did not end\n%s%s", args, out.String(), errs.String())
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		b.t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// want runs the program and checks its status and that the words were said on
// either stream.
func (b *bench) want(status int, words []string, args ...string) outcome {
	b.t.Helper()
	o := b.run(args...)
	if o.status != status {
		b.t.Errorf("%q: status %d, want %d\n%s%s", args, o.status, status, o.out, o.err)
	}
	for _, w := range words {
		if !strings.Contains(o.out+o.err, w) {
			b.t.Errorf("%q does not say %q but\n%s%s", args, w, o.out, o.err)
		}
	}
	return o
}

func (b *bench) ok(args ...string) outcome { b.t.Helper(); return b.want(0, nil, args...) }

// until polls for something that must happen soon.
func (b *bench) until(what string, happened func() bool) {
	b.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience / 2); !happened(); <-tick.C {
		if time.Now().After(deadline) {
			b.t.Fatalf("still not: %s", what)
		}
	}
}

func itoa(n int) string { return strconv.Itoa(n) }

// local and remote give paths in the two trees.
func (b *bench) local(name string) string { return filepath.Join(b.dir, filepath.FromSlash(name)) }
func (b *bench) remote(name string) string {
	return filepath.Join(b.server.Root(), filepath.FromSlash(name))
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// names that scripts and shells stumble over.
var awkward = []string{"plain.txt", "with space.txt", `quote"s 'n' such`, "Übung grün.txt", ".hidden", "-dash", "a[1]*?", "100%", "#hash?x=1", "empty", "~", "日本語"}

// fill makes a tree with these names in two folders and gives its size.
func fill(t *testing.T, root string) {
	t.Helper()
	for i, name := range awkward {
		text := strings.Repeat(fmt.Sprintf("%d %s\n", i, name), i*400)
		if name == "empty" {
			text = ""
		}
		write(t, filepath.Join(root, name), text)
		write(t, filepath.Join(root, "sub dir ü", "deeper", name), text+"below")
	}
}

// sums is the SHA-256 of every file of a tree by its path.
func sums(t *testing.T, root string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(root, path)
		sum := sha256.Sum256(data)
		all[filepath.ToSlash(rel)] = hex.EncodeToString(sum[:])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func equalTrees(t *testing.T, got, want string) {
	t.Helper()
	g, w := sums(t, got), sums(t, want)
	for name, sum := range w {
		if g[name] != sum {
			t.Errorf("%q differs or is missing", name)
		}
		delete(g, name)
	}
	for name := range g {
		t.Errorf("%q should not be there", name)
	}
}

// objects reads the lines of --json.
func objects(t *testing.T, out string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(out) {
		var o map[string]any
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		all = append(all, o)
	}
	return all
}

func events(t *testing.T, out, event string) []map[string]any {
	t.Helper()
	var some []map[string]any
	for _, o := range objects(t, out) {
		if o["event"] == event {
			some = append(some, o)
		}
	}
	return some
}
