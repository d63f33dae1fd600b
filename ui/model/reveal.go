package model

import (
	"path/filepath"

	"longshore/ui/model/disk"
)

// Reveal shows files of this machine, given by full paths, in the local pane:
// their folder, with them selected. Of several folders it is that of the first.
func (a *App) Reveal(files []string) {
	t := a.Tab()
	if t == nil || len(files) == 0 {
		return
	}
	if len(files) == 1 && disk.IsFolder(files[0]) {
		t.Local.Open(files[0])
		return
	}
	dir := filepath.Dir(files[0])
	var names []string
	for _, f := range files {
		if filepath.Dir(f) == dir {
			names = append(names, filepath.Base(f))
		}
	}
	t.Local.loadAnd(dir, func() { t.Local.SelectNames(names, names[0]) })
}
