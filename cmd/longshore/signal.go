package main

import (
	"os"
	"os/signal"
	"syscall"

	"fyne.io/fyne/v2"

	"longshore/ui"
)

// quitOnSignal ends the program properly when the system asks it to: at
// logging out, or at Ctrl+C in the terminal it was started from.
func quitOnSignal(w *ui.Window) (stop func()) {
	asked := make(chan os.Signal, 1)
	end := make(chan struct{})
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case <-asked:
			fyne.Do(w.Quit)
		case <-end:
		}
	}()
	return func() {
		signal.Stop(asked)
		close(end)
	}
}
