package model

import (
	"path/filepath"
	"strings"

	"longshore/ui/model/disk"
)

// localFolders are this machine's.
type localFolders struct{ home string }

func (localFolders) reader() readFolder { return disk.List }

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
