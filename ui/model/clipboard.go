package model

// CopyFiles holds the selected files of a pane for PasteFiles, also in another
// tab. Nothing is read before it is pasted.
func (a *App) CopyFiles() {
	a.copied = a.Focused().DragSelected()
	a.touch(PartActions)
}

// PasteFiles does with the held files what a drop on the pane would do, but
// never takes them away from where they are.
func (a *App) PasteFiles() { a.Focused().Drop(a.copied, NoRow, true) }

// needPaste tells why nothing can be pasted here.
func (a *App) needPaste() string {
	p := a.Focused()
	if p == nil || !p.Ready() {
		return wordNotConnected
	}
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

// isFrom reports whether one of the files stands in the folder that p shows.
func (d *Drag) isFrom(p *Pane) bool {
	for _, path := range d.paths {
		if up, _ := p.src.parent(path); up == p.Dir {
			return true
		}
	}
	return false
}
