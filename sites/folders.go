package sites

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Folders returns every folder of the Book, parents before what is in them,
// with those that are empty and those that only a site names.
func (b *Book) Folders() [][]string { return b.state.Load().folders() }

func (st *shelf) folders() [][]string {
	var all [][]string
	seen := map[string]bool{}
	add := func(path []string) {
		for n := 1; n <= len(path); n++ {
			key := strings.Join(path[:n], "\x00")
			if !seen[key] {
				seen[key] = true
				all = append(all, slices.Clone(path[:n]))
			}
		}
	}
	for _, f := range st.Folders {
		add(f)
	}
	for _, s := range st.Sites {
		add(s.Folder)
	}
	return all
}

func (st *shelf) hasFolder(path []string) bool {
	return slices.ContainsFunc(st.folders(), func(f []string) bool { return slices.Equal(f, path) })
}

// AddFolder makes an empty folder; one that is there already is no error.
func (b *Book) AddFolder(path []string) error {
	if err := checkFolder(path); err != nil {
		return err
	}
	return b.change(func(st *shelf) error {
		if !st.hasFolder(path) {
			st.Folders = append(st.Folders, slices.Clone(path))
		}
		return nil
	})
}

// RenameFolder renames or moves a folder with all that is in it. A folder
// does not go into itself, nor onto another one.
func (b *Book) RenameFolder(from, to []string) error {
	if err := checkFolder(to); err != nil {
		return err
	}
	return b.change(func(st *shelf) error {
		switch {
		case !st.hasFolder(from):
			return fmt.Errorf("there is no folder %q", strings.Join(from, "/"))
		case slices.Equal(from, to):
			return nil
		case within(to, from):
			return fmt.Errorf("folder %q cannot be moved into itself", strings.Join(from, "/"))
		case st.hasFolder(to):
			return fmt.Errorf("there is a folder %q already", strings.Join(to, "/"))
		}
		move := func(path []string) []string {
			if !within(path, from) {
				return path
			}
			return slices.Concat(to, path[len(from):])
		}
		for i, f := range st.Folders {
			st.Folders[i] = move(f)
		}
		for i, s := range st.Sites {
			st.Sites[i].Folder = move(s.Folder)
		}
		return nil
	})
}

// DeleteFolder removes a folder and the folders in it; with sites in it, it
// refuses. The caller deletes or moves those first, so that no password is
// left without its site.
func (b *Book) DeleteFolder(path []string) error {
	return b.change(func(st *shelf) error {
		for _, s := range st.Sites {
			if within(s.Folder, path) {
				return fmt.Errorf("folder %q is not empty: site %q is in it", strings.Join(path, "/"), s.Name)
			}
		}
		if !st.hasFolder(path) {
			return fmt.Errorf("there is no folder %q", strings.Join(path, "/"))
		}
		st.Folders = slices.DeleteFunc(st.Folders, func(f []string) bool { return within(f, path) })
		if parent := path[:len(path)-1]; len(parent) > 0 && !st.hasFolder(parent) {
			st.Folders = append(st.Folders, slices.Clone(parent)) // it was only implied
		}
		return nil
	})
}

// In returns the sites of a folder and, when deep, of those in it.
func (b *Book) In(folder []string, deep bool) []Site {
	var in []Site
	for _, s := range b.state.Load().Sites {
		if slices.Equal(s.Folder, folder) || deep && within(s.Folder, folder) {
			in = append(in, s.clone())
		}
	}
	return in
}

func within(path, folder []string) bool {
	return len(path) >= len(folder) && slices.Equal(path[:len(folder)], folder)
}

func checkFolder(path []string) error {
	if len(path) == 0 || len(path) > maxDepth {
		return &FieldError{"folder", fmt.Sprintf("a folder is at least 1 and at most %d deep", maxDepth)}
	}
	for _, name := range path {
		if strings.TrimSpace(name) == "" || strings.ContainsFunc(name, unicode.IsControl) {
			return &FieldError{"folder", fmt.Sprintf("%q is not a name for a folder", name)}
		}
	}
	return nil
}
