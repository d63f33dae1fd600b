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
	small := t.TempDir()
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=192m"); err != nil {
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
	times := 0
	o.fill = func(n int) {
		switch {
		case n >= o.kills || n%5 == 0:
			os.Remove(ballast)
		case n%5 == 2:
			fillUp(t, ballast)
			times++
		}
	}
	killed(t, crash{Dir: t.TempDir(), Here: small, Full: true}, o)
	t.Logf("the disk was full %d times", times)
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
}
