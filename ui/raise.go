package ui

// Raise brings the window before the others, also from the task bar. Call it
// on the UI goroutine.
func (w *Window) Raise() {
	w.win.Show()
	w.win.RequestFocus()
}
