package listing

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Escape makes text from a server safe for screens and logs: control
// characters (C0, DEL, C1) and bytes that are no UTF-8 become \x1b, and
// characters that turn the direction of text or break lines become <202E>.
// Everything else stays as it is; the result is for people, not for parsing.
func Escape(s string) string {
	at := firstUnsafe(s)
	if at == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	b.WriteString(s[:at])
	for at < len(s) {
		c, size := utf8.DecodeRuneInString(s[at:])
		switch {
		case c == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[at])
		case isControl(c):
			fmt.Fprintf(&b, `\x%02x`, c)
		case isDirection(c):
			fmt.Fprintf(&b, "<%04X>", c)
		default:
			b.WriteString(s[at : at+size])
		}
		at += size
	}
	return b.String()
}

func firstUnsafe(s string) int {
	plain := 0
	for plain < len(s) && s[plain] >= 0x20 && s[plain] < 0x7f {
		plain++
	}
	for i, c := range s[plain:] {
		i += plain
		if isControl(c) || isDirection(c) {
			return i
		}
		if c == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return i
			}
		}
	}
	return len(s)
}

func isControl(c rune) bool { return c < 0x20 || c >= 0x7f && c < 0xa0 }

// isDirection knows the marks, embeddings, overrides and isolates of the
// bidirectional algorithm, with which "exe.txt" shows for "txt.exe", and the
// two separators that some viewers take for line ends.
func isDirection(c rune) bool {
	return c == 0x061c || c == 0x200e || c == 0x200f || c >= 0x2028 && c <= 0x202e || c >= 0x2066 && c <= 0x2069
}
