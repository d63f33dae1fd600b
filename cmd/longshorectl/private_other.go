//go:build !linux

package main

// keepMemoryPrivate is for Linux, where a crash may leave a core dump.
func keepMemoryPrivate() {}
