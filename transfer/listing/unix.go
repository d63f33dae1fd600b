package listing

import (
	"bytes"
	"io/fs"
	"time"
)

// parseUnix reads what ls -l prints, and what many servers on other systems
// print in its likeness:
//
//	-rw-r--r--+ 1 owner group  1234 Mar 23 10:30 name
//
// Inode and block count before it, the count of links, owner, group and size
// may be missing; owner and group may hold blanks. What finds the columns is
// the number followed by a date.
func parseUnix(r *Reader, line []byte, e *Entry) verdict {
	if r.likeBefore(line, e) {
		return row
	}
	all := len(line)
	line, ok := fromMode(line)
	if !ok {
		return foreign
	}
	at := 10
	for at < len(line) && (line[at] == '+' || line[at] == '.' || line[at] == '@') {
		at++
	}
	if at == len(line) || line[at] != ' ' && line[at] != '\t' && !isDigit(line[at]) {
		return foreign
	}
	columns := fields(line, at, r.columns[:usualFields])
	size, date, usual := r.usualDate(line, columns)
	if ok = usual; !ok {
		columns = fields(line, at, r.columns[:])
		size, date, ok = r.findDate(line, columns)
	}
	if !ok {
		return foreign
	}
	readMode(line, e)
	e.Time, e.Exact = date.time, date.exact
	r.owners(line, columns[:max(size, 0)], e)
	if size >= 0 && e.Type != Other {
		e.Size = unixSize(columns[size].of(line))
		if size == 2 && forkSum(line, columns, e.Size) {
			e.Size = -1
		}
	}
	if usual && len(line) == all {
		r.front.keep(line, columns[usualSize-1].to, e)
	}
	r.unixName(line[min(date.end+1, len(line)):], date, e)
	return row
}

// maxFields bounds how many columns are looked at; a name may have more.
// usualFields are enough where size and date stand at their usual place.
const (
	maxFields   = 20
	usualFields = 9
	usualSize   = 3 // links, owner, group before it
)

// fromMode skips the numbers that ls -i and -s print first, and checks that
// the permissions follow.
func fromMode(line []byte) ([]byte, bool) {
	for range 3 {
		if isMode(line) {
			return line, true
		}
		line = bytes.TrimLeft(line, " \t")
		if isMode(line) {
			return line, true
		}
		n := digits(line)
		if n == 0 || n == len(line) || line[n] != ' ' {
			return nil, false
		}
		line = line[n:]
	}
	return nil, false
}

// isMode looks for a type letter and nine permission letters. The types are
// those of ls on Linux, BSD, Solaris (D, P), HP-UX (n), Cray (m, M).
func isMode(line []byte) bool {
	if len(line) < 11 || bytes.IndexByte([]byte("-dlbcpsfDPnCmMw?"), line[0]) < 0 {
		return false
	}
	for i, c := range line[1:10] {
		switch c {
		case '-', 's', 'S', 't', 'T', 'l', 'L', 'x':
		case ' ': // basic-ftp issue 193: a server that leaves the last one out
			if i != 8 {
				return false
			}
		case 'r':
			if i%3 != 0 {
				return false
			}
		case 'w':
			if i%3 != 1 {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func readMode(line []byte, e *Entry) {
	e.HasMode = true
	for i, c := range line[1:10] {
		switch c {
		case 'r', 'w', 'x', 's', 't':
			e.Mode |= 1 << (8 - i)
		}
		switch c {
		case 's', 'S', 'l', 'L':
			e.Mode |= [...]fs.FileMode{fs.ModeSetuid, fs.ModeSetgid, 0}[i/3]
		case 't', 'T':
			e.Mode |= fs.ModeSticky
		}
	}
	switch line[0] {
	case '-', 'f', 'm', 'M', 'C':
		e.Type = File
	case 'd':
		e.Type = Dir
	case 'l':
		e.Type = Link
	default:
		e.Type = Other
	}
}

// unixDate is a date with the columns it took.
type unixDate struct {
	time  time.Time
	exact bool
	end   int  // where its last column ends
	bare  bool // a day in ISO form without a time of day: ls pads it with a blank
}

// findDate looks for the first column that is a size and has a date behind
// it; failing that, a date right behind the permissions. A second round takes
// months of languages that are not known, and gives no time for them.
func (r *Reader) findDate(line []byte, columns []span) (size int, date unixDate, ok bool) {
	for _, guess := range [...]bool{false, true} {
		for i := range columns {
			if !isSize(columns[i].of(line)) {
				continue
			}
			if date, ok := r.unixDate(line, columns[i+1:], guess); ok {
				return i, date, true
			}
		}
	}
	for i := range columns {
		if date, ok := r.unixDate(line, columns[i:], false); ok {
			return -1, date, true
		}
	}
	return 0, unixDate{}, false
}

// isSize takes what starts with a digit, has only digits, separators and a
// unit, such as "1234", "1,234", "1.5K", and the "1," of a device's numbers.
func isSize(b []byte) bool {
	if !isDigit(b[0]) {
		return false
	}
	for i, c := range b {
		if isDigit(c) || c == ',' || c == '.' {
			continue
		}
		return i == len(b)-1 && bytes.IndexByte([]byte("BKMGTkmgt"), c) >= 0
	}
	return true
}

// unixSize takes whole numbers, with or without separators of thousands.
// "1.5K" is too rough to compare with and counts as not said.
func unixSize(b []byte) int64 {
	if n, ok := decimal(b); ok {
		return n
	}
	var plain [32]byte
	out := plain[:0]
	for len(b) > 0 && len(out) < 24 {
		n := digits(b)
		if n == 0 || n > 3 || len(out) > 0 && n != 3 {
			return -1
		}
		out = append(out, b[:n]...)
		if b = b[n:]; len(b) > 0 {
			if b[0] != ',' && b[0] != '.' || len(b) == 1 {
				return -1
			}
			b = b[1:]
		}
	}
	if n, ok := decimal(out); ok {
		return n
	}
	return -1
}

// forkSum knows the form of servers on classic Macs: resource fork, data fork,
// and the sum of both, which is not what a download gives.
func forkSum(line []byte, columns []span, sum int64) bool {
	resource, ok := decimal(columns[0].of(line))
	data, also := decimal(columns[1].of(line))
	return ok && also && resource > 0 && resource+data == sum
}

// owners reads what stands between permissions and size: count of links,
// owner, group. Where blanks make it ambiguous, the group gets them
// ("Domain Users").
func (r *Reader) owners(line []byte, columns []span, e *Entry) {
	if len(columns) > 0 && digits(columns[0].of(line)) == columns[0].to-columns[0].from {
		columns = columns[1:]
	}
	if n := len(columns); n > 0 && e.Type == Other && line[columns[n-1].to-1] == ',' {
		columns = columns[:n-1] // the major number of a device
	}
	if len(columns) == 0 {
		return
	}
	e.Owner = r.words.again(owner, columns[0].of(line))
	if len(columns) > 1 {
		e.Group = r.words.again(group, line[columns[1].from:columns[len(columns)-1].to])
	}
}

// unixName takes the name from behind the blank after the date. Everything
// in it counts, leading blanks as well; only a link has more to it.
func (r *Reader) unixName(name []byte, date unixDate, e *Entry) {
	if date.bare && len(name) > 0 && name[0] == ' ' {
		name = name[1:]
	}
	if e.Type == Link {
		if i := bytes.Index(name, []byte(" -> ")); i > 0 {
			e.Target = r.words.fresh(name[i+4:])
			name = name[:i]
		}
	}
	if e.Type == Dir && len(name) > 1 && name[len(name)-1] == '/' {
		name = name[:len(name)-1] // ls -F
	}
	e.Raw = r.words.fresh(name)
}
