package ui

import (
	"net/url"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"longshore/ui/kit"
	"longshore/ui/model"
)

// ShowAbout tells what this program is.
func (w *Window) ShowAbout() {
	picture := canvas.NewImageFromResource(kit.AppIcon())
	picture.FillMode = canvas.ImageFillContain
	picture.SetMinSize(fyne.NewSize(72, 72))
	version := widget.NewLabelWithStyle(model.VersionLine(w.version), fyne.TextAlignCenter, fyne.TextStyle{})
	what := widget.NewLabelWithStyle("FTP and FTPS, two panes, and a queue that does not lose a file.", fyne.TextAlignCenter, fyne.TextStyle{})
	w.stage.ShowModal(&kit.Modal{Title: "About Longshore", Icon: "info", Content: container.NewVBox(picture, version, what),
		Buttons: []kit.ModalButton{{Label: "Close", Kind: kit.ButtonPrimary, Default: true, Cancel: true}}})
}

// ShowKeys lists the keys of all Actions.
func (w *Window) ShowKeys() {
	var facts []model.Fact
	for _, a := range w.model.Actions.All() {
		if a.Key != "" {
			facts = append(facts, model.Fact{Label: a.Key, Value: a.Label})
		}
	}
	facts = append(facts, model.Fact{Label: "Tab", Value: "Go to the other side"},
		model.Fact{Label: "Backspace", Value: "Folder above"},
		model.Fact{Label: "Esc", Value: "Stop what is being waited for"})
	list := container.NewVScroll(besideBar(factTable(facts)))
	list.SetMinSize(fyne.NewSize(440, 420))
	w.stage.ShowModal(&kit.Modal{Title: "Keys", Icon: "info", Content: list, Width: 480,
		Buttons: []kit.ModalButton{{Label: "Close", Kind: kit.ButtonPrimary, Default: true, Cancel: true}}})
}

// OpenLocal hands a file of this machine to the program that the desktop uses
// for its kind.
func (w *Window) OpenLocal(path string) {
	u := &url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	if err := w.app.OpenURL(u); err != nil {
		w.model.Alert(model.Message{Grade: model.GradeWarning, What: "No program opened the file. " + model.Sentence(err.Error())})
	}
}
