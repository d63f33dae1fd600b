package transfer

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"longshore/transfer/session"
)

// partSuffix ends the name under which a file is written before it is whole.
const partSuffix = ".part"

// holedSuffix ends it where the file may have holes: its length says nothing.
const holedSuffix = ".pieces"

// partName is that name: beside the target, so that a rename is enough.
// Long names are cut so that it stays within 255 bytes.
func partName(name string) string { return hidden(name, partSuffix) }

// holedName is the one for a file with holes. ident is that of its spans: those
// of another file with holes, of the same source, must never be taken for its.
// Without one it is the name that files had before there were idents.
func holedName(name, ident string) string {
	if ident != "" {
		ident = "." + ident
	}
	return hidden(name, ident+holedSuffix)
}

func hidden(name, suffix string) string {
	most := 255 - len(".") - len(suffix)
	if len(name) > most {
		sum := strconv.FormatUint(uint64(checksum([]byte(name))), 16)
		name = strings.ToValidUTF8(name[:most-len(sum)], "") + sum
	}
	return "." + name + suffix
}

// place is where a download goes: a name in a folder, and no name from a
// server leads out of that.
type place struct {
	root *os.Root // the folder
	name string   // of the target
	part string   // of the partial file
}

// sightOf tells what is at a local name.
func (p place) sightOf(name string) (sight, error) {
	info, err := p.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return sight{}, nil
	case err != nil:
		return sight{}, err
	}
	return sight{exists: true, folder: info.IsDir(), size: info.Size(), time: info.ModTime(), exact: true}, nil
}

// makeLocal makes the counterpart of a remote folder.
func (a *attempt) makeLocal(p *part) error {
	if err := os.MkdirAll(a.w.local, 0o777); err != nil {
		return localError("make folder", a.w.local, err)
	}
	root, err := os.OpenRoot(a.w.local)
	if err != nil {
		return localError("open folder", a.w.local, err)
	}
	defer root.Close()
	rel, err := filepath.Rel(a.w.local, p.local)
	if err != nil || rel == "." {
		return localError("make folder", p.local, err)
	}
	return localError("make folder", p.local, root.MkdirAll(rel, 0o777))
}

// takenNames are the names in one local folder, as its file system compares
// them.
type takenNames map[string]bool

// caseless reports whether file systems here usually ignore case.
const caseless = runtime.GOOS == "windows" || runtime.GOOS == "darwin"

func (t takenNames) key(name string) string {
	if caseless {
		return strings.ToLower(name)
	}
	return name
}

// localKey is what an item claims that writes a local file.
func localKey(path string) string { return "local " + takenNames{}.key(path) }

func (t takenNames) take(name string) { t[t.key(name)] = true }

// free takes the name, or one like it that nothing else has.
func (t takenNames) free(name string) string {
	free := name
	for n := 2; t[t.key(free)]; n++ {
		free = numbered(name, n)
	}
	t.take(free)
	return free
}

// numbered puts a number before the extension: "a (2).txt".
func numbered(name string, n int) string {
	ext := filepath.Ext(name)
	if ext == name {
		ext = ""
	}
	return fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, ext), n, ext)
}

// localError is an error of this machine's file system; nil stays nil.
func localError(step, path string, err error) error {
	kind := session.Local
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		kind = session.NoSpace
	}
	var known *session.Error
	if errors.As(err, &known) {
		return err
	}
	return errorOf(kind, step, path, err)
}

func isEOF(err error) bool { return errors.Is(err, io.EOF) }
