package main

import "golang.org/x/sys/unix"

// keepMemoryPrivate keeps passwords out of core dumps, and the memory from
// other programs of the same user.
func keepMemoryPrivate() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
