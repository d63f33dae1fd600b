package transfer

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"longshore/transfer/session"
)

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

// TestSentIsNotProgress holds that what an upload sent and the server never
// wrote neither hides later progress nor passes for any.
func TestSentIsNotProgress(t *testing.T) {
	in(t, Config{Retries: 2}, func(t *testing.T, f *fake, q *Queue) {
		f.chunk = 10_000
		kept := int64(10_000) // of all that is sent in an attempt
		f.cut = func(op, p string, n int64) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			o := f.files[p]
			if op != "STOR" || len(o.data) < 200_000 || n <= kept {
				return nil
			}
			o.data = o.data[:200_000-n+kept]
			return lost(op, p, false)
		}
		local, data := file(t, "a", 200_000)
		ids := add(t, q, Request{Local: local, Remote: "/slow"})
		wait(t, q, ids...)
		is(t, q, ids[0], Done)
		if got, _ := f.get("/slow"); !bytes.Equal(got, data) {
			t.Error("what arrived differs")
		}
		kept = 0
		ids = add(t, q, Request{Local: local, Remote: "/never"})
		wait(t, q, ids...)
		is(t, q, ids[0], Failed)
		if n := f.count("STOR /never"); n != 3 {
			t.Errorf("tried %d times, want once and 2 again", n)
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
