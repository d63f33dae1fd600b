package ftptest

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var errNotPlain = errors.New("not a plain file")

// stamp is the time format of MDTM, MFMT and MLST (RFC 3659 section 2.3).
const stamp = "20060102150405"

// local is the name of an argument within the served tree.
func (c *session) local(arg string) string { return rel(c.at(arg)) }

func rel(abs string) string {
	if abs == "/" {
		return "."
	}
	return strings.TrimPrefix(abs, "/")
}

// fileError says what a file operation failed of. Servers differ in the
// texts; these are close to ProFTPD's.
func (c *session) fileError(err error) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.reply(550, "%s: No such file or directory", c.arg)
	case errors.Is(err, fs.ErrPermission):
		c.reply(550, "%s: Permission denied", c.arg)
	case errors.Is(err, errNotPlain):
		c.reply(550, "%s: Not a regular file", c.arg)
	case errors.Is(err, fs.ErrExist):
		c.reply(550, "%s: File exists", c.arg)
	case errors.Is(err, syscall.ENOTEMPTY):
		c.reply(550, "%s: Directory not empty", c.arg)
	case errors.Is(err, syscall.ENOSPC):
		c.reply(552, "%s: No space left on device", c.arg)
	default:
		c.reply(550, "%s: Operation not permitted", c.arg)
	}
}

func (c *session) uploadError(err error) {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		c.reply(553, "Could not create file.")
		return
	}
	c.fileError(err)
}

// did replies with ok, or with what went wrong.
func (c *session) did(err error, code int, format string, args ...any) {
	if err != nil {
		c.fileError(err)
		return
	}
	c.reply(code, format, args...)
}

func (c *session) quoted(p string) string {
	p = c.encode(p)
	if c.srv.opt.PlainPWD {
		return `"` + p + `"`
	}
	return `"` + strings.ReplaceAll(p, `"`, `""`) + `"`
}

func (c *session) pwd() {
	if c.srv.opt.SinglePWD {
		c.reply(257, `"%s is the current directory`, c.encode(c.cwd))
		return
	}
	c.reply(257, "%s is the current directory", c.quoted(c.cwd))
}

func (c *session) cwdTo() {
	dir := c.at(c.arg)
	info, err := c.srv.root.Stat(rel(dir))
	if err == nil && !info.IsDir() {
		c.reply(550, "%s: Not a directory", c.arg)
		return
	}
	if err == nil {
		c.cwd = dir
	}
	c.did(err, 250, "Directory successfully changed.")
}

func (c *session) mkd() {
	c.did(c.srv.root.Mkdir(c.local(c.arg), 0o755), 257, "%s created", c.quoted(c.at(c.arg)))
}

func (c *session) rmd() {
	name := c.local(c.arg)
	info, err := c.srv.root.Lstat(name)
	if err == nil && !info.IsDir() {
		c.reply(550, "%s: Not a directory", c.arg)
		return
	}
	if err == nil {
		err = c.srv.root.Remove(name)
	}
	c.did(err, 250, "Remove directory operation successful.")
}

func (c *session) dele() {
	name := c.local(c.arg)
	info, err := c.srv.root.Lstat(name)
	if err == nil && info.IsDir() {
		c.reply(550, "%s: Is a directory", c.arg)
		return
	}
	if err == nil {
		err = c.srv.root.Remove(name)
	}
	c.did(err, 250, "Delete operation successful.")
}

func (c *session) rnfr() {
	c.renameFrom = ""
	_, err := c.srv.root.Lstat(c.local(c.arg))
	if err == nil {
		c.renameFrom = c.at(c.arg)
	}
	c.did(err, 350, "Ready for RNTO.")
}

func (c *session) rnto() {
	if c.renameFrom == "" {
		c.reply(503, "RNFR required first.")
		return
	}
	err := c.srv.root.Rename(rel(c.renameFrom), c.local(c.arg))
	c.renameFrom = ""
	c.did(err, 250, "Rename successful.")
}

func (c *session) size() {
	if b, ok := c.srv.opt.Fake[c.arg]; ok {
		c.reply(213, "%d", len(b))
		return
	}
	info, err := c.srv.root.Stat(c.local(c.arg))
	if err == nil && !info.Mode().IsRegular() {
		err = errNotPlain
	}
	if err != nil {
		c.fileError(err)
		return
	}
	c.reply(213, "%d", info.Size())
}

// mdtm asks for a time, or sets it as vsftpd has it: MDTM YYYYMMDDhhmmss name.
// A file that has that whole name is asked for.
func (c *session) mdtm() {
	when, name, two := strings.Cut(c.arg, " ")
	info, err := c.srv.root.Stat(c.local(c.arg))
	if t, bad := time.Parse(stamp, when); err != nil && two && bad == nil {
		if c.srv.opt.ReadOnly {
			c.reply(550, "Permission denied.")
			return
		}
		c.arg = name
		c.did(c.srv.root.Chtimes(c.local(name), t, t), 213, "File modification time set.")
		return
	}
	if err != nil {
		c.fileError(err)
		return
	}
	c.reply(213, "%s", info.ModTime().UTC().Format(stamp))
}

// mfmt is draft-somers-ftp-mfxx: MFMT YYYYMMDDhhmmss name.
func (c *session) mfmt() {
	when, name, _ := strings.Cut(c.arg, " ")
	t, err := time.Parse(stamp, when)
	if err != nil || name == "" {
		c.reply(501, "MFMT needs a time and a name.")
		return
	}
	c.arg = name
	c.did(c.srv.root.Chtimes(c.local(name), t, t), 213, "Modify=%s; %s", when, name)
}

func (c *session) site() {
	sub, rest, _ := strings.Cut(c.arg, " ")
	switch strings.ToUpper(sub) {
	case "CHMOD":
		c.chmod(rest)
	case "UTIME":
		c.utime(rest)
	case "SYMLINK":
		c.symlink(rest)
	case "HELP":
		c.reply(214, "CHMOD UTIME HELP")
	default:
		c.reply(500, "Unknown SITE command.")
	}
}

func (c *session) chmod(rest string) {
	mode, name, _ := strings.Cut(rest, " ")
	bits, err := strconv.ParseUint(mode, 8, 12)
	if err != nil || name == "" {
		c.reply(501, "SITE CHMOD needs a mode and a name.")
		return
	}
	c.arg = name
	c.did(c.srv.root.Chmod(c.local(name), fs.FileMode(bits)&fs.ModePerm), 200, "SITE CHMOD command ok.")
}

// symlink wants to see what the link leads to, and takes no blanks in names,
// as ProFTPD's mod_site_misc.
func (c *session) symlink(rest string) {
	words := strings.Fields(rest)
	if len(words) != 2 || c.srv.disabled["SITE SYMLINK"] {
		c.reply(500, "'SITE SYMLINK' not understood.")
		return
	}
	from, to := c.local(words[0]), c.local(words[1])
	_, err := c.srv.root.Stat(from)
	if err == nil {
		from, err = filepath.Rel(filepath.Dir(to), from)
	}
	if err == nil {
		err = c.srv.root.Symlink(from, to)
	}
	c.arg = words[1]
	c.did(err, 200, "SITE SYMLINK command successful")
}

// utime knows both forms in use: "YYYYMMDDhhmm[ss] name" (Pure-FTPd) and
// "name atime mtime ctime UTC".
func (c *session) utime(rest string) {
	if f := strings.Fields(rest); len(f) >= 5 && f[len(f)-1] == "UTC" {
		if t, err := time.Parse(stamp, f[len(f)-3]); err == nil {
			c.setTime(strings.Join(f[:len(f)-4], " "), t)
			return
		}
	}
	when, name, _ := strings.Cut(rest, " ")
	t, err := time.Parse(stamp, (when + "00")[:min(14, len(when)+2)])
	if err != nil || name == "" {
		c.reply(501, "SITE UTIME needs a time and a name.")
		return
	}
	c.setTime(name, t)
}

func (c *session) setTime(name string, t time.Time) {
	c.arg = name
	c.did(c.srv.root.Chtimes(c.local(name), t, t), 200, "UTIME ok.")
}
