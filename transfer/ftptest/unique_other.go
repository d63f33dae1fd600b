//go:build !unix

package ftptest

import (
	"fmt"
	"hash/fnv"
	"io/fs"
)

// unique stands for the thing's name where there are no inode numbers.
func unique(info fs.FileInfo) string {
	h := fnv.New64a()
	fmt.Fprint(h, info.Name(), info.ModTime().UnixNano(), info.Size())
	return fmt.Sprintf("%x", h.Sum64())
}
