package main

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// behindWindow is how much nicer all other threads are than the window's: they
// get a third of its share where both want the same processor, and everything
// where nobody else does.
const behindWindow = 5

// windowFirst lets the window's thread, and those the graphics driver starts
// from it, go before the engine's. Without that a window drawn by software is
// drawn half as fast while eight sessions transfer.
//
// Call it on the main thread before the engine starts: later threads of Go are
// children of the present ones and as nice as they are.
func windowFirst() {
	raw, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	if err != nil {
		return
	}
	nice := min(20-raw+behindWindow, 19) // the call gives 20 - nice
	for range windowFirstRounds {
		if !standBehind(unix.Gettid(), nice) {
			return
		}
	}
}

// windowFirstRounds bounds the search for threads that were started meanwhile.
const windowFirstRounds = 5

// standBehind makes all threads but one so nice, and reports whether any was not.
func standBehind(first, nice int) (changed bool) {
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return false
	}
	for _, t := range tasks {
		id, err := strconv.Atoi(t.Name())
		if err != nil || id == first {
			continue
		}
		if raw, err := unix.Getpriority(unix.PRIO_PROCESS, id); err == nil && 20-raw != nice {
			changed = unix.Setpriority(unix.PRIO_PROCESS, id, nice) == nil || changed
		}
	}
	return changed
}
