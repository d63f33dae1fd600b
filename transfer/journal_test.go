package transfer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"longshore/transfer/session"
)

// journalOf gives the lines of a queue with a bit of everything in it.
func journalOf(t testing.TB) ([]byte, Delta) {
	dir := t.TempDir()
	f := newFake()
	q, err := Open(Config{Dir: dir, Leaser: f})
	if err != nil {
		t.Fatal(err)
	}
	local := filepath.Join(dir, "a")
	os.WriteFile(local, []byte("content"), 0o644)
	ctx := context.Background()
	ids, err := q.Add(ctx,
		Request{Target: hostA, Local: local, Remote: "/done"},
		Request{Target: hostB, Local: local, Remote: "/asks"},
		Request{Direction: Remove, Folder: true, Target: hostB, Remote: "/removed \xff\xfe"},
		Request{Direction: Download, Target: hostA, Local: "/dev/null/no", Remote: "/fails", Options: Options{Priority: 3}},
		Request{Direction: Download, Target: hostA, Local: "/home/anna/ü \u2028 \"", Remote: "/waits"},
		Request{Target: hostA, Local: local, Remote: "/forgotten"})
	if err != nil {
		t.Fatal(err)
	}
	f.put("/asks", []byte("old"), time.Now())
	q.Pause(ids[4], ids[5])
	q.Start()
	q.Wait(ctx, ids[0], ids[3])
	for it, _ := q.Item(ids[1]); it.State != Asking; it, _ = q.Item(ids[1]) {
		<-q.Changed()
	}
	q.Wait(ctx, ids[2])
	q.Cancel(ids[5])
	q.Forget(ids[5])
	q.Move([]ItemID{ids[4]}, ids[1])
	q.Prioritise(2, ids[1])
	d := q.Since(0)
	if err := q.Close(ctx); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, journalFile))
	if err != nil {
		t.Fatal(err)
	}
	return b, d
}

// reopened gives what a queue with this journal restores.
func reopened(t testing.TB, b []byte) (Delta, Restored) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, journalFile), b, 0o600); err != nil {
		t.Fatal(err)
	}
	q, err := Open(Config{Dir: dir, Leaser: newFake()})
	if err != nil {
		t.Fatal(err)
	}
	<-q.loaded
	d, r := q.Since(0), q.Restored()
	if err := q.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	return d, r
}

func sameItems(t testing.TB, want, got Delta) {
	t.Helper()
	is := map[ItemID]Item{}
	for _, it := range got.Items {
		is[it.ID] = it
	}
	if len(want.Items) != len(got.Items) || fmt.Sprint(want.Order) != fmt.Sprint(got.Order) {
		t.Errorf("%d items in order %v, want %d in %v", len(got.Items), got.Order, len(want.Items), want.Order)
	}
	for _, w := range want.Items {
		g := is[w.ID]
		if g.State != w.State || g.Local != w.Local || g.Remote != w.Remote || g.Size != w.Size || g.Target != w.Target ||
			g.Direction != w.Direction || g.Check != w.Check || g.Moved != w.Moved || g.Options.Priority != w.Options.Priority ||
			(g.Err == nil) != (w.Err == nil) || (g.Question == nil) != (w.Question == nil) || !g.Added.Equal(w.Added) || !g.Ended.Equal(w.Ended) {
			t.Errorf("restored %+v, was %+v", g, w)
		}
	}
}

func TestJournalKeepsEverything(t *testing.T) {
	b, want := journalOf(t)
	got, r := reopened(t, b)
	if r.Bad != 0 || r.Repaired != 0 || r.Err != nil || r.Items != 5 {
		t.Errorf("%+v", r)
	}
	sameItems(t, want, got)
}

// TestAnyByteMayBeWrong changes every byte of a journal in turn.
func TestAnyByteMayBeWrong(t *testing.T) {
	b, want := journalOf(t)
	r := rand.New(rand.NewPCG(1, 2))
	step := 5
	if soaking() {
		step = 1
	}
	for i := r.IntN(step); i < len(b); i += step {
		bad := bytes.Clone(b)
		for _, v := range []byte{byte(1 + r.IntN(255)), b[i] ^ '\n'} {
			bad[i] = b[i] ^ v
			if v == 0 {
				continue
			}
			v := newRevival()
			n, err := readJournal(bytes.NewReader(bad), v.apply)
			if err != nil || n.bad != 0 || n.repaired != 1 || len(v.q.items) != len(want.Items) {
				t.Fatalf("byte %d of %d from %q to %q: %+v, %v, %d items", i, len(b), b[i], bad[i], n, err, len(v.q.items))
			}
		}
	}
	bad := bytes.Clone(b)
	bad[len(b)/2] ^= 0x20
	got, restored := reopened(t, bad)
	if restored.Repaired != 1 || restored.Aside != "" {
		t.Errorf("%+v", restored)
	}
	sameItems(t, want, got)
}

// TestTornAndWrong: a crash cut the last line, and the LF before it is another
// byte. The line between them was promised.
func TestTornAndWrong(t *testing.T) {
	b, want := journalOf(t)
	torn := []byte("1f2e3d4c {\"op\":\"add\",\"id\":99,\"x\":{\"l\":\"/a}")
	for _, lf := range []byte{'x', 0x0b, '}', ' '} {
		for n := range torn {
			bad := append(bytes.Clone(b), torn[:n]...)
			bad[len(b)-1] = lf
			got, r := reopened(t, bad)
			if r.Bad != 0 || r.Repaired != 1 {
				t.Errorf("%q and %d bytes behind: %+v", lf, n, r)
			}
			sameItems(t, want, got)
		}
	}
}

// TestAnyLineMayBeLost destroys each line of a journal in turn: every item
// that was promised is there, and what is lost beyond that is counted.
func TestAnyLineMayBeLost(t *testing.T) {
	b, want := journalOf(t)
	lines := bytes.SplitAfter(b, []byte("\n"))
	r := rand.New(rand.NewPCG(5, 6))
	ways := map[string]func([]byte){
		"two bytes": func(l []byte) { l[len(l)/3] ^= 0x55; l[len(l)/2] ^= 0x2a },
		"noise": func(l []byte) {
			for i := range l {
				l[i] = byte(128 + r.IntN(128)) // no LF: that would make two lines of it
			}
		},
		"zeros": func(l []byte) { clear(l) },
	}
	for name, spoil := range ways {
		for i := range lines[:len(lines)-1] { // behind the last LF is nothing
			bad := slices.Clone(lines)
			bad[i] = bytes.Clone(lines[i])
			spoil(bad[i][:len(bad[i])-1])
			v := newRevival()
			n, err := readJournal(bytes.NewReader(bytes.Join(bad, nil)), v.apply)
			vital := bytes.Contains(lines[i], []byte(`"op":"add"`)) || bytes.Contains(lines[i], []byte(`"op":"target"`)) || bytes.Contains(lines[i], []byte(`"op":"options"`))
			missing := len(want.Items) - len(v.q.items)
			if missing > 0 || v.orphans > 0 || err != nil || vital && n.bad > 0 || !vital && n.bad == 0 {
				t.Errorf("%s in line %d, %.60s…: %+v, %d items missing, %d orphans, %v", name, i+1, lines[i], n, missing, v.orphans, err)
			}
		}
	}
}

func TestBadLinesAreSetAside(t *testing.T) {
	b, _ := journalOf(t)
	lines := bytes.SplitAfter(b, []byte("\n"))
	spoiled := 0
	for _, l := range lines {
		if spoiled < 2 && bytes.Contains(l, []byte(`"op":"add"`)) { // both copies of one
			copy(l[12:], "XXXXXX")
			spoiled++
		}
	}
	bad := append(bytes.Join(lines, nil), "torn by a cra"...)
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, journalFile), bad, 0o600)
	for n := range 2 {
		q, err := Open(Config{Dir: dir, Leaser: newFake()})
		if err != nil {
			t.Fatal(err)
		}
		<-q.loaded
		r := q.Restored()
		if r.Items != 4 {
			t.Errorf("%d items, want the 4 others", r.Items)
		}
		if n == 0 {
			aside, err := os.ReadFile(r.Aside)
			if r.Bad != 2 || err != nil || !bytes.Equal(aside, bad) {
				t.Errorf("%+v, %v: the file was not set aside as it was", r, err)
			}
		} else if r.Bad != 0 {
			t.Errorf("the bad line is still there: %+v", r)
		}
		if _, err := q.Add(context.Background(), Request{Target: hostA, Direction: Remove, Remote: "/x"}); err != nil {
			t.Fatal(err)
		}
		ids := idsOf(q)
		q.Cancel(ids[len(ids)-1])
		q.Forget(ids[len(ids)-1])
		if err := q.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOneOwner(t *testing.T) {
	dir := t.TempDir()
	q, err := Open(Config{Dir: dir, Leaser: newFake()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(Config{Dir: dir, Leaser: newFake()})
	var locked *LockedError
	if !errors.As(err, &locked) || !strings.Contains(locked.Owner, fmt.Sprint(os.Getpid())) {
		t.Errorf("a second owner: %v", err)
	}
	q.Close(context.Background())
	half := filepath.Join(dir, journalFile+".123.tmp") // of a snapshot in which the program was killed
	if err := os.WriteFile(half, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if q, err = Open(Config{Dir: dir, Leaser: newFake()}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half a snapshot is still there: %v", err)
	}
	q.Close(context.Background())
}

// fullDisk takes so many bytes, the last of them in a short write.
type fullDisk struct {
	disk
	room int
}

func (f *fullDisk) WriteAt(b []byte, at int64) (int, error) {
	if len(b) <= f.room {
		return f.disk.WriteAt(b, at)
	}
	n, _ := f.disk.WriteAt(b[:f.room], at)
	return n, &os.PathError{Op: "write", Path: "queue.journal", Err: syscall.ENOSPC}
}

func TestFullDisk(t *testing.T) {
	for _, most := range []int{pendingMost, 1000} { // 1000: lines are dropped and a snapshot is due
		synctest.Test(t, func(t *testing.T) {
			dir := t.TempDir()
			f := newFake()
			q, err := Open(Config{Dir: dir, Leaser: f})
			if err != nil {
				t.Fatal(err)
			}
			q.Start()
			local, _ := file(t, "a", 1000)
			first := add(t, q, Request{Local: local, Remote: "/first"})
			wait(t, q, first...)
			full := &fullDisk{q.journal.file, 40}
			q.journal.mu.Lock()
			q.journal.file, q.journal.most = full, most
			q.journal.mu.Unlock()
			var ids []ItemID
			for i := range 20 {
				got, err := q.Add(context.Background(), Request{Target: hostA, Local: local, Remote: fmt.Sprintf("/%d", i), Size: -1})
				var unsafe *UnsafeError
				if !errors.As(err, &unsafe) || !errors.Is(err, syscall.ENOSPC) || len(got) != 1 {
					t.Fatalf("added to a full disk: %v", err)
				}
				ids = append(ids, got...)
			}
			wait(t, q, ids...) // it works all the same
			if d := q.Since(0); !strings.Contains(d.Warning, "no space") {
				t.Errorf("no warning: %q", d.Warning)
			}
			if most == pendingMost {
				q.journal.mu.Lock()
				full.room = 1 << 30
				q.journal.mu.Unlock()
			}
			time.Sleep(2 * progressEvery)
			synctest.Wait()
			if d := q.Since(0); d.Warning != "" {
				t.Errorf("still warned: %q", d.Warning)
			}
			want := q.Since(0)
			if err := q.Close(context.Background()); err != nil {
				t.Fatal(err)
			}
			b, err := os.ReadFile(filepath.Join(dir, journalFile))
			if err != nil {
				t.Fatal(err)
			}
			got, r := reopened(t, b)
			if r.Bad+r.Repaired > 0 || len(got.Items) != 21 {
				t.Errorf("%+v, %d items", r, len(got.Items))
			}
			sameItems(t, want, got)
		})
	}
}

func TestCompaction(t *testing.T) {
	dir := t.TempDir()
	q, err := Open(Config{Dir: dir, Leaser: newFake()})
	if err != nil {
		t.Fatal(err)
	}
	var rs []Request
	for i := range 2000 {
		rs = append(rs, Request{Direction: Download, Target: hostA, Local: fmt.Sprintf("/home/%d", i), Remote: fmt.Sprintf("/%d", i)})
	}
	ids, err := q.Add(context.Background(), rs...)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	go func() { // the queue goes on meanwhile
		for i := range 40 {
			q.Pause(ids[i*50 : i*50+50]...)
			q.Resume(ids[i*50 : i*50+25]...)
		}
		done <- true
	}()
	for range 5 {
		q.compact(true)
	}
	<-done
	q.compact(true)
	want := q.Since(0)
	info, _ := os.Stat(filepath.Join(dir, journalFile))
	if info.Size() != q.journal.size || info.Size() > 700_000 {
		t.Errorf("the journal has %d bytes, counted %d", info.Size(), q.journal.size)
	}
	if err := q.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	b, _ := os.ReadFile(filepath.Join(dir, journalFile))
	got, r := reopened(t, b)
	if r.Bad > 0 {
		t.Errorf("%+v", r)
	}
	sameItems(t, want, got)
	if es, _ := filepath.Glob(filepath.Join(dir, "*.tmp")); len(es) > 0 {
		t.Errorf("left behind: %v", es)
	}
}

// noDisk forgets everything.
type noDisk struct{}

func (noDisk) Close() error                           { return nil }
func (noDisk) WriteAt(b []byte, _ int64) (int, error) { return len(b), nil }
func (noDisk) Truncate(int64) error                   { return nil }
func (noDisk) Sync() error                            { return nil }

// FuzzJournal reads what nobody wrote: lines as they are, and lines that were
// given a right checksum.
func FuzzJournal(f *testing.F) {
	b, _ := journalOf(f)
	f.Add(b, false)
	var plain []byte
	for l := range bytes.Lines(b) {
		plain = append(plain, l[9:]...)
	}
	f.Add(plain, true)
	f.Add([]byte(`{"op":"add","id":1,"x":{"s":9}}`+"\n"+`{"op":"move","ids":[1],"id":1}`), true)
	f.Fuzz(func(t *testing.T, b []byte, sign bool) {
		if sign {
			var signed []byte
			for l := range bytes.Lines(b) {
				l = bytes.TrimSuffix(l, []byte("\n"))
				signed = fmt.Appendf(signed, "%08x %s\n", checksum(l), l)
			}
			b = signed
		}
		v := newRevival()
		n, err := readJournal(bytes.NewReader(b), v.apply)
		if err != nil || n.good > int64(len(b)) {
			t.Fatalf("%+v of %d bytes: %v", n, len(b), err)
		}
		q, err := Open(Config{Leaser: newFake()})
		if err != nil {
			t.Fatal(err)
		}
		q.journal = &journal{targets: map[*session.Target]int{}, rules: map[*Options]int{}, most: 1 << 20, file: noDisk{}, kick: make(chan struct{}, 1)}
		q.mu.Lock()
		q.takeOver(v, &Restored{})
		for _, w := range q.items {
			appendLine(nil, ptr(q.addRecord(w)))
		}
		q.mu.Unlock()
		q.Since(0)
		q.Pause(idsOf(q)...) // not Cancel: that removes partial files, wherever the lines say
		q.Resume(idsOf(q)...)
		q.Retry(idsOf(q)...)
		q.Forget(idsOf(q)...)
		q.journal = nil
		q.Close(context.Background())
	})
}

func ptr[T any](v T) *T { return &v }

// TestRecordsAreJSON compares what is put together by hand with
// encoding/json.
func TestRecordsAreJSON(t *testing.T) {
	texts := []string{"", "/a", "/with \"quotes\"", "/ü", "\\", "/\u2028<&>", "\x00b64", "/\x7f\x01", "/a b~!"}
	r := rand.New(rand.NewPCG(3, 4))
	num := func() int64 { return r.Int64N(3) * int64(r.Int32()) }
	yes := func() bool { return r.IntN(2) == 0 }
	for i := range 2000 {
		x := &facts{State: State(r.IntN(int(stateCount))), Local: texts[r.IntN(len(texts))], Remote: texts[r.IntN(len(texts))], Link: texts[r.IntN(len(texts))],
			Size: -num(), ModTime: stamp(num()), Exact: yes(), Placing: yes(), Swapping: yes(), Scratch: yes(), Maybe: yes(), Walked: yes(), Inspect: yes(),
			Priority: int(num()), Moved: num(), Attempts: r.IntN(3), NotBefore: stamp(num()), Choice: Exists(r.IntN(9)),
			Check: Check(r.IntN(4)), Started: stamp(num()), Ended: stamp(num()), Extra: r.IntN(2)}
		if yes() {
			x.Began = &source{Size: num(), Time: time.Unix(r.Int64N(1e9), 0)}
		}
		if r.IntN(4) == 0 {
			x.Note, x.Failure, x.Refused = texts[r.IntN(len(texts))], &Failure{Text: "no"}, []string{"a"}
		}
		if i == 0 {
			x = &facts{}
		}
		rec := record{Op: []op{opAdd, opState, opMove}[r.IntN(3)], ID: ItemID(num()), Up: ItemID(num()), Batch: ItemID(r.IntN(2)),
			Direction: Direction(r.IntN(3)), Folder: yes(), Alone: yes(), Place: num(), Seq: num(), T: r.IntN(3), O: r.IntN(3), Added: stamp(num()), Facts: x}
		line := appendLine(nil, &rec)
		got, err := parseLine(line[:len(line)-1])
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		want, _ := json.Marshal(rec)
		if again, _ := json.Marshal(got); !bytes.Equal(again, want) {
			t.Fatalf("%s\nwas read as %s\nwant        %s", line, again, want)
		}
	}
}
