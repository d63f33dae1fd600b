package listing

import (
	"io/fs"
	"time"
)

// factKey names a fact that is used.
type factKey uint8

const (
	noFact    factKey = iota // not a fact at all
	otherFact                // one that is passed over
	factType
	factSize
	factModify
	factPerm
	factUnique
	factMode
	factOwner
	factOwnerName
	factGroup
	factGroupName
)

// factKeys lists the facts in lower case: those of RFC 3659 §7.5, and the
// UNIX.* ones of ProFTPD, Pure-FTPd, vsftpd's forks and pyftpdlib.
var factKeys = [...]struct {
	name string
	key  factKey
}{
	{"type", factType}, {"size", factSize}, {"sizd", factSize}, {"modify", factModify},
	{"perm", factPerm}, {"unique", factUnique}, {"unix.mode", factMode},
	{"unix.owner", factOwner}, {"unix.uid", factOwner}, {"unix.ownername", factOwnerName},
	{"unix.group", factGroup}, {"unix.gid", factGroup}, {"unix.groupname", factGroupName},
}

func keyOf(name []byte) factKey {
	for _, f := range factKeys {
		if isFact(name, f.name) {
			return f.key
		}
	}
	return otherFact
}

// factTime reads YYYYMMDDHHMMSS[.fraction], always UTC (RFC 3659 §2.3).
func (r *Reader) factTime(v []byte) time.Time {
	if len(v) < 14 || digits(v[:14]) != 14 {
		return time.Time{}
	}
	if hour, minute, second := two(v[8:]), two(v[10:]), two(v[12:]); len(v) == 14 && string(v[:8]) == string(r.day[:]) {
		if hour > 23 || minute > 59 || second > 60 {
			return time.Time{}
		}
		return time.Unix(r.midnight+int64(hour*3600+minute*60+second), 0).UTC()
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
	copy(r.day[:], v)
	r.midnight = t.Unix() - t.Unix()%86400
	if t.Unix() < 0 {
		r.day = [8]byte{}
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
	if w.last[perms] == string(b) {
		return w.last[perms]
	}
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
	return w.again(perms, low[:len(b)])
}
