package session

import (
	"context"

	"longshore/transfer/wire"
)

// DeleteMany deletes files of one folder, as many of them as one packet holds,
// beginning with the first: an error or nil for each that was tried. None says
// that this server is not known to bear it, or that there is a name that
// cannot be sent: Delete does it then. Which of them are gone after an error is
// not known; deleting again does no harm.
func (s *Session) DeleteMany(ctx context.Context, dir string, names []string) (done []error, err error) {
	if !s.bearsEarly() {
		return nil, nil
	}
	err = s.change(ctx, "delete", dir, func() error {
		if err := s.enter(dir); err != nil {
			return err
		}
		var lines []string
		size := 0
		for _, name := range names {
			line := "DELE " + s.bare(name)
			if checkName(name) != nil || !wire.BurstFits(len(lines), size, line) {
				break
			}
			lines, size = append(lines, line), size+len(line)+2
		}
		if len(lines) == 0 {
			return nil
		}
		replies, err := s.ctl.Burst(lines, func(int, []byte) {})
		for i, r := range replies {
			var refused error
			if !r.OK() {
				refused = s.errorOf("delete", joined(dir, names[i]), refusalOf("delete", r))
			}
			done = append(done, refused)
		}
		return err
	})
	return done, err
}

func joined(dir, name string) string {
	if dir == "/" {
		return dir + name
	}
	return dir + "/" + name
}
