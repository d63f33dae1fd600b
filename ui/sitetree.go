package ui

import (
	"strings"

	"fyne.io/fyne/v2"

	"longshore/ui/kit"
	"longshore/ui/model"
)

// siteRows shows the saved sites with their folders.
type siteRows struct{ nodes []model.SiteNode }

func (r siteRows) Len() int { return len(r.nodes) }

// Key is the site's id, or the folder's path behind a mark that no id has.
func (r siteRows) Key(i int) string {
	n := r.nodes[i]
	if n.Site != "" {
		return n.Site
	}
	return r.folderKey(n.Folder)
}

func (siteRows) folderKey(path []string) string { return "/" + strings.Join(path, "/") }

// Icon tells folders from sites.
func (r siteRows) Icon(i int) fyne.Resource {
	if r.nodes[i].Site == "" {
		return kit.FileIcon("folder")
	}
	return kit.Icon("server", kit.ColorSecondary)
}

// Cell is the name, moved right by its depth.
func (r siteRows) Cell(i, _ int) kit.Cell {
	n := r.nodes[i]
	mark := ""
	if n.Site == "" && !n.Open {
		mark = "  …"
	}
	return kit.Cell{Text: strings.Repeat("      ", n.Depth) + n.Label + mark}
}
