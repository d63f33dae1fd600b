package listing

import "bytes"

// parseNetWare reads the form of NetWare's servers: a type letter, the rights
// in brackets, owner, size, date, name.
//
//	d [R----F--] supervisor            512       Jan 16 18:53    login
//	- [RWCEAFMS] NFAUUser         12345678 Mar 23  2004 data.zip
func parseNetWare(r *Reader, line []byte, e *Entry) verdict {
	if len(line) < 12 || line[0] != '-' && line[0] != 'd' || line[1] != ' ' && line[1] != '[' {
		return foreign
	}
	from, to := bytes.IndexByte(line, '['), bytes.IndexByte(line, ']')
	if from < 0 || from > 2 || to < from || to > from+12 {
		return foreign
	}
	columns := fields(line, to+1, r.columns[:])
	size, date, ok := r.findDate(line, columns)
	if !ok || size < 0 {
		return foreign
	}
	if line[0] == 'd' {
		e.Type = Dir
	} else {
		e.Size = unixSize(columns[size].of(line))
	}
	if size > 0 {
		e.Owner = r.words.again(owner, line[columns[0].from:columns[size-1].to])
	}
	e.Time, e.Exact = date.time, date.exact
	e.Raw = r.words.fresh(bytes.TrimLeft(line[date.end:], " "))
	return row
}
