package session

import (
	"context"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"longshore/transfer/listing"
	"longshore/transfer/wire"
)

// Folder is one of several folders that were listed together.
type Folder struct {
	Dir    string
	Rows   []listing.Entry
	Report listing.Report
}

// status is what a Session knows about the server's STAT with a path.
type status struct {
	proven bool            // its answer equalled the listing of a folder with rows
	off    bool            // something odd was seen
	sure   int             // Pure-FTPd: listings may have more rows than this; other servers: 0
	probed bool            // sure was measured
	reader *listing.Reader // of its lines
}

// ListMany lists several folders of a tree with one round trip for all, where
// the server is known to answer STAT (RFC 959 §4.1.3) with all that LIST -a
// shows: vsftpd and Pure-FTPd. ProFTPD is not among them, for it takes minutes
// for a large folder and nobody else is served by it meanwhile. It gives those
// folders of dirs that were shown whole; the others, among them all with names
// that a server might take for patterns or options, are to be listed by List.
// None and no error says that this server is no case for it.
//
// The first folder with rows in it is listed both ways and compared. Each
// answer must hold "." and "..", no line that cannot be read, and, from
// Pure-FTPd, fewer rows than the number at which it cuts listings in silence.
// That number is measured below top, a folder with much below it. After the
// first oddity STAT is not used again on this connection.
func (s *Session) ListMany(ctx context.Context, top string, dirs []string) ([]Folder, error) {
	if !s.MayListMany() || len(dirs) == 0 {
		return nil, nil
	}
	var out []Folder
	err := s.do(ctx, "list", dirs[0], func() (err error) {
		if !s.status.proven {
			out, err = s.proveStatus(top, dirs)
			return err
		}
		out, err = s.statMany(top, dirs)
		return err
	})
	return out, err
}

// MayListMany reports whether ListMany is worth trying on this connection.
func (s *Session) MayListMany() bool {
	switch s.target.List {
	case ListAuto, ListAll, ListMLSD:
	default:
		return false // without -a: names that begin with a dot are not wanted
	}
	return !s.status.off && s.bearsEarly() && (s.isSoftware("vsFTPd") || s.isSoftware("Pure-FTPd"))
}

func (s *Session) noStatus(format string, args ...any) {
	s.status.off = true
	s.note("Folders are listed one by one: "+format, args...)
}

// proveStatus lists one folder by its own listing command and by STAT, and
// gives it if both are the same or STAT is no good.
func (s *Session) proveStatus(top string, dirs []string) ([]Folder, error) {
	at := slices.IndexFunc(dirs, isPlainPath)
	if at < 0 {
		return nil, nil
	}
	listed := Folder{Dir: dirs[at]}
	var err error
	listed.Report, err = s.listDir(dirs[at], func(rows []listing.Entry) { listed.Rows = append(listed.Rows, rows...) })
	if err != nil {
		return nil, err
	}
	s.surely(s.ctl.Last().Text())
	if listed.Report.Truncated || len(listed.Rows) == 0 {
		return []Folder{listed}, nil // it proves nothing
	}
	found, err := s.statMany(top, dirs[at:at+1])
	if err != nil {
		return nil, err
	}
	if len(found) == 1 && sameRows(listed.Rows, found[0].Rows) {
		s.status.proven = true
		s.clockFrom(listed.Rows, found[0].Rows)
	} else if !s.status.off {
		s.noStatus("STAT and the listing of %q differ", dirs[at])
	}
	return []Folder{listed}, nil
}

// sameRows compares names, types and the sizes of files.
func sameRows(a, b []listing.Entry) bool {
	byName := func(x, y listing.Entry) int { return strings.Compare(x.Raw, y.Raw) }
	a, b = slices.SortedFunc(slices.Values(a), byName), slices.SortedFunc(slices.Values(b), byName)
	return slices.EqualFunc(a, b, func(x, y listing.Entry) bool {
		return x.Raw == y.Raw && x.Type == y.Type && (x.Type != listing.File || x.Size == y.Size)
	})
}

// clockFrom learns the clock of LIST and STAT from a file that MLSD gave in UTC.
func (s *Session) clockFrom(listed, stat []listing.Entry) {
	if s.clockOffset() != nil {
		return
	}
	row, ok := clockRow(stat)
	at := slices.IndexFunc(listed, func(e listing.Entry) bool { return e.Raw == row.Raw && e.Exact })
	if !ok || at < 0 {
		return
	}
	if offset, ok := clockDifference(row.Time, listed[at].Time); ok {
		s.setOffset(offset)
	}
}

// statMany asks for as many of dirs as go into one burst.
func (s *Session) statMany(top string, dirs []string) ([]Folder, error) {
	var lines []string
	var found []Folder
	size := 0
	for _, dir := range dirs {
		line := "STAT -a " + s.encoded(dir)
		if !isPlainPath(dir) || !wire.BurstFits(len(lines), size, line) {
			continue
		}
		lines, found, size = append(lines, line), append(found, Folder{Dir: dir}), size+len(line)+2
	}
	if len(lines) == 0 {
		return nil, nil
	}
	if err := s.statLines(lines, found); err != nil {
		return nil, err
	}
	most := 0
	for i := range found {
		if r := found[i].Report; r.Dots == 2 {
			most = max(most, r.Rows+r.Dots)
		}
	}
	if s.cuts() && s.status.proven && most >= s.status.sure && !s.status.probed {
		if err := s.probeLimit(top); err != nil {
			return nil, err
		}
	}
	found = slices.DeleteFunc(found, func(f Folder) bool { return !s.isWhole(f) })
	return found, s.statClock(found)
}

// statLines sends the commands and reads the rows of each into found.
func (s *Session) statLines(lines []string, found []Folder) error {
	if s.status.reader == nil {
		s.status.reader = listing.NewReader(nil, s.listingOptions(ListAll))
	}
	r, at := s.status.reader, 0
	r.Restart()
	var e listing.Entry
	end := func() { found[at].Report = r.Report() }
	replies, err := s.ctl.Burst(lines, func(i int, line []byte) {
		if i != at {
			end()
			at = i
			r.Restart()
		}
		if r.Line(line, &e) {
			found[i].Rows = append(found[i].Rows, e)
		}
	})
	if err != nil {
		s.status.off = true
		return err
	}
	end()
	for i, reply := range replies {
		if code := reply.Code; code < 211 || code > 213 {
			found[i] = Folder{Dir: found[i].Dir}
		}
	}
	return nil
}

// isWhole says whether the answer to STAT shows a folder and all of it. Where
// "." and ".." are missing it is a file, nothing, or a folder that may not be
// read: servers say so by an empty answer.
func (s *Session) isWhole(f Folder) bool {
	r := f.Report
	if r.Dots != 2 || r.Unreadable > 0 || r.Truncated || r.Dialect != "unix" {
		return false
	}
	return !s.cuts() || !s.status.proven || r.Rows+r.Dots < s.status.sure
}

// cuts reports a server that cuts the answer to STAT without a word.
func (s *Session) cuts() bool { return s.isSoftware("Pure-FTPd") }

// probeLimit learns how many rows Pure-FTPd gives at least. Its limit counts
// the rows of all folders of a recursive listing, and that one ends with
// their number: "226 54 matches total", "226 Output truncated to 10000 matches".
func (s *Session) probeLimit(top string) error {
	s.status.probed = true
	if err := s.enter(top); err != nil {
		return err
	}
	s.ctl.Expect(wire.Transfer{Command: "LIST -aR"})
	resp, err := s.lib.Retr(".")
	if err != nil {
		return err
	}
	if err := s.drain(resp); err != nil {
		return err
	}
	s.surely(s.ctl.Last().Text())
	return nil
}

// matches is what Pure-FTPd says at the end of a listing.
var matches = regexp.MustCompile(`(\d+) matches`)

func (s *Session) surely(text string) {
	if m := matches.FindStringSubmatch(text); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			s.status.sure = max(s.status.sure, n)
		}
	}
}

// statClock measures the server's clock by one file if nothing else did, as
// listAndSetClock does, and puts right what came before it was known.
func (s *Session) statClock(found []Folder) error {
	if _, ok := s.ctl.Feature("MDTM"); !ok || !s.status.proven || s.clockOffset() != nil {
		return nil
	}
	for _, f := range found {
		row, ok := clockRow(f.Rows)
		if !ok || !isPlainPath(path.Join(f.Dir, row.Raw)) {
			continue
		}
		utc, err := s.modified(s.encoded(path.Join(f.Dir, row.Raw)))
		if err != nil {
			return s.ctl.Err()
		}
		offset, ok := clockDifference(row.Time, utc)
		if !ok {
			return nil
		}
		s.setOffset(offset)
		for _, f := range found {
			shift(f.Rows, offset)
		}
		return nil
	}
	return nil
}

// isPlainPath refuses what some server does not take as it stands in STAT:
// blanks, patterns, quotes and backslashes, and the telnet escape (RFC 854).
func isPlainPath(p string) bool {
	for i := range len(p) {
		c := p[i]
		if c <= ' ' || c == 0x7f || c == 0xff || strings.IndexByte("*?[]{}\\\"'~", c) >= 0 {
			return false
		}
	}
	return strings.HasPrefix(p, "/") && !strings.Contains(p, "/-")
}
