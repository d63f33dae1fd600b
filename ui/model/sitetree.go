package model

import (
	"errors"
	"slices"
	"strings"

	"longshore/sites"
)

// SiteNode is a row of the site manager's tree.
type SiteNode struct {
	Folder []string // the folder's own path; of a site, the folder it is in
	Site   string   // id; "" for a folder
	Label  string
	Depth  int
	Open   bool // folders only
}

// SiteTree is the list of saved sites as the site manager shows it.
type SiteTree struct {
	app    *App
	Nodes  []SiteNode
	closed map[string]bool
	filter string
}

// NewSiteTree reads the saved sites.
func (a *App) NewSiteTree() *SiteTree {
	t := &SiteTree{app: a, closed: map[string]bool{}}
	t.Refresh()
	return t
}

// SetFilter shows only sites whose name, host or user holds the text.
func (t *SiteTree) SetFilter(text string) {
	t.filter = strings.ToLower(strings.TrimSpace(text))
	t.Refresh()
}

// Toggle opens or closes a folder.
func (t *SiteTree) Toggle(folder []string) {
	key := strings.Join(folder, "/")
	t.closed[key] = !t.closed[key]
	t.Refresh()
}

// Refresh builds the rows again: folders first, then sites, each by name.
func (t *SiteTree) Refresh() {
	t.Nodes = nil
	if t.app.deps.Sites != nil {
		t.add(nil, t.app.deps.Sites.Folders(), t.app.deps.Sites.Sites())
	}
}

func (t *SiteTree) add(at []string, folders [][]string, all []sites.Site) {
	for _, f := range folders {
		if len(f) != len(at)+1 || !slices.Equal(f[:len(at)], at) {
			continue
		}
		open := !t.closed[strings.Join(f, "/")] || t.filter != ""
		row := len(t.Nodes)
		t.Nodes = append(t.Nodes, SiteNode{Folder: f, Label: f[len(f)-1], Depth: len(at), Open: open})
		if open {
			t.add(f, folders, all)
		}
		if t.filter != "" && len(t.Nodes) == row+1 {
			t.Nodes = t.Nodes[:row]
		}
	}
	for _, s := range all {
		if slices.Equal(s.Folder, at) && t.matches(s) {
			t.Nodes = append(t.Nodes, SiteNode{Folder: at, Site: s.ID, Label: s.Name, Depth: len(at)})
		}
	}
}

func (t *SiteTree) matches(s sites.Site) bool {
	return t.filter == "" || strings.Contains(strings.ToLower(s.Name+"\n"+s.Host+"\n"+s.User), t.filter)
}

// Site gives a saved site.
func (t *SiteTree) Site(id string) (sites.Site, bool) { return t.app.siteOf(id) }

// Find is the row of a site, -1 if it is not shown.
func (t *SiteTree) Find(id string) int {
	return slices.IndexFunc(t.Nodes, func(n SiteNode) bool { return n.Site == id && id != "" })
}

// Save stores a site and, if one was typed, its password where the site's Ref
// says. problem gets what is wrong, with the field's name; then gets the
// stored site.
func (t *SiteTree) Save(s sites.Site, password string, typed bool, problem func(field, text string), then func(sites.Site)) {
	if err := s.Check(); err != nil {
		var f *sites.FieldError
		if errors.As(err, &f) {
			problem(f.Field, Sentence(f.Text))
		} else {
			problem("", Sentence(err.Error()))
		}
		return
	}
	a, ctx := t.app, t.app.deps.Context
	a.deps.Go(func() {
		var stored sites.Site
		var err, kept error
		if typed && a.deps.Passwords != nil {
			if stored, kept = a.deps.Passwords.SavePassword(ctx, s, s.Password.Store, password); stored.ID == "" {
				err = kept
			}
		} else {
			stored, err = a.deps.Sites.Put(s)
		}
		a.deps.Do(func() {
			t.Refresh()
			a.touch(PartSites)
			if err != nil {
				problem("", Sentence(err.Error()))
				return
			}
			a.deps.Tune(a.Settings) // limits of speed, perhaps
			if kept != nil {
				a.notSaved(stored, password, kept)
			}
			then(stored)
		})
	})
}

// change does something to the saved sites beside the UI goroutine.
func (t *SiteTree) change(do func(Sites) error, then func()) {
	a := t.app
	a.deps.Go(func() {
		err := do(a.deps.Sites)
		a.deps.Do(func() {
			if err != nil {
				a.Alert(wordSaveFailed("the change", err))
			}
			t.Refresh()
			a.touch(PartSites)
			if err == nil && then != nil {
				then()
			}
		})
	})
}

// AddFolder makes a folder for sites.
func (t *SiteTree) AddFolder(path []string, then func()) {
	t.change(func(s Sites) error { return s.AddFolder(path) }, then)
}

// RenameFolder gives a folder another name; its sites go with it.
func (t *SiteTree) RenameFolder(from, to []string, then func()) {
	t.change(func(s Sites) error { return s.RenameFolder(from, to) }, then)
}

// DeleteFolder removes a folder with its sites and their passwords.
func (t *SiteTree) DeleteFolder(path []string, then func()) {
	var inside []string
	for _, s := range t.app.deps.Sites.Sites() {
		if len(s.Folder) >= len(path) && slices.Equal(s.Folder[:len(path)], path) {
			inside = append(inside, s.ID)
		}
	}
	t.change(func(s Sites) error {
		for _, id := range inside {
			if err := t.delete(s, id); err != nil {
				return err
			}
		}
		return s.DeleteFolder(path)
	}, then)
}

// Delete removes a site and its password.
func (t *SiteTree) Delete(id string, then func()) {
	t.change(func(s Sites) error { return t.delete(s, id) }, then)
}

func (t *SiteTree) delete(s Sites, id string) error {
	if p := t.app.deps.Passwords; p != nil {
		return p.DeleteSite(t.app.deps.Context, id)
	}
	return s.Delete(id)
}

// Duplicate copies a site; the copy's password is asked for again.
func (t *SiteTree) Duplicate(id string, then func(sites.Site)) {
	var copied sites.Site
	t.change(func(s Sites) (err error) {
		copied, err = s.Duplicate(id)
		return err
	}, func() { then(copied) })
}

// Where asks, beside the UI goroutine, where a password would go and whether
// it can go there now.
func (t *SiteTree) Where(store sites.Store, then func(line string, ok bool)) {
	a, ctx := t.app, t.app.deps.Context
	if store == sites.StoreNone || store == "" || a.deps.Passwords == nil {
		then(wordNotStored, true)
		return
	}
	vault := a.deps.Passwords.Vault(store)
	if vault == nil {
		then(wordNoVault, false)
		return
	}
	a.deps.Go(func() {
		st := vault.Status(ctx)
		a.deps.Do(func() { then(Sentence(st.Text), st.State.Keeps()) })
	})
}
