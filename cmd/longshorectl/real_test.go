package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"testing"
	"time"

	"longshore/transfer/ftptest/daemons"
)

// large, by LONGSHORE_SOAK=1, makes the tree 1,000 files in 50 folders, up to
// 8 MiB, and kills ten times each way.
var large = os.Getenv("LONGSHORE_SOAK") != ""

// patience is how long a run may take.
var patience = map[bool]time.Duration{false: time.Minute, true: 10 * time.Minute}[large]

// realTree makes a tree of files with awkward names, many small ones and some
// large.
func realTree(t *testing.T, root string) {
	t.Helper()
	folders, files, largest := 10, 80, 1<<20
	if large {
		folders, files, largest = 50, 1000, 8<<20
	}
	names := []string{"plain", "two words", "Übung grün", `quote"s 'n' such`, "a[1]", ".hidden", "-dash", "100% #1", "日本語"}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range files {
		n := i % folders
		folder := fmt.Sprintf("%s %d", names[n%len(names)], n)
		size := random.IntN(20 << 10)
		switch {
		case i%40 == 7:
			size = largest - i
		case i%50 == 0:
			size = 0
		}
		data := bytes.Repeat([]byte{byte(i), byte(i >> 8), 0xff, '\r', '\n', 0}, size/6+1)[:size]
		for j := 0; j < size; j += 997 {
			data[j] = byte(random.Uint32())
		}
		write(t, filepath.Join(root, folder, fmt.Sprintf("%s %d.dat", names[i%len(names)], i)), string(data))
	}
}

// realBench is a bench at a real server that requires TLS and, where it can,
// resumed data sessions.
func realBench(t *testing.T, k daemons.Kind) (*bench, *daemons.Daemon) {
	t.Helper()
	d := daemons.Start(t, k, daemons.Options{TLS: true, RequireTLS: true, RequireReuse: k == daemons.VSFTPD || k == daemons.ProFTPD})
	b := &bench{t: t, state: t.TempDir(), dir: t.TempDir(), stdin: d.Password + "\n", ca: filepath.Join(t.TempDir(), "ca.pem")}
	if err := os.WriteFile(b.ca, d.CA, 0o600); err != nil {
		t.Fatal(err)
	}
	return b, d
}

// at is a place at a real server.
func at(d *daemons.Daemon, name string) string {
	u := url.URL{Scheme: "ftpes", User: url.User(d.User), Host: d.Addr, Path: path.Join(d.Dir, name)}
	return u.String()
}

func TestRealServers(t *testing.T) {
	for _, k := range daemons.Kinds {
		t.Run(string(k), func(t *testing.T) {
			b, d := realBench(t, k)
			realTree(t, b.local("tree"))
			b.ok("put", "-q", "-r", "--sessions", "4", "--password-stdin", "tree", at(d, "up"))
			b.ok("get", "-q", "-r", "--sessions", "4", "--password-stdin", at(d, "up/tree"), "down")
			equalTrees(t, b.local("down/tree"), b.local("tree"))
			b.ok("rm", "-q", "-r", "--password-stdin", at(d, "up"))
			if _, err := os.Stat(filepath.Join(d.Root, "up")); err == nil {
				t.Error("the folder is still there")
			}
		})
	}
}

// Killed several times on the way up and down, at each server.
func TestRealServersKilled(t *testing.T) {
	for _, k := range daemons.Kinds {
		t.Run(string(k), func(t *testing.T) {
			b, d := realBench(t, k)
			realTree(t, b.local("tree"))
			all, times := bytesUnder(b.local("tree")), 3
			if large {
				times = 10
			}
			b.kill(times, all, filepath.Join(d.Root, "up"), "put", "-r", "--limit", "20M", "--exists", "resume", "--password-stdin", "tree", at(d, "up"))
			b.kill(times, all, b.local("down"), "get", "-r", "--limit", "20M", "--exists", "resume", "--password-stdin", at(d, "up/tree"), "down")
			equalTrees(t, filepath.Join(d.Root, "up/tree"), b.local("tree"))
			equalTrees(t, b.local("down/tree"), b.local("tree"))
		})
	}
}

// kill runs a command, kills it n times as its target grows, and then lets it
// come to its end.
func (b *bench) kill(n int, all int64, target string, args ...string) {
	b.t.Helper()
	met := 0
	for i := range int64(n) {
		goal := all * (i + 1) / int64(n+1)
		cmd, out := b.begin(args...)
		ended := make(chan struct{})
		go func() {
			_ = cmd.Wait()
			close(ended)
		}()
		b.until("some bytes more", func() bool {
			select {
			case <-ended:
				return true
			default:
				return bytesUnder(target) >= goal
			}
		})
		_ = cmd.Process.Kill()
		<-ended
		if !cmd.ProcessState.Exited() {
			met++
		}
		if b.t.Failed() {
			b.t.Fatal(out)
		}
	}
	if met != n {
		b.t.Errorf("%d of %d kills met a running program", met, n)
	}
	if o := b.run(args...); o.status != 0 {
		b.t.Errorf("%q: status %d\n%s%s", args, o.status, o.out, o.err)
	}
	b.noJournal()
}
