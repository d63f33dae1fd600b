package model

import (
	"path"
	"strings"

	"longshore/transfer/listing"
)

// remoteFolders reads a server's folders through the tab's connection.
type remoteFolders struct{ tab *Tab }

func (r remoteFolders) reader() readFolder {
	if r.tab.server == nil {
		return nil
	}
	return r.tab.server.List
}

func (remoteFolders) join(dir, name string) string {
	if strings.HasSuffix(dir, "/") {
		return dir + name
	}
	return dir + "/" + name
}

func (remoteFolders) base(dir string) string { return path.Base(dir) }

func (remoteFolders) parent(dir string) (string, bool) {
	up := path.Dir(dir)
	return up, up != dir && dir != ""
}

func (r remoteFolders) crumbs(dir string) []Crumb {
	crumbs := []Crumb{{Label: r.tab.HostLabel(), Path: "/"}}
	at := ""
	for step := range strings.SplitSeq(dir, "/") {
		if step != "" {
			at += "/" + step
			crumbs = append(crumbs, Crumb{Label: listing.Escape(step), Path: at})
		}
	}
	return crumbs
}

// clean makes what is typed absolute. ".." and "." are resolved here, since
// servers differ in what they make of them.
func (remoteFolders) clean(typed, current string) string {
	if !strings.HasPrefix(typed, "/") {
		typed = current + "/" + typed
	}
	return path.Clean("/" + typed)
}
