package model

// Action is something the user can do. Menus, tool bar, shortcuts and context
// menus all come from the one table in actions.go.
type Action struct {
	Name  string // stable, for tests and saved settings
	Label string
	Key   string        // "Ctrl+R", "F5"; "" if there is none
	Icon  string        // a name in assets; "" if there is none
	Why   func() string // why it cannot be done now; "" when it can
	On    func() bool   // for those that are switched: whether it is on; nil for others
	Do    func()
}

// Enabled reports whether the Action can be done now.
func (a *Action) Enabled() bool { return a.Why() == "" }

// Tip is what the pointer is told over the Action: what it does, its key, and
// why it is off.
func (a *Action) Tip() string {
	s := a.Label
	if a.Key != "" {
		s += " (" + a.Key + ")"
	}
	if why := a.Why(); why != "" {
		s += "\n" + why
	}
	return s
}

// Menu is a named list of Actions; an empty name is a line between groups.
type Menu struct {
	Label   string
	Actions []string
}

// Actions are all of them.
type Actions struct {
	app  *App
	list []*Action
	by   map[string]*Action
}

// Get finds an Action by its name; an unknown one is a mistake in the table
// of a menu, which a test finds.
func (x *Actions) Get(name string) *Action { return x.by[name] }

// All lists the Actions in the order of the table.
func (x *Actions) All() []*Action { return x.list }

// Run does an Action if it can be done, and else says why not.
func (x *Actions) Run(name string) {
	a := x.by[name]
	if a == nil {
		return
	}
	if why := a.Why(); why != "" {
		x.app.Alert(Message{Grade: GradeWarning, What: why})
		return
	}
	a.Do()
	x.app.touch(PartActions)
}

func (x *Actions) add(a Action) {
	if a.Why == nil {
		a.Why = func() string { return "" }
	}
	x.list = append(x.list, &a)
	x.by[a.Name] = &a
}

// MainMenu is the menu bar. Bookmarks gets the saved ones beneath.
var MainMenu = []Menu{
	{"File", []string{"new-tab", "close-tab", "", "sites", "save-site", "", "import", "export", "", "settings", "", "quit"}},
	{"Edit", []string{"rename", "new-folder", "new-file", "delete", "permissions", "", "copy", "paste", "",
		"select-all", "invert", "", "copy-path", "copy-url"}},
	{"View", []string{"refresh", "hidden", "filter", "", "compare-size", "compare-time", "", "quick-bar", "queue-panel",
		"log", "", "theme", "zoom-in", "zoom-out", "zoom-reset"}},
	{"Transfer", []string{"upload", "download", "", "pause-all", "retry-failed", "cancel-all", "", "clear-failed", "clear-done", "export-history"}},
	{"Server", []string{"connect", "reconnect", "disconnect", "stop", "", "check", "raw", "server-info"}},
	{"Bookmarks", []string{"bookmark"}},
	{"Help", []string{"keys", "about"}},
}

// ToolBar are the buttons of the tool bar, in groups.
var ToolBar = []string{"sites", "connect", "disconnect", "", "refresh", "upload", "download", "", "new-folder", "delete",
	"hidden", "", "compare-size", "filter", "log"}

// PaneMenu are the Actions for files of a side.
func PaneMenu(s Side) []string {
	transfer := "upload"
	if s == Remote {
		transfer = "download"
	}
	return []string{transfer, "open", "", "new-folder", "new-file", "rename", "delete", "", "copy", "paste", "", "permissions", "copy-path",
		"copy-url", "", "refresh"}
}

// RowMenu are the Actions for rows of a shelf.
func RowMenu(b Bottom) []string {
	switch b {
	case BottomFailed:
		return []string{"item-details", "item-retry", "item-forget", "", "item-check", "", "retry-failed", "clear-failed", "export-history"}
	case BottomDone:
		return []string{"item-details", "item-verify", "item-forget", "", "clear-done", "export-history"}
	}
	return []string{"item-details", "", "item-pause", "item-resume", "item-later", "item-retry", "item-cancel", "", "item-top", "item-bottom", "",
		"pause-all", "cancel-all"}
}
