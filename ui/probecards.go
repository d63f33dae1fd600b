package ui

import (
	"strings"

	"fyne.io/fyne/v2"

	"longshore/ui/kit"
)

// said is what the import tells: what it found, what is wrong, or what it did.
func (c *importCard) said() string {
	if len(c.m.Summary) > 0 {
		return strings.Join(c.m.Summary, "\n")
	}
	return c.line.Text()
}

// setupButton finds a button inside a card, for the probe.
func (w *Window) setupButton(label string) fyne.CanvasObject {
	var all []*kit.Button
	if c := w.checking; c != nil {
		all = append(all, c.cures...)
		if c.learn != nil {
			all = append(all, c.learn)
		}
	}
	if c := w.imports; c != nil {
		all = append(all, c.places...)
		if c.open != nil {
			all = append(all, c.open)
		}
	}
	if c := w.settings; c != nil {
		all = append(all, c.part.test, c.part.move, c.part.create, c.part.lock, c.part.change)
		for _, b := range c.part.line.buttons {
			all = append(all, b)
		}
	}
	for _, b := range all {
		if b.Label() == label && b.Visible() {
			return b
		}
	}
	return nil
}

// setupFields are the entries and boxes of the cards, for the probe.
func (w *Window) setupFields() map[string]fyne.CanvasObject {
	fields := map[string]fyne.CanvasObject{}
	if c := w.checking; c != nil {
		fields["check-write"], fields["check-folder"], fields["check-parallel"] = c.write, c.folder, c.parallel
	}
	if c := w.imports; c != nil {
		if c.m.State == 0 {
			fields["import-path"] = c.path
		}
		if c.master != nil {
			fields["import-master"] = c.master
		}
		if c.store != nil {
			fields["import-store"] = c.store
		}
	}
	return fields
}
