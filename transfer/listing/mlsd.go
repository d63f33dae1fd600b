package listing

import (
	"bytes"
	"errors"
	"io/fs"
	"time"
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
	for len(facts) > 0 {
		fact := facts
		if i := bytes.IndexByte(facts, ';'); i >= 0 {
			fact, facts = facts[:i], facts[i+1:]
		} else {
			facts = nil
		}
		i := bytes.IndexByte(fact, '=')
		if i < 0 {
			if len(fact) == 0 {
				continue
			}
			return foreign
		}
		if key := fact[:i]; len(key) == 4 && isFact(key, "type") {
			kind = factType(r, fact[i+1:], e)
		} else {
			r.fact(key, fact[i+1:], e)
		}
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

// factType reads the type fact, RFC 3659 §7.5.1 and the dialects of links:
// OS.unix=slink:target (the RFC's own example, Pure-FTPd with empty target),
// OS.unix=symlink (ProFTPD).
func factType(r *Reader, v []byte, e *Entry) factKind {
	e.Type = Other
	switch {
	case isFact(v, "file"):
		e.Type = File
	case isFact(v, "dir"):
		e.Type = Dir
	case isFact(v, "cdir"):
		return itself
	case isFact(v, "pdir"):
		return parents
	case isFact(v, "link"), isFact(v, "symlink"):
		e.Type = Link
	case len(v) > 3 && isFact(v[:3], "os."):
		osType(r, v[3:], e)
	}
	return said
}

// osType reads what stands behind "OS.": "unix=slink:/to", "unix=chr-13/29".
func osType(r *Reader, v []byte, e *Entry) {
	i := bytes.IndexByte(v, '=')
	if i < 0 {
		return
	}
	v = v[i+1:]
	switch {
	case len(v) >= 6 && isFact(v[:6], "slink:"):
		e.Type, e.Target = Link, r.words.fresh(v[6:])
	case isFact(v, "slink"), isFact(v, "symlink"):
		e.Type = Link
	case isFact(v, "file"):
		e.Type = File
	case isFact(v, "dir"):
		e.Type = Dir
	}
}

// fact stores one fact; unknown ones are passed over.
func (r *Reader) fact(key, v []byte, e *Entry) {
	switch len(key) {
	case 4:
		switch {
		case isFact(key, "size"), isFact(key, "sizd"):
			if n, ok := decimal(v); ok {
				e.Size = n
			}
		case isFact(key, "perm"):
			e.Perm = r.words.perm(v)
		}
	case 6:
		switch {
		case isFact(key, "modify"):
			e.Time = factTime(v)
			e.Exact = !e.Time.IsZero()
		case isFact(key, "unique"):
			e.Unique = r.words.fresh(v)
		}
	case 8, 9, 10, 14:
		if isFact(key[:5], "unix.") {
			r.unixFact(key[5:], v, e)
		}
	}
}

// unixFact reads the UNIX.* facts of ProFTPD, Pure-FTPd and pyftpdlib. Names
// of owners win over their numbers.
func (r *Reader) unixFact(key, v []byte, e *Entry) {
	switch {
	case isFact(key, "mode"):
		if mode, ok := octal(v); ok {
			e.Mode, e.HasMode = mode, true
		}
	case isFact(key, "ownername"):
		e.Owner = r.words.again(v)
	case isFact(key, "groupname"):
		e.Group = r.words.again(v)
	case e.Owner == "" && (isFact(key, "owner") || isFact(key, "uid")):
		e.Owner = r.words.again(v)
	case e.Group == "" && (isFact(key, "group") || isFact(key, "gid")):
		e.Group = r.words.again(v)
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

// factTime reads YYYYMMDDHHMMSS[.fraction], always UTC (RFC 3659 §2.3).
func factTime(v []byte) time.Time {
	if len(v) < 14 || digits(v[:14]) != 14 {
		return time.Time{}
	}
	nano := 0
	if len(v) > 14 {
		if v[14] != '.' || digits(v[15:]) != len(v)-15 {
			return time.Time{}
		}
		nano = fraction(v[15:])
	}
	t, ok := instant(two(v[0:])*100+two(v[2:]), two(v[4:]), two(v[6:]), two(v[8:]), two(v[10:]), two(v[12:]), nano)
	if !ok {
		return time.Time{}
	}
	return t
}

// two reads two digits that are known to be there.
func two(b []byte) int { return int(b[0]-'0')*10 + int(b[1]-'0') }

// fraction reads the digits behind a decimal point as nanoseconds.
func fraction(b []byte) int {
	n, scale := 0, 100_000_000
	for _, c := range b {
		n += int(c-'0') * scale
		scale /= 10
	}
	return n
}

// octal reads a mode; type bits such as in "0100644" are left out.
func octal(b []byte) (fs.FileMode, bool) {
	if len(b) == 0 || len(b) > 11 {
		return 0, false
	}
	n := uint32(0)
	for _, c := range b {
		if c < '0' || c > '7' {
			return 0, false
		}
		n = n<<3 | uint32(c-'0')
	}
	return unixMode(n), true
}

// unixMode turns the low twelve bits of a Unix mode into Go's.
func unixMode(n uint32) fs.FileMode {
	mode := fs.FileMode(n & 0o777)
	if n&0o4000 != 0 {
		mode |= fs.ModeSetuid
	}
	if n&0o2000 != 0 {
		mode |= fs.ModeSetgid
	}
	if n&0o1000 != 0 {
		mode |= fs.ModeSticky
	}
	return mode
}

// isFact compares with a lower-case word, ignoring ASCII case.
func isFact(b []byte, word string) bool {
	if len(b) != len(word) {
		return false
	}
	for i := range len(word) {
		if c := b[i]; c != word[i] && (c < 'A' || c > 'Z' || c|0x20 != word[i]) {
			return false
		}
	}
	return true
}

func containsFold(b []byte, word string) bool {
	for i := 0; i+len(word) <= len(b); i++ {
		if isFact(b[i:i+len(word)], word) {
			return true
		}
	}
	return false
}

// perm is again for a perm fact, in lower case.
func (w *words) perm(b []byte) string {
	var low [32]byte
	if len(b) > len(low) {
		return ""
	}
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		low[i] = c
	}
	return w.again(low[:len(b)])
}
