package transfer

import (
	"fmt"
	"path/filepath"

	"longshore/transfer/session"
)

// roomAbove is the size from which the disk is asked before it is written to.
const roomAbove = 1 << 20

// room refuses a download that the disk cannot hold before its first byte:
// what was written of it would fill the disk for the files after it, too.
func (d *downloading) room(offset int64) error {
	need := d.src.Size - offset
	if need < roomAbove {
		return nil
	}
	free := freeSpace(filepath.Dir(d.w.local))
	if free < 0 || free >= need {
		return nil
	}
	return errorOf(session.NoSpace, "write", d.w.local, fmt.Errorf("%s are needed and the disk has %s left", megabytes(need), megabytes(free)))
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/(1<<20)) }
