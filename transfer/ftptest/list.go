package ftptest

import (
	"fmt"
	"io"
	"io/fs"
	"path"
	"sort"
	"strings"
	"time"
)

// row is one thing of a folder.
type row struct {
	name   string
	info   fs.FileInfo
	target string // of a link
}

// rows reads a folder, or gives the one row of something else.
func (c *session) rows(dir string) ([]row, error) {
	root := c.srv.root
	info, err := root.Stat(rel(dir))
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []row{{name: path.Base(dir), info: info}}, nil
	}
	f, err := root.Open(rel(dir))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entries, err := f.ReadDir(-1)
	if err != nil {
		return nil, err
	}
	sort.Slice(entries, func(i, j int) bool { return entries[i].Name() < entries[j].Name() })
	out := make([]row, 0, len(entries))
	for _, e := range entries {
		if info, err := e.Info(); err == nil { // else it vanished meanwhile
			out = append(out, c.row(dir, info))
		}
	}
	return out, nil
}

func (c *session) row(dir string, info fs.FileInfo) row {
	r := row{name: info.Name(), info: info}
	if info.Mode()&fs.ModeSymlink == 0 {
		return r
	}
	name := rel(strings.TrimSuffix(dir, "/") + "/" + r.name)
	r.target, _ = c.srv.root.Readlink(name)
	if c.srv.opt.FollowLinks {
		if real, err := c.srv.root.Stat(name); err == nil {
			r.info = real
		}
	}
	return r
}

// flags takes ls's options off an argument.
func flags(arg string) (opts, rest string) {
	for strings.HasPrefix(arg, "-") {
		var f string
		f, arg, _ = strings.Cut(arg, " ")
		opts += f
	}
	return opts, arg
}

func (c *session) list() {
	opts, arg := flags(c.arg)
	rows, err := c.rows(c.at(arg))
	if err != nil {
		c.fileError(err)
		return
	}
	c.sendRows(visible(rows, strings.Contains(opts, "a")), c.listLine)
}

func (c *session) nameList() {
	opts, arg := flags(c.arg)
	rows, err := c.rows(c.at(arg))
	if err != nil {
		c.fileError(err)
		return
	}
	line := func(r row) string { return c.encode(r.name) }
	if strings.Contains(opts, "l") {
		line = c.listLine
	}
	c.sendRows(visible(rows, strings.Contains(opts, "a")), line)
}

func visible(rows []row, all bool) []row {
	if all {
		return rows
	}
	out := rows[:0:0]
	for _, r := range rows {
		if !strings.HasPrefix(r.name, ".") {
			out = append(out, r)
		}
	}
	return out
}

func (c *session) mlsd() {
	dir := c.at(c.arg)
	info, err := c.srv.root.Stat(rel(dir))
	if err == nil && !info.IsDir() {
		c.reply(501, "%s: Not a directory", c.arg)
		return
	}
	rows, err := c.rows(dir)
	if err != nil {
		c.fileError(err)
		return
	}
	rows = append([]row{{name: ".", info: info}, {name: "..", info: info}}, rows...)
	c.sendRows(rows, c.factLine)
}

// sendRows is the data connection of every listing.
func (c *session) sendRows(rows []row, line func(row) string) {
	c.transfer(false, "Here comes the directory listing.", func(f *flow) error {
		return f.pump(f.conn, c.rowReader(rows, line))
	})
}

// rowReader writes rows only as they are read, so that an endless listing
// takes no memory.
type rowReader struct {
	rows    []row
	line    func(row) string
	pending []byte
	extra   string
	endless *row
	made    int64
	cut     *armed
}

func (c *session) rowReader(rows []row, line func(row) string) *rowReader {
	r := &rowReader{rows: rows, line: line, cut: find(c.armed, TruncateRows)}
	if a := take(c.armed, RawListing); a != nil {
		r.rows, r.pending = nil, []byte(a.Text)
	}
	if a := take(c.armed, ExtraListing); a != nil {
		r.extra = a.Text
	}
	if take(c.armed, EndlessListing) != nil {
		if info, err := c.srv.root.Stat("."); err == nil {
			r.endless = &row{info: info}
		}
	}
	return r
}

func (r *rowReader) Read(p []byte) (int, error) {
	for len(r.pending) < len(p) {
		line, err := r.next()
		if err != nil {
			if len(r.pending) > 0 {
				break
			}
			return 0, err
		}
		r.pending = append(r.pending, line...)
	}
	n := copy(p, r.pending)
	r.pending = r.pending[n:]
	return n, nil
}

func (r *rowReader) next() (string, error) {
	if r.cut != nil && r.made == r.cut.At && len(r.rows) > 0 {
		r.cut.claim()
		return "", &verdict{or(r.cut.Text, fmt.Sprintf("226 Output truncated to %d matches", r.cut.At))}
	}
	r.made++
	switch {
	case len(r.rows) > 0:
		one := r.rows[0]
		r.rows = r.rows[1:]
		return r.line(one) + "\r\n", nil
	case r.extra != "":
		text := r.extra
		r.extra = ""
		return text, nil
	case r.endless != nil:
		r.endless.name = fmt.Sprintf("endless-%d", r.made)
		return r.line(*r.endless) + "\r\n", nil
	}
	return "", io.EOF
}

func find(list []*armed, do Do) *armed {
	for _, a := range list {
		if a.Do == do {
			return a
		}
	}
	return nil
}

// listLine is ls -l's, or IIS's: the server's clock, to the minute for half
// a year and to the day before.
func (c *session) listLine(r row) string {
	t := r.info.ModTime().UTC().Add(c.srv.opt.ClockOffset)
	name := c.encode(r.name)
	if c.srv.opt.DOSListing {
		kind := fmt.Sprintf("%20d", r.info.Size())
		if r.info.IsDir() {
			kind = "      <DIR>         "
		}
		return fmt.Sprintf("%s %s %s", t.Format("01-02-06  03:04PM"), kind, name)
	}
	when := t.Format("Jan _2 15:04")
	if now := time.Now().UTC().Add(c.srv.opt.ClockOffset); t.After(now.Add(time.Minute)) || now.Sub(t) > 182*24*time.Hour {
		when = t.Format("Jan _2  2006")
	}
	if r.info.Mode()&fs.ModeSymlink != 0 {
		name += " -> " + c.encode(r.target)
	}
	return fmt.Sprintf("%s %4d ftp      ftp      %12d %s %s", unixMode(r.info.Mode()), 1, r.info.Size(), when, name)
}

func unixMode(m fs.FileMode) string {
	kind := "-"
	switch {
	case m.IsDir():
		kind = "d"
	case m&fs.ModeSymlink != 0:
		kind = "l"
	case m&fs.ModeSocket != 0:
		kind = "s"
	case m&fs.ModeNamedPipe != 0:
		kind = "p"
	case m&fs.ModeDevice != 0:
		kind = "b"
	}
	return kind + m.Perm().String()[1:]
}

// factLine is a row of MLSD (RFC 3659 section 7).
func (c *session) factLine(r row) string {
	return c.facts(r) + " " + c.encode(r.name)
}

func (c *session) facts(r row) string {
	var b strings.Builder
	m := r.info.Mode()
	switch {
	case r.name == ".":
		b.WriteString("type=cdir;")
	case r.name == "..":
		b.WriteString("type=pdir;")
	case m.IsDir():
		b.WriteString("type=dir;")
	case m&fs.ModeSymlink != 0:
		fmt.Fprintf(&b, "type=OS.unix=slink:%s;", strings.ReplaceAll(c.encode(r.target), ";", "_"))
	case m.IsRegular():
		fmt.Fprintf(&b, "type=file;size=%d;", r.info.Size())
	default:
		b.WriteString("type=OS.unix=other;")
	}
	perm := "adfrw"
	if m.IsDir() {
		perm = "cdeflmp"
	}
	fmt.Fprintf(&b, "modify=%s;perm=%s;unique=%s;UNIX.mode=%04o;", r.info.ModTime().UTC().Format(stamp), perm, unique(r.info), m.Perm())
	return b.String()
}

func (c *session) mlst() {
	p := c.at(c.arg)
	info, err := c.srv.root.Stat(rel(p))
	if err != nil {
		c.fileError(err)
		return
	}
	fact := c.facts(row{name: path.Base(p), info: info}) + " " + c.encode(p)
	c.send(multi(250, "Start of list for "+c.encode(p), []string{fact}, "End of list"))
}

// stat is STAT: of the session, or a listing over the control connection.
func (c *session) stat() {
	if c.arg == "" {
		c.send(multi(211, "Status:", []string{"Logged in as " + c.user, "TYPE: BINARY"}, "End of status"))
		return
	}
	opts, arg := flags(c.arg)
	rows, err := c.rows(c.at(arg))
	if err != nil {
		c.fileError(err)
		return
	}
	if info, err := c.srv.root.Stat(rel(c.at(arg))); err == nil && info.IsDir() {
		rows = append([]row{{name: ".", info: info}, {name: "..", info: info}}, rows...)
	}
	var lines []string
	for _, r := range visible(rows, strings.Contains(opts, "a")) {
		lines = append(lines, c.listLine(r))
	}
	if a := take(c.armed, RawListing); a != nil {
		lines = strings.Split(strings.TrimSuffix(a.Text, "\r\n"), "\r\n")
	}
	c.send(multi(213, "Status follows:", lines, "End of status"))
}
