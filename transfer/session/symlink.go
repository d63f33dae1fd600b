package session

import (
	"context"
	"errors"
	"path"
	"strings"
)

// ErrNoLinks says that a server has no command that makes symbolic links.
var ErrNoLinks = errors.New("the server cannot make symbolic links")

var errLinkBlank = errors.New("the server's command for links takes no blanks in names")

// Symlink makes a symbolic link at p that leads to a place, relative to the
// link's folder or absolute, by SITE SYMLINK. ProFTPD's mod_site_misc, which
// has that, wants the place to exist and makes an absolute link of it. Kind
// Unavailable if the server does not have it, or could not take these names.
func (s *Session) Symlink(ctx context.Context, leadsTo, p string) error {
	return s.do(ctx, "link", p, func() error {
		if err := checkName(leadsTo); err != nil {
			return &Error{Kind: Denied, Step: "link", Err: err}
		}
		if !s.hasSite("SYMLINK") {
			return &Error{Kind: Unavailable, Step: "link", Err: ErrNoLinks}
		}
		if !path.IsAbs(leadsTo) { // it would be taken from where the session is
			leadsTo = path.Join(path.Dir(p), leadsTo)
		}
		from, to := s.encoded(leadsTo), s.encoded(p)
		if strings.ContainsAny(from+to, " \t") {
			return &Error{Kind: Unavailable, Step: "link", Err: errLinkBlank}
		}
		_, err := s.command("link", "SITE SYMLINK "+from+" "+to)
		return err
	})
}
