package model

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"longshore/transfer/listing"
)

// localFolders reads this machine's folders.
type localFolders struct{ home string }

// readPortion is how many names are asked of the operating system at once.
const readPortion = 512

func (l localFolders) reader() readFolder { return l.list }

func (localFolders) list(ctx context.Context, dir string, rows func([]listing.Entry)) (listing.Report, error) {
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
			if e, ok := localEntry(dir, name); ok {
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

// localEntry looks at one file. A name that vanished since is left out.
func localEntry(dir string, d fs.DirEntry) (listing.Entry, bool) {
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
		e = localLink(dir, e)
	default:
		e.Type, e.Size = listing.Other, -1
	}
	return e, true
}

// localLink looks through a symbolic link: size and time are those of what it
// leads to, and the mode says whether that is a folder.
func localLink(dir string, e listing.Entry) listing.Entry {
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

func (localFolders) join(dir, name string) string { return filepath.Join(dir, name) }

func (localFolders) base(dir string) string { return filepath.Base(dir) }

func (localFolders) parent(dir string) (string, bool) {
	up := filepath.Dir(dir)
	return up, up != dir
}

func (localFolders) crumbs(dir string) []Crumb {
	volume := filepath.VolumeName(dir)
	root := volume + string(filepath.Separator)
	crumbs := []Crumb{{Label: root, Path: root}}
	at := root
	for step := range strings.SplitSeq(strings.TrimPrefix(dir, root), string(filepath.Separator)) {
		if step != "" {
			at = filepath.Join(at, step)
			crumbs = append(crumbs, Crumb{Label: step, Path: at})
		}
	}
	return crumbs
}

// clean understands what is typed into the path bar: "~", relative and
// absolute paths.
func (l localFolders) clean(typed, current string) string {
	typed = strings.TrimSpace(typed)
	switch {
	case typed == "~" || strings.HasPrefix(typed, "~/"):
		return filepath.Join(l.home, typed[1:])
	case !filepath.IsAbs(typed):
		return filepath.Join(current, typed)
	}
	return filepath.Clean(typed)
}
