package listing

import "bytes"

// parseOS400 reads the form of IBM i: owner, size, date, time, object type,
// name. Members of a file have no owner and date.
//
//	QSYS            77824 02/23/00 15:09:55 *DIR       QOpenSys/
//	QPGMR           36864 11/08/14 10:24:12 *STMF      notes.txt
//	                                        *MEM       QCLSRC.FILE/A.MBR
//
// The date comes in the job's own order; where that is ambiguous it is not
// said.
func parseOS400(r *Reader, line []byte, e *Entry) verdict {
	columns := fields(line, 0, r.columns[:6])
	star := -1
	for i, column := range columns {
		if line[column.from] == '*' && column.to-column.from > 2 {
			star = i
			break
		}
	}
	if star < 0 || star+1 >= len(columns) || !r.os400Facts(line, columns[:star], e) {
		return foreign
	}
	name := bytes.TrimRight(line[columns[star+1].from:], " ")
	switch kind := string(columns[star].of(line)); kind {
	case "*FILE":
		if !bytes.HasSuffix(name, []byte(".SAVF")) { // a save file has no members
			e.Type = Dir
		}
	case "*DIR", "*DDIR", "*LIB", "*FLR":
		e.Type = Dir
	case "*SYMLNK":
		e.Type = Link
	case "*STMF", "*DSTMF", "*DOC", "*MEM":
	default:
		e.Type = Other
	}
	if e.Type != File {
		name = bytes.TrimSuffix(name, []byte("/"))
		e.Size = -1
	}
	e.Raw = r.words.fresh(name)
	return row
}

// os400Facts reads owner, size, date and time, or nothing at all.
func (r *Reader) os400Facts(line []byte, columns []span, e *Entry) bool {
	if len(columns) == 0 {
		return true
	}
	if len(columns) == 1 {
		e.Owner = r.words.again(owner, columns[0].of(line))
		return true
	}
	if len(columns) != 4 {
		return false
	}
	size, sized := decimal(columns[1].of(line))
	numbers, dated := readNumbers(columns[2].of(line))
	c, timed := readClock(columns[3].of(line))
	if !sized || !dated || !timed {
		return false
	}
	e.Owner, e.Size = r.words.again(owner, columns[0].of(line)), size
	year, month, day := numbers.date()
	e.Time = r.at(year, month, day, c)
	return true
}
