package model

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"longshore/sites"
)

// Export writes all saved sites to a file, beside the UI goroutine. There are
// no passwords in it.
func (a *App) Export(path string, fileZilla bool, problem func(string), then func()) {
	path = strings.TrimSpace(path)
	if path == "" {
		problem(wordExportName)
		return
	}
	list, folders := a.deps.Sites.Sites(), a.deps.Sites.Folders()
	a.deps.Go(func() {
		var data []byte
		var err error
		if fileZilla {
			data, err = sites.ExportFileZilla(list)
		} else {
			data, err = sites.Export(list, folders)
		}
		if err == nil {
			err = sites.WriteFile(path, data)
		}
		a.deps.Do(func() {
			if err != nil {
				problem(wordExportFailed(path, err))
				return
			}
			a.Alert(wordExported(len(list), path))
			then()
		})
	})
}

// Exists reports whether a file is there already, for Export to ask.
func Exists(path string) bool {
	_, err := os.Stat(strings.TrimSpace(path))
	return !errors.Is(err, fs.ErrNotExist)
}

// ExportName is the file that Export proposes.
func (a *App) ExportName(fileZilla bool) string {
	name := "longshore-sites.json"
	if fileZilla {
		name = "FileZilla.xml"
	}
	return filepath.Join(a.deps.Home, name)
}

func (a *App) needSites() string {
	if a.deps.Sites == nil || len(a.deps.Sites.Sites()) == 0 {
		return wordNoSites
	}
	return ""
}
