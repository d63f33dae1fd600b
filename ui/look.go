package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"longshore/ui/kit"
)

// look is the theme as it was last set.
type look struct {
	set  bool
	dark bool
	zoom float32
}

// apply sets the theme that the settings ask for, if it is another one.
func (l *look) apply(w *Window) {
	s := w.model.Settings
	dark := s.Theme == "dark"
	if s.Theme == "system" {
		dark = w.app.Settings().ThemeVariant() == theme.VariantDark
	}
	if l.set && l.dark == dark && l.zoom == s.Zoom {
		return
	}
	*l = look{set: true, dark: dark, zoom: s.Zoom}
	w.app.Settings().SetTheme(kit.NewTheme(dark, s.Zoom))
	if w.content != nil {
		w.stage.Refresh()
		// Fyne leaves the content where the old menu bar ended.
		w.win.SetMainMenu(w.menus.main)
	}
}

// bindForeground answers a defect of Fyne 2.7.1: Alt+Tab opens the menu bar
// when the window loses the keyboard (fyne issue 2998).
func (w *Window) bindForeground() {
	w.app.Lifecycle().SetOnExitedForeground(func() {
		newTimer(menuDelay, func() {
			fyne.Do(func() {
				if c, ok := w.win.Canvas().(interface{ DismissMenu() bool }); ok && !w.ended.Load() {
					c.DismissMenu()
				}
			})
		})
	})
}
