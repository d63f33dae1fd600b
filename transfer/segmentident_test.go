package transfer

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest"
)

// holedFile gives the path of the only partial file with holes in a folder; ""
// if there is none.
func holedFile(t testing.TB, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, ".*"+holedSuffix))
	if err != nil || len(files) > 1 {
		t.Fatalf("%v, %v", files, err)
	}
	return strings.Join(files, "")
}

// TestSpansOfAnotherPartialFile lets a journal that lost its last lines meet
// a newer partial file, of the same source, that has less than its spans say.
func TestSpansOfAnotherPartialFile(t *testing.T) {
	s, target, pool := serve(t, ftptest.Options{Rate: 4 << 20, Disable: digests})
	data := bigFile(t, s, 12<<20, 1)
	state, dir := t.TempDir(), t.TempDir()
	local := filepath.Join(dir, "big")
	ctx := within(t, 60*time.Second*slowness)
	q, err := Open(Config{Dir: state, Leaser: NewLeaser(pool), Slots: 4, Backoff: soon})
	if err != nil {
		t.Fatal(err)
	}
	q.tune = small
	q.Start()
	ids, err := q.Add(ctx, Request{Direction: Download, Target: target, Local: local, Remote: "/big", Size: -1, Options: Options{Segments: 3}})
	if err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { it, _ := q.Item(ids[0]); return it.Moved > 3<<20 && holedFile(t, dir) != "" })
	q.Pause(ids...)
	until(t, func() bool { it, _ := q.Item(ids[0]); return it.State == Paused && it.Rate == 0 })
	if err := q.Close(ctx); err != nil {
		t.Fatal(err)
	}
	older := holedFile(t, dir)
	newer, err := os.ReadFile(older)
	if err != nil {
		t.Fatal(err)
	}
	clear(newer[64<<10 : 512<<10])
	os.Remove(older)
	if err := os.WriteFile(filepath.Join(dir, holedName("big", newIdent())), newer, 0o600); err != nil {
		t.Fatal(err)
	}
	q = openTuned(t, Config{Dir: state, Leaser: NewLeaser(pool), Slots: 4}, small)
	<-q.loaded
	q.Resume(ids...)
	if err := q.Wait(ctx, ids...); err != nil {
		t.Fatal(err)
	}
	it, _ := q.Item(ids[0])
	arrived(t, it, local, data)
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}

// TestHoledNames holds that a file with holes is known by its name, and no
// other file is taken for one.
func TestHoledNames(t *testing.T) {
	long := strings.Repeat("ü", 120) + "x"
	for _, name := range []string{"big", "a.pieces", long} {
		holed := holedName(name, newIdent())
		if !isHoledName(holed, name) || len(holed) > 255 {
			t.Errorf("%q is not known", holed)
		}
		for _, other := range []string{name, partName(name), holed + "x", holedName("x"+name, newIdent()), "." + name + ".0123456789abcdeg.pieces",
			"." + name + ".0123456789ABCDEF.pieces", "0123456789abcdef.pieces"} {
			if isHoledName(other, name) {
				t.Errorf("%q is taken for one of %q", other, name)
			}
		}
	}
}
