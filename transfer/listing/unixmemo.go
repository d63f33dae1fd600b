package listing

import (
	"bytes"
	"io/fs"
)

// unixFront is what stood before the size in the last usual row: permissions,
// links, owner and group, which mostly are the same in the next.
type unixFront struct {
	text         []byte // to the end of the group; empty: none
	kind         Type
	mode         fs.FileMode
	owner, group string
}

const (
	mostFront  = 128 // bytes that are remembered
	dateLength = 12  // of "Nov 22 08:12"
)

// keep remembers the front of a row whose size is at its usual place.
func (f *unixFront) keep(line []byte, end int, e *Entry) {
	if f.text = f.text[:0]; end > mostFront || e.Type == Other {
		return
	}
	f.text = append(f.text, line[:end]...)
	f.kind, f.mode, f.owner, f.group = e.Type, e.Mode, e.Owner, e.Group
}

// likeBefore reads a row that begins as the one before did, has a plain size,
// and a date that is known. False: e is as it was, and the row is to be read
// in full.
func (r *Reader) likeBefore(line []byte, e *Entry) bool {
	f := &r.front
	at := len(f.text)
	if at == 0 || len(line) <= at || line[at] != ' ' || !bytes.HasPrefix(line, f.text) {
		return false
	}
	for at < len(line) && line[at] == ' ' {
		at++
	}
	from, size := at, int64(0)
	for at < len(line) && isDigit(line[at]) {
		size = size*10 + int64(line[at]-'0')
		at++
	}
	end := at + 1 + dateLength // of the date; a blank and a name follow
	if at == from || at-from > 18 || len(line) <= end+1 || line[at] != ' ' || line[end] != ' ' || isBlank(line[end+1]) {
		return false
	}
	text := [dateLength]byte(line[at+1 : end])
	slot := r.dates.slot(&text)
	if slot.text != text {
		return false
	}
	e.Type, e.Mode, e.HasMode, e.Owner, e.Group = f.kind, f.mode, true, f.owner, f.group
	e.Size, e.Time = size, slot.time
	r.unixName(line[end+1:], unixDate{}, e)
	return true
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
