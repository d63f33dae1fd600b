package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"longshore/transfer/ftptest"
)

// bigTree has files that take a while, so that a kill meets some half way.
func bigTree(t *testing.T, root string) {
	t.Helper()
	for i := range 24 {
		line := fmt.Sprintf("%d: the quick brown fox jumps over the lazy dog\n", i)
		write(t, filepath.Join(root, fmt.Sprintf("folder %d", i%3), fmt.Sprintf("file %02d.bin", i)), strings.Repeat(line, 200+i*300))
	}
}

// begin starts the program in the background.
func (b *bench) begin(args ...string) (*exec.Cmd, *bytes.Buffer) {
	b.t.Helper()
	cmd := b.command(context.Background(), args...)
	out := &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd, out
}

// bytesUnder counts what a tree holds, partial files too.
func bytesUnder(root string) (n int64) {
	_ = filepath.WalkDir(root, func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err == nil {
				n += info.Size()
			}
		}
		return nil
	})
	return n
}

// After any number of kills the same command ends with equal trees, and
// nothing is there twice.
func TestKilledAndRepeated(t *testing.T) {
	for _, direction := range []string{"put", "get"} {
		t.Run(direction, func(t *testing.T) {
			b := newBench(t, ftptest.Options{TLS: ftptest.ExplicitTLS, Rate: 3 << 20})
			source, target := b.local("tree"), b.remote("up/tree")
			args := []string{"put", "-r", "--exists", "resume", "tree", b.url("/up")}
			if direction == "get" {
				source, target = b.remote("tree"), b.local("down/tree")
				args = []string{"get", "-r", "--exists", "resume", b.url("/tree"), "down"}
			}
			bigTree(t, source)
			all := bytesUnder(source)
			for i := range int64(5) {
				before := bytesUnder(target)
				cmd, out := b.begin(args...)
				b.until("some bytes more", func() bool {
					return bytesUnder(target) > before+all/12 || i > 0 && bytesUnder(target) >= all
				})
				if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
				_ = cmd.Wait()
			}
			b.server.Kick(true)
			o := b.ok(args...)
			equalTrees(t, target, source)
			if t.Failed() {
				t.Log(o.out + o.err)
			}
			b.noJournal()
		})
	}
}

// noJournal makes sure that a run which came to its end leaves none.
func (b *bench) noJournal() {
	b.t.Helper()
	entries, err := os.ReadDir(filepath.Join(b.state, "ctl"))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			b.t.Errorf("journal %s is left", e.Name())
		}
	}
}

// A half-written file at the server is newer than its source: without the
// journal "newer" would leave it as it is, and "skip" too.
func TestKilledUploadIsFinishedWhateverTheRule(t *testing.T) {
	for _, rule := range []string{"newer", "skip", "fail", "overwrite", "size"} {
		t.Run(rule, func(t *testing.T) {
			b := newBench(t, ftptest.Options{Rate: 400 << 10})
			write(t, b.local("a.bin"), strings.Repeat("0123456789abcdef", 20_000))
			args := []string{"put", "--exists", rule, "a.bin", b.url("/a.bin")}
			cmd, _ := b.begin(args...)
			b.until("half a file", func() bool { return bytesUnder(b.server.Root()) > 64<<10 })
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			o := b.want(0, []string{"1 file,"}, args...)
			if got, want := sums(t, b.server.Root())["a.bin"], sums(t, b.dir)["a.bin"]; got != want {
				t.Errorf("the file is not whole\n%s%s", o.out, o.err)
			}
		})
	}
}

// A new run with --exists rename would make second copies of what arrived.
func TestKilledRenameIsGoneOnWith(t *testing.T) {
	b := newBench(t, ftptest.Options{Rate: 2 << 20})
	bigTree(t, b.local("tree"))
	args := []string{"put", "-r", "--exists", "rename", "tree", b.url("/up")}
	for i := range int64(3) {
		cmd, _ := b.begin(args...)
		b.until("some bytes", func() bool { return bytesUnder(b.server.Root()) > bytesUnder(b.dir)*(i+1)/5 })
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
	}
	o := b.ok(args...)
	equalTrees(t, b.remote("up/tree"), b.local("tree"))
	if t.Failed() {
		t.Log(o.out + o.err)
	}
	b.noJournal()
}

// Ctrl+C ends cleanly and soon, leaves partial files, and resume goes on.
func TestInterrupt(t *testing.T) {
	b := newBench(t, ftptest.Options{TLS: ftptest.ExplicitTLS, Rate: 500 << 10})
	write(t, b.remote("a.bin"), strings.Repeat("0123456789abcdef", 60_000))
	cmd, out := b.begin("get", b.url("/a.bin"), "a.bin")
	b.until("part of the file", func() bool { return bytesUnder(b.dir) > 100<<10 })
	began := time.Now()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %v to stop", took)
	}
	if status := cmd.ProcessState.ExitCode(); status != exitSome || !strings.Contains(out.String(), "interrupted") {
		t.Errorf("status %d\n%s", status, out)
	}
	parts, _ := filepath.Glob(b.local(".a.bin*.part"))
	if len(parts) != 1 {
		t.Fatalf("partial files: %v\n%s", parts, out)
	}
	b.server.Heal()
	commands := len(b.server.Commands())
	b.ok("get", "--exists", "resume", b.url("/a.bin"), "a.bin")
	equalTrees(t, b.dir, b.server.Root())
	if later := strings.Join(b.server.Commands()[commands:], "\n"); !strings.Contains(later, "REST ") {
		t.Errorf("it began anew:\n%s", later)
	}
}

// Two runs of one command would write the same files.
func TestSameCommandTwiceAtOnce(t *testing.T) {
	b := newBench(t, ftptest.Options{Rate: 300 << 10})
	write(t, b.local("a.bin"), strings.Repeat("x", 400<<10))
	write(t, b.local("b.bin"), "y")
	cmd, _ := b.begin("put", "a.bin", b.url("/a.bin"))
	b.until("it has begun", func() bool { return bytesUnder(b.server.Root()) > 0 })
	b.want(exitSome, []string{"running already"}, "put", "a.bin", b.url("/a.bin"))
	b.ok("put", "b.bin", b.url("/b.bin"))
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	equalTrees(t, b.server.Root(), b.dir)
}

func TestOldJournalsAreSwept(t *testing.T) {
	b := newBench(t, ftptest.Options{})
	write(t, b.local("a"), "x")
	for name, age := range map[string]time.Duration{"old": 31 * 24 * time.Hour, "young": 29 * 24 * time.Hour} {
		file := filepath.Join(b.state, "ctl", name, "queue.journal")
		write(t, file, "")
		when := time.Now().Add(-age)
		if err := os.Chtimes(file, when, when); err != nil {
			t.Fatal(err)
		}
	}
	b.ok("put", "a", b.url("/a"))
	if _, err := os.Stat(filepath.Join(b.state, "ctl", "old")); err == nil {
		t.Error("the old one is left")
	}
	if _, err := os.Stat(filepath.Join(b.state, "ctl", "young")); err != nil {
		t.Error("the young one is gone")
	}
}
