package listing

import "time"

// dateCache keeps the dates of a Unix listing by their text: a folder's files
// mostly share a few, and working one out costs more than the rest of a row.
type dateCache [256]cachedDate

type cachedDate struct {
	text [dateLength]byte // "Nov 22 08:12"; zero: none
	time time.Time
}

// slot spreads the minutes of some hours, and days, over all of them.
func (d *dateCache) slot(text *[dateLength]byte) *cachedDate {
	two := func(at int) int { return int(text[at])*10 + int(text[at+1]) }
	return &d[uint(two(10)+60*two(7)+97*two(4)+131*two(1))%uint(len(d))]
}

// usualDate finds what ls -l prints in the usual place: the size in the fourth
// column behind the permissions, then month, day and time or year in twelve
// bytes. For any other form ok is false and findDate looks closer.
func (r *Reader) usualDate(line []byte, columns []span) (size int, date unixDate, ok bool) {
	if len(columns) < usualSize+5 {
		return 0, unixDate{}, false
	}
	from, to := columns[usualSize+1].from, columns[usualSize+3].to
	if to-from != dateLength || !isSize(columns[usualSize].of(line)) || isDigit(line[from]) {
		return 0, unixDate{}, false
	}
	text := [dateLength]byte(line[from:to])
	slot := r.dates.slot(&text)
	if slot.text != text {
		d, ok := r.unixDate(line, columns[usualSize+1:], false)
		if !ok || d.exact || d.bare || d.end != to {
			return 0, unixDate{}, false
		}
		slot.text, slot.time = text, d.time
	}
	return usualSize, unixDate{time: slot.time, end: to}, true
}
