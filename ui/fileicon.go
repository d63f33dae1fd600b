package ui

import (
	"path"
	"strings"

	"fyne.io/fyne/v2"

	"longshore/transfer/listing"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// kinds maps the ends of file names to the pictures of kit.
var kinds = map[string]string{}

func init() {
	for kind, ends := range map[string]string{
		"code":    "html htm css js ts jsx tsx php go py rb pl sh c h cpp rs java json xml yaml yml toml sql vue svelte",
		"image":   "png jpg jpeg gif svg webp ico bmp tif tiff avif heic psd",
		"video":   "mp4 mkv avi mov webm mpg mpeg m4v wmv",
		"audio":   "mp3 flac ogg opus wav m4a aac wma",
		"pdf":     "pdf",
		"archive": "zip gz tgz bz2 xz zst 7z rar tar deb rpm jar",
		"sheet":   "csv tsv xls xlsx ods",
		"text":    "txt md log ini conf cfg rst tex rtf doc docx odt",
		"exec":    "exe msi bin run appimage",
		"font":    "ttf otf woff woff2",
		"disk":    "iso img dmg vmdk qcow2",
	} {
		for end := range strings.FieldsSeq(ends) {
			kinds[end] = kind
		}
	}
}

// iconOf is the picture before a name.
func iconOf(e *listing.Entry) fyne.Resource {
	switch {
	case model.IsFolder(*e) && e.Type == listing.Link:
		return kit.FileIcon("folder-link")
	case model.IsFolder(*e):
		return kit.FileIcon("folder")
	case e.Type == listing.Link:
		return kit.FileIcon("link")
	case e.Type == listing.Other:
		return kit.FileIcon("disk")
	case strings.HasPrefix(e.Name, "."):
		return kit.FileIcon("hidden")
	}
	if kind, ok := kinds[strings.ToLower(strings.TrimPrefix(path.Ext(e.Name), "."))]; ok {
		return kit.FileIcon(kind)
	}
	return kit.FileIcon("file")
}
