package listing

import (
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"unicode/utf8"
)

// maxName is what Linux, macOS and most servers bear in one name, in bytes.
const maxName = 255

// maxRaw is the longest name that is taken from a server. Longer command
// lines are split by some servers into several commands (CVE-2008-4247).
const maxRaw = 4096

// CheckName says why a server's name may not become part of a local path or
// of a command, or nil. A name that passes is a single path element without
// control characters; [LocalName] still has to map it for the file system.
func CheckName(raw string) error {
	switch {
	case raw == "":
		return errors.New("the name is empty")
	case raw == "." || raw == "..":
		return fmt.Errorf("the name %q means a folder above", raw)
	case len(raw) > maxRaw:
		return fmt.Errorf("the name is %d bytes long", len(raw))
	}
	for i := range len(raw) {
		switch c := raw[i]; {
		case c == '/':
			return errors.New("the name contains a path separator")
		case c == '\r' || c == '\n':
			return errors.New("the name contains a line break, which the protocol cannot carry")
		case c == 0:
			return errors.New("the name contains a NUL byte")
		case c < 0x20 || c == 0x7f:
			return fmt.Errorf("the name contains the control character %#02x", c)
		}
	}
	return nil
}

// LocalName gives the name under which a server's file is kept here, and
// whether that differs. Everywhere, path separators, control characters and
// those that turn the direction of text are replaced; with windows set also
// what Windows refuses: <>:"\|?*, a dot or blank at the end, device names
// such as CON, and bytes that are no UTF-8.
//
// Replacements are look-alike characters, not one "_" for all: two different
// names stay different, so that no file overwrites another. A name of more
// than 255 bytes is cut before its extension and gets a checksum of the whole.
func LocalName(name string, windows bool) (local string, changed bool) {
	switch name {
	case "":
		return "_", true
	case ".":
		return "．", true
	case "..":
		return "．．", true
	}
	local = replace(name, windows)
	if windows {
		local = windowsName(local)
	}
	local = shorten(local, name)
	return local, local != name
}

func replace(name string, windows bool) string {
	if firstUnsafe(name) == len(name) && !strings.ContainsAny(name, `/<>:"\|?*`) {
		return name
	}
	var b strings.Builder
	for at := 0; at < len(name); {
		c, size := utf8.DecodeRuneInString(name[at:])
		if c == utf8.RuneError && size == 1 {
			replaceByte(&b, name[at], windows)
		} else {
			b.WriteRune(replaceRune(c, windows))
		}
		at += size
	}
	return b.String()
}

func replaceByte(b *strings.Builder, c byte, windows bool) {
	if windows {
		fmt.Fprintf(b, "%%%02X", c)
	} else {
		b.WriteByte(c)
	}
}

func replaceRune(c rune, windows bool) rune {
	switch {
	case c == '/':
		return '／'
	case c < 0x20:
		return '␀' + c
	case c == 0x7f:
		return '␡'
	case isControl(c) || isDirection(c):
		return utf8.RuneError
	case windows && strings.ContainsRune(`<>:"\|?*`, c):
		return c - '!' + '！' // the full-width form
	}
	return c
}

// windowsName keeps a name clear of what Windows takes away or for a device.
func windowsName(name string) string {
	switch {
	case strings.HasSuffix(name, "."):
		name = strings.TrimSuffix(name, ".") + "．"
	case strings.HasSuffix(name, " "):
		name = strings.TrimSuffix(name, " ") + "␠"
	}
	stem, _, _ := strings.Cut(name, ".")
	if isDevice(strings.TrimRight(stem, " ")) {
		return stem + "_" + name[len(stem):]
	}
	return name
}

// isDevice knows the names that mean a device with any extension.
func isDevice(stem string) bool {
	stem = strings.ToUpper(stem)
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	if !strings.HasPrefix(stem, "COM") && !strings.HasPrefix(stem, "LPT") {
		return false
	}
	switch stem[3:] {
	case "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³":
		return true
	}
	return false
}

// shorten cuts a name to 255 bytes at a character's end.
func shorten(local, name string) string {
	if len(local) <= maxName {
		return local
	}
	extension := ""
	if i := strings.LastIndexByte(local, '.'); i > 0 && len(local)-i <= 32 {
		extension = local[i:]
	}
	sum := fmt.Sprintf("~%08x", crc32.ChecksumIEEE([]byte(name)))
	cut := maxName - len(sum) - len(extension)
	for cut > 0 && !utf8.RuneStart(local[cut]) {
		cut--
	}
	return local[:cut] + sum + extension
}
