// Command longshore is the window: a desktop client for FTP and FTPS with two
// panes and a queue that never loses a file.
//
//	longshore [--demo] [--state DIR] [PLACE] [FILE...]
//
// It reads its flags, joins settings, sites, keyring, queue and window, runs,
// and closes them in reverse. It is the only importer of fyne's app package.
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
	harden() // the place may hold a password
	if there, err := handOver(o); err == nil {
		fmt.Println(there)
		return exitOK
	}
	if err := needDisplay(os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, "longshore:", err)
		return exitDisplay
	}
	windowFirst()
	engine, there, err := openOrHandOver(o, ownerWait)
	if err != nil {
		fmt.Fprintln(os.Stderr, "longshore:", err)
		return exitFailed
	}
	if engine == nil {
		fmt.Println(there)
		return exitOK
	}
	defer engine.close()
	mendPreferences()
	flatSurface()
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
	door := engine.openDoor(window)
	defer door.close()
	stop := quitOnSignal(window)
	defer stop()
	a.Run()
	return exitOK
}
