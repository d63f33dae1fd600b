package model

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"

	"longshore/transfer/listing"
	"longshore/ui/model/disk"
)

// Chooser walks through this machine's folders until the user has found a
// file, or a folder if Folders is set. OnChange is called when what it shows
// has changed, OnChosen with the full path that was found.
type Chooser struct {
	Dir      string
	Folders  bool
	Problem  string // why a folder cannot be shown, "" if it can
	OnChange func()
	OnChosen func(path string)

	app     *App
	src     localFolders
	entries []listing.Entry
	rows    []int32
	gen     uint64
	cancel  context.CancelFunc
}

// NewChooser makes one; Begin opens its first folder.
func (a *App) NewChooser(folders bool, chosen func(path string)) *Chooser {
	return &Chooser{app: a, Folders: folders, src: localFolders{a.deps.Home}, OnChange: func() {}, OnChosen: chosen}
}

// Begin opens the folder of a path that stands in an entry, or the user's own
// folder where there is none.
func (c *Chooser) Begin(path string) {
	c.start(func(ctx context.Context) found {
		for _, dir := range []string{path, filepath.Dir(path)} {
			if info, err := os.Stat(dir); path != "" && err == nil && info.IsDir() {
				return c.read(ctx, dir)
			}
		}
		return c.read(ctx, c.app.deps.Home)
	})
}

// Open shows a folder. The one that is shown stays if it cannot be read.
func (c *Chooser) Open(dir string) {
	c.start(func(ctx context.Context) found { return c.read(ctx, dir) })
}

// Typed goes where a typed path leads; a file is what was looked for.
func (c *Chooser) Typed(text string) {
	path := c.src.clean(text, c.Dir)
	c.start(func(ctx context.Context) found {
		if info, err := os.Stat(path); err == nil && !info.IsDir() && !c.Folders {
			return found{file: path}
		}
		return c.read(ctx, path)
	})
}

// found is what a look at the disk brought: a file, or a folder's rows.
type found struct {
	file, dir string
	entries   []listing.Entry
	rows      []int32
	err       error
}

// start looks at the disk beside the UI goroutine; a later look replaces it.
func (c *Chooser) start(look func(context.Context) found) {
	c.Close()
	gen := c.gen
	ctx, cancel := context.WithCancel(c.app.deps.Context)
	c.cancel = cancel
	keep := c.keep()
	c.app.deps.Go(func() {
		defer cancel()
		f := look(ctx)
		f.rows = arrange(f.entries, Sort{}, keep)
		c.app.deps.Do(func() {
			if c.gen == gen {
				c.take(f)
			}
		})
	})
}

func (c *Chooser) read(ctx context.Context, dir string) found {
	f := found{dir: dir}
	_, f.err = disk.List(ctx, dir, func(batch []listing.Entry) { f.entries = append(f.entries, batch...) })
	return f
}

func (c *Chooser) take(f found) {
	c.Problem = ""
	switch {
	case f.file != "":
		c.OnChosen(f.file)
		return
	case f.err != nil:
		c.Problem = localWords(f.err)
	default:
		c.Dir, c.entries, c.rows = f.dir, f.entries, f.rows
	}
	c.OnChange()
}

// Close stops what is being read.
func (c *Chooser) Close() {
	c.gen++
	if c.cancel != nil {
		c.cancel()
		c.cancel = nil
	}
}

// keep leaves out hidden names, unless the panes show them, and files where a
// folder is looked for.
func (c *Chooser) keep() func(*listing.Entry) bool {
	hidden, folders := c.app.Settings.Hidden, c.Folders
	return func(e *listing.Entry) bool {
		return (hidden || e.Name == "" || e.Name[0] != '.') && (!folders || IsFolder(*e)) && e.Mode&fs.ModeDevice == 0
	}
}

// HasParent reports whether there is a folder above.
func (c *Chooser) HasParent() bool {
	_, ok := c.src.parent(c.Dir)
	return ok
}

// Up opens the folder above.
func (c *Chooser) Up() {
	if up, ok := c.src.parent(c.Dir); ok {
		c.Open(up)
	}
}

// Home opens the user's own folder.
func (c *Chooser) Home() { c.Open(c.app.deps.Home) }

// Crumbs are the steps of the path.
func (c *Chooser) Crumbs() []Crumb { return c.src.crumbs(c.Dir) }

// Len is the number of rows.
func (c *Chooser) Len() int { return len(c.rows) }

// Row is an entry; it is not to be changed.
func (c *Chooser) Row(i int) *listing.Entry { return &c.entries[c.rows[i]] }

// Activate is Enter or a double click on a row: a folder is opened, a file is
// what was looked for.
func (c *Chooser) Activate(row int) {
	if row < 0 || row >= c.Len() {
		return
	}
	path := c.src.join(c.Dir, c.Row(row).Raw)
	if IsFolder(*c.Row(row)) {
		c.Open(path)
		return
	}
	c.OnChosen(path)
}

// Choice is what the button takes: the chosen row, or the folder that is shown
// where a folder is looked for and none is chosen. why says what is missing.
func (c *Chooser) Choice(row int) (path, why string) {
	switch {
	case row >= 0 && row < c.Len() && IsFolder(*c.Row(row)) == c.Folders:
		return c.src.join(c.Dir, c.Row(row).Raw), ""
	case c.Folders && c.Dir != "":
		return c.Dir, ""
	}
	return "", wordPickFile
}
