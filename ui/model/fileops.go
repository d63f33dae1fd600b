package model

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"unicode"

	"longshore/transfer"
	"longshore/transfer/listing"
)

const windows = runtime.GOOS == "windows"

// Activate is a double click or Enter on a row: folders are entered, files go
// to the other side.
func (p *Pane) Activate(row int) {
	if row == ParentRow {
		p.OpenParent()
		return
	}
	if row < 0 || row >= p.Len() {
		return
	}
	e := p.Row(row)
	switch {
	case IsFolder(e), e.Type == listing.Link && p.Side == Remote:
		p.Open(p.Path(e)) // only the server knows where a link leads
	default:
		p.pick(map[string]bool{e.Raw: true})
		p.app.Transfer(p)
	}
}

// CheckNewName says why a name cannot be given to a file of this pane, "" if
// it can.
func (p *Pane) CheckNewName(name string) string {
	switch {
	case strings.TrimSpace(name) == "":
		return wordNameEmpty
	case name == "." || name == ".." || strings.ContainsRune(name, '/'):
		return wordNameSlash
	case strings.ContainsFunc(name, unicode.IsControl):
		return wordNameControl
	case p.Side == Local && windows && strings.ContainsAny(name, `<>:"\|?*`):
		return wordNameWindows
	case len(name) > 255:
		return wordNameLong
	}
	return ""
}

// Rename gives the entry of a row another name.
func (p *Pane) Rename(row int, name string) {
	if row < 0 || row >= p.Len() {
		return
	}
	e := p.Row(row)
	if name == e.Raw {
		return
	}
	if why := p.CheckNewName(name); why != "" {
		p.app.Alert(Message{Grade: GradeWarning, What: why})
		return
	}
	if p.RowOf(name) >= 0 && !strings.EqualFold(name, e.Raw) {
		p.app.Alert(Message{Grade: GradeWarning, What: wordNameTaken(name)})
		return
	}
	rename, from, to := p.renamer(), p.Path(e), p.src.join(p.Dir, name)
	p.work(func(ctx context.Context) error { return rename(ctx, from, to) },
		func(err error) Message { return wordRenameFailed(e.Name, name, err) },
		func() { p.Select(name) })
}

// MakeFolder makes a folder here and goes to its name.
func (p *Pane) MakeFolder(name string) {
	if why := p.CheckNewName(name); why != "" {
		p.app.Alert(Message{Grade: GradeWarning, What: why})
		return
	}
	full := p.src.join(p.Dir, name)
	make := func(context.Context) error { return os.Mkdir(full, 0o777) }
	if p.Side == Remote {
		server := p.tab.server
		make = func(ctx context.Context) error { return server.MakeDir(ctx, full) }
	}
	p.work(make, func(err error) Message { return wordMakeFailed(name, err) }, func() { p.Select(name) })
}

// MakeFile makes an empty file here.
func (p *Pane) MakeFile(name string) {
	if why := p.CheckNewName(name); why != "" {
		p.app.Alert(Message{Grade: GradeWarning, What: why})
		return
	}
	if p.RowOf(name) >= 0 {
		p.app.Alert(Message{Grade: GradeWarning, What: wordNameTaken(name)})
		return
	}
	full := p.src.join(p.Dir, name)
	make := func(context.Context) error {
		f, err := os.OpenFile(full, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
		if err != nil {
			return err
		}
		return f.Close()
	}
	if p.Side == Remote {
		server := p.tab.server
		make = func(ctx context.Context) error { return server.MakeFile(ctx, full) }
	}
	p.work(make, func(err error) Message { return wordMakeFailed(name, err) }, func() { p.Select(name) })
}

// Chmod sets the permissions of the selected entries.
func (p *Pane) Chmod(mode fs.FileMode) {
	entries := p.Selected()
	paths := make([]string, len(entries))
	for i, e := range entries {
		paths[i] = p.Path(e)
	}
	chmod := func(_ context.Context, full string, mode fs.FileMode) error { return os.Chmod(full, mode) }
	if p.Side == Remote {
		chmod = p.tab.server.Chmod
	}
	p.work(func(ctx context.Context) error {
		for _, full := range paths {
			if err := chmod(ctx, full, mode); err != nil {
				return err
			}
		}
		return nil
	}, func(err error) Message { return wordChmodFailed(err) }, func() {})
}

// work runs a short operation beside the UI goroutine and refreshes.
func (p *Pane) work(do func(context.Context) error, failed func(error) Message, then func()) {
	ctx, gen := p.app.deps.Context, p.tab.gen
	p.app.deps.Go(func() {
		err := do(ctx)
		p.app.deps.Do(func() {
			switch {
			case p.tab.gen != gen:
				return
			case err != nil && !errors.Is(err, context.Canceled):
				if p.Side == Local || !p.app.Questions.fromTab(p.tab, err) {
					p.app.Alert(failed(err))
				}
			default:
				then()
			}
			p.Refresh()
		})
	})
}

// AskDelete asks before anything is deleted, if the user wants to be asked.
func (p *Pane) AskDelete() {
	d := p.DragSelected()
	if d == nil {
		return
	}
	if !p.app.Settings.ConfirmRm {
		p.remove(d)
		return
	}
	p.app.Questions.askDelete(p, d)
}

// remove deletes. At a server that is work for the queue, which knows folders,
// progress and cancelling; here it is done at once.
func (p *Pane) remove(d *Drag) {
	if p.Side == Local {
		p.removeLocal(d)
		return
	}
	p.app.add(len(d.Entries), func(i int) transfer.Request {
		e := &d.Entries[i]
		return transfer.Request{Direction: transfer.Remove, Folder: e.Type == listing.Dir,
			Target: d.Target, Remote: d.paths[i], Size: e.Size, ModTime: e.Time}
	})
}

func (p *Pane) removeLocal(d *Drag) {
	p.work(func(ctx context.Context) error {
		for _, full := range d.paths {
			if filepath.Dir(full) == full {
				return fs.ErrPermission // a root is never meant
			}
			if err := os.RemoveAll(full); err != nil {
				return err
			}
		}
		return nil
	}, func(err error) Message { return wordDeleteFailed(err) }, func() {})
}

// refreshAfter reads the folders again that finished items changed.
func (a *App) refreshAfter(ended []*Transfer) {
	for _, t := range a.Tabs {
		if t.Remote.Ready() && slices.ContainsFunc(ended, func(x *Transfer) bool { return x.changesRemote(t) }) {
			t.Remote.refreshSoon()
		}
		if t.Local.Ready() && slices.ContainsFunc(ended, func(x *Transfer) bool { return x.changesLocal(t) }) {
			t.Local.refreshSoon()
		}
	}
}
