package main

import (
	"context"
	"io/fs"
	"strconv"

	"longshore/transfer/session"
)

// chmod changes permissions, given in octal.
func chmod(ctx context.Context, p *program, args []string) error {
	n, err := strconv.ParseUint(args[0], 8, 12)
	if err != nil {
		return usage("the mode %q is not octal, as 644 or 0755", args[0])
	}
	mode := fs.FileMode(n & 0o777)
	for bit, flag := range map[uint64]fs.FileMode{0o4000: fs.ModeSetuid, 0o2000: fs.ModeSetgid, 0o1000: fs.ModeSticky} {
		if n&bit != 0 {
			mode |= flag
		}
	}
	return p.each(ctx, "chmod", args[1:], func(s *session.Session, a place) error { return s.Chmod(ctx, a.path, mode) })
}
