package listing

import (
	"bytes"
	"strings"
)

// parseVMS reads the form of OpenVMS servers (UCX, MultiNet, TCPware):
//
//	CII-MANUAL.TEX;1  213/216  29-JAN-1996 03:33:12  [ANONYMOU,ANONYMOUS]   (RWED,RWED,,)
//	CORE.DIR;1          1  8-SEP-1996 16:09 [SYSTEM] (RWE,RWE,RE,RE)
//
// Sizes are in blocks of 512 bytes and so not said. A folder's name is
// returned as commands want it, without ".DIR;1"; a file keeps its version. A
// long name stands alone in its line, and the rest follows in the next.
func parseVMS(r *Reader, line []byte, e *Entry) verdict {
	if r.pending != "" {
		if v := r.vmsRest(r.pending, line, 0, e); v == row {
			return row
		}
		r.dropPending()
	}
	columns := fields(line, 0, r.columns[:1])
	if len(columns) == 0 {
		return quiet
	}
	first := columns[0].of(line)
	if isVMSName(first) {
		if columns[0].to == len(bytes.TrimRight(line, " \t")) {
			r.pending = string(first)
			return quiet
		}
		return r.vmsRest(string(first), line, columns[0].to, e)
	}
	return vmsFrame(line)
}

// vmsRest reads what follows a name. A reason why the server may not tell
// more ("%RMS-E-PRV, insufficient privilege") is a row too.
func (r *Reader) vmsRest(name string, line []byte, at int, e *Entry) verdict {
	columns := fields(line, at, r.columns[:8])
	if len(columns) == 0 {
		return foreign
	}
	if first := columns[0].of(line); first[0] != '%' {
		if !r.vmsFacts(line, columns, e) {
			return foreign
		}
	}
	r.pending = ""
	name = name[strings.LastIndexByte(name, ']')+1:] // CMU repeats the folder
	e.Raw = name
	if stem, _, _ := bytes.Cut([]byte(name), []byte(";")); len(stem) > 4 && isFact(stem[len(stem)-4:], ".dir") {
		e.Type, e.Raw = Dir, string(stem[:len(stem)-4])
	}
	return row
}

// vmsFacts reads blocks, date, time, owner in brackets, in either order of
// blocks and date.
func (r *Reader) vmsFacts(line []byte, columns []span, e *Entry) bool {
	dated := false
	for i, column := range columns {
		b := column.of(line)
		switch {
		case b[0] == '[' && b[len(b)-1] == ']':
			g, o, found := bytes.Cut(b[1:len(b)-1], []byte(","))
			if !found {
				g, o = nil, g
			}
			e.Group, e.Owner = r.words.again(group, g), r.words.again(owner, o)
		case !dated && isDigit(b[0]):
			year, month, day, ok := namedDate(b)
			if !ok {
				continue
			}
			dated = true
			c := noClock
			if i+1 < len(columns) {
				c, _ = readClock(columns[i+1].of(line))
			}
			e.Time = r.at(year, month, day, c)
		}
	}
	return dated
}

// isVMSName wants a version number behind a semicolon.
func isVMSName(b []byte) bool {
	i := bytes.LastIndexByte(b, ';')
	return i > 0 && i < len(b)-1 && digits(b[i+1:]) == len(b)-i-1
}

// vmsFrame knows the lines round the rows: "Directory DISK:[ANONYMOUS]" and
// "Total of 14 files, 25/56 blocks."
func vmsFrame(line []byte) verdict {
	head := bytes.HasPrefix(line, []byte("Directory ")) && bytes.IndexByte(line, '[') > 0
	if head || bytes.HasPrefix(line, []byte("Total of ")) || bytes.HasPrefix(line, []byte("Grand total of ")) {
		return quiet
	}
	return foreign
}

// dropPending counts a name whose rest never came.
func (r *Reader) dropPending() {
	if r.pending != "" {
		r.unreadable([]byte(r.pending))
		r.pending = ""
	}
}
