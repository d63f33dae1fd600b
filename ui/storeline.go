package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"longshore/sites"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// storeLine says where a password would go and whether it can go there now,
// with buttons for what would make that so.
type storeLine struct {
	w     *Window
	box   *fyne.Container
	text  *widget.RichText
	help  *fyne.Container
	store sites.Store
	use   func(sites.Store) // the user chose another store; nil: that is not offered
	shown func()            // the line has another height

	buttons map[string]*kit.Button
}

func newStoreLine(w *Window, use func(sites.Store)) *storeLine {
	l := &storeLine{w: w, text: newFine(""), help: container.NewHBox(), use: use, shown: func() {}}
	l.help.Hide()
	l.box = container.New(layout.NewCustomPaddedVBoxLayout(theme.Padding()), l.text, l.help)
	return l
}

// show looks at a store and tells.
func (l *storeLine) show(store sites.Store) {
	l.store = store
	l.w.model.StoreState(store, func(line string, ok bool, help []model.StoreHelp) {
		if l.store == store {
			l.tell(line, ok, help)
		}
	})
}

func (l *storeLine) tell(line string, ok bool, help []model.StoreHelp) {
	color := fyne.ThemeColorName(kit.ColorSecondary)
	if !ok {
		color = theme.ColorNameWarning
	}
	setFine(l.text, line, color)
	l.help.RemoveAll()
	l.buttons = map[string]*kit.Button{}
	for _, h := range help {
		if h.Kind == model.HelpUseVault && l.use == nil {
			continue
		}
		b := kit.NewButton(h.Label, kit.ButtonNormal, func() { l.do(h.Kind) })
		l.buttons[h.Label] = b
		l.help.Add(b)
	}
	l.help.Hidden = len(l.help.Objects) == 0
	l.box.Refresh()
	l.shown()
}

func (l *storeLine) do(kind model.HelpKind) {
	again := func() { l.show(l.store) }
	after := func(problem string) {
		if problem != "" {
			l.tell(problem, false, nil)
			return
		}
		again()
	}
	switch kind {
	case model.HelpUnlock:
		if l.store == sites.StoreVault {
			l.w.UnlockVault(again)
			return
		}
		l.tell("Waiting for your keyring to be unlocked…", true, nil)
		l.w.model.UnlockKeyring(after)
	case model.HelpCreateKeyring:
		l.w.model.CreateKeyring(after)
	case model.HelpCreateVault:
		l.w.MakeVault(again)
	case model.HelpUseVault:
		l.useVault()
	case model.HelpAgain:
		again()
	}
}

// useVault goes over to the vault, which is made or opened if need be.
func (l *storeLine) useVault() {
	onward := func() { l.use(sites.StoreVault) }
	switch {
	case !l.w.model.HasVault():
		l.w.MakeVault(onward)
	case !l.w.model.VaultOpen():
		l.w.UnlockVault(onward)
	default:
		onward()
	}
}
