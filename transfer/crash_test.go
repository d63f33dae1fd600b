package transfer

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
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
	if text := os.Getenv(crashChild); text != "" {
		var c crash
		err := json.Unmarshal([]byte(text), &c)
		if err == nil {
			err = c.run(context.Background())
		}
		if err != nil {
			fmt.Println("ERROR", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// crash is what the child is told.
type crash struct {
	Dir  string // with the trees "source", "single" and the list "acked"
	Here string // where the journal and the downloads are kept
	Port int
	Rate int64 // bytes a second each way, so that it lasts; 0: as fast as it goes
	Full bool  // the disk at Here may be full
}

func (c crash) state() string { return filepath.Join(c.Here, "state") }

// requests is what the child adds, in this order, one Add each.
func (c crash) requests() []Request {
	target := session.Target{Host: "127.0.0.1", Port: c.Port, Security: session.PlainFTP}
	o := Options{Exists: Fail, KeepTimes: true} // its own work must never look like another's
	if c.Full {
		o.Exists = Overwrite // what a full disk forgot is done again
	}
	rs := []Request{
		{Direction: Upload, Folder: true, Target: target, Local: filepath.Join(c.Dir, "source"), Remote: "/up", Options: o},
		{Direction: Download, Folder: true, Target: target, Local: filepath.Join(c.Here, "down"), Remote: "/tree", Options: o},
	}
	safe := o
	safe.SafeUpload = true
	for i := range singles {
		rs = append(rs, Request{Direction: Upload, Target: target, Local: filepath.Join(c.Dir, "single", strconv.Itoa(i)), Remote: fmt.Sprintf("/one/%d", i), Size: -1, Options: safe},
			Request{Direction: Download, Target: target, Local: filepath.Join(c.Here, "fetched", strconv.Itoa(i)), Remote: fmt.Sprintf("/single/%d", i), Size: -1, Options: o})
	}
	return rs
}

// singles is how many files are added one by one, each way.
const singles = 40

// run is the child: add what is not there yet, wait for all of it.
func (c crash) run(ctx context.Context) error {
	pool := session.NewPool(&session.Env{Timeout: 5 * time.Second})
	defer pool.Close()
	q, err := Open(Config{Dir: c.state(), Leaser: NewLeaser(pool), Backoff: soon, Slots: 4, Limit: Limits{Rate: Rate{Up: c.Rate, Down: c.Rate}}})
	if err != nil {
		return err
	}
	if c.Full {
		go sayFull(q)
	}
	<-q.loaded
	if r := q.Restored(); r.Bad > 0 || r.Err != nil {
		return fmt.Errorf("restored with %d bad lines, %v", r.Bad, r.Err)
	}
	q.Start()
	if err := c.add(ctx, q); err != nil {
		return err
	}
	if err := c.wait(ctx, q); err != nil {
		return err
	}
	return q.Close(ctx)
}

// wasFull is what the child prints when the disk has no room for its journal.
const wasFull = "FULL"

func sayFull(q *Queue) {
	for range q.Changed() {
		if q.Since(1<<62).Warning != "" {
			fmt.Println(wasFull)
			return
		}
	}
}

// add adds what is not there, and sees that all that was acknowledged is, once.
func (c crash) add(ctx context.Context, q *Queue) error {
	acked, err := os.OpenFile(filepath.Join(c.Dir, "acked"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer acked.Close()
	promised := map[string]bool{}
	for s := bufio.NewScanner(acked); s.Scan(); {
		promised[s.Text()] = true
	}
	have := map[string]int{}
	for _, it := range q.Since(0).Items {
		k := it.Direction.String() + it.Remote
		if have[k]++; have[k] > 1 {
			return fmt.Errorf("%s is there %d times", k, have[k])
		}
	}
	for _, r := range c.requests() {
		k := r.Direction.String() + r.Remote
		if have[k] > 0 {
			continue
		}
		if promised[k] {
			return fmt.Errorf("%s was acknowledged and is lost", k)
		}
		_, err := q.Add(ctx, r)
		var unsafe *UnsafeError
		if c.Full && errors.As(err, &unsafe) {
			continue // it is worked on, but was not promised
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(acked, k)
	}
	return nil
}

// wait returns when all is done. What failed for want of room is tried again
// until there is some.
func (c crash) wait(ctx context.Context, q *Queue) error {
	for {
		var ids, full []ItemID
		for _, it := range q.Since(0).Items {
			ids = append(ids, it.ID)
		}
		if err := q.Wait(ctx, ids...); err != nil {
			return err
		}
		for _, it := range q.Since(0).Items {
			switch {
			case it.State == Done:
			case c.Full && it.State == Failed && (it.Folder || it.Err.Kind == session.NoSpace):
				full = append(full, it.ID)
			default:
				return fmt.Errorf("%s %q is %v: %v", it.Direction, it.Remote, it.State, it.Err)
			}
		}
		if len(full) == 0 {
			return nil
		}
		time.Sleep(50 * time.Millisecond) // of a program that is not this test
		q.Retry(full...)
	}
}

func soaking() bool { return os.Getenv("LONGSHORE_SOAK") != "" }

// ordeal is a run with kills, and what happens besides.
type ordeal struct {
	kills, folders, files, large int
	flip                         bool                    // a byte of the journal is changed between two starts
	fill                         func(n int) (full bool) // before start n the disk may become full or not
	full                         int                     // starts that at least must meet a full disk
}

// TestKilledAtAnyMoment kills the program that owns the queue again and again;
// at the end both trees are whole and no item is missing or doubled. In a
// second run, between two starts, a byte of the journal is changed.
func TestKilledAtAnyMoment(t *testing.T) {
	for _, flip := range []bool{false, true} {
		t.Run(fmt.Sprintf("flip %v", flip), func(t *testing.T) {
			o := sizedOrdeal()
			o.flip = flip
			dir := t.TempDir()
			killed(t, crash{Dir: dir, Here: dir}, o)
		})
	}
}

// sizedOrdeal is a small one, or that of 3,000 files and 200 kills.
func sizedOrdeal() ordeal {
	if soaking() {
		return ordeal{kills: 200, folders: 50, files: 30, large: 4}
	}
	return ordeal{kills: 5, folders: 6, files: 20}
}

func killed(t *testing.T, c crash, o ordeal) {
	const most = 120_000
	s, target, _ := serve(t, ftptest.Options{})
	c.Port = target.Port
	tree(t, filepath.Join(c.Dir, "source"), o.folders, o.files, most, 3)
	tree(t, filepath.Join(s.Root(), "tree"), o.folders, o.files, most, 4)
	for i := range o.large {
		for _, d := range []string{filepath.Join(c.Dir, "source"), filepath.Join(s.Root(), "tree")} {
			fill(t, filepath.Join(d, fmt.Sprintf("large %d", i)), 12<<20+i)
		}
	}
	for i := range singles {
		for _, d := range []string{filepath.Join(c.Dir, "single"), filepath.Join(s.Root(), "single")} {
			fill(t, filepath.Join(d, strconv.Itoa(i)), i*7000)
		}
	}
	c.Rate = 2 << 20 // so that it cannot be over before the last kill
	r := rand.New(rand.NewPCG(uint64(o.kills), 9))
	start := time.Now()
	n, flips, full := 0, 0, 0
	for ended := false; !ended; n++ {
		if n > o.kills+20 {
			t.Fatal("it does not come to an end")
		}
		if o.flip && flipByte(t, filepath.Join(c.state(), journalFile), r) {
			flips++
		}
		after := time.Duration(20+r.IntN(600)) * time.Millisecond
		if o.fill != nil && o.fill(n) {
			after += time.Second // to get as far as to meet it
		}
		if n >= o.kills {
			c.Rate = 0
		}
		said := ""
		ended, said = startAndKill(t, c, after, n >= o.kills)
		if strings.Contains(said, wasFull) {
			full++
		}
	}
	if n <= o.kills {
		t.Errorf("it ended after %d kills already, want %d", n-1, o.kills)
	}
	if full < o.full {
		t.Errorf("the disk was too full for the journal in %d starts, want %d", full, o.full)
	}
	if o.flip && flips < o.kills/3 {
		t.Errorf("only %d wrong bytes in %d kills", flips, n-1)
	}
	t.Logf("%d kills, %d wrong bytes, %d starts on a full disk, %v", n-1, flips, full, time.Since(start).Round(time.Second))
	equalTrees(t, filepath.Join(c.Dir, "source"), filepath.Join(s.Root(), "up"))
	equalTrees(t, filepath.Join(s.Root(), "tree"), filepath.Join(c.Here, "down"))
	equalTrees(t, filepath.Join(c.Dir, "single"), filepath.Join(s.Root(), "one"))
	equalTrees(t, filepath.Join(s.Root(), "single"), filepath.Join(c.Here, "fetched"))
}

// fill writes a file of so many bytes, no two alike.
func fill(t *testing.T, name string, size int) {
	t.Helper()
	b := make([]byte, size)
	rand.NewChaCha8([32]byte([]byte(fmt.Sprintf("%032x", checksum([]byte(name)))))).Read(b)
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, b, 0o644)); err != nil {
		t.Fatal(err)
	}
}

// startAndKill runs the child for a while, or to its end if it is the last.
func startAndKill(t *testing.T, c crash, after time.Duration, last bool) (ended bool, said string) {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	p := exec.Command(os.Args[0])
	p.Env = append(os.Environ(), crashChild+"="+string(text))
	out := &strings.Builder{}
	p.Stdout, p.Stderr = out, out
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- p.Wait() }()
	if last {
		after = 3 * time.Minute * slowness
	}
	select {
	case err := <-done:
		if err != nil {
			t.Fatalf("the child: %v\n%s", err, out)
		}
		return true, out.String()
	case <-time.After(after):
		p.Process.Kill()
		<-done
		if last {
			t.Fatalf("the child does not end\n%s", out)
		}
		if strings.Contains(out.String(), "ERROR") {
			t.Fatal(out)
		}
	}
	return false, out.String()
}

// flipByte changes one byte of a file, as a failing disk does, unless the one
// before is not mended yet: the program may have been killed too soon for that.
func flipByte(t *testing.T, name string, r *rand.Rand) bool {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil || len(b) == 0 {
		return false
	}
	if n, err := readJournal(bytes.NewReader(b), func(*record) {}); err != nil || n.repaired+n.bad > 0 {
		return false
	}
	b[r.IntN(len(b))] ^= byte(1 + r.IntN(255))
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return true
}
