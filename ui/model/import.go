package model

import (
	"context"
	"errors"
	"slices"
	"strings"

	"longshore/sites"
)

// ImportState says how far an import is.
type ImportState uint8

// The states of an import.
const (
	ImportChoosing ImportState = iota
	ImportReading
	ImportPreview
	ImportStoring
	ImportDone
)

// ImportRow is a site found in a file.
type ImportRow struct {
	Found  sites.ImportedSite
	On     bool
	Locked bool   // it cannot be ticked
	Note   string // why it is not ticked, or what is not taken over
}

// Import takes sites of other programs over. Passwords in their files are in
// memory until Close and go to the chosen store only.
type Import struct {
	app *App

	State       ImportState
	Places      []sites.ImportPlace
	Path        string // what is read or was read last
	Format      string
	Rows        []ImportRow
	NeedsMaster bool
	Truncated   bool
	Problem     string // what is wrong with the file, the master password, or the storing
	Store       sites.Store
	Done, All   int // passwords stored
	Summary     []string

	OnChange func()

	gen    uint64
	cancel context.CancelFunc
}

// NewImport begins an import and looks where other programs keep their sites.
func (a *App) NewImport() *Import {
	i := &Import{app: a, OnChange: func() {}, Store: a.saveStore()}
	if a.Settings.PasswordStore == sites.StoreNone {
		i.Store = sites.StoreNone
	}
	home := a.deps.Home
	a.deps.Go(func() {
		found := sites.FindImports(home)
		a.deps.Do(func() {
			i.Places = found
			i.OnChange()
		})
	})
	return i
}

// Open reads a file, or a folder of bookmarks, beside the UI goroutine. master
// is the other program's master password, "" at first.
func (i *Import) Open(path, master string) {
	path = strings.TrimSpace(path)
	if path == "" || i.State == ImportReading || i.State == ImportStoring {
		return
	}
	if rest, ok := strings.CutPrefix(path, "~"); ok && i.app.deps.Home != "" {
		path = i.app.deps.Home + rest
	}
	a := i.app
	i.gen++
	gen := i.gen
	i.State, i.Path, i.Problem = ImportReading, path, ""
	i.OnChange()
	a.deps.Go(func() {
		in, err := sites.ImportFile(path, master)
		a.deps.Do(func() {
			if i.gen == gen {
				i.opened(in, err)
			}
		})
	})
}

func (i *Import) opened(in sites.Imported, err error) {
	if errors.Is(err, sites.ErrMaster) {
		i.State, i.Problem = ImportPreview, wordMasterWrong
		i.OnChange()
		return
	}
	if err != nil {
		i.State, i.Problem = ImportChoosing, wordImportFailed(i.Path, err)
		i.Rows = nil
		i.OnChange()
		return
	}
	i.State, i.Format, i.NeedsMaster, i.Truncated = ImportPreview, in.Format, in.NeedsMaster, in.Truncated
	was := i.Rows
	i.Rows = make([]ImportRow, len(in.Sites))
	seen := map[string]string{}
	for n := range in.Sites {
		i.Rows[n] = i.row(in.Sites[n], seen)
		if len(was) == len(i.Rows) && !i.Rows[n].Locked {
			i.Rows[n].On = was[n].On // the same file, opened again with its master password
		}
	}
	i.OnChange()
}

// row judges a site that was found. What is saved already, and what comes
// twice in the file, is not ticked, but can be.
func (i *Import) row(found sites.ImportedSite, seen map[string]string) ImportRow {
	r := ImportRow{Found: found}
	if found.Skipped != "" {
		r.Locked, r.Note = true, Sentence(found.Skipped)
		return r
	}
	t := found.Site.TargetOf()
	key := t.Addr() + "\n" + t.User
	if book := i.app.deps.Sites; book != nil {
		if old, ok := book.SameAccount(found.Site); ok {
			r.Note = wordSavedAlready(old)
			return r
		}
	}
	if first, ok := seen[key]; ok {
		r.Note = wordTwice(first)
		return r
	}
	seen[key] = found.Site.Path()
	r.On = true
	var notes []string
	for _, n := range found.Notes {
		notes = append(notes, Sentence(n))
	}
	r.Note = strings.Join(notes, "; ")
	return r
}

// Tick takes a row in or leaves it out.
func (i *Import) Tick(row int, on bool) {
	if row >= 0 && row < len(i.Rows) && !i.Rows[row].Locked && i.State == ImportPreview {
		i.Rows[row].On = on
		i.OnChange()
	}
}

// TickAll takes in all that can be, or none.
func (i *Import) TickAll(on bool) {
	for n := range i.Rows {
		i.Rows[n].On = on && !i.Rows[n].Locked
	}
	i.OnChange()
}

// Ticked is how many rows are taken in, and how many of them have a password.
func (i *Import) Ticked() (rows, passwords int) {
	for _, r := range i.Rows {
		if r.On {
			rows++
			if r.Found.Password != "" {
				passwords++
			}
		}
	}
	return rows, passwords
}

// WhyNot says why nothing can be imported now; "" if it can.
func (i *Import) WhyNot() string {
	rows, _ := i.Ticked()
	switch {
	case i.State == ImportStoring:
		return wordImporting
	case i.State != ImportPreview:
		return wordChooseFile
	case rows == 0:
		return wordNothingTicked
	}
	return ""
}

// Run stores the ticked sites, and their passwords in the chosen store.
func (i *Import) Run() {
	a := i.app
	if i.WhyNot() != "" || a.deps.Passwords == nil {
		return
	}
	var chosen []sites.ImportedSite
	for _, r := range i.Rows {
		if r.On {
			chosen = append(chosen, r.Found)
		}
	}
	ctx, cancel := context.WithCancel(a.deps.Context)
	i.gen++
	gen := i.gen
	i.State, i.cancel, i.Done = ImportStoring, cancel, 0
	_, i.All = i.Ticked()
	store := i.Store
	a.deps.Go(func() {
		defer cancel()
		added, err := a.deps.Passwords.AddImported(ctx, chosen, store, func(done, all int) {
			a.deps.Do(func() {
				if i.gen == gen {
					i.Done, i.All = done, all
					i.OnChange()
				}
			})
		})
		a.deps.Do(func() {
			if i.gen == gen {
				i.stored(added, err)
			}
			a.touch(PartSites | PartActions)
		})
	})
	i.OnChange()
}

// Cancel stops the storing of passwords. The sites are there by then; what
// was stored stays.
func (i *Import) Cancel() {
	if i.cancel != nil {
		i.cancel()
	}
}

func (i *Import) stored(added sites.Added, err error) {
	i.cancel, i.State = nil, ImportDone
	cancelled := errors.Is(err, context.Canceled)
	if err != nil && !cancelled {
		i.Problem = Sentence(localWords(err))
	}
	i.Summary = i.summary(added, cancelled)
	i.drop()
	i.OnChange()
}

// summary tells what came in and what did not.
func (i *Import) summary(added sites.Added, cancelled bool) []string {
	lines := []string{Count(len(added.Sites), "site was", "sites were") + " imported"}
	_, passwords := i.Ticked()
	if added.Saved > 0 {
		lines = append(lines, Count(added.Saved, "password is", "passwords are")+" saved in "+StoreWord(i.Store))
	}
	if added.Typed > 0 {
		lines = append(lines, Count(added.Typed, "password is", "passwords are")+" kept only until you quit")
	}
	if left := passwords - added.Saved - added.Typed; cancelled && left > 0 {
		lines = append(lines, Count(left, "password was", "passwords were")+" not stored, since you stopped it: you will be asked")
	}
	for _, err := range added.Errors {
		lines = append(lines, Sentence(err.Error()))
	}
	return append(lines, i.remarks()...)
}

// remarks tells of each reason which sites it left out or changed.
func (i *Import) remarks() []string {
	names := map[string][]string{}
	var order []string
	for _, r := range i.Rows {
		reason := r.Note
		switch {
		case r.On && reason == "":
			continue
		case !r.On && reason == "":
			reason = wordNotTicked
		}
		if !r.On {
			reason = wordLeftOut + reason
		}
		if names[reason] == nil {
			order = append(order, reason)
		}
		names[reason] = append(names[reason], r.Found.Site.Path())
	}
	var lines []string
	for _, reason := range order[:min(len(order), mostReasons)] {
		lines = append(lines, wordRemark(names[reason], reason))
	}
	return lines
}

// mostReasons bounds the summary.
const mostReasons = 40

// drop forgets the passwords that were read.
func (i *Import) drop() {
	for n := range i.Rows {
		i.Rows[n].Found.Password = ""
	}
}

// Back goes to the choice of a file again.
func (i *Import) Back() {
	if i.State == ImportPreview || i.State == ImportDone {
		i.drop()
		i.State, i.Rows, i.Problem, i.Summary, i.NeedsMaster = ImportChoosing, nil, "", nil, false
		i.OnChange()
	}
}

// Close ends the import; passwords that were read are forgotten.
func (i *Import) Close() {
	i.Cancel()
	i.OnChange = func() {}
	if i.State != ImportStoring {
		i.drop()
		i.gen++
	}
}

// importStores are where imported passwords can go.
var importStores = []sites.Store{sites.StoreKeyring, sites.StoreVault, sites.StoreNone}

// ImportStores lists them; the vault only where there is one.
func (a *App) ImportStores() []sites.Store {
	return slices.DeleteFunc(slices.Clone(importStores), func(s sites.Store) bool { return s == sites.StoreVault && !a.HasVault() })
}
