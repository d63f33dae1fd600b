package transfer

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// vague is a fake whose listings give times to the minute, and that tells the
// exact one along with a small file.
type vague struct {
	*fake
	cut bool // the first small download brings one byte too few
}

func (v *vague) Lease(ctx context.Context, t session.Target) (Server, error) {
	if _, err := v.fake.Lease(ctx, t); err != nil {
		return nil, err
	}
	return v, nil
}

func (v *vague) List(ctx context.Context, dir string, rows func([]listing.Entry)) (listing.Report, error) {
	return v.fake.List(ctx, dir, func(es []listing.Entry) {
		for i := range es {
			es[i].Time, es[i].Exact = es[i].Time.Truncate(time.Minute), false
		}
		rows(es)
	})
}

func (v *vague) RetrieveSmall(ctx context.Context, p string, w io.Writer, tap session.Tap, dated bool) (int64, time.Time, error) {
	if err := v.call(ctx, "SMALL", p); err != nil {
		return 0, time.Time{}, err
	}
	v.mu.Lock()
	f := v.files[p]
	b := f.data
	if v.cut {
		v.cut, b = false, b[1:]
	}
	v.mu.Unlock()
	n, err := w.Write(b)
	if !dated {
		return int64(n), time.Time{}, err
	}
	return int64(n), f.time, err
}

// A small file whose time the listing gives to the minute only is not asked
// for beforehand: its time comes with its bytes. Where something is at the
// target already, or the first attempt went wrong, it is.
func TestTimeComesWithTheBytes(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 37, 0, time.UTC)
	for _, c := range []struct {
		name   string
		there  bool
		cut    bool
		exists Exists
		calls  string
		state  State
	}{
		{"a new file", false, false, Fail, "SMALL", Done},
		{"one that was cut", false, true, Fail, "SMALL STAT RETR", Done},
		{"over another", true, false, Overwrite, "STAT SMALL", Done},
		{"beside the same", true, false, Newer, "STAT", Skipped},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := &vague{fake: newFake(), cut: c.cut}
			in(t, Config{Slots: 1, Leaser: v}, func(t *testing.T, _ *fake, q *Queue) {
				v.put("/d/a", []byte("content"), at)
				v.mu.Lock()
				v.folders["/d"] = true
				v.mu.Unlock()
				dir := filepath.Join(t.TempDir(), "d")
				local := filepath.Join(dir, "a")
				if c.there {
					if err := os.MkdirAll(dir, 0o755); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(local, []byte("content"), 0o644); err != nil {
						t.Fatal(err)
					}
					if err := os.Chtimes(local, at, at); err != nil {
						t.Fatal(err)
					}
				}
				ids, err := q.Add(t.Context(), Request{Direction: Download, Folder: true, Target: hostA, Remote: "/d", Local: dir,
					Options: Options{KeepTimes: true, Exists: c.exists}})
				if err == nil {
					err = q.Wait(t.Context(), ids...)
				}
				if err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				v.mu.Lock()
				var calls []string
				for _, call := range v.calls {
					if verb, p, _ := strings.Cut(call, " "); p == "/d/a" {
						calls = append(calls, verb)
					}
				}
				v.mu.Unlock()
				if got := strings.Join(calls, " "); got != c.calls {
					t.Errorf("%s, not %s", got, c.calls)
				}
				for _, it := range q.Since(0).Items {
					if !it.Folder && it.State != c.state {
						t.Errorf("%v: %v", it.State, it.Err)
					}
				}
				info, err := os.Stat(local)
				if err != nil || info.Size() != 7 || !info.ModTime().Equal(at) {
					t.Errorf("%v, %v", info, err)
				}
			})
		})
	}
}

// What was asked of the server just now is not asked again, unless the first
// attempt went wrong.
func TestSeenJustNow(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 37, 0, time.UTC)
	for _, c := range []struct {
		name  string
		seen  bool
		size  int64
		calls string
	}{
		{"seen", true, 7, "RETR /a"},
		{"not seen", false, 7, "STAT /a RETR /a"},
		{"changed since", true, 6, "RETR /a STAT /a RETR /a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in(t, Config{Slots: 1}, func(t *testing.T, f *fake, q *Queue) {
				f.put("/a", []byte("content"), at)
				local := filepath.Join(t.TempDir(), "a")
				ids, err := q.Add(t.Context(), Request{Direction: Download, Target: hostA, Remote: "/a", Local: local,
					Size: c.size, ModTime: at, Seen: c.seen, Options: Options{KeepTimes: true}})
				if err == nil {
					err = q.Wait(t.Context(), ids...)
				}
				if err != nil {
					t.Fatal(err)
				}
				if it, _ := q.Item(ids[0]); it.State != Done {
					t.Errorf("%v: %v", it.State, it.Err)
				}
				f.mu.Lock()
				got := strings.Join(f.calls, " ")
				f.mu.Unlock()
				if got != c.calls {
					t.Errorf("%s, not %s", got, c.calls)
				}
				if b, err := os.ReadFile(local); err != nil || string(b) != "content" {
					t.Errorf("%q, %v", b, err)
				}
			})
		})
	}
}
