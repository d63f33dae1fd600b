package ui

import (
	"syscall"
	"time"
)

// threadTime is the processor's time that this thread has used. Fyne keeps the
// UI goroutine on one thread.
func threadTime() time.Duration {
	const thisThread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if syscall.Getrusage(thisThread, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
