//go:build unix && !solaris && !aix && !netbsd

package transfer

import "golang.org/x/sys/unix"

// freeSpace is how many bytes the user may still write in a folder, -1 if
// that cannot be told.
func freeSpace(dir string) int64 {
	var st unix.Statfs_t
	if unix.Statfs(dir, &st) != nil {
		return -1
	}
	return int64(st.Bavail) * int64(st.Bsize)
}
