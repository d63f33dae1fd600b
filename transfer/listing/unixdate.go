package listing

import "time"

// unixDate reads a date from the start of columns, in any form that ls has:
//
//	Mar 23 10:30        Mar 23 2004         Mar 23 10:30:15 2004
//	23 mars 10:30       23. Mär 2004        3月 23 10:30
//	2004-03-23 10:30    2004-03-23 10:30:15.000000000 +0100
//	2004-03-23          03-23 10:30         23.03.2004 10:30
//	01-jun-99           Mar 23, 2004 10:30
//
// With guess set a month may be any word; the time is then not said.
func (r *Reader) unixDate(line []byte, columns []span, guess bool) (unixDate, bool) {
	if len(columns) < 2 {
		return unixDate{}, false
	}
	first, second := columns[0].of(line), columns[1].of(line)
	month, day := 0, 0
	if !isDigit(first[0]) {
		if month = monthOf(first); month != 0 {
			day = dayOf(second)
		}
	} else {
		if digits(first) < len(first) {
			if d, ok := r.numericDate(line, columns); ok {
				return d, true
			}
		}
		if month = monthOf(first); month != 0 {
			day = dayOf(second)
		} else if day = dayOf(first); day != 0 {
			month = monthOf(second)
		}
	}
	if guess && (month == 0 || day == 0) {
		month, day = guessMonth(first, second)
	}
	if month == 0 || day == 0 || len(columns) < 4 {
		return unixDate{}, false
	}
	return r.wordDate(line, columns, month, day)
}

// wordDate reads the time or year behind month and day, or both, as BSD's
// ls -T ("10:30:15 2004") and VShell ("08, 2002 09:47") print them.
func (r *Reader) wordDate(line []byte, columns []span, month, day int) (unixDate, bool) {
	third := columns[2].of(line)
	if c, ok := readClock(third); ok {
		if len(third) == 8 && len(columns) > 4 {
			if y := yearOf(columns[3].of(line)); y > 0 {
				return r.found(columns[3], r.at(y, month, day, c)), true
			}
		}
		return r.found(columns[2], r.recent(month, day, c)), true
	}
	y := yearOf(third)
	if y == 0 {
		return unixDate{}, false
	}
	if line[columns[1].to-1] == ',' && len(columns) > 4 {
		if c, ok := readClock(columns[3].of(line)); ok {
			return r.found(columns[3], r.at(y, month, day, c)), true
		}
	}
	return r.found(columns[2], r.at(y, month, day, noClock)), true
}

func (r *Reader) found(last span, t time.Time) unixDate {
	return unixDate{time: t, end: last.to}
}

// numericDate reads the forms that stand in one column.
func (r *Reader) numericDate(line []byte, columns []span) (unixDate, bool) {
	first := columns[0].of(line)
	year, month, day, named := namedDate(first)
	if !named {
		d, ok := readNumbers(first)
		if !ok {
			return r.monthDay(line, columns)
		}
		year, month, day = d.date()
	}
	iso := len(first) == 10 && digits(first) == 4
	c, timed := readClock(columns[1].of(line))
	if !timed {
		return unixDate{time: r.at(year, month, day, noClock), end: columns[0].to, bare: iso}, iso || named
	}
	d := unixDate{time: r.at(year, month, day, c), end: columns[1].to}
	if len(columns) > 3 && !d.time.IsZero() {
		if zone, ok := zoneOf(columns[2].of(line)); ok {
			d.time = d.time.Add(r.options.Offset - zone)
			d.exact, d.end = true, columns[2].to
		}
	}
	return d, len(columns) > 2
}

// monthDay reads "03-23 10:30", the iso style of ls for recent files, and
// "03-23 2004".
func (r *Reader) monthDay(line []byte, columns []span) (unixDate, bool) {
	b := columns[0].of(line)
	if len(b) != 5 || b[2] != '-' || digits(b[:2]) != 2 || digits(b[3:]) != 2 || len(columns) < 3 {
		return unixDate{}, false
	}
	second := columns[1].of(line)
	if c, ok := readClock(second); ok {
		return r.found(columns[1], r.recent(two(b), two(b[3:]), c)), true
	}
	y := yearOf(second)
	return r.found(columns[1], r.at(y, two(b), two(b[3:]), noClock)), y > 0
}

// zoneOf reads "+0100" as what is to be taken off to get UTC.
func zoneOf(b []byte) (time.Duration, bool) {
	if len(b) != 5 || b[0] != '+' && b[0] != '-' || digits(b[1:]) != 4 {
		return 0, false
	}
	d := time.Duration(two(b[1:]))*time.Hour + time.Duration(two(b[3:]))*time.Minute
	if b[0] == '-' {
		d = -d
	}
	return d, true
}

// dayOf reads "23", "3", "23.", "23,", "23日"; 0 for anything else.
func dayOf(b []byte) int {
	n := digits(b)
	if n < 1 || n > 2 {
		return 0
	}
	switch string(b[n:]) {
	case "", ".", ",", "日", "일", "\x93\xfa", "\xc6\xfc", "\xc8\xd5":
		if d := small(b[:n]); d <= 31 {
			return d
		}
	}
	return 0
}

// yearOf reads "2004" and "2004年"; 0 for anything else.
func yearOf(b []byte) int {
	if digits(b) != 4 {
		return 0
	}
	switch string(b[4:]) {
	case "", "年", "년", "\x94N", "\xc7\xaf", "\xc4\xea":
		if y := small(b[:4]); y >= 1900 && y < 2300 {
			return y
		}
	}
	return 0
}

// guessMonth takes a pair of word and day in either order, or the two bare
// numbers of BSD's ls in East Asia, for a date that cannot be read.
func guessMonth(first, second []byte) (month, day int) {
	switch {
	case isWord(first) && dayOf(second) > 0, isWord(second) && dayOf(first) > 0:
		return -1, 1
	case dayOf(first) > 0 && dayOf(first) <= 12 && dayOf(second) > 0:
		return -1, 1
	}
	return 0, 0
}

func isWord(b []byte) bool {
	for _, c := range b {
		if isDigit(c) || c == ',' || c == ':' {
			return false
		}
	}
	return len(b) >= 2
}
