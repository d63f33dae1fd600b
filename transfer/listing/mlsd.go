package listing

import (
	"bytes"
	"errors"
)

// ParseMLST reads the one line of facts in the answer to MLST (RFC 3659 §7).
// The name is as the server gave it there, often with its whole path.
func ParseMLST(line string) (Entry, error) {
	r := Reader{options: Options{MLSD: true}}
	e := Entry{Size: -1}
	text := bytes.TrimRight([]byte(line), "\r\n")
	if len(text) > 0 && text[0] == ' ' {
		text = text[1:]
	}
	if len(text) > DefaultMaxLine || parseMLSD(&r, text, &e) == foreign {
		return Entry{}, errors.New("no facts in the answer to MLST")
	}
	e.Name = e.Raw
	return e, nil
}

// parseMLSD reads "fact=value;fact=value; name". Every fact is optional, and
// fact names and most values are case-insensitive (RFC 3659 §7.5).
func parseMLSD(r *Reader, line []byte, e *Entry) verdict {
	facts, name, ok := splitFacts(line)
	if !ok || len(facts) == 0 && !r.options.MLSD {
		return foreign
	}
	kind := unsaid
	for i := 0; len(facts) > 0; i++ {
		if facts[0] == ';' {
			facts = facts[1:]
			continue
		}
		f := &r.facts[i%len(r.facts)]
		if f.like(facts) {
			facts = facts[len(f.text):]
		} else if facts, ok = r.readFact(f, facts, e); !ok {
			return foreign
		}
		if f.key == factType {
			kind = f.kind
		}
		f.apply(e)
	}
	e.Raw = r.words.fresh(name)
	return e.settleType(kind)
}

// splitFacts cuts at the first space. A link's target may hold spaces, though
// RFC 3659 forbids it: then the facts end at the last "; " of that fact.
func splitFacts(line []byte) (facts, name []byte, ok bool) {
	i := bytes.IndexByte(line, ' ')
	if i < 0 {
		return nil, nil, false
	}
	if i > 0 && line[i-1] != ';' {
		if at := slinkEnd(line, i); at > 0 {
			i = at
		}
	}
	return line[:i], line[i+1:], true
}

func slinkEnd(line []byte, space int) int {
	last := line[bytes.LastIndexByte(line[:space], ';')+1 : space]
	if !containsFold(last, "slink:") {
		return 0
	}
	if i := bytes.Index(line[space:], []byte("; ")); i >= 0 {
		return space + i + 1
	}
	return 0
}

// factKind is what the type fact said.
type factKind uint8

const (
	unsaid  factKind = iota
	said             // Entry.Type is set
	itself           // cdir: the folder that is listed
	parents          // pdir: one above it
)

// typeFact reads the type fact, RFC 3659 §7.5.1 and the dialects of links:
// OS.unix=slink:target (the RFC's own example, Pure-FTPd with empty target),
// OS.unix=symlink (ProFTPD).
func (r *Reader) typeFact(v []byte, e *Entry) factKind {
	switch {
	case len(v) == 0:
		return unsaid
	case isFact(v, "file"):
		e.Type = File
	case isFact(v, "dir"):
		e.Type = Dir
	case isFact(v, "cdir"):
		e.Type = Dir // ProFTPD says so in the answer to MLST as well
		return itself
	case isFact(v, "pdir"):
		e.Type = Dir
		return parents
	case isFact(v, "link"), isFact(v, "symlink"):
		e.Type = Link
	default:
		e.Type = Other
		if len(v) > 3 && isFact(v[:3], "os.") {
			r.osType(v[3:], e)
		}
	}
	return said
}

// osType reads what stands behind "OS.": "unix=slink:/to", "unix=chr-13/29".
func (r *Reader) osType(v []byte, e *Entry) {
	i := bytes.IndexByte(v, '=')
	if i < 0 {
		return
	}
	v = v[i+1:]
	switch {
	case len(v) >= 6 && isFact(v[:6], "slink:"):
		e.Type, e.Target = Link, r.words.fresh(v[6:])
	case len(v) >= 8 && isFact(v[:8], "symlink:"):
		e.Type, e.Target = Link, r.words.fresh(v[8:])
	case isFact(v, "slink"), isFact(v, "symlink"):
		e.Type = Link
	case isFact(v, "file"):
		e.Type = File
	case isFact(v, "dir"):
		e.Type = Dir
	}
}

// settleType drops cdir and pdir. Where no type was said, permissions that
// only folders have (enter, list, §7.5.5) tell.
func (e *Entry) settleType(kind factKind) verdict {
	switch kind {
	case itself, parents:
		return quiet
	case unsaid:
		if bytes.ContainsAny([]byte(e.Perm), "elmp") {
			e.Type = Dir
		}
	}
	return row
}
