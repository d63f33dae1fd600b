package sites

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// ImportFile reads another program's file, or all bookmarks in a folder.
// master opens passwords that a master password protects; "" for none.
func ImportFile(path, master string) (Imported, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Imported{}, err
	}
	if !info.IsDir() {
		return readImportFile(path, master)
	}
	files, err := bookmarkFiles(path)
	if err != nil {
		return Imported{}, err
	}
	var all Imported
	for _, f := range files {
		in, err := readImportFile(f, master)
		if errors.Is(err, ErrFormat) {
			continue
		}
		if err != nil {
			return all, err
		}
		all.Format = in.Format
		all.Sites = append(all.Sites, in.Sites...)
		all.NeedsMaster = all.NeedsMaster || in.NeedsMaster
		all.Truncated = all.Truncated || in.Truncated
	}
	if all.Format == "" {
		return all, ErrFormat
	}
	return all, nil
}

func readImportFile(path, master string) (Imported, error) {
	data, err := ReadFile(path)
	if err != nil {
		return Imported{}, err
	}
	return ImportWithMaster(path, data, master)
}

// mostBookmarks bounds the files that are read in a folder of bookmarks.
const mostBookmarks = 5000

func bookmarkFiles(dir string) ([]string, error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range list {
		if e.Type().IsRegular() && strings.EqualFold(filepath.Ext(e.Name()), ".duck") && len(out) < mostBookmarks {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	return out, nil
}
