package session

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"time"
)

// maxPath is more than any server takes.
const maxPath = 8 << 10

var errRelative = errors.New("the path does not start with /")

// checkPath refuses paths that cannot be sent as they are: control characters
// would end the command, or mean something to the connection (RFC 854).
func checkPath(p string) error {
	if !strings.HasPrefix(p, "/") {
		return errRelative
	}
	if len(p) > maxPath {
		return errors.New("the path is too long")
	}
	return checkName(p)
}

// checkPath refuses also what the server's charset has no letters for.
func (s *Session) checkPath(p string) error {
	if err := checkPath(p); err != nil {
		return err
	}
	_, err := s.inCharset(p)
	return err
}

func checkName(name string) error {
	for i := range len(name) {
		if name[i] < ' ' || name[i] == 0x7f {
			return fmt.Errorf("the name %q holds the control character %#02x, which no FTP command can carry", name, name[i])
		}
	}
	return nil
}

// cwdTrust is how long a CWD is believed. Another connection may move the
// folder away, and bare names would go with it.
const cwdTrust = 20 * time.Second

// enter changes into a folder unless we are there.
func (s *Session) enter(dir string) error {
	dir = path.Clean(dir)
	if s.cwd == dir && time.Now().Before(s.cwdUntil) {
		return nil
	}
	s.cwd = ""
	if err := s.lib.ChangeDir(s.encoded(dir)); err != nil {
		return err
	}
	s.cwd, s.cwdUntil = dir, time.Now().Add(cwdTrust)
	return nil
}

// enterParent changes into the folder that holds p and gives its bare name:
// servers take apart blanks, brackets and dashes in a path, not in a name.
func (s *Session) enterParent(p string) (string, error) {
	dir, base := path.Split(path.Clean(p))
	if base == "" {
		return "", errors.New("the root folder has no name")
	}
	if err := s.enter(dir); err != nil {
		return "", err
	}
	return s.bare(base), nil
}

// ref names p without a round trip: bare where we are in its folder, else in full.
func (s *Session) ref(p string) string {
	p = path.Clean(p)
	dir, base := path.Split(p)
	if base != "" && s.cwd == path.Clean(dir) && time.Now().Before(s.cwdUntil) {
		return s.bare(base)
	}
	return s.encoded(p)
}

// bare makes a name safe to stand alone: a tilde means a home folder to
// vsftpd and ProFTPD, a dash options to some.
func (s *Session) bare(name string) string {
	if strings.HasPrefix(name, "~") || strings.HasPrefix(name, "-") {
		name = "./" + name
	}
	return s.encoded(name)
}

// encoded is a path as it goes into a command: in the server's charset, and
// with the byte 0xFF doubled, which is a telnet escape (RFC 854): ProFTPD alone
// takes it so and would drop one.
func (s *Session) encoded(name string) string {
	if raw, err := s.inCharset(name); err == nil {
		name = raw
	}
	if s.isSoftware("ProFTPD") {
		return strings.ReplaceAll(name, "\xff", "\xff\xff")
	}
	return name
}
