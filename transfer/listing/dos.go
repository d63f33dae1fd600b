package listing

import "bytes"

// parseDOS reads what IIS and other servers on Windows print, and OS/2's form
// of it:
//
//	04-27-00  09:09PM       <DIR>          licensed
//	02-15-2018  14:08             1,234,567 readme.htm
//	73098      A          04-06-97   15:15  ds0.internic1
func parseDOS(r *Reader, line []byte, e *Entry) verdict {
	columns := fields(line, 0, r.columns[:8])
	if len(columns) < 4 || !isDigit(line[columns[0].from]) {
		return foreign
	}
	if digits(columns[0].of(line)) == columns[0].to-columns[0].from {
		return parseOS2(r, line, columns, e)
	}
	year, month, day, ok := dosDate(columns[0].of(line))
	if !ok {
		return foreign
	}
	c, used := dosClock(line, columns[1:])
	if used == 0 || len(columns) < used+3 {
		return foreign
	}
	what := columns[used+1]
	e.Time = r.at(year, month, day, c)
	kind := what.of(line)
	name := rest(line, what)
	if kind[0] == '<' {
		name = r.reparse(line, what, e)
		if name == nil {
			return foreign
		}
	} else if e.Size = unixSize(kind); !isDigit(kind[0]) || e.Size < 0 {
		return foreign
	}
	e.Raw = r.words.fresh(name)
	return row
}

// dosDate reads MM-DD-YY, MM-DD-YYYY, MM/DD/YYYY: IIS always has the month
// first. A first number above 12 can only be a day, and four digits a year.
func dosDate(b []byte) (year, month, day int, ok bool) {
	if len(b) < 8 || len(b) > 10 {
		return 0, 0, 0, false
	}
	d, ok := readNumbers(b)
	if ok && d.n[0] <= 12 && d.mark != '.' {
		return century(d.n[2], d.length[2]), d.n[0], d.n[1], true
	}
	year, month, day = d.date()
	return year, month, day, ok
}

// dosClock reads "09:09PM", "09:09 PM", "14:08". It says how many columns
// that took, 0 if it is none.
func dosClock(line []byte, columns []span) (clock, int) {
	b := columns[0].of(line)
	used := 1
	half := byte(0)
	if n := len(b); n > 2 && b[n-1]|0x20 == 'm' {
		half, b = b[n-2]|0x20, b[:n-2]
	} else if next := columns[1].of(line); len(next) == 2 && next[1]|0x20 == 'm' {
		half, used = next[0]|0x20, 2
	}
	c, ok := readClock(b)
	switch {
	case !ok, half != 0 && half != 'a' && half != 'p', half != 0 && c.hour > 12:
		return noClock, 0
	case half == 'p' && c.hour < 12:
		c.hour += 12
	case half == 'a' && c.hour == 12:
		c.hour = 0
	}
	return c, used
}

// reparse reads <DIR>, <JUNCTION>, <SYMLINKD>, <SYMLINK> and gives the name.
// IIS pads the mark to 15 columns, so that blanks in front of the name can be
// told from padding.
func (r *Reader) reparse(line []byte, what span, e *Entry) []byte {
	const width = 15
	name := line[what.to:]
	if fixed := what.from + width; fixed > what.to && fixed < len(line) && len(bytes.TrimSpace(line[what.to:fixed])) == 0 {
		name = line[fixed:]
	} else {
		name = bytes.TrimLeft(name, " ")
	}
	switch kind := what.of(line); {
	case isFact(kind, "<dir>"):
		e.Type = Dir
	case isFact(kind, "<junction>"), isFact(kind, "<symlink>"), isFact(kind, "<symlinkd>"):
		e.Type = Link
		if i := bytes.LastIndex(name, []byte(" [")); i > 0 && name[len(name)-1] == ']' {
			e.Target = r.words.fresh(name[i+2 : len(name)-1])
			name = name[:i]
		}
	default:
		return nil
	}
	return name
}

// parseOS2 reads size, attributes, date, time, name. "DIR" among the
// attributes marks a folder.
func parseOS2(r *Reader, line []byte, columns []span, e *Entry) verdict {
	size, ok := decimal(columns[0].of(line))
	if !ok {
		return foreign
	}
	for i := 1; i+2 < len(columns) && i < 4; i++ {
		word := columns[i].of(line)
		if year, month, day, ok := dosDate(word); ok {
			c, ok := readClock(columns[i+1].of(line))
			if !ok {
				return foreign
			}
			if e.Type == File {
				e.Size = size
			}
			e.Time = r.at(year, month, day, c)
			e.Raw = r.words.fresh(bytes.TrimLeft(rest(line, columns[i+1]), " "))
			return row
		}
		switch {
		case isFact(word, "dir"):
			e.Type = Dir
		case len(word) > 4 || bytes.ContainsAny(word, "0123456789"):
			return foreign
		}
	}
	return foreign
}
