package session

import (
	"context"
	"fmt"
	"io/fs"
)

// Chmod sets a file's permissions by SITE CHMOD. Kind Unavailable if the
// server does not know it.
func (s *Session) Chmod(ctx context.Context, p string, mode fs.FileMode) error {
	return s.do(ctx, "chmod", p, func() error {
		_, err := s.command("chmod", fmt.Sprintf("SITE CHMOD %04o %s", unixMode(mode), s.ref(p)))
		return err
	})
}

// unixMode is a mode as chmod writes it, with setuid, setgid and sticky.
func unixMode(mode fs.FileMode) uint32 {
	m := uint32(mode.Perm())
	for bit, f := range map[uint32]fs.FileMode{0o4000: fs.ModeSetuid, 0o2000: fs.ModeSetgid, 0o1000: fs.ModeSticky} {
		if mode&f != 0 {
			m |= bit
		}
	}
	return m
}
