package sites

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
)

// ErrNewer says that a file was written by a newer Longshore: it is read but
// never changed, because fields with a meaning unknown here may be in it.
var ErrNewer = errors.New("the file was written by a newer version of Longshore and is opened read-only")

const (
	lockWait    = 5 * time.Second
	lockRetry   = 20 * time.Millisecond
	datedCopies = 5
)

// document is one file of the configuration folder, shared with other running
// copies of the program. Its owner gives the two directions, parse and render,
// and keeps the content; document keeps path, lock and backups.
type document struct {
	path string // "": memory only
	now  func() time.Time

	mu  sync.Mutex // held over each load and change
	sum [sha256.Size]byte

	// Both are read while a change waits for the disk.
	readOnly atomic.Bool
	notice   atomic.Pointer[string]
}

func newDocument(path string) *document { return &document{path: path, now: time.Now} }

// load reads the file. A missing one is an empty one. parse must leave the
// owner unchanged when it fails; with ErrNewer it may change it.
func (d *document) load(parse func([]byte) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.path == "" {
		return nil
	}
	data, err := ReadFile(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	err = d.take(data, parse)
	if err == nil && !d.readOnly.Load() {
		d.backUp(data)
	}
	if err == nil {
		return nil
	}
	return d.locked(func() error { return d.recover(parse) })
}

// take hands data to parse and remembers what was read.
func (d *document) take(data []byte, parse func([]byte) error) error {
	err := parse(data)
	newer := errors.Is(err, ErrNewer)
	if err != nil && !newer {
		return err
	}
	d.readOnly.Store(newer)
	if newer {
		d.tell("%s: %v", filepath.Base(d.path), ErrNewer)
	}
	d.sum = sha256.Sum256(data)
	return nil
}

// recover sets a file that does not parse aside and puts the last good copy,
// or an empty file's absence, in its place. It reads again first: another
// program may have been quicker.
func (d *document) recover(parse func([]byte) error) error {
	data, err := ReadFile(d.path)
	if err != nil {
		return err
	}
	cause := d.take(data, parse)
	if cause == nil {
		return nil
	}
	aside := d.path + ".corrupt-" + d.now().UTC().Format("20060102T150405.000")
	if err := WriteFile(aside, data); err != nil {
		return fmt.Errorf("%q cannot be read (%w) and not be set aside: %w", d.path, cause, err)
	}
	for _, copy := range d.copies() {
		good, err := ReadFile(copy)
		if err != nil || d.take(good, parse) != nil {
			continue
		}
		d.tell("%s was damaged (%v) and is kept as %s; the copy %s is used",
			filepath.Base(d.path), cause, filepath.Base(aside), filepath.Base(copy))
		return WriteFile(d.path, good)
	}
	d.tell("%s was damaged (%v) and is kept as %s; no good copy was found",
		filepath.Base(d.path), cause, filepath.Base(aside))
	return os.Remove(d.path)
}

// change runs edit on the newest content and writes what it returns. When
// edit returns nil data nothing is written. edit must not change the owner's
// state: commit does that once the file is safe.
func (d *document) change(parse func([]byte) error, edit func() ([]byte, error), commit func()) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.path == "" {
		return d.apply(edit, commit)
	}
	if err := os.MkdirAll(filepath.Dir(d.path), 0o700); err != nil {
		return err
	}
	return d.locked(func() error {
		if err := d.refresh(parse); err != nil {
			return err
		}
		removeTemps(d.path)
		return d.apply(edit, commit)
	})
}

// refresh reads the file again if it is not as this document left it.
func (d *document) refresh(parse func([]byte) error) error {
	data, err := ReadFile(d.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("a file that cannot be read is not overwritten: %w", err)
	case sha256.Sum256(data) == d.sum:
		return nil
	}
	if err := d.take(data, parse); err != nil {
		return d.recover(parse)
	}
	return nil
}

func (d *document) apply(edit func() ([]byte, error), commit func()) error {
	if d.readOnly.Load() {
		return fmt.Errorf("%q: %w", d.path, ErrNewer)
	}
	data, err := edit()
	if err != nil || data == nil {
		return err
	}
	if len(data) > MaxFile {
		return fmt.Errorf("%q: %w", d.path, ErrTooLarge)
	}
	if d.path != "" {
		if err := WriteFile(d.path, data); err != nil {
			return err
		}
		d.sum = sha256.Sum256(data)
	}
	commit()
	return nil
}

// reload takes another program's changes in; it reports whether there were any.
func (d *document) reload(parse func([]byte) error) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.path == "" {
		return false, nil
	}
	before := d.sum
	data, err := ReadFile(d.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && sha256.Sum256(data) == before {
		return false, nil
	}
	if err == nil {
		err = d.take(data, parse)
	}
	return err == nil, err
}

// locked holds the lock that all running copies of the program respect. It is
// the system's lock on an open file, so it does not survive a kill.
func (d *document) locked(f func() error) error {
	lock := flock.New(d.path + ".lock")
	ctx, cancel := context.WithTimeout(context.Background(), lockWait)
	defer cancel()
	ok, err := lock.TryLockContext(ctx, lockRetry)
	if !ok {
		return fmt.Errorf("another program holds %q: %w", lock.Path(), err)
	}
	defer lock.Unlock()
	return f()
}

// backUp keeps what was just read well: the latest as .bak, and one copy a
// day of the last few days. It is a help only, so its errors are not.
func (d *document) backUp(data []byte) {
	keep := func(name string) {
		if old, err := ReadFile(name); err != nil || sha256.Sum256(old) != d.sum {
			_ = WriteFile(name, data)
		}
	}
	keep(d.path + ".bak")
	today := d.path + "." + d.now().Format(time.DateOnly) + ".bak"
	if _, err := os.Lstat(today); err == nil {
		return
	}
	keep(today)
	dated := d.dated()
	for _, name := range dated[min(datedCopies, len(dated)):] {
		os.Remove(name)
	}
}

// dated lists the copies of single days, newest first.
func (d *document) dated() []string {
	found, err := filepath.Glob(d.path + ".[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].bak")
	if err != nil {
		return nil
	}
	slices.Sort(found)
	slices.Reverse(found)
	return found
}

// dropCopies deletes the backups.
func (d *document) dropCopies() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, name := range d.copies() {
		os.Remove(name)
	}
}

func (d *document) copies() []string { return append([]string{d.path + ".bak"}, d.dated()...) }

func (d *document) tell(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	d.notice.Store(&text)
}

// noticed is what the user should know about the file; "" for nothing.
func (d *document) noticed() string {
	if text := d.notice.Load(); text != nil {
		return *text
	}
	return ""
}
