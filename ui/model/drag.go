package model

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"longshore/sites"
	"longshore/transfer"
	"longshore/transfer/listing"
	"longshore/transfer/session"
	"longshore/ui/model/disk"
)

// Drag is what the user holds: entries of one folder of one side.
type Drag struct {
	From    Side
	Target  session.Target // Remote only
	Dir     string
	Entries []listing.Entry
	paths   []string
}

// Label says what is dragged, for the picture under the pointer.
func (d *Drag) Label() string {
	if len(d.Entries) == 1 {
		return d.Entries[0].Name
	}
	return Count(len(d.Entries), "item", "items")
}

// LocalPaths are the files of this machine that are held, nil for a server's.
func (d *Drag) LocalPaths() []string {
	if d == nil || d.From != Local {
		return nil
	}
	return d.paths
}

// DragSelected takes the selected entries of a pane up.
func (p *Pane) DragSelected() *Drag {
	d := &Drag{From: p.Side, Dir: p.Dir, Entries: p.Selected()}
	if p.Side == Remote {
		d.Target = p.tab.Target
	}
	for _, e := range d.Entries {
		d.paths = append(d.paths, p.Path(e))
	}
	if len(d.Entries) == 0 {
		return nil
	}
	return d
}

// DragFiles takes up files that another program brought.
func DragFiles(paths []string) *Drag {
	d := &Drag{From: Local}
	for _, full := range paths {
		full = filepath.Clean(full)
		info, err := os.Lstat(full)
		if err != nil {
			continue
		}
		if e, ok := disk.Entry(filepath.Dir(full), fs.FileInfoToDirEntry(info)); ok {
			d.Entries = append(d.Entries, e)
			d.paths = append(d.paths, full)
		}
	}
	if len(d.Entries) == 0 {
		return nil
	}
	return d
}

// Effect is what a drop would do.
type Effect uint8

// The effects.
const (
	NoEffect Effect = iota
	WillUpload
	WillDownload
	WillMove // on the same side
	WillCopy // on the local side
)

// EffectOf tells what dropping on row of this pane (-1: the folder itself)
// would do, and why not if nothing. copying is the user's wish for a copy
// where otherwise files would be moved.
func (p *Pane) EffectOf(d *Drag, row int, copying bool) (Effect, string) {
	dir, ok := p.dropFolder(row)
	switch {
	case d == nil || len(d.Entries) == 0:
		return NoEffect, wordNothingSelected
	case !ok || !p.Ready():
		return NoEffect, wordNotConnected
	case d.From == Local && p.Side == Remote:
		return WillUpload, ""
	case d.From == Remote && p.Side == Local:
		return WillDownload, ""
	case d.From == Remote && d.Target.Key() != p.tab.Target.Key():
		return NoEffect, wordServerToServer
	}
	return p.effectHere(d, dir, copying)
}

func (p *Pane) effectHere(d *Drag, dir string, copying bool) (Effect, string) {
	copying = copying && p.Side == Local
	for i, from := range d.paths {
		if from == dir {
			return NoEffect, wordIntoItself
		}
		if up, _ := p.src.parent(from); up == dir && !copying {
			return NoEffect, wordAlreadyThere
		}
		if IsFolder(d.Entries[i]) && p.inside(dir, from) {
			return NoEffect, wordIntoItself
		}
	}
	if copying {
		return WillCopy, ""
	}
	return WillMove, ""
}

// inside reports whether dir lies under the folder above.
func (p *Pane) inside(dir, above string) bool {
	for {
		up, ok := p.src.parent(dir)
		if !ok {
			return false
		}
		if up == above {
			return true
		}
		dir = up
	}
}

// dropFolder is the folder a drop on a row goes into: the row's own if it is a
// folder, the one above for ParentRow, else the pane's.
func (p *Pane) dropFolder(row int) (string, bool) {
	switch {
	case !p.Ready():
		return "", false
	case row == ParentRow:
		return p.src.parent(p.Dir)
	case row >= 0 && row < p.Len() && IsFolder(p.Row(row)):
		return p.Path(p.Row(row)), true
	}
	return p.Dir, true
}

// Rows that are no entries.
const (
	NoRow     = -1
	ParentRow = -2
)

// Drop lets go over a row of this pane.
func (p *Pane) Drop(d *Drag, row int, copying bool) {
	effect, why := p.EffectOf(d, row, copying)
	dir, _ := p.dropFolder(row)
	switch effect {
	case NoEffect:
		p.app.Alert(Message{Grade: GradeWarning, What: why})
	case WillUpload:
		p.app.upload(p.tab, d, dir)
	case WillDownload:
		p.app.download(d, dir)
	default:
		p.relocate(d, dir, effect)
	}
}

// DropOnQueue transfers to the folder that the other pane shows.
func (a *App) DropOnQueue(d *Drag) {
	t := a.Tab()
	if t == nil || d == nil {
		return
	}
	p := t.Pane(d.From.Other())
	if d.From == Remote && p.tab.Target.Key() != d.Target.Key() {
		return
	}
	p.Drop(d, NoRow, false)
}

// Transfer moves what is selected in a pane to the folder of the other side.
func (a *App) Transfer(from *Pane) {
	from.tab.Pane(from.Side.Other()).Drop(from.DragSelected(), NoRow, false)
}

func (a *App) upload(t *Tab, d *Drag, dir string) {
	target, options, join := t.Target, a.options(t.Site, transfer.Upload), t.Remote.src.join
	a.add(len(d.Entries), func(i int) transfer.Request {
		e := &d.Entries[i]
		return transfer.Request{Direction: transfer.Upload, Folder: IsFolder(*e), Target: target,
			Local: d.paths[i], Remote: join(dir, path.Base(filepath.ToSlash(d.paths[i]))),
			Size: e.Size, ModTime: e.Time, Options: options}
	})
}

func (a *App) download(d *Drag, dir string) {
	site, _ := a.siteOf(d.Target.Site)
	options := a.options(site, transfer.Download)
	var refused []string
	var taken []int
	for i := range d.Entries {
		if err := listing.CheckName(d.Entries[i].Raw); err != nil {
			refused = append(refused, listing.Escape(d.Entries[i].Raw))
			continue
		}
		taken = append(taken, i)
	}
	if len(refused) > 0 {
		a.Alert(wordRefusedNames(refused))
	}
	a.add(len(taken), func(n int) transfer.Request {
		i := taken[n]
		e := &d.Entries[i]
		name, _ := listing.LocalName(e.Name, windows)
		return transfer.Request{Direction: transfer.Download, Folder: IsFolder(*e), Target: d.Target,
			Local: filepath.Join(dir, name), Remote: d.paths[i], Size: e.Size, ModTime: e.Time, Options: options}
	})
}

// add hands n requests to the queue. To make a hundred thousand takes a
// quarter of a second and adding waits for the disk, so both run beside the UI
// goroutine; request reads nothing that changes.
func (a *App) add(n int, request func(int) transfer.Request) {
	if n == 0 || a.deps.Queue == nil {
		return
	}
	a.deps.Go(func() {
		requests := make([]transfer.Request, n)
		for i := range requests {
			requests[i] = request(i)
		}
		_, err := a.deps.Queue.Add(a.deps.Context, requests...)
		a.deps.Do(func() {
			if err != nil {
				a.Alert(wordAddFailed(n, err))
			}
		})
	})
}

// relocate moves or copies on one side. It is quick work of single commands,
// unlike a transfer; a copy of local folders may take a while and runs beside.
func (p *Pane) relocate(d *Drag, dir string, effect Effect) {
	ctx, from := p.app.deps.Context, d.paths
	names := make([]string, len(from))
	for i := range from {
		names[i] = p.src.base(from[i])
	}
	rename := p.renamer()
	p.app.deps.Go(func() {
		var failed error
		var at string
		for i := range from {
			to := p.src.join(dir, names[i])
			var err error
			if effect == WillCopy {
				err = disk.Copy(ctx, from[i], to)
			} else {
				err = rename(ctx, from[i], to)
			}
			if err != nil {
				failed, at = err, names[i]
				break
			}
		}
		p.app.deps.Do(func() {
			if failed != nil {
				p.app.Alert(wordMoveFailed(effect, at, failed))
			}
			p.Refresh()
		})
	})
}

// renamer gives what moves files on this side.
func (p *Pane) renamer() func(ctx context.Context, from, to string) error {
	if p.Side == Remote {
		if p.tab.server == nil {
			return func(context.Context, string, string) error { return fmt.Errorf("%s", wordNotConnected) }
		}
		return p.tab.server.Rename
	}
	return disk.Rename
}

// options are the rules for a transfer with a site, as it is saved now: a tab
// keeps the site that it was opened with.
func (a *App) options(s sites.Site, d transfer.Direction) transfer.Options {
	if saved, ok := a.siteOf(s.ID); ok {
		s = saved
	}
	return transferOptions(a.Settings, s, d)
}
