package transfer

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestKilledOnAFullDisk is the same with the journal and the downloads on a
// small disk that is full for a while, again and again. It needs the right to
// mount one.
func TestKilledOnAFullDisk(t *testing.T) {
	small, room := t.TempDir(), "size=48m"
	if soaking() {
		room = "size=192m"
	}
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, room); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("no disk of its own could be mounted: %v", err)
		}
		t.Skipf("no disk of its own could be mounted: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(small, 0); err != nil {
			t.Error(err)
		}
	})
	ballast := filepath.Join(small, "ballast")
	o := sizedOrdeal()
	o.full = o.kills / 5 // of the three starts in five that find it so
	full := false
	o.fill = func(n int) bool {
		switch {
		case n >= o.kills || n%5 == 0:
			os.Remove(ballast)
			full = false
		case n%5 == 2:
			fillUp(t, ballast)
			full = true
		}
		return full
	}
	killed(t, crash{Dir: t.TempDir(), Here: small, Full: true}, o)
}

// fillUp writes until there is no room, not for a byte.
func fillUp(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 1<<20)
	for len(block) > 0 {
		if _, err = f.Write(block); err == nil {
			continue
		}
		block = block[:len(block)/2]
	}
	if !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, io.ErrShortWrite) {
		t.Fatal(err)
	}
	var disk syscall.Statfs_t
	if err := syscall.Statfs(name, &disk); err != nil || disk.Bavail != 0 {
		t.Fatalf("%d blocks are still free, %v", disk.Bavail, err)
	}
}
