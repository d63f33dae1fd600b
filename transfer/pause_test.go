package transfer

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

func TestPauseResumeGoesOnFromWhereItStood(t *testing.T) {
	in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
		f.chunk, f.pace = 10_000, 100*time.Millisecond
		local, data := file(t, "a", 1_000_000)
		f.put("/down", data, time.Now().Add(-time.Hour))
		target := filepath.Join(t.TempDir(), "down")
		ids := add(t, q, Request{Local: local, Remote: "/up"}, Request{Direction: Download, Local: target, Remote: "/down"})
		time.Sleep(5 * time.Second)
		q.Pause(ids...)
		synctest.Wait()
		for _, id := range ids {
			if it := is(t, q, id, Paused); it.Moved < 400_000 || it.Moved > 500_000 {
				t.Errorf("%d bytes moved", it.Moved)
			}
		}
		if f.out != 0 {
			t.Error("a paused item holds a session")
		}
		if _, err := os.Stat(target); err == nil {
			t.Error("the target is there before it is whole")
		}
		stored := f.count("STOR")
		time.Sleep(time.Hour)
		q.Resume(ids...)
		start := time.Now()
		wait(t, q, ids...)
		if d := time.Since(start); d > 7*time.Second {
			t.Errorf("the rest took %v, so it began anew", d)
		}
		if got, _ := f.get("/up"); !bytes.Equal(got, data) {
			t.Error("the upload differs")
		}
		if got, _ := os.ReadFile(target); !bytes.Equal(got, data) {
			t.Error("the download differs")
		}
		if f.count("STOR") != stored+1 {
			t.Error("more than one more STOR")
		}
	})
}

func TestChangedSourceBeginsAnew(t *testing.T) {
	in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
		f.chunk, f.pace = 10_000, 100*time.Millisecond
		local, data := file(t, "a", 500_000)
		f.put("/down", data, time.Now().Add(-time.Hour))
		target := filepath.Join(t.TempDir(), "down")
		ids := add(t, q, Request{Local: local, Remote: "/up"}, Request{Direction: Download, Local: target, Remote: "/down"})
		time.Sleep(3 * time.Second)
		q.Pause(ids...)
		synctest.Wait()
		other := bytes.Repeat([]byte("other"), 100_000)
		os.WriteFile(local, other, 0o644)
		os.Chtimes(local, time.Now(), time.Now().Add(time.Minute))
		f.put("/down", other, time.Now())
		q.Resume(ids...)
		synctest.Wait()
		it, _ := q.Item(ids[0])
		if it.State == Asking { // it is ours no longer: the rule is asked for anew
			q.Answer(it.Question.ID, Answer{Exists: Overwrite})
		}
		wait(t, q, ids...)
		if got, _ := f.get("/up"); !bytes.Equal(got, other) {
			t.Error("the upload is mixed")
		}
		if got, _ := os.ReadFile(target); !bytes.Equal(got, other) {
			t.Error("the download is mixed")
		}
	})
}

// The source has the same size and time, and yet what is at the target is no
// beginning of it: the last 64 KiB tell.
func TestTailIsCompared(t *testing.T) {
	in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
		f.chunk, f.pace = 10_000, 100*time.Millisecond
		local, data := file(t, "a", 500_000)
		when := time.Now().Add(-time.Hour)
		f.put("/down", data, when)
		target := filepath.Join(t.TempDir(), "down")
		ids := add(t, q, Request{Local: local, Remote: "/up"}, Request{Direction: Download, Local: target, Remote: "/down"})
		time.Sleep(3 * time.Second)
		q.Pause(ids...)
		synctest.Wait()
		f.files["/up"].data[250_000-1] ^= 1 // somebody else wrote there
		part := filepath.Join(filepath.Dir(target), ".down.part")
		b, err := os.ReadFile(part)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)-2] ^= 1
		os.WriteFile(part, b, 0o644)
		q.Resume(ids...)
		wait(t, q, ids...)
		if got, _ := f.get("/up"); !bytes.Equal(got, data) {
			t.Error("the upload is mixed")
		}
		if got, _ := os.ReadFile(target); !bytes.Equal(got, data) {
			t.Error("the download is mixed")
		}
	})
}

func TestCancelChangesNothing(t *testing.T) {
	in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
		f.chunk, f.pace = 10_000, 100*time.Millisecond
		_, data := file(t, "a", 500_000)
		f.put("/down", data, time.Now())
		dir := t.TempDir()
		target := filepath.Join(dir, "down")
		os.WriteFile(target, []byte("what was there"), 0o644)
		ids := add(t, q, Request{Direction: Download, Local: target, Remote: "/down", Options: Options{Exists: Overwrite}})
		time.Sleep(2 * time.Second)
		start := time.Now()
		q.Cancel(ids...)
		wait(t, q, ids...)
		is(t, q, ids[0], Cancelled)
		if d := time.Since(start); d > time.Second {
			t.Errorf("it took %v", d)
		}
		synctest.Wait()
		if got, _ := os.ReadFile(target); string(got) != "what was there" {
			t.Errorf("the target is %q", got)
		}
		if es, _ := os.ReadDir(dir); len(es) != 1 {
			t.Errorf("left behind: %v", es)
		}
		q.Retry(ids...)
		wait(t, q, ids...)
		is(t, q, ids[0], Done)
		if got, _ := os.ReadFile(target); !bytes.Equal(got, data) {
			t.Error("the download differs")
		}
	})
}

func TestPauseAll(t *testing.T) {
	in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
		f.chunk, f.pace = 10_000, 100*time.Millisecond
		local, _ := file(t, "a", 300_000)
		var rs []Request
		for i := range 5 {
			rs = append(rs, Request{Local: local, Remote: fmt.Sprintf("/%d", i)})
		}
		ids := add(t, q, rs...)
		time.Sleep(time.Second)
		q.PauseAll(true)
		synctest.Wait()
		if f.out != 0 || !q.Paused() || !q.Since(0).Paused {
			t.Errorf("%d sessions are out, paused %v", f.out, q.Paused())
		}
		for _, id := range ids {
			is(t, q, id, Waiting)
		}
		time.Sleep(time.Hour)
		q.PauseAll(false)
		wait(t, q, ids...)
		for _, id := range ids {
			if it := is(t, q, id, Done); it.Attempts != 0 {
				t.Errorf("%d attempts", it.Attempts)
			}
		}
	})
}
