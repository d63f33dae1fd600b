package listing

import (
	"bytes"
	"time"
)

// instant makes a UTC time of checked parts. False: no such date.
func instant(year, month, day, hour, minute, second, nano int) (time.Time, bool) {
	if year < 1 || month < 1 || month > 12 || day < 1 || day > monthDays(year, month) ||
		hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nano, time.UTC), true
}

func monthDays(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if leap(year) {
			return 29
		}
		return 28
	}
	return 31
}

func leap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

// clock is a time of day; a negative hour means that none was said.
type clock struct{ hour, minute, second, nano int }

var noClock = clock{hour: -1}

// readClock reads H:MM, HH:MM, HH:MM:SS, HH:MM:SS.fraction.
func readClock(b []byte) (clock, bool) {
	n := digits(b)
	if n < 1 || n > 2 || len(b) < n+3 || b[n] != ':' || digits(b[n+1:n+3]) != 2 {
		return noClock, false
	}
	c := clock{hour: small(b[:n]), minute: two(b[n+1:])}
	b = b[n+3:]
	if len(b) >= 3 && b[0] == ':' && digits(b[1:3]) == 2 {
		c.second = two(b[1:])
		b = b[3:]
		if len(b) >= 2 && (b[0] == '.' || b[0] == ',') && digits(b[1:]) == len(b)-1 {
			c.nano, b = fraction(b[1:]), nil
		}
	}
	return c, len(b) == 0 && c.hour < 24 && c.minute < 60 && c.second <= 60
}

// at is the moment when the server's clock showed this, in UTC; zero if there
// is no such date.
func (r *Reader) at(year, month, day int, c clock) time.Time {
	t, ok := instant(year, month, day, max(c.hour, 0), c.minute, c.second, c.nano)
	if !ok {
		return time.Time{}
	}
	return t.Add(-r.options.Offset)
}

// recent finds the year that ls left out: it prints the time of day for files
// of about the last six months, so the date is the latest one that is not in
// the future. A day of grace covers clocks and zones; 29 February goes back to
// a leap year.
func (r *Reader) recent(month, day int, c clock) time.Time {
	limit := r.now.AddDate(0, 0, 1)
	for year := limit.Year(); year > limit.Year()-9; year-- {
		t, ok := instant(year, month, day, max(c.hour, 0), c.minute, c.second, c.nano)
		if ok && !t.After(limit) {
			return t.Add(-r.options.Offset)
		}
	}
	return time.Time{}
}

// century completes a year of two digits as POSIX does, 69 to 99 are 19xx,
// and one of three as a server of the last century prints it: 103 is 2003.
func century(year, length int) int {
	switch {
	case length > 3:
		return year
	case length == 3:
		return 1900 + year
	case year < 69:
		return 2000 + year
	}
	return 1900 + year
}

// numbers are the three of a numeric date, in the order they stand.
type numbers struct {
	n, length [3]int
	mark      byte // between them: '/', '-' or '.'
}

func readNumbers(b []byte) (d numbers, ok bool) {
	for i := range d.n {
		l := digits(b)
		if l == 0 || l > 4 {
			return d, false
		}
		d.n[i], d.length[i] = small(b[:l]), l
		if b = b[l:]; i == 2 {
			break
		}
		if len(b) == 0 || b[0] != '/' && b[0] != '-' && b[0] != '.' {
			return d, false
		}
		d.mark, b = b[0], b[1:]
	}
	return d, len(b) == 0
}

// date reads a date whose order is not known. A year of four digits in front
// means ISO order, full stops mean day.month.year; else a date comes out only
// if a single order makes sense, and zeros if not.
func (d numbers) date() (year, month, day int) {
	switch {
	case d.length[0] == 4:
		return d.n[0], d.n[1], d.n[2]
	case d.mark == '.':
		return century(d.n[2], d.length[2]), d.n[1], d.n[0]
	}
	orders := [...][3]int{{2, 1, 0}, {2, 0, 1}, {0, 1, 2}}
	count := len(orders)
	if d.length[2] == 4 {
		count--
	}
	for _, o := range orders[:count] {
		y, m, dd := century(d.n[o[0]], d.length[o[0]]), d.n[o[1]], d.n[o[2]]
		if _, ok := instant(y, m, dd, 0, 0, 0, 0); !ok || y == year && m == month && dd == day {
			continue
		}
		if year != 0 {
			return 0, 0, 0
		}
		year, month, day = y, m, dd
	}
	return year, month, day
}

// namedDate reads 29-JAN-1996 and 01-jun-99.
func namedDate(b []byte) (year, month, day int, ok bool) {
	d, more, _ := bytes.Cut(b, []byte("-"))
	m, y, found := bytes.Cut(more, []byte("-"))
	if !found || len(y) != 4 && len(y) != 2 || small(y) < 0 {
		return 0, 0, 0, false
	}
	year, month, day = century(small(y), len(y)), monthOf(m), dayOf(d)
	return year, month, day, month > 0 && day > 0
}
