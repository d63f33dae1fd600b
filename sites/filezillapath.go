package sites

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// fzSafePath reads FileZilla's form of a remote path,
// "type prefixlength [prefix ]{length segment}", with lengths in characters.
func fzSafePath(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	kind, rest, _ := strings.Cut(text, " ")
	prefix, rest, err := fzCounted(rest)
	if err != nil {
		return "", err
	}
	var segments []string
	for rest != "" {
		var segment string
		if segment, rest, err = fzCounted(rest); err != nil {
			return "", err
		}
		segments = append(segments, segment)
	}
	switch kind {
	case "0", "1", "9": // default, Unix, Cygwin
		return prefix + "/" + strings.Join(segments, "/"), nil
	case "3": // DOS
		return strings.Join(segments, "\\"), nil
	case "8": // DOS without drives
		return "\\" + strings.Join(segments, "\\"), nil
	case "10": // DOS with forward slashes
		return strings.Join(segments, "/"), nil
	}
	return "", fmt.Errorf("paths of server type %q are not known", kind)
}

// fzCounted reads "length text " off the front; a length of 0 has no text.
func fzCounted(text string) (part, rest string, err error) {
	digits, rest, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(digits)
	runes := []rune(rest[:min(len(rest), 4*4096)])
	if err != nil || n < 0 || n > len(runes) {
		return "", "", fmt.Errorf("%q is not a length that fits", cleanText(digits, 20))
	}
	part = string(runes[:n])
	rest = rest[len(part):]
	if n > 0 {
		rest = strings.TrimPrefix(rest, " ")
	}
	return part, rest, nil
}

// fzPath is the reverse of fzSafePath, for absolute Unix paths; others
// FileZilla cannot hold.
func fzPath(path string) string {
	if !strings.HasPrefix(path, "/") {
		return ""
	}
	out := "1 0"
	for segment := range strings.SplitSeq(path, "/") {
		if segment != "" {
			out += fmt.Sprintf(" %d %s", utf8.RuneCountInString(segment), segment)
		}
	}
	return out
}
