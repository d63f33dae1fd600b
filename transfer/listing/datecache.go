package listing

import "time"

// dateCache keeps the dates of a Unix listing by their text: a folder's files
// mostly share a few, and working one out costs more than the rest of a row.
type dateCache [64]cachedDate

type cachedDate struct {
	text [12]byte // "Nov 22 08:12"; zero: none
	time time.Time
}

// usualDate finds what ls -l prints in the usual place: the size in the fourth
// column behind the permissions, then month, day and time or year in twelve
// bytes. For any other form ok is false and findDate looks closer.
func (r *Reader) usualDate(line []byte, columns []span) (size int, date unixDate, ok bool) {
	if len(columns) < usualSize+5 {
		return 0, unixDate{}, false
	}
	from, to := columns[usualSize+1].from, columns[usualSize+3].to
	if to-from != 12 || !isSize(columns[usualSize].of(line)) || isDigit(line[from]) {
		return 0, unixDate{}, false
	}
	text := [12]byte(line[from:to])
	slot := &r.dates[(int(text[4])*5+int(text[5])*13+int(text[10])*31+int(text[11])*7+int(text[8])*3)%len(r.dates)]
	if slot.text != text {
		d, ok := r.unixDate(line, columns[usualSize+1:], false)
		if !ok || d.exact || d.bare || d.end != to {
			return 0, unixDate{}, false
		}
		slot.text, slot.time = text, d.time
	}
	return usualSize, unixDate{time: slot.time, end: to}, true
}
