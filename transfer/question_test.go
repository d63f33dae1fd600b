package transfer

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"longshore/transfer/session"
)

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
