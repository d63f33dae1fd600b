//go:build !linux

package main

// harden is for systems that write memory to a file when a program crashes.
func harden() {}
