package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"longshore/transfer"
	"longshore/ui/model"
)

// doorDirs are a folder short enough for a socket and one that is not.
func doorDirs(t *testing.T) map[string]string {
	short, err := os.MkdirTemp("", "d")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(short) })
	long := filepath.Join(short, strings.Repeat("long", 20), "folder")
	if err := os.MkdirAll(long, 0o700); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"socket": short, "loopback": long}
}

func TestDoor(t *testing.T) {
	for name, dir := range doorDirs(t) {
		t.Run(name, func(t *testing.T) {
			if _, err := knock(dir, errand{}); !errors.Is(err, errNobody) {
				t.Fatalf("knocked at nothing: %v", err)
			}
			var got errand
			d, err := openDoor(dir, func(_ context.Context, e errand) error { got = e; return nil })
			if err != nil {
				t.Fatal(err)
			}
			want := errand{Place: "ftp://anna@host/ü", Files: []string{"/a b", "/c"}}
			if there, err := knock(dir, want); err != nil || there.Process != os.Getpid() || !reflect.DeepEqual(got, want) {
				t.Errorf("%+v, %v; handed over %+v", there, err, got)
			}
			secretOnly(t, dir)
			d.close()
			if _, err := knock(dir, want); !errors.Is(err, errNobody) {
				t.Errorf("knocked at a closed door: %v", err)
			}
			if left := names(t, dir); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// secretOnly wants that nobody else may open what is in the folder.
func secretOnly(t *testing.T, dir string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return
	}
	for _, name := range names(t, dir) {
		if info, err := os.Lstat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %v, %v", name, info.Mode(), err)
		}
	}
}

// names are those of the files in a folder that is no test's own.
func names(t *testing.T, dir string) (files []string) {
	t.Helper()
	es, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range es {
		if !e.IsDir() {
			files = append(files, e.Name())
		}
	}
	return files
}

// A window that was killed leaves its door behind; the next one replaces it.
func TestDoorOfTheDead(t *testing.T) {
	for name, dir := range doorDirs(t) {
		t.Run(name, func(t *testing.T) {
			dead, err := openDoor(dir, func(context.Context, errand) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			dead.listen.Close()
			if _, err := knock(dir, errand{}); !errors.Is(err, errNobody) {
				t.Errorf("the dead answered: %v", err)
			}
			next, err := openDoor(dir, func(context.Context, errand) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			if _, err := knock(dir, errand{}); err != nil {
				t.Errorf("the next one does not: %v", err)
			}
			next.close()
			dead.close()
		})
	}
}

// What the window says reaches who knocked; one that closes is as good as none.
func TestDoorRefuses(t *testing.T) {
	dir := doorDirs(t)["socket"]
	says := errors.New("not now")
	d, err := openDoor(dir, func(context.Context, errand) error { return says })
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	if _, err := knock(dir, errand{}); err == nil || err.Error() != "not now" {
		t.Errorf("refused: %v", err)
	}
	says = errGone
	if _, err := knock(dir, errand{}); !errors.Is(err, errNobody) {
		t.Errorf("closing: %v", err)
	}
}

// Who has no key gets nothing done, and who listens without one is told
// nothing.
func TestDoorWantsTheKey(t *testing.T) {
	dir := doorDirs(t)["loopback"]
	d, err := openDoor(dir, func(context.Context, errand) error { t.Error("done without a key"); return nil })
	if err != nil {
		t.Fatal(err)
	}
	note := filepath.Join(dir, doorNote)
	other := d.at
	other.Key = make([]byte, 32)
	text, _ := json.Marshal(other)
	if err := os.WriteFile(note, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := knock(dir, errand{Place: "x"}); !errors.Is(err, errNobody) {
		t.Errorf("knocked with a wrong key: %v", err)
	}
	c, err := net.Dial("tcp", d.at.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(doorWait))
	c.Write([]byte("nonce\n" + `{"proof":"","errand":{"place":"x"}}` + "\n"))
	answer := make([]byte, 1000)
	n := 0
	for err == nil {
		var more int
		more, err = c.Read(answer[n:])
		n += more
	}
	if strings.Contains(string(answer[:n]), "process") {
		t.Errorf("answered %q", answer[:n])
	}
	d.close()
}

// A second start hands over; where that cannot be, it says that its queue is
// not kept, and has one of its own.
func TestSecondStart(t *testing.T) {
	dir := doorDirs(t)["socket"]
	first, err := openEngine(options{state: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer first.close()
	if _, err := openEngine(options{state: dir}); !errors.As(err, new(*transfer.LockedError)) {
		t.Errorf("a second owner: %v", err)
	}
	if _, _, err := openOrHandOver(options{state: dir, demo: true}, 0); err == nil {
		t.Error("a second demo was opened")
	}
	second, _, err := openOrHandOver(options{state: dir}, 0)
	if err != nil || second == nil {
		t.Fatalf("without a door: %v", err)
	}
	if w := second.queue.Since(0).Warning; !strings.Contains(w, "belongs to") {
		t.Errorf("the queue warns with %q", w)
	}
	m := model.New(model.Deps{Do: func(f func()) { f() }, Touch: func(model.Part) {}, After: func(time.Duration, func()) {}, Now: time.Now})
	second.greet(m)
	if len(m.Toasts) != 1 || !strings.Contains(m.Toasts[0].What, "not kept") {
		t.Errorf("the window says %+v", m.Toasts)
	}
	second.close()
	var got errand
	d, err := openDoor(dir, func(_ context.Context, e errand) error { got = e; return nil })
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	third, said, err := openOrHandOver(options{state: dir, place: "Work"}, 0)
	if third != nil || err != nil || !strings.Contains(said, "process") || got.Place != "Work" {
		t.Errorf("with a door: %v, %q, handed over %+v", err, said, got)
	}
	if _, err := os.Stat(filepath.Join(dir, "queue.journal")); errors.Is(err, fs.ErrNotExist) {
		t.Error("the first one's journal is gone")
	}
}
