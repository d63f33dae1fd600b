//go:build !linux

package main

// windowFirst is for systems where a thread's priority is its own affair.
func windowFirst() {}
