package main

// seen is what the program's probe answers to "state": what the window shows.
type seen struct {
	Connected bool   // the tab in front
	TLS       string // "TLS 1.3", "" if plain
	LocalDir  string
	RemoteDir string
	Local     []string // names as shown, in order
	Remote    []string
	Selected  []string // in the pane that has the keyboard
	Question  string   // kind of the question on the screen: "certificate", "password", "exists", …
	Bottom    string   // the tab below: "queue", "failed", "completed", "log"
	Queue     counts
	Restoring bool
	Loading   bool // rows of a folder are still coming
	Toasts    []string
	Dark      bool
	Check     string // the connection check in a sentence, "" if it is not open
	Import    string // what the import found or did, "" if it is not open
	Banner    string // text of the bar across the top, "" if none
}

// counts sums up the queue as its tabs show it.
type counts struct {
	Waiting, Active, Asking, Paused, Done, Failed, Skipped, Files int
	Bytes, Moved                                                  int64
}

// idle reports that nothing moves and nothing waits.
func (c counts) idle() bool { return c.Waiting+c.Active+c.Asking+c.Paused == 0 }
