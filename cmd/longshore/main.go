// Longshore is a desktop client for FTP and FTPS.
package main

import (
	"errors"
	"fmt"
	"os"

	_ "longshore/cmd/longshore/early" // before Fyne

	"fyne.io/fyne/v2/app"

	"longshore/ui"
)

// appID is the program's name for the desktop.
const appID = "io.longshore.Longshore"

// Exit codes.
const (
	exitOK      = 0
	exitFailed  = 1
	exitUsage   = 2
	exitDisplay = 2
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	o, err := parseFlags(args)
	if errors.Is(err, errDone) {
		return exitOK
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "longshore:", err)
		return exitUsage
	}
	if err := needDisplay(os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, "longshore:", err)
		return exitDisplay
	}
	harden()
	engine, err := openEngine(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "longshore:", err)
		return exitFailed
	}
	defer engine.close()
	a := app.NewWithID(appID)
	window := ui.New(a, engine.deps(), version, engine.queue.Changed())
	defer window.Wait()
	defer window.Close()
	if o.probe != "" {
		if err := window.Probe(o.probe); err != nil {
			fmt.Fprintln(os.Stderr, "longshore:", err)
			return exitFailed
		}
	}
	window.Start()
	engine.queue.Start()
	engine.greet(window.Model())
	stop := quitOnSignal(window)
	defer stop()
	a.Run()
	return exitOK
}
