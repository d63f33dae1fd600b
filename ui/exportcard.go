package ui

import (
	"path/filepath"

	"fyne.io/fyne/v2/theme"

	"longshore/ui/kit"
	"longshore/ui/model"
)

// ShowExport opens the card that writes all sites to a file.
func (w *Window) ShowExport() {
	kinds := []string{"Longshore (JSON)", "FileZilla (XML)"}
	path, problem := kit.NewEntry("Path of a file", 380), kit.NewLabel("", theme.ColorNameError).Cut(200)
	path.SetText(w.model.ExportName(false))
	kind := kit.NewSelect(kinds, 200, nil)
	kind.SetIndex(0)
	kind.OnChanged = func(string) {
		if path.Text == w.model.ExportName(kind.SelectedIndex() != 1) {
			path.SetText(w.model.ExportName(kind.SelectedIndex() == 1))
		}
	}
	choose := kit.NewButton("Choose…", kit.ButtonNormal, func() {
		w.chooseFolder("Export into", path.Text, func(dir string) { path.SetText(filepath.Join(dir, filepath.Base(path.Text))) })
	})
	card := &kit.Modal{Title: "Export sites", Icon: "sites", Width: 560, Focus: path}
	card.Content = spaced(paragraph(model.WordExportText),
		kit.Form(kit.FormRow{Label: "Format", Field: kind}, kit.FormRow{Label: "File", Field: leftOf(path, choose)}), problem)
	write := func() {
		w.model.Export(path.Text, kind.SelectedIndex() == 1, problem.SetText, card.Close)
	}
	card.Buttons = []kit.ModalButton{{Label: "Cancel", Cancel: true},
		{Label: "Export", Kind: kit.ButtonPrimary, Default: true, Do: func() bool {
			if !model.Exists(path.Text) {
				write()
				return false
			}
			w.stage.ShowModal(&kit.Modal{Title: "Replace the file?", Icon: "warning", Color: theme.ColorNameWarning, Over: true,
				Content: paragraph(path.Text), Buttons: []kit.ModalButton{{Label: "Cancel", Cancel: true, Default: true},
					{Label: "Replace", Kind: kit.ButtonDanger, Do: func() bool { write(); return true }}}})
			return false
		}}}
	path.OnSubmitted = func(string) { card.Press(1) }
	w.stage.ShowModal(card)
}
