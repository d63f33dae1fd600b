//go:build unix && !solaris && !aix && !netbsd

package disk

import "golang.org/x/sys/unix"

// Free is how many bytes the user may still write at a local folder, -1
// if that cannot be told.
func Free(dir string) int64 {
	var st unix.Statfs_t
	if unix.Statfs(dir, &st) != nil {
		return -1
	}
	return int64(st.Bavail) * int64(st.Bsize)
}
