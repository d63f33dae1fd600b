package sites

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
)

// BookVersion is the version of sites.json that this program writes.
const BookVersion = 1

// The most that a Book takes, so that a broken file cannot fill memory.
const (
	maxSites   = 20_000
	maxFolders = 5_000
	maxDepth   = 32
)

// ErrNoSite says that no saved site has that id or name.
var ErrNoSite = errors.New("no such site")

// Book is the list of saved sites and their folders. All methods may be
// called from any goroutine. What is read comes from memory at once; each
// change is on disk when its method returns.
type Book struct {
	doc   *document
	state atomic.Pointer[shelf]
}

// shelf is one state of the Book; it is never changed once it is published.
type shelf struct {
	Version int        `json:"version"`
	Folders [][]string `json:"folders,omitempty"` // empty ones too, in the user's order
	Sites   siteList   `json:"sites"`
	Orphans []Ref      `json:"orphans,omitempty"` // passwords whose deletion failed; tried again

	rest unknown
}

// LoadBook reads sites.json. A missing file is an empty Book; path "" is a
// Book in memory only. A damaged file is set aside, see Notice. The error is
// for a file that is there and cannot be read at all.
func LoadBook(path string) (*Book, error) {
	b := &Book{doc: newDocument(path)}
	b.state.Store(&shelf{Version: BookVersion})
	if err := b.doc.load(b.parse); err != nil {
		return nil, fmt.Errorf("saved sites: %w", err)
	}
	return b, nil
}

// Notice is what the user should know about the file: that it was damaged
// and a copy is used, or that it is read-only. "" when all is well.
func (b *Book) Notice() string { return b.doc.noticed() }

// ReadOnly reports whether the file is of a newer version and stays as it is.
func (b *Book) ReadOnly() bool { return b.doc.readOnly.Load() }

// Reload takes in what another program changed; it reports whether it did.
func (b *Book) Reload() (bool, error) { return b.doc.reload(b.parse) }

// Sites returns all sites in the user's order.
func (b *Book) Sites() []Site {
	var all []Site
	for _, s := range b.state.Load().Sites {
		all = append(all, s.clone())
	}
	return all
}

// Get finds a site by its id.
func (b *Book) Get(id string) (Site, bool) {
	st := b.state.Load()
	if i := st.find(id); i >= 0 {
		return st.Sites[i].clone(), true
	}
	return Site{}, false
}

// Put adds a site, with a new id if it has none, or replaces the one with its
// id. It returns the site as stored, or a *FieldError.
func (b *Book) Put(s Site) (Site, error) {
	stored, err := b.PutAll([]Site{s})
	if err != nil {
		return Site{}, err
	}
	return stored[0], nil
}

// PutAll is Put for many sites in one change of the file: all or none.
func (b *Book) PutAll(many []Site) ([]Site, error) {
	var stored []Site
	err := b.change(func(st *shelf) error {
		for _, s := range many {
			if err := s.Check(); err != nil {
				return err
			}
			s = s.clone()
			if s.ID == "" {
				s.ID = newID()
				st.Sites = append(st.Sites, s)
			} else {
				st.put(s)
			}
			stored = append(stored, s.clone())
		}
		return nil
	})
	return stored, err
}

// Delete removes a site. Its password is the caller's to delete: see
// Secrets.DeleteSite, which does both.
func (b *Book) Delete(id string) error {
	return b.change(func(st *shelf) error {
		i := st.find(id)
		if i < 0 {
			return fmt.Errorf("%w: id %q", ErrNoSite, id)
		}
		st.Sites = slices.Delete(st.Sites, i, i+1)
		return nil
	})
}

// Duplicate adds a copy of a site beside it, under a free name and without a
// password: two sites never share one, else deleting one would empty the other.
func (b *Book) Duplicate(id string) (Site, error) {
	var made Site
	err := b.change(func(st *shelf) error {
		i := st.find(id)
		if i < 0 {
			return fmt.Errorf("%w: id %q", ErrNoSite, id)
		}
		made = st.Sites[i].clone()
		made.ID, made.Password = newID(), Ref{Store: StoreNone}
		if made.Logon == Normal {
			made.Logon = AskLogon
		}
		made.Name = st.freeName(made.Folder, made.Name)
		st.Sites = slices.Insert(st.Sites, i+1, made.clone())
		return nil
	})
	return made, err
}

// Move puts a site into a folder, before the site with the id before, or at
// the end if that is "".
func (b *Book) Move(id string, folder []string, before string) error {
	return b.change(func(st *shelf) error {
		i := st.find(id)
		if i < 0 {
			return fmt.Errorf("%w: id %q", ErrNoSite, id)
		}
		s := st.Sites[i].clone()
		s.Folder = slices.Clone(folder)
		if err := s.Check(); err != nil {
			return err
		}
		st.Sites = slices.Delete(st.Sites, i, i+1)
		to := len(st.Sites)
		if at := st.find(before); before != "" && at >= 0 {
			to = at
		}
		st.Sites = slices.Insert(st.Sites, to, s)
		return nil
	})
}

// FindByName finds a site by "Folder/Sub/Name", or by its name alone where
// only one has it; first in exact, then in any case.
func (b *Book) FindByName(name string) (Site, error) {
	tests := []func(Site) bool{
		func(s Site) bool { return s.Path() == name },
		func(s Site) bool { return s.Name == name },
		func(s Site) bool { return strings.EqualFold(s.Path(), name) },
		func(s Site) bool { return strings.EqualFold(s.Name, name) },
	}
	all := b.state.Load().Sites
	for _, test := range tests {
		var found []Site
		for _, s := range all {
			if test(s) {
				found = append(found, s)
			}
		}
		switch len(found) {
		case 0:
			continue
		case 1:
			return found[0].clone(), nil
		}
		return Site{}, fmt.Errorf("%d sites are called %q: use one of %q", len(found), name, paths(found))
	}
	return Site{}, fmt.Errorf("%w: %q", ErrNoSite, name)
}

func paths(all []Site) []string {
	var out []string
	for _, s := range all[:min(len(all), 10)] {
		out = append(out, s.Path())
	}
	return out
}

func (b *Book) change(edit func(*shelf) error) error {
	var next *shelf
	return b.doc.change(b.parse, func() ([]byte, error) {
		next = b.state.Load().clone()
		if err := edit(next); err != nil {
			return nil, err
		}
		if len(next.Sites) > maxSites || len(next.Folders) > maxFolders {
			return nil, fmt.Errorf("no more than %d sites in %d folders can be saved", maxSites, maxFolders)
		}
		return json.MarshalIndent(next, "", " ")
	}, func() { b.state.Store(next) })
}

// parse takes a file's content as the Book's state.
func (b *Book) parse(data []byte) error {
	st, err := parseShelf(data)
	if st != nil {
		b.state.Store(st)
	}
	return err
}

func parseShelf(data []byte) (*shelf, error) {
	st := &shelf{}
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), st); err != nil {
		return nil, err
	}
	if len(st.Folders) > maxFolders {
		return nil, fmt.Errorf("it has more than %d folders", maxFolders)
	}
	st.repair()
	if st.Version > BookVersion {
		return st, ErrNewer
	}
	st.Version = BookVersion
	return st, nil
}

// repair gives sites without an id, or with another's, a new one: a file that
// was edited by hand must not hide sites behind each other.
func (st *shelf) repair() {
	seen := make(map[string]bool, len(st.Sites))
	for i := range st.Sites {
		s := &st.Sites[i]
		if s.ID == "" || seen[s.ID] {
			s.ID = newID()
		}
		seen[s.ID] = true
		s.Folder = s.Folder[:min(len(s.Folder), maxDepth)]
		if s.Password.Store == "" {
			s.Password.Store = StoreNone
		}
	}
}

// siteList stops to read where a Book is full, and not after it has filled
// memory with what is too much.
type siteList []Site

func (l *siteList) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	switch first, err := d.Token(); {
	case err != nil:
		return err
	case first == nil: // null
		return nil
	case first != json.Delim('['):
		return errors.New("the sites are no list")
	}
	for d.More() {
		if len(*l) >= maxSites {
			return fmt.Errorf("it has more than %d sites", maxSites)
		}
		var s Site
		if err := d.Decode(&s); err != nil {
			return err
		}
		*l = append(*l, s)
	}
	_, err := d.Token()
	return err
}

// UnmarshalJSON keeps the fields it does not know.
func (st *shelf) UnmarshalJSON(data []byte) error {
	type plain shelf
	var p plain
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	rest, err := splitUnknown(data, &p)
	if err != nil {
		return err
	}
	*st = shelf(p)
	st.rest = rest
	return nil
}

// MarshalJSON writes the fields that were not known back.
func (st *shelf) MarshalJSON() ([]byte, error) {
	type plain shelf
	p := plain(*st)
	if p.Sites == nil {
		p.Sites = []Site{}
	}
	return joinUnknown(&p, st.rest)
}

func (st *shelf) clone() *shelf {
	c := *st
	c.Sites, c.Folders, c.Orphans = slices.Clone(st.Sites), slices.Clone(st.Folders), slices.Clone(st.Orphans)
	return &c
}

func (st *shelf) find(id string) int {
	return slices.IndexFunc(st.Sites, func(s Site) bool { return s.ID == id })
}

func (st *shelf) put(s Site) {
	if i := st.find(s.ID); i >= 0 {
		st.Sites[i] = s
		return
	}
	st.Sites = append(st.Sites, s)
}

// freeName is name, or name with the lowest number that no site there has.
func (st *shelf) freeName(folder []string, name string) string {
	taken := map[string]bool{}
	for _, s := range st.Sites {
		if slices.Equal(s.Folder, folder) {
			taken[s.Name] = true
		}
	}
	for n, free := 2, name; ; n++ {
		if !taken[free] {
			return free
		}
		free = fmt.Sprintf("%s (%d)", name, n)
	}
}
