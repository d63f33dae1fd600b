package ui

import (
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"longshore/ui/kit"
	"longshore/ui/model"
)

// menus is the menu bar, made from the model's table.
type menus struct {
	w     *Window
	main  *fyne.MainMenu
	items map[*fyne.MenuItem]string
	marks *fyne.Menu
	state string // what the items looked like when the bar was last drawn
}

func newMenus(w *Window) *menus {
	m := &menus{w: w, items: map[*fyne.MenuItem]string{}}
	var bar []*fyne.Menu
	for _, menu := range model.MainMenu {
		fm := fyne.NewMenu(menu.Label)
		for _, name := range menu.Actions {
			fm.Items = append(fm.Items, m.item(name))
		}
		if menu.Label == "Bookmarks" {
			m.marks = fm
		}
		bar = append(bar, fm)
	}
	m.main = fyne.NewMainMenu(bar...)
	return m
}

func (m *menus) item(name string) *fyne.MenuItem {
	if name == "" {
		return fyne.NewMenuItemSeparator()
	}
	a := m.w.model.Actions.Get(name)
	label := a.Label
	// Fyne runs a menu's shortcuts before an entry sees the key, so the bar
	// only names those keys that no entry wants; shortcuts.go binds them all.
	item := fyne.NewMenuItem(label, func() { m.w.run(name) })
	if key, mods := splitKey(a.Key); key != "" {
		// Without Ctrl or Alt it is shown only: Fyne does not run such keys.
		s := &desktop.CustomShortcut{KeyName: key, Modifier: mods}
		if item.Shortcut = s; inText(a.Key) {
			item.Shortcut = shownKey{s}
		}
	}
	item.IsQuit = name == "quit"
	m.items[item] = name
	return item
}

// shownKey is a key that a menu shows and does not run.
type shownKey struct{ *desktop.CustomShortcut }

// ShortcutName is none that a key press has.
func (k shownKey) ShortcutName() string { return "shown " + k.CustomShortcut.ShortcutName() }

// inText tells keys that an entry uses while one types.
func inText(key string) bool {
	return slices.Contains([]string{"Ctrl+A", "Ctrl+C", "Ctrl+V", "Ctrl+X", "Ctrl+Z"}, key)
}

// update greys what cannot be done. The bar is drawn again only if something
// changed, since Fyne builds it anew each time.
func (m *menus) update() {
	var state strings.Builder
	for _, a := range m.w.model.Actions.All() {
		on := a.On != nil && a.On()
		fmt.Fprint(&state, a.Enabled(), on, ' ')
	}
	for _, b := range m.w.model.Bookmarks() {
		state.WriteString(b.Name + "\n")
	}
	if state.String() == m.state {
		return
	}
	m.state = state.String()
	for item, name := range m.items {
		a := m.w.model.Actions.Get(name)
		item.Disabled = !a.Enabled()
		item.Checked = a.On != nil && a.On()
	}
	m.fillBookmarks()
	m.main.Refresh()
}

func (m *menus) fillBookmarks() {
	m.marks.Items = m.marks.Items[:1]
	list := m.w.model.Bookmarks()
	if len(list) == 0 {
		return
	}
	m.marks.Items = append(m.marks.Items, fyne.NewMenuItemSeparator())
	for _, b := range list {
		m.marks.Items = append(m.marks.Items, fyne.NewMenuItem(b.Name, func() { m.w.model.OpenBookmark(b) }))
	}
}

// menuItems makes a context menu from Actions.
func (w *Window) menuItems(names []string) []kit.MenuItem {
	var items []kit.MenuItem
	for _, name := range names {
		if name == "" {
			items = append(items, kit.MenuItem{Separator: true})
			continue
		}
		a := w.model.Actions.Get(name)
		items = append(items, kit.MenuItem{Label: a.Label, Icon: a.Icon, Key: a.Key, Why: a.Why(),
			Checked: a.On != nil && a.On(), Danger: name == "delete", Do: func() { w.run(name) }})
	}
	return items
}

// run does an Action by its name.
func (w *Window) run(name string) { w.model.Actions.Run(name) }
