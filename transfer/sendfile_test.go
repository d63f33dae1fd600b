package transfer

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/session"
)

// TestBigUploads sends files that the kernel may send, while things go wrong:
// all of them arrive whole.
func TestBigUploads(t *testing.T) {
	for name, faults := range map[string][]ftptest.Fault{
		"well":       nil,
		"reset":      {{Do: ftptest.ResetData, On: "STOR", At: 3 << 20, Times: 2}},
		"lying 226":  {{Do: ftptest.ResetData, On: "STOR", At: 4 << 20, Text: "226 Transfer complete.", Times: 1}},
		"stall":      {{Do: ftptest.StallData, On: "STOR", At: 2 << 20, Times: 1}},
		"lost":       {{Do: ftptest.LoseData, On: "STOR", At: 5 << 20, Times: 1}},
		"short stop": {{Do: ftptest.StallData, On: "STOR", At: 2 << 20, Delay: 300 * time.Millisecond, Times: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			s, target, _ := serve(t, ftptest.Options{Faults: faults})
			pool := session.NewPool(&session.Env{Timeout: 700 * time.Millisecond * slowness / 3})
			t.Cleanup(pool.Close)
			data := make([]byte, 9<<20+17)
			rand.NewChaCha8([32]byte{8}).Read(data)
			local := filepath.Join(t.TempDir(), "f")
			if err := os.WriteFile(local, data, 0o644); err != nil {
				t.Fatal(err)
			}
			q := open(t, Config{Leaser: NewLeaser(pool), Backoff: soon, Retries: 20})
			ctx := within(t, 20*time.Second*slowness)
			ids, err := q.Add(ctx, Request{Direction: Upload, Target: target, Local: local, Remote: "/f", Size: -1})
			if err == nil {
				err = q.Wait(ctx, ids...)
			}
			if err != nil {
				t.Fatal(err)
			}
			it, _ := q.Item(ids[0])
			got, _ := os.ReadFile(filepath.Join(s.Root(), "f"))
			if it.State != Done || it.Moved != int64(len(data)) || !bytes.Equal(got, data) {
				t.Errorf("%v, %v, %d moved, %d of %d bytes there", it.State, it.Err, it.Moved, len(got), len(data))
			}
		})
	}
}

// TestBigUploadStops pauses and limits one that the kernel sends.
func TestBigUploadStops(t *testing.T) {
	s, target, pool := serve(t, ftptest.Options{Rate: 8 << 20})
	data := make([]byte, 12<<20)
	rand.NewChaCha8([32]byte{9}).Read(data)
	local := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(local, data, 0o644); err != nil {
		t.Fatal(err)
	}
	q := open(t, Config{Leaser: NewLeaser(pool), Backoff: soon})
	ctx := within(t, 20*time.Second*slowness)
	ids, err := q.Add(ctx, Request{Direction: Upload, Target: target, Local: local, Remote: "/f", Size: -1})
	if err != nil {
		t.Fatal(err)
	}
	moved := func() int64 { it, _ := q.Item(ids[0]); return it.Moved }
	until(t, func() bool { return moved() > 3<<20 })
	q.Pause(ids...)
	until(t, func() bool { now, _, _ := s.Sessions(); it, _ := q.Item(ids[0]); return it.State == Paused && now <= 1 })
	q.SetLimits(Limits{Rate: Rate{Up: 6 << 20}})
	q.Resume(ids...)
	if err := q.Wait(ctx, ids...); err != nil {
		t.Fatal(err)
	}
	it, _ := q.Item(ids[0])
	got, _ := os.ReadFile(filepath.Join(s.Root(), "f"))
	if it.State != Done || !bytes.Equal(got, data) {
		t.Errorf("%v, %v, %d bytes there", it.State, it.Err, len(got))
	}
}
