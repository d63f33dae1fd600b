package sites

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// MaxFile is the largest file this package reads, its own or an imported one.
const MaxFile = 16 << 20

// ErrTooLarge says that a file is above MaxFile.
var ErrTooLarge = errors.New("the file is larger than 16 MiB")

// ReadFile reads a regular file of at most MaxFile bytes.
func ReadFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	switch info, err := f.Stat(); {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%q is not a regular file", path)
	case info.Size() > MaxFile:
		return nil, fmt.Errorf("%q: %w", path, ErrTooLarge)
	}
	data, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err == nil && len(data) > MaxFile {
		return nil, fmt.Errorf("%q: %w", path, ErrTooLarge)
	}
	return data, err
}

// WriteFile replaces path by data so that at any moment, also after a loss of
// power, either the old or the new content is there whole. A symbolic link
// stays a link. The file is readable by its owner only, and missing folders
// are made so.
func WriteFile(path string, data []byte) (err error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, tempPattern(path)) // 0600 by its contract
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(data); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

func tempPattern(path string) string { return "." + filepath.Base(path) + ".*.tmp" }

// removeTemps clears what a crash between CreateTemp and Rename left. Only
// the holder of the file's lock may call it.
func removeTemps(path string) {
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), tempPattern(path)))
	if err != nil {
		return
	}
	for _, name := range left {
		os.Remove(name)
	}
}

// syncDir makes a rename durable. Windows has no such call and needs none.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
