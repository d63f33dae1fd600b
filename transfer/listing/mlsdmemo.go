package listing

import (
	"bytes"
	"io/fs"
)

// knownFact is the fact that stood at one place of the row before. Servers
// send the same facts in the same order in each row, and most of them with
// the same value.
type knownFact struct {
	text  []byte // begins with "key="; if whole: the fact with its ";"
	start int    // length of "key="; 0: none
	whole bool
	key   factKey

	kind    factKind // what the value means, by key
	is      Type
	mode    fs.FileMode
	hasMode bool
	word    string
}

const (
	mostFacts = 16 // that are remembered of a row
	mostFact  = 64 // bytes of each
)

// like says whether facts begins with the whole of f.
func (f *knownFact) like(facts []byte) bool {
	return f.whole && bytes.HasPrefix(facts, f.text)
}

// apply stores the fact; names of owners win over their numbers. Facts that
// differ from row to row are stored by readFact.
func (f *knownFact) apply(e *Entry) {
	switch f.key {
	case factType:
		if f.kind != unsaid {
			e.Type = f.is
		}
	case factPerm:
		e.Perm = f.word
	case factMode:
		if f.hasMode {
			e.Mode, e.HasMode = f.mode, true
		}
	case factOwnerName:
		e.Owner = f.word
	case factGroupName:
		e.Group = f.word
	case factOwner:
		if e.Owner == "" {
			e.Owner = f.word
		}
	case factGroup:
		if e.Group == "" {
			e.Group = f.word
		}
	}
}

// readFact reads the fact at the start of facts into f, and gives what
// follows it. False: it is no fact, and f is as it was.
func (r *Reader) readFact(f *knownFact, facts []byte, e *Entry) ([]byte, bool) {
	start := f.start
	if start == 0 || !bytes.HasPrefix(facts, f.text[:start]) {
		if start = f.readKey(facts); start == 0 {
			return nil, false
		}
	}
	value, end := facts[start:], len(facts)
	if n := bytes.IndexByte(value, ';'); n >= 0 {
		value, end = value[:n], start+n+1
	}
	f.whole = r.readValue(f, value, e) && facts[end-1] == ';' && end <= mostFact
	if f.whole {
		f.text = append(f.text[:0], facts[:end]...)
	}
	return facts[end:], true
}

// readKey reads "key=" and gives its length, or 0 if there is none.
func (f *knownFact) readKey(facts []byte) int {
	n := bytes.IndexAny(facts, "=;")
	if n <= 0 || facts[n] == ';' {
		return 0
	}
	n++
	f.key, f.start, f.text = keyOf(facts[:n-1]), 0, f.text[:0]
	if n <= mostFact {
		f.start, f.text = n, append(f.text, facts[:n]...)
	}
	return n
}

// readValue reads what a fact says, and whether all of that is in f: then it
// need not be read again.
func (r *Reader) readValue(f *knownFact, v []byte, e *Entry) bool {
	switch f.key {
	case factSize:
		if n, ok := decimal(v); ok {
			e.Size = n
		}
		return false
	case factModify:
		e.Time = r.factTime(v)
		e.Exact = !e.Time.IsZero()
		return false
	case factUnique:
		e.Unique = r.words.fresh(v)
		return false
	case factType:
		f.kind = r.typeFact(v, e)
		f.is = e.Type
		return e.Type != Link // which may have a target
	case factPerm:
		f.word = r.words.perm(v)
	case factMode:
		f.mode, f.hasMode = octal(v)
	case factOwnerName:
		f.word = r.words.again(owner, v)
	case factGroupName:
		f.word = r.words.again(group, v)
	case factOwner:
		f.word = r.words.again(ownerID, v)
	case factGroup:
		f.word = r.words.again(groupID, v)
	}
	return true
}
