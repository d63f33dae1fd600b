//go:build !unix || solaris || aix || netbsd

package model

// freeSpace is not asked for on this system.
func freeSpace(Side, string) int64 { return -1 }
