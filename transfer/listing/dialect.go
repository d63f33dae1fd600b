package listing

import "bytes"

// verdict is what a dialect says about a line.
type verdict uint8

const (
	foreign verdict = iota // not a line of this dialect
	row                    // an entry
	quiet                  // of this dialect, but nothing to return: a total, a heading, a cdir
)

// dialect is one form of listing. parse may keep nothing of line.
type dialect struct {
	name   string
	strict bool // so distinctive that one line proves it
	parse  func(r *Reader, line []byte, e *Entry) verdict
}

// The order is that of trust: the loose forms come last and are tried only
// until a dialect is known, lest they make rows out of a server's messages.
var (
	mlsd     = &dialect{"mlsd", true, parseMLSD}
	dialects = [...]*dialect{
		{"unix", true, parseUnix},
		{"dos", true, parseDOS},
		{"eplf", true, parseEPLF},
		mlsd,
		{"netware", true, parseNetWare},
		{"vms", false, parseVMS},
		{"mvs", false, parseMVS},
		{"os400", false, parseOS400},
	}
)

// parse finds the dialect that explains the line. It counts the line as
// unreadable if there is none.
func (r *Reader) parse(line []byte, e *Entry) bool {
	r.lines++
	if r.dialect == nil && r.options.MLSD {
		r.dialect = mlsd
	}
	known := r.dialect
	if known != nil {
		if v := known.parse(r, line, e); v != foreign {
			r.settle(known, v)
			return v == row
		}
	}
	for _, d := range &dialects {
		if d == known || known != nil && r.report.Dialect != "" && !d.strict {
			continue
		}
		*e = Entry{Size: -1}
		if v := d.parse(r, line, e); v != foreign {
			r.settle(d, v)
			return v == row
		}
	}
	if !isTotal(line, r.lines == 1) {
		r.unreadable(line)
	}
	return false
}

func (r *Reader) settle(d *dialect, v verdict) {
	if r.dialect != d {
		r.dropPending()
		r.dialect = d
	}
	r.report.Dialect = d.name
}

// isTotal knows the line "total 12" that ls puts first, in any language: a
// word and a number.
func isTotal(line []byte, first bool) bool {
	word, number, found := bytes.Cut(bytes.TrimSpace(line), []byte(" "))
	number = bytes.TrimLeft(number, " ")
	if !found || len(number) == 0 || !isDigit(number[0]) {
		return false
	}
	if bytes.EqualFold(word, []byte("total")) {
		return true
	}
	return first && !bytes.ContainsAny(word, "0123456789") && digits(number) == len(number)
}
