package transfer

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/session"
)

// serve starts a server in the process and gives a Target for it.
func serve(t testing.TB, o ftptest.Options) (*ftptest.Server, session.Target, *session.Pool) {
	t.Helper()
	s, err := ftptest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	host, port, err := net.SplitHostPort(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	n, _ := strconv.Atoi(port)
	target := session.Target{Host: host, Port: n, Security: session.PlainFTP}
	switch o.TLS {
	case ftptest.ExplicitTLS:
		target.Security = session.ExplicitTLS
	case ftptest.ImplicitTLS:
		target.Security = session.ImplicitTLS
	}
	pool := session.NewPool(&session.Env{Roots: s.Roots(), Timeout: 2 * time.Second})
	t.Cleanup(pool.Close)
	return s, target, pool
}

// open opens a queue, starts it, and closes it with the test.
func open(t testing.TB, c Config) *Queue {
	t.Helper()
	q, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	q.Start()
	t.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
		defer stop()
		if err := q.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return q
}

func soon(n int) time.Duration { return time.Duration(n) * 5 * time.Millisecond }

func within(t testing.TB, d time.Duration) context.Context {
	ctx, stop := context.WithTimeout(context.Background(), d)
	t.Cleanup(stop)
	return ctx
}

// awkward are names that clients get wrong.
var awkward = []string{"plain.txt", "with space", " leading", "trailing ", "ümlaut.bin", "quo\"te", "it's", "[brackets]",
	"-dash", "--rm", ".hidden", "per%20cent", "hash#", "a;b", "star*", "ques?tion", "日本語", "#1", "~tilde", "back\\slash"}

// tree fills a folder with files of many sizes and names.
func tree(t testing.TB, dir string, folders, files, most int, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	for i := range folders {
		d := filepath.Join(dir, fmt.Sprintf("folder %d", i))
		if i%3 == 2 {
			d = filepath.Join(dir, fmt.Sprintf("folder %d", i-1), "in [it]")
		}
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
		for n := range files {
			size := r.IntN(most + 1)
			if n%5 == 0 {
				size = r.IntN(3)
			}
			b := make([]byte, size)
			for i := range b {
				b[i] = byte(r.Uint32())
			}
			name := fmt.Sprintf("%d %s", n, awkward[n%len(awkward)])
			if n < len(awkward) {
				name = awkward[n]
			}
			if err := os.WriteFile(filepath.Join(d, name), b, 0o644); err != nil {
				t.Fatal(err)
			}
			when := time.Now().Add(-time.Duration(r.IntN(1e6)) * time.Second).Truncate(time.Second)
			if err := os.Chtimes(filepath.Join(d, name), when, when); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// sums tells of each file below dir what is in it.
func sums(t testing.TB, dir string) map[string]string {
	t.Helper()
	got := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, p)
		if e.IsDir() {
			got[rel+"/"] = ""
			return nil
		}
		b, err := os.ReadFile(p)
		got[rel] = fmt.Sprintf("%d %x", len(b), sha256.Sum256(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// equalTrees fails for every difference.
func equalTrees(t testing.TB, want, got string) {
	t.Helper()
	a, b := sums(t, want), sums(t, got)
	for p, s := range a {
		if b[p] != s {
			if _, there := b[p]; !there {
				t.Errorf("%q is missing", p)
			} else {
				t.Errorf("%q: is %s, want %s", p, b[p], s)
			}
		}
	}
	for p := range b {
		if _, ok := a[p]; !ok {
			t.Errorf("%q is too much", p)
		}
	}
}

// allDone fails for each item that is not Done and checked.
func allDone(t testing.TB, q *Queue) {
	t.Helper()
	for _, it := range q.Since(0).Items {
		if it.State != Done || !it.Folder && it.Check < SizeMatches {
			t.Errorf("%s %q is %v, checked %d, %+v", it.Direction, it.Remote, it.State, it.Check, it.Err)
		}
	}
}

func TestFolderUpAndDown(t *testing.T) {
	for _, tls := range []ftptest.TLSMode{ftptest.NoTLS, ftptest.ExplicitTLS} {
		t.Run(fmt.Sprintf("tls %d", tls), func(t *testing.T) {
			s, target, pool := serve(t, ftptest.Options{TLS: tls, Reuse: ftptest.ReuseProFTPD, StrictClose: true})
			src, back := filepath.Join(t.TempDir(), "source"), filepath.Join(t.TempDir(), "back")
			tree(t, src, 6, 25, 200_000, 7)
			os.MkdirAll(filepath.Join(src, "empty"), 0o755)
			q := open(t, Config{Dir: t.TempDir(), Leaser: NewLeaser(pool), Backoff: soon})
			ctx := within(t, time.Minute)
			ids, err := q.Add(ctx, Request{Direction: Upload, Folder: true, Target: target, Local: src, Remote: "/up/source", Options: Options{KeepTimes: true}})
			if err != nil {
				t.Fatal(err)
			}
			if err := q.Wait(ctx, ids...); err != nil {
				t.Fatal(err)
			}
			equalTrees(t, src, filepath.Join(s.Root(), "up/source"))
			ids, err = q.Add(ctx, Request{Direction: Download, Folder: true, Target: target, Local: back, Remote: "/up/source", Options: Options{KeepTimes: true}})
			if err != nil {
				t.Fatal(err)
			}
			if err := q.Wait(ctx, ids...); err != nil {
				t.Fatal(err)
			}
			equalTrees(t, src, back)
			sameTimes(t, src, back)
			allDone(t, q)
			ids, err = q.Add(ctx, Request{Direction: Remove, Folder: true, Target: target, Remote: "/up"})
			if err != nil {
				t.Fatal(err)
			}
			if err := q.Wait(ctx, ids...); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(filepath.Join(s.Root(), "up")); !os.IsNotExist(err) {
				t.Errorf("the folder is still there: %v", err)
			}
		})
	}
}

// sameTimes compares the times of files to the second.
func sameTimes(t testing.TB, want, got string) {
	t.Helper()
	filepath.WalkDir(want, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(want, p)
		a, _ := os.Stat(p)
		b, err := os.Stat(filepath.Join(got, rel))
		if err == nil && !a.ModTime().Equal(b.ModTime()) {
			t.Errorf("%q is of %v, want %v", rel, b.ModTime(), a.ModTime())
		}
		return nil
	})
}

// A stop takes effect within a second, whatever the server is doing.
func TestStopWithinASecond(t *testing.T) {
	for name, f := range map[string]ftptest.Fault{
		"stalled download": {Do: ftptest.StallData, On: "RETR", At: 100_000},
		"stalled upload":   {Do: ftptest.StallData, On: "STOR", At: 100_000},
		"silent login":     {Do: ftptest.Silence, On: "PASS"},
		"silent greeting":  {Do: ftptest.Silence, On: "GREETING"},
		"silent folder":    {Do: ftptest.Silence, On: "CWD"},
		"silent SIZE":      {Do: ftptest.Silence, On: "SIZE"},
		"no final reply":   {Do: ftptest.SilenceAfter, On: "STOR,RETR"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, target, _ := serve(t, ftptest.Options{Faults: []ftptest.Fault{f}})
			pool := session.NewPool(&session.Env{Timeout: time.Minute})
			t.Cleanup(pool.Close)
			dir := t.TempDir()
			os.Mkdir(filepath.Join(dir, "up"), 0o755)
			for _, p := range []string{filepath.Join(dir, "up", "f"), filepath.Join(s.Root(), "f")} {
				if err := os.WriteFile(p, make([]byte, 300_000), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			q := open(t, Config{Leaser: NewLeaser(pool)})
			ctx := within(t, time.Minute)
			ids, err := q.Add(ctx, Request{Direction: Upload, Folder: true, Target: target, Local: filepath.Join(dir, "up"), Remote: "/up"},
				Request{Direction: Download, Target: target, Local: filepath.Join(dir, "f"), Remote: "/f", Size: -1})
			if err != nil {
				t.Fatal(err)
			}
			for s.Struck() == 0 {
				select {
				case <-q.Changed():
				case <-time.After(10 * time.Millisecond):
				case <-ctx.Done():
					t.Fatal("nothing went wrong")
				}
			}
			start := time.Now()
			q.Cancel(ids...)
			if err := q.Wait(ctx, ids...); err != nil {
				t.Fatal(err)
			}
			if d := time.Since(start); d > time.Second*slowness/4 {
				t.Errorf("cancelled after %v", d)
			}
			start = time.Now()
			if err := q.Close(ctx); err != nil {
				t.Fatal(err)
			}
			if d := time.Since(start); d > time.Second*slowness/4 {
				t.Errorf("closed after %v", d)
			}
		})
	}
}
