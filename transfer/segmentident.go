package transfer

import (
	"crypto/rand"
	"encoding/hex"
	"path/filepath"
	"strings"
)

// identLength is how many hexadecimal digits tell files with holes apart.
const identLength = 16

// newIdent is for a partial file with holes and its spans. They belong together
// only if it is in the name of the one and beside the other: after damage to the
// journal the spans of an older file might meet a newer one that has less.
func newIdent() string {
	var b [identLength / 2]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// isIdent reports whether newIdent can have made it.
func isIdent(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && 2*len(b) == identLength && strings.ToLower(s) == s
}

// isHoledName reports whether found is that of a file with holes, whichever,
// of name.
func isHoledName(found, name string) bool {
	if found == holedName(name, "") {
		return true
	}
	rest, ok := strings.CutSuffix(found, holedSuffix)
	if !ok || len(rest) < identLength {
		return false
	}
	ident := rest[len(rest)-identLength:]
	return isIdent(ident) && found == holedName(name, ident)
}

// removeHoled removes all partial files with holes of the target: nobody has
// spans that belong to them.
func (d *downloading) removeHoled() {
	folder := filepath.Dir(d.name)
	dir, err := d.root.Open(folder)
	if err != nil {
		return
	}
	defer dir.Close()
	var old []string
	for {
		names, err := dir.Readdirnames(1024)
		for _, n := range names {
			if isHoledName(n, filepath.Base(d.name)) {
				old = append(old, filepath.Join(folder, n))
			}
		}
		if err != nil {
			break
		}
	}
	for _, n := range old {
		d.root.Remove(n)
	}
}
