package main

import "golang.org/x/sys/unix"

// harden keeps passwords in memory out of crash dumps and of other programs of
// the user. Where the system refuses, nothing is lost but that.
func harden() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
