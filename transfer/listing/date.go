package listing

import "time"

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

// century completes a year of two digits as POSIX does: 69 to 99 are 19xx.
func century(year, length int) int {
	switch {
	case length > 2:
		return year
	case year < 69:
		return 2000 + year
	}
	return 1900 + year
}

// threeNumbers reads a date such as 02/23/00 whose order is not known. It
// gives a date only if a single order makes sense, ISO order where the year
// comes first with four digits; false: not three numbers.
func threeNumbers(b []byte) (year, month, day int, ok bool) {
	var n, length [3]int
	for i := range n {
		l := digits(b)
		if l == 0 || l > 4 || l == 3 {
			return 0, 0, 0, false
		}
		n[i], length[i] = small(b[:l]), l
		b = b[l:]
		if i < 2 {
			if len(b) == 0 || b[0] != '/' && b[0] != '-' && b[0] != '.' {
				return 0, 0, 0, false
			}
			b = b[1:]
		}
	}
	if len(b) != 0 {
		return 0, 0, 0, false
	}
	if length[0] == 4 {
		return n[0], n[1], n[2], true
	}
	year, month, day = onlyOrder(n, length)
	return year, month, day, true
}

// onlyOrder tries year-month-day, day-month-year and month-day-year.
func onlyOrder(n, length [3]int) (year, month, day int) {
	orders := [...][3]int{{0, 1, 2}, {2, 1, 0}, {2, 0, 1}}
	found := 0
	for i, o := range orders {
		if i == 0 && length[2] == 4 {
			continue
		}
		y := century(n[o[0]], length[o[0]])
		if _, ok := instant(y, n[o[1]], n[o[2]], 0, 0, 0, 0); !ok {
			continue
		}
		if found > 0 && (y != year || n[o[1]] != month || n[o[2]] != day) {
			return 0, 0, 0
		}
		found++
		year, month, day = y, n[o[1]], n[o[2]]
	}
	return year, month, day
}
