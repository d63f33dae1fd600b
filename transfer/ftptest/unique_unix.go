//go:build unix

package ftptest

import (
	"fmt"
	"io/fs"
	"syscall"
)

// unique is the same for two names of one thing (RFC 3659 section 7.5.2).
func unique(info fs.FileInfo) string {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return fmt.Sprintf("%xg%x", st.Dev, st.Ino)
	}
	return "0"
}
