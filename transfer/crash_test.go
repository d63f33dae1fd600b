package transfer

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"longshore/transfer/ftptest"
	"longshore/transfer/session"
)

// The child of the crash test is this program once more: it finds what to do
// in its environment, is killed at any moment, and goes on when started again.
const crashChild = "LONGSHORE_CRASH_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashChild); dir != "" {
		if err := crashing(dir, os.Getenv("LONGSHORE_CRASH_PORT")); err != nil {
			fmt.Println("ERROR", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// crashRequests is what the child adds, in this order, one Add each.
func crashRequests(dir string, target session.Target) []Request {
	o := Options{Exists: Fail, KeepTimes: true} // its own work must never look like another's
	rs := []Request{
		{Direction: Upload, Folder: true, Target: target, Local: filepath.Join(dir, "source"), Remote: "/up", Options: o},
		{Direction: Download, Folder: true, Target: target, Local: filepath.Join(dir, "down"), Remote: "/tree", Options: o},
	}
	safe := o
	safe.SafeUpload = true
	for i := range 40 {
		rs = append(rs, Request{Direction: Upload, Target: target, Local: filepath.Join(dir, "single", strconv.Itoa(i)), Remote: fmt.Sprintf("/one/%d", i), Size: -1, Options: safe},
			Request{Direction: Download, Target: target, Local: filepath.Join(dir, "fetched", strconv.Itoa(i)), Remote: fmt.Sprintf("/single/%d", i), Size: -1, Options: o})
	}
	return rs
}

// crashing is the child: add what is not there yet, wait for all of it.
func crashing(dir, port string) error {
	n, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	target := session.Target{Host: "127.0.0.1", Port: n, Security: session.PlainFTP}
	pool := session.NewPool(&session.Env{Timeout: 5 * time.Second})
	defer pool.Close()
	q, err := Open(Config{Dir: filepath.Join(dir, "state"), Leaser: NewLeaser(pool), Backoff: soon, Slots: 4})
	if err != nil {
		return err
	}
	<-q.loaded
	if r := q.Restored(); r.Bad > 0 || r.Err != nil {
		return fmt.Errorf("restored with %d bad lines, %v", r.Bad, r.Err)
	} else if r.Repaired > 0 {
		fmt.Println("repaired", r.Repaired)
	}
	ctx := context.Background()
	acked, err := os.OpenFile(filepath.Join(dir, "acked"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	promised := map[string]bool{}
	for s := bufio.NewScanner(acked); s.Scan(); {
		promised[s.Text()] = true
	}
	have := map[string]int{}
	for _, it := range q.Since(0).Items {
		have[it.Direction.String()+it.Remote]++
	}
	for k, n := range have {
		if n > 1 {
			return fmt.Errorf("%s is there %d times", k, n)
		}
	}
	q.Start()
	var ids []ItemID
	for _, r := range crashRequests(dir, target) {
		k := r.Direction.String() + r.Remote
		if have[k] > 0 {
			continue
		}
		if promised[k] {
			return fmt.Errorf("%s was acknowledged and is lost", k)
		}
		if _, err := q.Add(ctx, r); err != nil {
			return err
		}
		fmt.Fprintln(acked, k)
	}
	for _, it := range q.Since(0).Items {
		ids = append(ids, it.ID)
	}
	if err := q.Wait(ctx, ids...); err != nil {
		return err
	}
	for _, it := range q.Since(0).Items {
		if it.State != Done {
			return fmt.Errorf("%s %q is %v: %v", it.Direction, it.Remote, it.State, it.Err)
		}
	}
	return q.Close(ctx)
}

func soaking() bool { return os.Getenv("LONGSHORE_SOAK") != "" }

// TestKilledAtAnyMoment kills the program that owns the queue again and again;
// at the end both trees are whole and no item is missing or doubled. In a
// second run, between two starts, a byte of the journal is changed.
func TestKilledAtAnyMoment(t *testing.T) {
	kills, folders, files := 5, 6, 20
	if soaking() {
		kills, folders, files = 100, 60, 25
	}
	for _, flip := range []bool{false, true} {
		t.Run(fmt.Sprintf("flip %v", flip), func(t *testing.T) { killed(t, kills, folders, files, flip) })
	}
}

func killed(t *testing.T, kills, folders, files int, flip bool) {
	s, target, _ := serve(t, ftptest.Options{})
	dir := t.TempDir()
	tree(t, filepath.Join(dir, "source"), folders, files, 300_000, 3)
	tree(t, filepath.Join(s.Root(), "tree"), folders, files, 300_000, 4)
	tree(t, filepath.Join(dir, "more"), 1, 0, 0, 5)
	for i := range 40 {
		for _, d := range []string{filepath.Join(dir, "single"), filepath.Join(s.Root(), "single")} {
			os.MkdirAll(d, 0o755)
			if err := os.WriteFile(filepath.Join(d, strconv.Itoa(i)), []byte(strings.Repeat(d+strconv.Itoa(i), 1+i*200)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	r := rand.New(rand.NewPCG(uint64(kills), 9))
	ended := false
	for n := 0; !ended; n++ {
		if n > kills+20 {
			t.Fatal("it does not come to an end")
		}
		if flip && n > 0 {
			flipByte(t, filepath.Join(dir, "state", journalFile), r)
		}
		ended = startAndKill(t, dir, target.Port, time.Duration(20+r.IntN(300))*time.Millisecond, n >= kills)
	}
	equalTrees(t, filepath.Join(dir, "source"), filepath.Join(s.Root(), "up"))
	equalTrees(t, filepath.Join(s.Root(), "tree"), filepath.Join(dir, "down"))
	equalTrees(t, filepath.Join(dir, "single"), filepath.Join(s.Root(), "one"))
	equalTrees(t, filepath.Join(s.Root(), "single"), filepath.Join(dir, "fetched"))
}

// startAndKill runs the child for a while, or to its end if it is the last.
func startAndKill(t *testing.T, dir string, port int, after time.Duration, last bool) (ended bool) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), crashChild+"="+dir, fmt.Sprintf("LONGSHORE_CRASH_PORT=%d", port))
	out := &strings.Builder{}
	c.Stdout, c.Stderr = out, out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- c.Wait() }()
	if last {
		after = time.Minute * slowness
	}
	select {
	case err := <-done:
		if err != nil {
			t.Fatalf("the child: %v\n%s", err, out)
		}
		return true
	case <-time.After(after):
		c.Process.Kill()
		<-done
		if last {
			t.Fatalf("the child does not end\n%s", out)
		}
		if strings.Contains(out.String(), "ERROR") {
			t.Fatal(out)
		}
	}
	return false
}

// flipByte changes one byte of a file, as a failing disk does.
func flipByte(t *testing.T, name string, r *rand.Rand) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil || len(b) == 0 {
		return
	}
	b[r.IntN(len(b))] ^= byte(1 + r.IntN(255))
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
