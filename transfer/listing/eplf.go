package listing

import (
	"bytes"
	"time"
)

// parseEPLF reads D. J. Bernstein's Easily Parsed LIST Format
// (cr.yp.to/ftp/list/eplf.html): a plus sign, facts with commas, a tab, the
// name.
//
//	+i8388621.48594,m825718503,r,s280,	djb.html
//	+i8388621.50690,m824255907,/,	514
func parseEPLF(r *Reader, line []byte, e *Entry) verdict {
	if line[0] != '+' {
		return foreign
	}
	facts, name, ok := bytes.Cut(line[1:], []byte("\t"))
	if !ok {
		return foreign
	}
	for len(facts) > 0 {
		var fact []byte
		fact, facts, _ = bytes.Cut(facts, []byte(","))
		if len(fact) > 0 {
			r.eplfFact(fact[0], fact[1:], e)
		}
	}
	e.Raw = r.words.fresh(name)
	return row
}

func (r *Reader) eplfFact(letter byte, value []byte, e *Entry) {
	switch letter {
	case '/':
		e.Type = Dir
	case 's':
		if n, ok := decimal(value); ok {
			e.Size = n
		}
	case 'm':
		if n, ok := decimal(value); ok && n < 1<<40 {
			e.Time, e.Exact = time.Unix(n, 0).UTC(), true
		}
	case 'i':
		e.Unique = r.words.fresh(value)
	case 'u':
		if len(value) > 1 && value[0] == 'p' {
			e.Mode, e.HasMode = octal(value[1:])
		}
	}
}
