// Package kit is Longshore's own set of widgets: a desktop look on top of
// Fyne, whose stock widgets are sized for fingers.
//
// Start with a Theme (light or dark, with a zoom factor) set on the app, and a
// Stage as the window's whole content:
//
//	app.Settings().SetTheme(kit.NewTheme(dark, 1))
//	stage := kit.NewStage(content)
//	window.SetPadded(false)
//	window.SetContent(stage)
//
// The Stage carries what floats over the content: tool tips, the label under
// the pointer while something is dragged, toasts, and modal cards. A widget
// finds the Stage of its window by itself (StageFor).
//
// The heart is FileTable: one widget for a hundred thousand rows, fed by the
// small interface Rows. It knows nothing about files; it reports what a person
// did (OnOpen, OnRename, OnMenu …) and the caller decides.
//
// Rules of the package: it imports Fyne and assets, and nothing else of the
// program. It holds no rules of FTP. Everything here runs on the goroutine of
// the user interface. Lengths are written in units of a display at 100 % and
// go through dp, so that the theme's zoom reaches every widget. A widget at
// rest paints nothing: its renderer makes objects only when a size or a state
// has changed, never while it is laid out again.
package kit
