package transfer

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// vast is a server whose files are larger than any disk.
type vast struct{ *fake }

func (v vast) Lease(ctx context.Context, t session.Target) (Server, error) {
	_, err := v.fake.Lease(ctx, t)
	return v, err
}

func (v vast) Stat(ctx context.Context, p string) (listing.Entry, error) {
	e, err := v.fake.Stat(ctx, p)
	e.Size = 1 << 60
	return e, err
}

// TestDiskIsAskedFirst: a file that the disk cannot hold is refused at once,
// so that it does not take the room of those that fit.
func TestDiskIsAskedFirst(t *testing.T) {
	dir := t.TempDir()
	if freeSpace(dir) < 0 {
		return // this system does not tell
	}
	v := vast{newFake()}
	in(t, Config{Leaser: v}, func(t *testing.T, _ *fake, q *Queue) {
		v.put("/huge", []byte("a beginning"), time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
		ids := add(t, q, Request{Direction: Download, Remote: "/huge", Local: filepath.Join(dir, "huge")})
		wait(t, q, ids...)
		if it := is(t, q, ids[0], Failed); it.Err.Kind != session.NoSpace || it.Attempts > 1 {
			t.Errorf("failed as %v after %d attempts", it.Err.Kind, it.Attempts)
		}
		if n := v.count("RETR"); n != 0 {
			t.Errorf("it was asked for %d times", n)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("%v was left behind", left)
		}
	})
}
