package ui

// Quit ends the program. It is what the model calls once the user has decided;
// the queue is closed by main, after the window.
func (w *Window) Quit() {
	w.keepSizes()
	w.Close()
	w.app.Quit()
}

// Close ends what the window started, in order: the pump, so that nothing more
// is applied; the tabs' connections; then whatever still runs beside. It may be
// called twice.
func (w *Window) Close() {
	if w.ended.Swap(true) {
		return
	}
	w.probe.close()
	w.pump.Stop()
	w.model.Close()
	w.cancel()
}

// Wait returns when all that was started beside the window has ended. Call it
// after the toolkit's loop: what runs beside may still want to tell something.
func (w *Window) Wait() { w.work.Wait() }

// Ended reports whether the window was closed. Any goroutine may ask.
func (w *Window) Ended() bool { return w.ended.Load() }
