package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"longshore/transfer/session"
)

var (
	hostA = session.Target{Host: "a.example"}
	hostB = session.Target{Host: "b.example"}
)

// in runs a test in a bubble, where time passes when all wait.
func in(t *testing.T, c Config, test func(t *testing.T, f *fake, q *Queue)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		if c.Leaser == nil {
			c.Leaser = f
		}
		q, err := Open(c)
		if err != nil {
			t.Fatal(err)
		}
		q.Start()
		defer func() {
			if err := q.Close(context.Background()); err != nil {
				t.Error(err)
			}
			if f.out != 0 {
				t.Errorf("%d sessions were not given back", f.out)
			}
		}()
		test(t, f, q)
	})
}

// file makes a local file for an upload.
func file(t *testing.T, name string, size int) (string, []byte) {
	t.Helper()
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(i * 7 >> (i >> 16 & 3))
	}
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return p, b
}

func add(t *testing.T, q *Queue, rs ...Request) []ItemID {
	t.Helper()
	for i := range rs {
		if rs[i].Target.Host == "" {
			rs[i].Target = hostA
		}
		if rs[i].Size == 0 {
			rs[i].Size = -1
		}
	}
	ids, err := q.Add(context.Background(), rs...)
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func wait(t *testing.T, q *Queue, ids ...ItemID) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 30*24*time.Hour)
	defer stop()
	if err := q.Wait(ctx, ids...); err != nil {
		t.Fatal(err)
	}
}

func is(t *testing.T, q *Queue, id ItemID, want State) Item {
	t.Helper()
	it, ok := q.Item(id)
	if !ok || it.State != want {
		t.Fatalf("item %d is %v, want %v: %+v", id, it.State, want, it.Err)
	}
	return it
}

func TestUploadIsSentAndCompared(t *testing.T) {
	in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
		local, data := file(t, "a", 300_000)
		ids := add(t, q, Request{Local: local, Remote: "/new/folder/a", Options: Options{KeepTimes: true}})
		wait(t, q, ids...)
		if it := is(t, q, ids[0], Done); it.Check != SizeMatches || it.Moved != 300_000 {
			t.Errorf("check %d, moved %d", it.Check, it.Moved)
		}
		if got, _ := f.get("/new/folder/a"); !bytes.Equal(got, data) {
			t.Error("the file differs")
		}
		info, _ := os.Stat(local)
		if !f.files["/new/folder/a"].time.Equal(info.ModTime()) {
			t.Error("the time was not kept")
		}
	})
}

func TestShortUploadIsNeverDone(t *testing.T) {
	in(t, Config{Retries: 3}, func(t *testing.T, f *fake, q *Queue) {
		f.cut = func(op, p string, n int64) error {
			if op == "STOR" && n >= 64<<10 {
				return io.EOF // the server says 226
			}
			return nil
		}
		local, _ := file(t, "a", 100_000)
		ids := add(t, q, Request{Local: local, Remote: "/a"})
		wait(t, q, ids...)
		// The second attempt goes on from 64 KiB and arrives.
		is(t, q, ids[0], Done)
		f.cut = func(op, p string, n int64) error {
			if op == "STOR" {
				return io.EOF
			}
			return nil
		}
		ids = add(t, q, Request{Local: local, Remote: "/b"})
		wait(t, q, ids...)
		if it := is(t, q, ids[0], Failed); it.Err.Kind != session.Protocol || it.Attempts != 4 {
			t.Errorf("%+v after %d attempts", it.Err, it.Attempts)
		}
		if n := f.count("STOR /b"); n != 4 {
			t.Errorf("tried %d times, want once and 3 again", n)
		}
	})
}

func TestProgressResetsTheCount(t *testing.T) {
	in(t, Config{Retries: 2}, func(t *testing.T, f *fake, q *Queue) {
		f.chunk = 10_000
		f.cut = func(op, p string, n int64) error {
			if n >= 70_000 && op == "RETR" || n >= 10_000 && op == "STOR" {
				return lost(op, p, false)
			}
			return nil
		}
		local, data := file(t, "a", 200_000)
		f.put("/down", data, time.Now().Add(-time.Hour))
		dir := t.TempDir()
		ids := add(t, q, Request{Local: local, Remote: "/up"}, Request{Direction: Download, Local: filepath.Join(dir, "down"), Remote: "/down"})
		wait(t, q, ids...)
		is(t, q, ids[0], Done)
		is(t, q, ids[1], Done)
		if n := f.count("STOR /up"); n != 20 {
			t.Errorf("%d uploads, want 20 of 10,000 bytes each", n)
		}
		if got, _ := os.ReadFile(filepath.Join(dir, "down")); !bytes.Equal(got, data) {
			t.Error("the download differs")
		}
	})
}

func TestNoPartLeftAndNoProgressFails(t *testing.T) {
	in(t, Config{Retries: 4}, func(t *testing.T, f *fake, q *Queue) {
		start := time.Now()
		f.fail = func(op, p string, n int) error {
			if op == "STOR" {
				return lost(op, p, false)
			}
			return nil
		}
		local, _ := file(t, "a", 10)
		ids := add(t, q, Request{Local: local, Remote: "/a"})
		wait(t, q, ids...)
		is(t, q, ids[0], Failed)
		if n := f.count("STOR"); n != 5 {
			t.Errorf("%d attempts", n)
		}
		if d := time.Since(start); d < 40*time.Second || d > 75*time.Second {
			t.Errorf("it took %v, want about 5+10+20+40 s less jitter", d)
		}
	})
}

func TestWaitingUsesNoAttempt(t *testing.T) {
	busy := &session.Error{Kind: session.Busy, Step: "greeting", Code: 421, Text: "too many"}
	gone := &session.Error{Kind: session.Network, Step: "dial", Err: &os.SyscallError{Syscall: "connect", Err: syscall.ENETUNREACH}}
	for _, err := range []error{busy, gone} {
		t.Run(session.KindOf(err).String(), func(t *testing.T) {
			in(t, Config{Retries: 1}, func(t *testing.T, f *fake, q *Queue) {
				f.refuse = func(n int, _ session.Target) error {
					if n <= 30 {
						return err
					}
					return nil
				}
				local, _ := file(t, "a", 10)
				ids := add(t, q, Request{Local: local, Remote: "/a"}, Request{Local: local, Remote: "/b"})
				wait(t, q, ids...)
				for _, id := range ids {
					if it := is(t, q, id, Done); it.Attempts != 0 {
						t.Errorf("%d attempts", it.Attempts)
					}
				}
			})
		})
	}
}

func TestServerThatIsNotThereFailsItsItemsOnce(t *testing.T) {
	in(t, Config{Retries: 2}, func(t *testing.T, f *fake, q *Queue) {
		f.refuse = func(_ int, t session.Target) error {
			if t.Host == hostA.Host {
				return &session.Error{Kind: session.Network, Step: "dial", Err: syscall.ECONNREFUSED}
			}
			return nil
		}
		local, _ := file(t, "a", 10)
		var rs []Request
		for i := range 100 {
			rs = append(rs, Request{Local: local, Remote: fmt.Sprintf("/%d", i), Target: hostA})
		}
		rs = append(rs, Request{Local: local, Remote: "/b", Target: hostB})
		ids := add(t, q, rs...)
		wait(t, q, ids...)
		is(t, q, ids[100], Done)
		for _, id := range ids[:100] {
			is(t, q, id, Failed)
		}
		if f.leases > 10 {
			t.Errorf("%d connections were tried for 100 items", f.leases)
		}
	})
}

func TestWrongPasswordAsksOnce(t *testing.T) {
	in(t, Config{Slots: 3}, func(t *testing.T, f *fake, q *Queue) {
		known := false
		f.refuse = func(_ int, t session.Target) error {
			if t.Host == hostA.Host && !known {
				return &session.Error{Kind: session.Auth, Step: "login", Code: 530, Text: "Login incorrect."}
			}
			return nil
		}
		local, _ := file(t, "a", 10)
		var rs []Request
		for i := range 50 {
			rs = append(rs, Request{Local: local, Remote: fmt.Sprintf("/%d", i)})
		}
		ids := add(t, q, rs...)
		other := add(t, q, Request{Local: local, Remote: "/other", Target: hostB})
		wait(t, q, other...)
		synctest.Wait()
		late := add(t, q, Request{Local: local, Remote: "/late"})
		questions := map[QuestionID]bool{}
		for _, id := range append(ids, late...) {
			it := is(t, q, id, Asking)
			if it.Question.Kind != AskPassword || it.Question.Text != "Login incorrect." {
				t.Fatalf("question %+v", it.Question)
			}
			questions[it.Question.ID] = true
		}
		if len(questions) != 1 {
			t.Errorf("%d questions, want one", len(questions))
		}
		if f.leases > 4 {
			t.Errorf("%d logins were tried", f.leases)
		}
		before := f.leases
		time.Sleep(time.Hour)
		if f.leases != before {
			t.Error("it was tried again before the answer")
		}
		var ask QuestionID
		for ask = range questions {
		}
		known = true
		if err := q.Answer(ask, Answer{Retry: true}); err != nil {
			t.Fatal(err)
		}
		wait(t, q, append(ids, late...)...)
		for _, id := range ids {
			is(t, q, id, Done)
		}
		if err := q.Answer(ask, Answer{Retry: true}); !errors.Is(err, ErrAnswered) {
			t.Errorf("a late answer: %v", err)
		}
	})
}

func TestDeclinedFails(t *testing.T) {
	for _, c := range []struct {
		err  error
		kind QuestionKind
	}{
		{&session.Error{Kind: session.TLS, Step: "tls", Err: &session.CertificateError{Certificate: session.Certificate{SHA256: "ab"}}}, AskCertificate},
		{&session.Error{Kind: session.TLS, Step: "tls", Err: &session.PlainError{Host: "a"}}, AskPlain},
		{&session.Error{Kind: session.TLS, Step: "tls", Err: &session.DowngradeError{Host: "a"}}, AskDowngrade},
		{&session.Error{Kind: session.Auth, Step: "login", Err: session.ErrNoPassword}, AskPassword},
	} {
		in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
			f.refuse = func(int, session.Target) error { return c.err }
			local, _ := file(t, "a", 10)
			ids := add(t, q, Request{Local: local, Remote: "/a"}, Request{Direction: Download, Folder: true, Local: t.TempDir(), Remote: "/b"})
			synctest.Wait()
			it := is(t, q, ids[0], Asking)
			is(t, q, ids[1], Asking)
			if it.Question.Kind != c.kind || c.kind == AskCertificate && it.Question.Certificate.SHA256 != "ab" {
				t.Errorf("question %+v, want kind %d", it.Question, c.kind)
			}
			if err := q.Answer(it.Question.ID, Answer{Decline: true}); err != nil {
				t.Fatal(err)
			}
			is(t, q, ids[0], Failed)
			is(t, q, ids[1], Failed)
		})
	}
}

// A server that refuses one more login while others are in is full, whatever
// it says: the password was right.
func TestRefusedLoginBesideAnotherIsNoQuestion(t *testing.T) {
	in(t, Config{Slots: 4}, func(t *testing.T, f *fake, q *Queue) {
		f.pace = time.Millisecond
		f.refuse = func(_ int, t session.Target) error {
			if f.out >= 1 {
				return &session.Error{Kind: session.Auth, Step: "login", Code: 530, Text: "Sorry."}
			}
			return nil
		}
		local, _ := file(t, "a", 200_000)
		var rs []Request
		for i := range 20 {
			rs = append(rs, Request{Local: local, Remote: fmt.Sprintf("/%d", i)})
		}
		ids := add(t, q, rs...)
		wait(t, q, ids...)
		for _, id := range ids {
			is(t, q, id, Done)
		}
		if f.leases > 40 {
			t.Errorf("%d logins for 20 files", f.leases)
		}
	})
}

func TestExistsQuestions(t *testing.T) {
	in(t, Config{Slots: 2}, func(t *testing.T, f *fake, q *Queue) {
		dir := t.TempDir()
		var rs []Request
		for i := range 10 {
			p := filepath.Join(dir, fmt.Sprint(i))
			os.WriteFile(p, []byte("new content"), 0o644)
			f.put(fmt.Sprintf("/%d", i), []byte("old"), time.Now())
			rs = append(rs, Request{Local: p, Remote: fmt.Sprintf("/%d", i)})
		}
		ids := add(t, q, rs...)
		free := add(t, q, Request{Local: rs[0].Local, Remote: "/free"})
		wait(t, q, free...) // questions hold no slot
		synctest.Wait()
		if f.out != 0 {
			t.Errorf("%d sessions are out while all wait for answers", f.out)
		}
		it := is(t, q, ids[0], Asking)
		if a := it.Question; a.Kind != AskExists || a.SourceSize != 11 || a.TargetSize != 3 || !a.CanResume {
			t.Errorf("question %+v", a)
		}
		if err := q.Answer(it.Question.ID, Answer{Exists: Rename}); err != nil {
			t.Fatal(err)
		}
		wait(t, q, ids[0])
		if it := is(t, q, ids[0], Done); it.Remote != "/0 (2)" {
			t.Errorf("it went to %q", it.Remote)
		}
		if got, _ := f.get("/0"); string(got) != "old" {
			t.Error("the old file was changed")
		}
		it = is(t, q, ids[1], Asking)
		if err := q.Answer(it.Question.ID, Answer{Exists: Skip}); err != nil {
			t.Fatal(err)
		}
		is(t, q, ids[1], Skipped)
		is(t, q, ids[2], Asking)
		it = is(t, q, ids[3], Asking)
		if err := q.Answer(it.Question.ID, Answer{Exists: Overwrite, All: true}); err != nil {
			t.Fatal(err)
		}
		wait(t, q, ids...)
		for i := 2; i < 10; i++ {
			is(t, q, ids[i], Done)
			if got, _ := f.get(fmt.Sprintf("/%d", i)); string(got) != "new content" {
				t.Errorf("%d is %q", i, got)
			}
		}
	})
}

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

// order tells in which order files were stored.
func order(f *fake) (names []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.calls {
		if name, ok := strings.CutPrefix(c, "226 "); ok {
			names = append(names, name)
		}
	}
	return names
}

func TestOrderPriorityAndTime(t *testing.T) {
	in(t, Config{Slots: 1}, func(t *testing.T, f *fake, q *Queue) {
		q.PauseAll(true)
		local, _ := file(t, "a", 10)
		var rs []Request
		for i := range 6 {
			rs = append(rs, Request{Local: local, Remote: fmt.Sprintf("/%d", i)})
		}
		rs[5].Options.NotBefore = time.Now().Add(time.Hour)
		ids := add(t, q, rs...)
		q.Move([]ItemID{ids[3]}, ids[0])
		q.Prioritise(5, ids[4])
		q.Move([]ItemID{ids[1]}, 0)
		d := q.Since(0)
		if want := []ItemID{ids[4], ids[3], ids[0], ids[2], ids[5], ids[1]}; !slices.Equal(d.Order, want) {
			t.Errorf("order %v, want %v", d.Order, want)
		}
		q.PauseAll(false)
		start := time.Now()
		wait(t, q, ids...)
		if want := []string{"/4", "/3", "/0", "/2", "/1", "/5"}; !slices.Equal(order(f), want) {
			t.Errorf("stored %v, want %v", order(f), want)
		}
		if d := time.Since(start); d < time.Hour || d > time.Hour+time.Minute {
			t.Errorf("the last one was done after %v", d)
		}
	})
}

func TestSlotsAndPlacesForASite(t *testing.T) {
	in(t, Config{Slots: 5, PerSite: 2}, func(t *testing.T, f *fake, q *Queue) {
		f.pace = 100 * time.Millisecond
		local, _ := file(t, "a", 300_000)
		var rs []Request
		for i := range 20 {
			rs = append(rs, Request{Local: local, Remote: fmt.Sprintf("/%d", i)})
		}
		ids := add(t, q, rs...)
		time.Sleep(50 * time.Millisecond)
		if n := f.now(); n != 2 {
			t.Errorf("%d sessions for one server, want 2", n)
		}
		more := add(t, q, Request{Local: local, Remote: "/b", Target: hostB})
		time.Sleep(50 * time.Millisecond)
		is(t, q, more[0], Running)
		wait(t, q, append(ids, more...)...)
		if f.most > 3 {
			t.Errorf("%d sessions at once", f.most)
		}
	})
}

func TestLostReplyIsAskedAbout(t *testing.T) {
	in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
		f.fail = func(op, p string, n int) error {
			if op == "226" && n == 1 {
				return lost("store", p, true) // all bytes went, no reply came
			}
			return nil
		}
		local, data := file(t, "a", 100_000)
		ids := add(t, q, Request{Local: local, Remote: "/a"}, Request{Local: local, Remote: "/b", Options: Options{SafeUpload: true}})
		wait(t, q, ids...)
		for _, p := range []string{"/a", "/b"} {
			if got, _ := f.get(p); !bytes.Equal(got, data) {
				t.Errorf("%s differs", p)
			}
		}
		if n := f.count("STOR"); n != 2 {
			t.Errorf("%d STORs, want one for each", n)
		}
	})
}

func TestSafeUpload(t *testing.T) {
	for _, c := range []struct {
		name   string
		fail   func(op, p string, n int) error
		backup bool
		left   []string
	}{
		{"rename over", nil, false, []string{"/a"}},
		{"backup", nil, true, []string{"/a", "/a.bak"}},
		{"no rename over", func(op, p string, n int) error {
			if op == "RNTO" && p == "/a" && n == 1 {
				return reply(session.Denied, "rename", p, 550)
			}
			return nil
		}, false, []string{"/a"}},
		{"renamed, reply lost", func(op, p string, n int) error { return nil }, false, []string{"/a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
				f.put("/a", []byte("old"), time.Now())
				f.fail = c.fail
				local, data := file(t, "a", 100_000)
				f.cut = func(op, p string, n int64) error {
					if b, _ := f.get("/a"); string(b) != "old" {
						t.Error("the target was touched before the new file was whole")
					}
					return nil
				}
				ids := add(t, q, Request{Local: local, Remote: "/a", Options: Options{Exists: Overwrite, SafeUpload: true, KeepBackup: c.backup}})
				wait(t, q, ids...)
				is(t, q, ids[0], Done)
				if got, _ := f.get("/a"); !bytes.Equal(got, data) {
					t.Error("the file differs")
				}
				if b, ok := f.get("/a.bak"); ok && string(b) != "old" {
					t.Errorf("the backup is %q", b)
				}
				var left []string
				for p := range f.files {
					left = append(left, p)
				}
				slices.Sort(left)
				if !slices.Equal(left, c.left) {
					t.Errorf("at the server: %q, want %q", left, c.left)
				}
			})
		})
	}
}

func TestFolderIsListedOnce(t *testing.T) {
	in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
		dir := t.TempDir()
		var rs []Request
		for i := range 50 {
			p := filepath.Join(dir, fmt.Sprint(i))
			os.WriteFile(p, []byte("x"), 0o644)
			rs = append(rs, Request{Local: p, Remote: fmt.Sprintf("/flat/%d", i)})
		}
		f.folders["/flat"] = true
		wait(t, q, add(t, q, rs...)...)
		if n, m := f.count("LIST"), f.count("STAT"); n > 2 || m > 3 {
			t.Errorf("%d listings and %d questions for 50 files of one folder", n, m)
		}
		f.calls = nil
		ids := add(t, q, Request{Folder: true, Local: dir, Remote: "/tree"})
		wait(t, q, ids...)
		is(t, q, ids[0], Done)
		if n, m, k := f.count("LIST"), f.count("STAT"), f.count("MKD"); n != 1 || m != 0 || k != 1 {
			t.Errorf("%d listings, %d questions, %d MKD for a folder of 50", n, m, k)
		}
	})
}

func TestFolderTotalsAndSkips(t *testing.T) {
	in(t, Config{Slots: 1}, func(t *testing.T, f *fake, q *Queue) {
		dir := t.TempDir()
		for _, p := range []string{"a.txt", "b/c.txt", "b/d~", ".git/config", ".git/objects/x", "node_modules/y/z", "b/.DS_Store", "b/bad\nname"} {
			os.MkdirAll(filepath.Dir(filepath.Join(dir, p)), 0o755)
			os.WriteFile(filepath.Join(dir, p), []byte("1234"), 0o644)
		}
		os.Symlink("../..", filepath.Join(dir, "b", "loop"))
		ids := add(t, q, Request{Folder: true, Local: dir, Remote: "/t", Options: Options{Skip: []string{".git/", "node_modules", "*~", ".DS_Store"}}})
		wait(t, q, ids...)
		it := is(t, q, ids[0], Failed) // one name could not be sent
		if n := it.Total; n.Files != 2 || n.Done != 2 || n.Skipped != 4 || len(n.Refused) != 2 || n.Bytes != 8 || n.Moved != 8 {
			t.Errorf("totals %+v", n)
		}
		for _, p := range []string{"/t/.git", "/t/node_modules"} {
			if f.folders[p] {
				t.Errorf("%s was made", p)
			}
		}
	})
}

func TestHostileNamesStayOut(t *testing.T) {
	in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
		f.folders["/d"] = true
		f.files["/d/good"] = &fakeFile{data: []byte("good"), time: time.Now()}
		f.files["/d/bad\nname"] = &fakeFile{data: []byte("bad")}
		outside := t.TempDir()
		dir := filepath.Join(outside, "in")
		os.Mkdir(dir, 0o755)
		os.Symlink(outside, filepath.Join(dir, "trap")) // a link out of the target
		f.folders["/d/trap"] = true
		f.files["/d/trap/escaped"] = &fakeFile{data: []byte("bad")}
		ids := add(t, q, Request{Direction: Download, Folder: true, Local: dir, Remote: "/d"})
		wait(t, q, ids...)
		it := is(t, q, ids[0], Failed)
		if len(it.Total.Refused) != 2 || it.Total.Done != 1 {
			t.Errorf("totals %+v", it.Total)
		}
		if _, err := os.Stat(filepath.Join(outside, "escaped")); err == nil {
			t.Error("a file was written outside")
		}
	})
}

func TestEqualNamesGetNumbers(t *testing.T) {
	names := takenNames{}
	var got []string
	for _, n := range []string{"a.txt", "a.txt", ".x", ".x", "b", "a (2).txt", "a.txt"} {
		got = append(got, names.free(n))
	}
	if want := []string{"a.txt", "a (2).txt", ".x", ".x (2)", "b", "a (2) (2).txt", "a (3).txt"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLimitOfSpeed(t *testing.T) {
	in(t, Config{Slots: 3, Limit: Limits{Rate: Rate{Up: 100_000}, Sites: map[string]Rate{"slow": {Up: 10_000}}}}, func(t *testing.T, f *fake, q *Queue) {
		f.chunk = 8 << 10
		local, _ := file(t, "a", 500_000)
		start := time.Now()
		wait(t, q, add(t, q, Request{Local: local, Remote: "/1"}, Request{Local: local, Remote: "/2"})...)
		if d := time.Since(start); d < 9*time.Second || d > 11*time.Second {
			t.Errorf("1 MB at 100 kB/s took %v", d)
		}
		start = time.Now()
		slow := hostB
		slow.Site = "slow"
		wait(t, q, add(t, q, Request{Local: local, Remote: "/3", Target: slow})...)
		if d := time.Since(start); d < 48*time.Second || d > 52*time.Second {
			t.Errorf("500 kB at 10 kB/s took %v", d)
		}
		ids := add(t, q, Request{Local: local, Remote: "/4", Target: slow})
		time.Sleep(time.Second)
		q.SetLimits(Limits{})
		start = time.Now()
		wait(t, q, ids...)
		if d := time.Since(start); d > time.Second {
			t.Errorf("without a limit the rest took %v", d)
		}
	})
}

func TestSchedule(t *testing.T) {
	night := Limits{Rate: Rate{Up: 1}, Schedule: []Window{{Days: []time.Weekday{time.Monday}, From: 22 * 60, To: 6 * 60, Rate: Rate{Up: 2}}}}
	for at, want := range map[string]int64{
		"2026-11-23T21:59:00Z": 1, "2026-11-23T22:00:00Z": 2, "2026-11-24T05:59:00Z": 2, // Monday night
		"2026-11-24T06:00:00Z": 1, "2026-11-24T23:00:00Z": 1, "2026-11-23T05:00:00Z": 1,
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := night.at(when).Up; got != want {
			t.Errorf("%s: %d, want %d", at, got, want)
		}
	}
}

// reader keeps what a view would show, from deltas alone.
type reader struct {
	rev   Rev
	items map[ItemID]Item
}

func (r *reader) read(q *Queue) {
	d := q.Since(r.rev)
	if d.Full {
		r.items = map[ItemID]Item{}
	}
	for _, it := range d.Items {
		r.items[it.ID] = it
	}
	for _, id := range d.Removed {
		delete(r.items, id)
	}
	r.rev = d.Rev
}

// TestDeltasTellEverything plays random commands while transfers run and
// fail, and compares what a reader of deltas has with all there is.
func TestDeltasTellEverything(t *testing.T) {
	for seed := range 10 {
		in(t, Config{Slots: 3, Retries: 2, History: History{Items: 20}}, func(t *testing.T, f *fake, q *Queue) {
			f.chunk, f.pace = 5_000, 10*time.Millisecond
			var mu sync.Mutex
			n := seed * 7919
			roll := func(of int) int {
				mu.Lock()
				defer mu.Unlock()
				n = (n*1103515245 + 12345) & 0x7fffffff
				return (n >> 8) % of
			}
			f.cut = func(op, p string, moved int64) error {
				if roll(20) == 0 {
					return lost(op, p, false)
				}
				return nil
			}
			dir := t.TempDir()
			for i := range 12 {
				os.MkdirAll(filepath.Join(dir, fmt.Sprint(i%4)), 0o755)
				os.WriteFile(filepath.Join(dir, fmt.Sprint(i%4), fmt.Sprint(i)), make([]byte, 20_000), 0o644)
			}
			r := &reader{items: map[ItemID]Item{}}
			var ids []ItemID
			for step := range 200 {
				if len(ids) == 0 || roll(6) == 0 {
					rq := Request{Local: filepath.Join(dir, "1", "1"), Remote: fmt.Sprintf("/%d", step)}
					if roll(3) == 0 {
						rq = Request{Folder: true, Local: dir, Remote: fmt.Sprintf("/d%d", step)}
					}
					ids = append(ids, add(t, q, rq)...)
				}
				all := q.Since(0).Items
				if len(all) == 0 {
					continue
				}
				id := all[roll(len(all))].ID
				switch roll(9) {
				case 0:
					q.Pause(id)
				case 1, 2:
					q.Resume(id)
				case 3:
					q.Cancel(id)
				case 4, 5:
					q.Retry(id)
				case 6:
					q.Forget(id)
				case 7:
					q.Move([]ItemID{id}, all[roll(len(all))].ID)
				case 8:
					q.Prioritise(roll(3), id)
				}
				time.Sleep(time.Duration(roll(50)) * time.Millisecond)
				if roll(3) == 0 {
					r.read(q)
				}
			}
			q.PauseAll(false)
			q.Resume(idsOf(q)...)
			for range 50 { // until all that can end has ended
				time.Sleep(time.Hour)
				synctest.Wait()
			}
			r.read(q)
			compareReader(t, q, r)
			consistent(t, q)
			for id, it := range r.items {
				if !it.State.Ended() && it.State != Asking {
					t.Errorf("seed %d: item %d is still %v, folder %v, err %+v", seed, id, it.State, it.Folder, it.Err)
				}
			}
		})
	}
}

func idsOf(q *Queue) (ids []ItemID) {
	for _, it := range q.Since(0).Items {
		ids = append(ids, it.ID)
	}
	return ids
}

func compareReader(t *testing.T, q *Queue, r *reader) {
	t.Helper()
	all := q.Since(0)
	if len(all.Items) != len(r.items) {
		t.Errorf("the reader has %d items, there are %d", len(r.items), len(all.Items))
	}
	for _, it := range all.Items {
		got, ok := r.items[it.ID]
		if !ok || got.State != it.State || got.Moved != it.Moved || got.Rev != it.Rev || got.Remote != it.Remote {
			t.Errorf("the reader has %+v, there is %+v", got, it)
		}
	}
}

// consistent counts everything again.
func consistent(t *testing.T, q *Queue) {
	t.Helper()
	q.mu.Lock()
	defer q.mu.Unlock()
	var sum Totals
	for _, w := range q.items {
		if w.folder {
			var tally Totals
			open := 0
			for _, k := range w.kids {
				if q.items[k.id] == k && !k.state.Ended() {
					open++
				}
				tally.Files++
				k.state.tally(&tally, 1)
			}
			if w.direction != Remove && len(w.kids) == w.tally.Files && (open != w.open || tally.Done != w.tally.Done || tally.Failed != w.tally.Failed || tally.Files != w.tally.Files) {
				t.Errorf("folder %d says %d open and %+v, counted %d and %+v", w.id, w.open, w.tally, open, tally)
			}
			continue
		}
		w.state.tally(&sum, 1)
		if !w.state.Ended() {
			sum.Files++
			sum.Bytes += max(w.size, 0)
		}
	}
	if got := q.totals; got.Files != sum.Files || got.Bytes != sum.Bytes || got.Done != sum.Done || got.Failed != sum.Failed || got.Skipped != sum.Skipped || got.Active != sum.Active {
		t.Errorf("totals %+v, counted %+v", got, sum)
	}
	for _, s := range q.sites {
		if s.inUse != 0 && len(q.active) == 0 && s.walking == 0 {
			t.Errorf("%d slots are said to work for %s", s.inUse, s.key)
		}
	}
}

// An answer for all that does not fit one of them asks again about that one,
// once.
func TestAnswerThatDoesNotFit(t *testing.T) {
	in(t, Config{}, func(t *testing.T, f *fake, q *Queue) {
		local, data := file(t, "a", 1000)
		f.put("/short", data[:500], time.Now())
		f.put("/long", bytes.Repeat([]byte("x"), 2000), time.Now())
		ids := add(t, q, Request{Local: local, Remote: "/short"}, Request{Local: local, Remote: "/long"})
		synctest.Wait()
		it := is(t, q, ids[0], Asking)
		if err := q.Answer(it.Question.ID, Answer{Exists: Resume, All: true}); err != nil {
			t.Fatal(err)
		}
		wait(t, q, ids[0])
		synctest.Wait()
		is(t, q, ids[0], Done)
		it = is(t, q, ids[1], Asking)
		calls := len(f.calls)
		time.Sleep(time.Hour)
		if len(f.calls) != calls {
			t.Error("it is asked again and again")
		}
		if err := q.Answer(it.Question.ID, Answer{Exists: Overwrite}); err != nil {
			t.Fatal(err)
		}
		wait(t, q, ids...)
		is(t, q, ids[1], Done)
		q.SetSlots(1)
		twice := add(t, q, Request{Local: local, Remote: "/same", Options: Options{Exists: Overwrite}}, Request{Local: local, Remote: "/same", Options: Options{Exists: Overwrite}})
		wait(t, q, twice...)
		is(t, q, twice[0], Done)
		is(t, q, twice[1], Done)
	})
}

// Two items for one target take turns, however long the first takes.
func TestOneTargetOneWriter(t *testing.T) {
	in(t, Config{Slots: 2, Retries: 1}, func(t *testing.T, f *fake, q *Queue) {
		f.chunk, f.pace = 1000, time.Second
		local, data := file(t, "a", 300_000)
		ids := add(t, q, Request{Local: local, Remote: "/same", Options: Options{Exists: Overwrite}}, Request{Local: local, Remote: "/same", Options: Options{Exists: Overwrite}})
		wait(t, q, ids...)
		for _, id := range ids {
			if it := is(t, q, id, Done); it.Attempts != 0 {
				t.Errorf("%d attempts", it.Attempts)
			}
		}
		if b, _ := f.get("/same"); !bytes.Equal(b, data) {
			t.Error("the file is mixed")
		}
	})
}

func TestAfterClose(t *testing.T) {
	q, err := Open(Config{Dir: t.TempDir(), Leaser: newFake()})
	if err != nil {
		t.Fatal(err)
	}
	ids := add(t, q, Request{Direction: Remove, Remote: "/a"})
	if err := q.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	q.Pause(ids...)
	q.Forget(ids...)
	if _, err := q.Add(context.Background(), Request{Direction: Remove, Target: hostA, Remote: "/b"}); !errors.Is(err, ErrClosed) {
		t.Errorf("added after Close: %v", err)
	}
	if err := q.Wait(context.Background(), ids...); !errors.Is(err, ErrClosed) {
		t.Errorf("waited after Close: %v", err)
	}
}
