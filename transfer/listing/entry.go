package listing

import (
	"io/fs"
	"time"
)

// Type is what a row of a listing stands for.
type Type uint8

// The types. A link's target may be a file or a folder: only the server knows.
const (
	File  Type = iota
	Dir        // a folder
	Link       // a symbolic link, junction or shortcut
	Other      // a device, socket, pipe, or a type this package does not know
)

var typeNames = [...]string{"file", "dir", "link", "other"}

func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return "other"
}

// Entry is one row of a listing.
type Entry struct {
	Raw    string      // the name as the server sent it: the identity used in commands
	Name   string      // the name for people; equals Raw unless Options.Decode is set
	Type   Type        // file, folder, link, other
	Size   int64       // bytes; -1: not said, or only roughly
	Time   time.Time   // of the last change, in UTC; zero: not said
	Exact  bool        // Time is UTC by the server's own word; else its clock, maybe to the minute or day
	Mode   fs.FileMode // permission bits with setuid, setgid, sticky; no type bits
	Owner  string
	Group  string
	Target string // of a link, as sent; "" if not said

	HasMode bool   // Mode was said
	Perm    string // MLSD perm fact (RFC 3659 §7.5.5), lower case
	Unique  string // MLSD unique fact or EPLF identifier: equal for two names of one file
}

// ModeString gives type and permissions as ls prints them, "drwxr-xr-x", or
// "" if the server did not say them.
func (e Entry) ModeString() string {
	if !e.HasMode {
		return ""
	}
	b := []byte("?rwxrwxrwx")
	b[0] = "-dl?"[min(e.Type, Other)]
	for i := range 9 {
		if e.Mode&(1<<(8-i)) == 0 {
			b[1+i] = '-'
		}
	}
	mark(b, 3, e.Mode&fs.ModeSetuid != 0, 's')
	mark(b, 6, e.Mode&fs.ModeSetgid != 0, 's')
	mark(b, 9, e.Mode&fs.ModeSticky != 0, 't')
	return string(b)
}

// mark puts a special bit over an execute position: upper case where the
// execute bit itself is off.
func mark(b []byte, at int, set bool, letter byte) {
	switch {
	case set && b[at] == 'x':
		b[at] = letter
	case set:
		b[at] = letter - 'a' + 'A'
	}
}
