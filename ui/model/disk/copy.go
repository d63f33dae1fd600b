package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// IsFolder reports whether there is a local folder of this name.
func IsFolder(dir string) bool {
	info, err := os.Stat(dir)
	return err == nil && info.IsDir()
}

// Rename moves a file or folder and never replaces what is there. Across
// file systems it copies and then removes.
func Rename(ctx context.Context, from, to string) error {
	if sameFile(from, to) { // only the case of letters changes
		return os.Rename(from, to)
	}
	if _, err := os.Lstat(to); err == nil {
		return fmt.Errorf("%q: %w", filepath.Base(to), fs.ErrExist)
	}
	err := os.Rename(from, to)
	if !errors.Is(err, syscall.EXDEV) {
		return err
	}
	if err := Copy(ctx, from, to); err != nil {
		return err
	}
	return os.RemoveAll(from)
}

func sameFile(a, b string) bool {
	x, errX := os.Lstat(a)
	y, errY := os.Lstat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// Copy copies a file, or a folder with all it holds; symbolic links are
// copied as links. It never replaces what is there.
func Copy(ctx context.Context, from, to string) error {
	return filepath.WalkDir(from, func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		rest, err := filepath.Rel(from, at)
		if err != nil {
			return err
		}
		return copyOne(at, filepath.Join(to, rest), d)
	})
}

func copyOne(from, to string, d fs.DirEntry) error {
	info, err := d.Info()
	if err != nil {
		return err
	}
	switch {
	case d.IsDir():
		return os.Mkdir(to, info.Mode().Perm()|0o700)
	case d.Type()&fs.ModeSymlink != 0:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	case !d.Type().IsRegular():
		return fmt.Errorf("%q is neither a file nor a folder", from)
	}
	return copyFile(from, to, info)
}

func copyFile(from, to string, info fs.FileInfo) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm())
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := out.Close(); err == nil {
			err = closeErr
		}
		if err == nil {
			err = os.Chtimes(to, info.ModTime(), info.ModTime())
		}
	}()
	_, err = io.Copy(out, in)
	return err
}
