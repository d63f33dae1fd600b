package session

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"longshore/transfer/wire"
)

// digestNames are the algorithms known here, best first, with the length of
// their value in hex digits and the older command for each.
var digestNames = []struct {
	name, verb string
	digits     int
}{
	{"SHA-512", "XSHA512", 128},
	{"SHA-256", "XSHA256", 64},
	{"SHA-1", "XSHA1", 40},
	{"MD5", "XMD5", 32},
	{"CRC32", "XCRC", 8},
}

// Digests are the algorithms that the server offers, best first: those of
// HASH (draft-bryan-ftpext-hash), and those of XSHA256 and its like.
func (s *Session) Digests() []string {
	var names []string
	for _, d := range digestNames {
		if s.hashes(d.name) || s.hasVerb(d.verb) {
			names = append(names, d.name)
		}
	}
	return names
}

func (s *Session) hasVerb(verb string) bool {
	_, ok := s.ctl.Feature(verb)
	return ok
}

// hashes reports an algorithm in "HASH SHA-256*;SHA-1;MD5".
func (s *Session) hashes(name string) bool {
	rest, ok := s.ctl.Feature("HASH")
	if !ok {
		return false
	}
	for _, a := range strings.Split(rest, ";") {
		if strings.EqualFold(strings.TrimSuffix(strings.TrimSpace(a), "*"), name) {
			return true
		}
	}
	return false
}

// digestRate is how slow a server may read its own file, in bytes a second.
const digestRate = 5 << 20

// Digest asks the server for the digest of a file's bytes from (included) to
// to (excluded); to ≤ 0 is the whole file. The value is lower-case hex. Kind
// Unavailable if the server cannot.
func (s *Session) Digest(ctx context.Context, p, algo string, from, to int64) (string, error) {
	var sum string
	err := s.do(ctx, "digest", p, func() (err error) {
		sum, err = s.digest(p, algo, from, to)
		return err
	})
	return sum, err
}

func (s *Session) digest(p, algo string, from, to int64) (string, error) {
	for _, d := range digestNames {
		if !strings.EqualFold(d.name, algo) {
			continue
		}
		switch {
		case to <= 0 && s.hashes(d.name):
			return s.byHash(d.name, p, d.digits)
		case s.hasVerb(d.verb):
			return s.byVerb(d.verb, p, from, to, d.digits)
		}
	}
	return "", &Error{Kind: Unavailable, Step: "digest", Path: p,
		Err: fmt.Errorf("the server has no %s for this", algo)}
}

// byVerb asks XSHA256 name [start end]. ProFTPD takes a name with blanks for
// several arguments unless it is quoted.
func (s *Session) byVerb(verb, p string, from, to int64, digits int) (string, error) {
	name := s.ref(p)
	if strings.Contains(name, " ") {
		name = `"` + name + `"`
	}
	if to > 0 {
		name = fmt.Sprintf("%s %d %d", name, from, to)
	}
	r, err := s.slow(verb+" "+name, to-from)
	if err != nil {
		return "", err
	}
	return hexIn(r.Text(), digits)
}

// byHash is for whole files only: ProFTPD's HASH does not look at RANG, and
// its next RETR then does.
func (s *Session) byHash(algo, p string, digits int) (string, error) {
	if s.hash != algo {
		if _, err := s.command("digest", "OPTS HASH "+algo); err != nil {
			return "", err
		}
		s.hash = algo
	}
	r, err := s.slow("HASH "+s.ref(p), 0)
	if err != nil {
		return "", err
	}
	return hexIn(r.Text(), digits)
}

// slow sends a command whose answer takes as long as reading the file does.
func (s *Session) slow(line string, size int64) (wire.Reply, error) {
	patience := 3*s.timeout() + time.Duration(max(size, 0)/digestRate)*time.Second
	if size <= 0 {
		patience = max(patience, 10*time.Minute)
	}
	r, err := s.ctl.CommandWithin(line, patience)
	if err == nil && !r.OK() {
		err = refusalOf("digest", r)
	}
	return r, err
}

// hexIn finds the digest among a reply's words: it is the one of the right
// length.
func hexIn(text string, digits int) (string, error) {
	for _, w := range strings.Fields(text) {
		if _, err := hex.DecodeString(w); err == nil && len(w) == digits {
			return strings.ToLower(w), nil
		}
	}
	return "", fmt.Errorf("%w: no digest in %q", wire.ErrProtocol, text)
}
