//go:build unix

package transfer

import (
	"syscall"
	"time"
)

// spent is the processor time of this program so far: what a benchmark takes
// whatever else the machine does.
func spent() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
