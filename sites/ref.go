package sites

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
)

const maxRef = 120

// NewRef makes the name under which a password is kept: what the user sees
// in the system's keyring program, and a random part that no other has. Only
// harmless characters stay, because go-keyring hands refs to a command shell
// on macOS.
func NewRef(user, host string) string {
	b := make([]byte, 4)
	rand.Read(b) // never fails
	suffix := " [" + hex.EncodeToString(b) + "]"
	name := cleanRef(user + "@" + host)
	return name[:min(len(name), maxRef-len(suffix))] + suffix
}

func cleanRef(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' ||
			strings.ContainsRune(" ._@-", r)) {
			return r
		}
		return '_'
	}, text)
}

// validRef reports whether a ref could have come from NewRef; a sites.json
// edited by others may hold anything.
func validRef(ref string) bool {
	name, ok := strings.CutSuffix(ref, "]")
	if !ok || len(ref) > maxRef || len(name) < 10 {
		return false
	}
	cut := len(name) - 10
	_, err := hex.DecodeString(name[cut+2:])
	return err == nil && name[cut:cut+2] == " [" && cleanRef(name[:cut]) == name[:cut]
}
