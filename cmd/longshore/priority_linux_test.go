package main

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// TestWindowFirst runs in a process of its own, since nobody may take the
// niceness of a thread back.
func TestWindowFirst(t *testing.T) {
	if os.Getenv("LONGSHORE_WINDOW_FIRST") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestWindowFirst$")
		cmd.Env = append(os.Environ(), "LONGSHORE_WINDOW_FIRST=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	runtime.LockOSThread() // as the toolkit does with the main thread
	before := niceOf(t, 0)
	windowFirst()
	if now := niceOf(t, 0); now != before {
		t.Errorf("the window's thread is at %d, it was at %d", now, before)
	}
	want := min(before+behindWindow, 19)
	var threads sync.WaitGroup
	for range 8 { // more than there are: new threads too
		threads.Go(func() {
			runtime.LockOSThread()
			if now := niceOf(t, 0); now != want {
				t.Errorf("thread %s is at %d, wanted %d", strconv.Itoa(unix.Gettid()), now, want)
			}
		})
	}
	threads.Wait()
}

func niceOf(t *testing.T, thread int) int {
	t.Helper()
	raw, err := unix.Getpriority(unix.PRIO_PROCESS, thread)
	if err != nil {
		t.Fatal(err)
	}
	return 20 - raw
}
