package listing

import "bytes"

// parseMVS reads the listings of z/OS: data sets of a catalogue level, and
// members of a partitioned data set.
//
//	Volume Unit    Referred Ext Used Recfm Lrecl BlkSz Dsorg Dsname
//	WPTA01 3290   2004/03/04  1    3  FB      80  3125  PO  zos.dataset
//	Migrated                                                old.dataset
//
//	 Name     VV.MM   Created       Changed      Size  Init   Mod   Id
//	MEMBER1   01.03 2002/09/12 2002/10/11 09:37    11    11     0 KIL001
//
// A partitioned data set is a folder. Sizes are tracks or records and so not
// said; the date of a data set is that of its last use and so not its Time.
func parseMVS(r *Reader, line []byte, e *Entry) verdict {
	if isMVSHead(line) {
		r.members = bytes.Contains(line, []byte("VV.MM"))
		return quiet
	}
	columns := fields(line, 0, r.columns[:12])
	for _, form := range [...]func(*Reader, []byte, []span, *Entry) bool{mvsMember, mvsDataset, mvsAway, mvsModule, mvsJob} {
		if form(r, line, columns, e) {
			return row
		}
	}
	return foreign
}

func isMVSHead(line []byte) bool {
	return bytes.HasPrefix(line, []byte("Volume ")) && bytes.HasSuffix(bytes.TrimSpace(line), []byte("Dsname")) ||
		bytes.HasPrefix(line, []byte("JOBNAME ")) && bytes.Contains(line, []byte("JOBID")) ||
		bytes.HasPrefix(bytes.TrimLeft(line, " "), []byte("Name ")) &&
			(bytes.Contains(line, []byte("VV.MM")) || bytes.Contains(line, []byte("Alias-of")))
}

// mvsMember: name, version, created, changed, time, size, initial size,
// modified lines, user.
func mvsMember(r *Reader, line []byte, columns []span, e *Entry) bool {
	if len(columns) == 1 && r.members { // no statistics are kept
		e.Raw = r.words.fresh(columns[0].of(line))
		return true
	}
	if len(columns) < 9 || !isVersion(columns[1].of(line)) {
		return false
	}
	if _, ok := mvsDay(columns[2].of(line)); !ok {
		return false
	}
	r.members = true
	changed, ok := mvsDay(columns[3].of(line))
	c, timed := readClock(columns[4].of(line))
	if !ok || !timed {
		return false
	}
	e.Time = r.at(changed[0], changed[1], changed[2], c)
	e.Owner = r.words.again(owner, columns[8].of(line))
	e.Raw = r.words.fresh(columns[0].of(line))
	return true
}

// mvsDataset: volume, unit, referred, extents, tracks, format, record length,
// block size, organisation, name. Tracks may grow into the extents' column.
func mvsDataset(r *Reader, line []byte, columns []span, e *Entry) bool {
	if n := len(columns); n == 3 && string(columns[1].of(line)) == "Tape" || n == 4 && string(columns[2].of(line)) == "VSAM" {
		e.Raw = r.words.fresh(dataset(columns[n-1].of(line)))
		return true
	}
	if len(columns) < 9 || len(columns) > 10 {
		return false
	}
	day := columns[2].of(line)
	if _, ok := mvsDay(day); !ok && string(day) != "**NONE**" {
		return false
	}
	name, form := columns[len(columns)-1], columns[len(columns)-2].of(line)
	switch string(form) {
	case "PO", "PO-E", "POE":
		e.Type = Dir
	case "PS", "PSU", "PS-E", "DA", "VS", "VSAM", "IS", "HFS", "??", "PATH":
	default:
		return false
	}
	e.Raw = r.words.fresh(dataset(name.of(line)))
	return true
}

// mvsAway knows data sets that are not on a disk at the moment, and those
// without an organisation to show.
func mvsAway(r *Reader, line []byte, columns []span, e *Entry) bool {
	line = bytes.TrimLeft(line, " ")
	for _, start := range [...]string{"Migrated ", "MIGRAT ", "ARCIVE Not Direct Access Device ",
		"Pseudo Directory ", "Error determining attributes ", "User catalog connector ", "GDG Base "} {
		if !bytes.HasPrefix(line, []byte(start)) {
			continue
		}
		name := bytes.TrimSpace(line[len(start):])
		if len(name) == 0 || bytes.IndexByte(name, ' ') >= 0 {
			return false
		}
		if start == "Pseudo Directory " {
			e.Type = Dir
		}
		e.Raw = r.words.fresh(dataset(name))
		return true
	}
	return false
}

// mvsJob is a row of the spool: a job is fetched by its id. With JESINTERFACELEVEL
// 1 the owner is missing.
func mvsJob(r *Reader, line []byte, columns []span, e *Entry) bool {
	if len(columns) < 3 {
		return false
	}
	id := columns[1].of(line)
	if len(id) != 8 || digits(id[3:]) != 5 {
		return false
	}
	switch string(id[:3]) {
	case "JOB", "TSU", "STC":
		e.Raw = r.words.fresh(id)
		return true
	}
	return false
}

// mvsModule is a row of a load library: name, size in hex, TTR, alias, AC,
// attributes, amode, rmode.
func mvsModule(r *Reader, line []byte, columns []span, e *Entry) bool {
	if len(columns) < 6 || !isHex(columns[1].of(line), 6, 8) || !isHex(columns[2].of(line), 6, 6) {
		return false
	}
	mode := columns[len(columns)-1].of(line)
	if string(mode) != "ANY" && string(mode) != "24" && string(mode) != "31" && string(mode) != "64" {
		return false
	}
	e.Raw = r.words.fresh(columns[0].of(line))
	return true
}

// dataset drops the quotes of a fully qualified name.
func dataset(b []byte) []byte { return bytes.Trim(b, "'") }

func mvsDay(b []byte) ([3]int, bool) {
	if len(b) != 10 || b[4] != '/' {
		return [3]int{}, false
	}
	d, ok := readNumbers(b)
	return d.n, ok
}

// isVersion knows "01.03".
func isVersion(b []byte) bool {
	return len(b) == 5 && b[2] == '.' && digits(b[:2]) == 2 && digits(b[3:]) == 2
}

func isHex(b []byte, shortest, longest int) bool {
	if len(b) < shortest || len(b) > longest {
		return false
	}
	for _, c := range b {
		if !isDigit(c) && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}
