package disk

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"longshore/transfer/listing"
)

// readPortion is how many names are asked of the operating system at once.
const readPortion = 512

// List reads a folder in portions. Names that vanish meanwhile are left out.
func List(ctx context.Context, dir string, rows func([]listing.Entry)) (listing.Report, error) {
	var report listing.Report
	f, err := os.Open(dir)
	if err != nil {
		return report, err
	}
	defer f.Close()
	for {
		names, err := f.ReadDir(readPortion)
		batch := make([]listing.Entry, 0, len(names))
		for _, name := range names {
			if e, ok := Entry(dir, name); ok {
				batch = append(batch, e)
			}
		}
		report.Rows += len(batch)
		if ctx.Err() != nil {
			return report, ctx.Err()
		}
		rows(batch)
		if errors.Is(err, io.EOF) {
			return report, nil
		}
		if err != nil {
			return report, err
		}
	}
}

// Entry looks at one file. A name that vanished since is left out.
func Entry(dir string, d fs.DirEntry) (listing.Entry, bool) {
	info, err := d.Info()
	if err != nil {
		return listing.Entry{}, false
	}
	e := listing.Entry{Raw: d.Name(), Name: listing.Escape(d.Name()), Size: info.Size(), Time: info.ModTime(),
		Exact: true, Mode: info.Mode(), HasMode: runtime.GOOS != "windows"}
	switch {
	case info.Mode().IsRegular():
		e.Type = listing.File
	case info.IsDir():
		e.Type, e.Size = listing.Dir, -1
	case info.Mode()&fs.ModeSymlink != 0:
		e = through(dir, e)
	default:
		e.Type, e.Size = listing.Other, -1
	}
	return e, true
}

// through looks through a symbolic link: size and time are those of what it
// leads to, and the mode says whether that is a folder.
func through(dir string, e listing.Entry) listing.Entry {
	e.Type = listing.Link
	full := filepath.Join(dir, e.Raw)
	e.Target, _ = os.Readlink(full)
	info, err := os.Stat(full)
	if err != nil {
		e.Size = -1
		return e
	}
	e.Size, e.Time, e.Mode = info.Size(), info.ModTime(), info.Mode()|fs.ModeSymlink
	if info.IsDir() {
		e.Size = -1
	}
	return e
}
