package listing

import "strings"

// words makes strings out of a listing's bytes with few allocations: names
// share blocks, and what repeats (owners, groups, permissions) is kept once.
type words struct {
	block strings.Builder
	known map[string]string
	last  [columnCount]string
}

// column says where a repeating word stands; mostly it is the same as in the
// row before.
type column uint8

const (
	owner column = iota
	ownerID
	group
	groupID
	perms
	columnCount
)

const (
	blockSize = 16 << 10
	maxKnown  = 1 << 10
)

// fresh is for what differs from row to row.
func (w *words) fresh(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) > blockSize/8 {
		return string(b)
	}
	if w.block.Cap()-w.block.Len() < len(b) {
		w.block = strings.Builder{}
		w.block.Grow(blockSize)
	}
	at := w.block.Len()
	w.block.Write(b)
	return w.block.String()[at:]
}

// again is for what probably was there in an earlier row.
func (w *words) again(c column, b []byte) string {
	if w.last[c] == string(b) {
		return w.last[c]
	}
	s, ok := w.known[string(b)]
	if !ok {
		s = w.remember(b)
	}
	w.last[c] = s
	return s
}

func (w *words) remember(b []byte) string {
	s := w.fresh(b)
	if w.known == nil {
		w.known = map[string]string{}
	}
	if len(w.known) < maxKnown {
		w.known[s] = s
	}
	return s
}

func isDigit(c byte) bool { return c-'0' < 10 }

// digits counts the leading decimal digits of b.
func digits(b []byte) int {
	for i, c := range b {
		if !isDigit(c) {
			return i
		}
	}
	return len(b)
}

// decimal reads a whole decimal number; leading zeros do not make it octal.
// False: not a number, or larger than an int64.
func decimal(b []byte) (int64, bool) {
	if len(b) == 0 {
		return 0, false
	}
	var n int64
	for _, c := range b {
		if !isDigit(c) || n > (1<<63-1-9)/10 {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// small reads a short decimal number, or gives -1.
func small(b []byte) int {
	if len(b) == 0 || len(b) > 6 {
		return -1
	}
	n := 0
	for _, c := range b {
		if !isDigit(c) {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// span is where a field lies in its line.
type span struct{ from, to int }

func (s span) of(line []byte) []byte { return line[s.from:s.to] }

// fields cuts a line at blanks from position at into at most len(out) spans.
func fields(line []byte, at int, out []span) []span {
	n := 0
	for n < len(out) {
		for at < len(line) && (line[at] == ' ' || line[at] == '\t') {
			at++
		}
		if at == len(line) {
			break
		}
		from := at
		for at < len(line) && line[at] != ' ' && line[at] != '\t' {
			at++
		}
		out[n] = span{from, at}
		n++
	}
	return out[:n]
}

// rest is what follows a field and the one blank after it.
func rest(line []byte, after span) []byte {
	if after.to >= len(line) {
		return nil
	}
	return line[after.to+1:]
}
