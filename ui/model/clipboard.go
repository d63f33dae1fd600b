package model

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"longshore/transfer/listing"
)

// CopyFiles holds the selected files of a pane for PasteFiles, also in another
// tab, and puts their paths or URLs on the clipboard for other programs.
// Nothing is read before it is pasted.
func (a *App) CopyFiles() {
	a.copied = a.Focused().DragSelected()
	a.copiedText = a.pathsText(a.focus == Remote)
	a.deps.Screen.Copy(a.copiedText)
	a.touch(PartActions)
}

// PasteFiles does with the held files what a drop on the pane would do, but
// never takes them away from where they are. If another program has put
// something on the clipboard since, the files that it names are meant.
func (a *App) PasteFiles() {
	p, text := a.Focused(), a.deps.Screen.Clipboard()
	if text != "" && text != a.copiedText {
		a.pasteNamed(p, pastedPaths(text))
		return
	}
	if why := a.whyNotPaste(p); why != "" {
		a.Alert(Message{Grade: GradeWarning, What: why})
		return
	}
	p.Drop(a.copied, NoRow, true)
}

// whyNotPaste tells why the held files cannot be pasted.
func (a *App) whyNotPaste(p *Pane) string {
	if a.copied == nil {
		return wordNothingCopied
	}
	effect, why := p.EffectOf(a.copied, NoRow, true)
	switch {
	case effect == WillMove: // a server cannot copy
		return wordNoServerCopy
	case effect == WillCopy && a.copied.isFrom(p):
		return wordAlreadyThere
	}
	return why
}

// pasteNamed pastes files of this machine that the clipboard names. A text can
// have come from anywhere, a web page among others, so the user is shown first
// what would be sent away.
func (a *App) pasteNamed(p *Pane, paths []string) {
	if len(paths) == 0 {
		a.Alert(Message{Grade: GradeWarning, What: wordNothingCopied})
		return
	}
	tab, dir := p.tab, p.Dir
	a.deps.Go(func() {
		d := DragFiles(paths)
		a.deps.Do(func() {
			effect, why := p.EffectOf(d, NoRow, true)
			switch {
			case d == nil:
				a.Alert(Message{Grade: GradeWarning, What: wordPasteGone})
			case effect == NoEffect:
				a.Alert(Message{Grade: GradeWarning, What: why})
			default:
				a.askPaste(tab, p, d, dir)
			}
		})
	})
}

func (a *App) askPaste(t *Tab, p *Pane, d *Drag, dir string) {
	verb := "Copy"
	if p.Side == Remote {
		verb = "Upload"
	}
	x := &Question{About: AskText, Title: fmt.Sprintf("%s %s?", verb, Count(len(d.Entries), "item", "items")), tab: t}
	for i, full := range d.paths {
		if i == leftoversNamed {
			x.Text = append(x.Text, fmt.Sprintf("… and %s more", FormatNumber(len(d.paths)-i)))
			break
		}
		x.Text = append(x.Text, listing.Escape(full))
	}
	x.Text = append(x.Text, "Into "+listing.Escape(dir))
	x.Choices = []Choice{{Label: "Cancel", Role: Decline}, {Label: verb, Role: Default, Do: func(Reply) {
		if p.Dir == dir {
			p.Drop(d, NoRow, true)
		}
	}}}
	a.Questions.add(x)
}

// needPaste tells why nothing can be pasted here. What is on the clipboard is
// looked at when it is pasted: asking another program for it takes time.
func (a *App) needPaste() string {
	if p := a.Focused(); p == nil || !p.Ready() {
		return wordNotConnected
	}
	return ""
}

// isFrom reports whether one of the files stands in the folder that p shows.
func (d *Drag) isFrom(p *Pane) bool {
	for _, path := range d.paths {
		if up, _ := p.src.parent(path); up == p.Dir {
			return true
		}
	}
	return false
}

// mostPasted bounds how many lines of a clipboard are read.
const mostPasted = 100_000

// pastedPaths are the files that a text names, one a line: as file:// URIs or
// as full paths, as file managers put them on the clipboard. Any other line
// means that the text is no list of files; the first two of the form that
// GNOME's uses ("x-special/nautilus-clipboard", "copy") are left out.
func pastedPaths(text string) []string {
	var paths []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n\x00")
		switch {
		case line == "", len(paths) == 0 && (strings.HasPrefix(line, "x-special/") || line == "copy" || line == "cut"):
			continue
		case len(paths) == mostPasted:
			return paths
		}
		path := pastedPath(line)
		if path == "" {
			return nil
		}
		paths = append(paths, path)
	}
	return paths
}

func pastedPath(line string) string {
	if strings.HasPrefix(line, "file:") {
		u, err := url.Parse(line)
		if err != nil || u.Host != "" && u.Host != "localhost" || u.Path == "" {
			return ""
		}
		line = filepath.FromSlash(u.Path)
		if windows {
			line = strings.TrimPrefix(line, `\`)
		}
	}
	if !filepath.IsAbs(line) || strings.ContainsRune(line, 0) {
		return ""
	}
	return filepath.Clean(line)
}
