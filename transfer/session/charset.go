package session

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
)

// charset is the server's, if it is not UTF-8.
func (s *Session) charset() string {
	name := s.target.Charset
	if name == "" {
		name = s.learned().Charset
	}
	if e, err := charsetOf(name); err != nil || e == nil {
		return ""
	}
	return name
}

// charsetOf finds an encoding by its IANA name; nil is UTF-8.
func charsetOf(name string) (encoding.Encoding, error) {
	switch strings.ToLower(name) {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		return nil, nil
	}
	e, err := ianaindex.IANA.Encoding(name)
	if err != nil || e == nil {
		return nil, fmt.Errorf("the charset %q is not known", name)
	}
	return e, nil
}

// decoder turns names as the server sends them into UTF-8; nil: they are.
func decoder(charset string) func(string) string {
	e, err := charsetOf(charset)
	if err != nil || e == nil {
		return nil
	}
	return func(raw string) string {
		name, err := e.NewDecoder().String(raw)
		if err != nil {
			return raw
		}
		return name
	}
}

// inCharset writes a path in the server's charset. Names out of a listing are
// in it already and mostly no UTF-8, so they stay as they are; names of ours,
// from the disk or typed, are UTF-8. It fails where the charset lacks a letter.
func (s *Session) inCharset(path string) (string, error) {
	if isASCII(path) {
		return path, nil
	}
	charset := s.charset()
	if charset == "" || !utf8.ValidString(path) {
		return path, nil
	}
	return EncodeName(charset, path)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// EncodeName turns a name of ours into the bytes a server with the given
// charset ("" is UTF-8) stores. It fails where the charset has no such
// letter: a name with question marks would be another file's.
func EncodeName(charset, name string) (string, error) {
	e, err := charsetOf(charset)
	if err != nil {
		return "", err
	}
	if e == nil {
		return name, nil
	}
	if !utf8.ValidString(name) {
		return "", fmt.Errorf("the name %q is not UTF-8", name)
	}
	raw, err := e.NewEncoder().String(name)
	if err != nil {
		return "", fmt.Errorf("the name %q cannot be written in %s", name, charset)
	}
	return raw, nil
}
