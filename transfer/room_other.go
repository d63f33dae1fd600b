//go:build !unix || solaris || aix || netbsd

package transfer

// freeSpace cannot be told here.
func freeSpace(string) int64 { return -1 }
