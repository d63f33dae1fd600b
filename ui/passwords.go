package ui

import (
	"fmt"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"longshore/sites"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// passwordStores are where passwords can go, in the order to show them.
var passwordStores = []sites.Store{sites.StoreKeyring, sites.StoreVault, sites.StoreNone}

// passwordPart is the part of the settings about passwords.
type passwordPart struct {
	w     *Window
	store *widget.Select
	line  *storeLine
	said  *widget.RichText // what a test or a move came to
	test  *kit.Button
	move  *kit.Button
	bar   *kit.Progress
	stop  func()

	vault                *kit.Label
	create, lock, change *kit.Button
}

// passwords adds the part to the form of the settings.
func (c *settingsCard) passwords(form *fyne.Container) {
	p := &passwordPart{w: c.w}
	c.part = p
	c.heading(form, "Passwords")
	p.store = widget.NewSelect(wordsOf(passwordStores, model.StoreChoice), nil)
	p.store.SetSelectedIndex(indexOf(passwordStores, c.w.model.Settings.PasswordStore))
	p.store.OnChanged = func(string) { p.chosen() }
	c.row(form, "Save them in", framed(p.store))
	p.line = newStoreLine(c.w, func(s sites.Store) { p.store.SetSelectedIndex(indexOf(passwordStores, s)) })
	p.said, p.bar = newFine(""), kit.NewProgress()
	p.test = kit.NewButton("Test", kit.ButtonNormal, p.try)
	p.move = kit.NewButton("", kit.ButtonNormal, p.moveAll)
	p.bar.Hide()
	p.said.Hide()
	form.Add(layout.NewSpacer())
	form.Add(container.New(layout.NewCustomPaddedVBoxLayout(theme.Padding()*2), p.line.box, container.NewHBox(p.test, p.move), p.bar, p.said))
	p.vault = kit.NewLabel("", kit.ColorSecondary).Cut(120)
	p.create = kit.NewButton("Create…", kit.ButtonNormal, func() { c.w.MakeVault(p.update) })
	p.lock = kit.NewButton("Lock", kit.ButtonNormal, p.flipLock)
	p.change = kit.NewButton("Change master password…", kit.ButtonNormal, c.w.changeMaster)
	c.row(form, "Encrypted vault", leftOf(p.vault, container.NewHBox(p.create, p.lock, p.change)))
	p.idle(c, form)
	p.update()
}

// idle is after how many minutes without use the vault locks itself.
func (p *passwordPart) idle(c *settingsCard, form *fyne.Container) {
	minutes := []int{1, 5, 15, 30, 60, 0}
	now := c.w.model.Settings.VaultIdle
	if !slices.Contains(minutes, now) {
		minutes = append([]int{now}, minutes...)
	}
	var values, words []string
	for _, m := range minutes {
		values = append(values, strconv.Itoa(m))
		words = append(words, fmt.Sprintf("after %s without use", model.Count(m, "minute", "minutes")))
	}
	words[len(words)-1] = "never by itself"
	c.choose(form, "Lock the vault", values, words, strconv.Itoa(now), func(x *sites.Settings, v string) { x.VaultIdle, _ = strconv.Atoi(v) })
}

func (p *passwordPart) chosen() {
	s := passwordStores[p.store.SelectedIndex()]
	p.w.model.Change(func(x *sites.Settings) { x.PasswordStore, x.AskedStore = s, true })
	p.said.Hide()
	p.update()
}

// update shows the store and the vault as they are now.
func (p *passwordPart) update() {
	m := p.w.model
	store := m.Settings.PasswordStore
	p.line.show(store)
	n := m.Elsewhere(store)
	p.move.Hidden = store == sites.StoreNone || n == 0
	p.move.SetLabel(fmt.Sprintf("Move %s here", model.Count(n, "saved password", "saved passwords")))
	p.test.Hidden = store == sites.StoreNone
	p.create.Hidden, p.lock.Hidden, p.change.Hidden = m.HasVault(), !m.HasVault(), !m.HasVault()
	switch {
	case !m.HasVault():
		p.vault.SetText("There is none")
	case m.VaultOpen():
		p.vault.SetText("Open")
		p.lock.SetLabel("Lock")
	default:
		p.vault.SetText("Locked")
		p.lock.SetLabel("Unlock…")
	}
	p.line.box.Refresh()
}

func (p *passwordPart) flipLock() {
	if p.w.model.VaultOpen() {
		p.w.model.LockVault()
		p.update()
		return
	}
	p.w.UnlockVault(p.update)
}

func (p *passwordPart) try() {
	p.test.SetWhy("One moment…")
	p.w.model.TestStore(p.w.model.Settings.PasswordStore, func(line string, ok bool) {
		p.test.SetWhy("")
		p.say(line, ok)
	})
}

func (p *passwordPart) say(line string, ok bool) {
	color := theme.ColorNameSuccess
	if !ok {
		color = theme.ColorNameError
	}
	setFine(p.said, line, color)
	p.said.Hidden = line == ""
	p.line.box.Refresh()
}

// moveAll moves all saved passwords to where new ones go; a second press stops.
func (p *passwordPart) moveAll() {
	if p.stop != nil {
		p.stop()
		return
	}
	p.bar.Show()
	p.bar.Set(0, "")
	p.move.SetLabel("Stop")
	p.stop = p.w.model.MovePasswords(p.w.model.Settings.PasswordStore, func(done, all int) {
		p.bar.Set(float64(done)/float64(max(all, 1)), fmt.Sprintf("%d of %d", done, all))
	}, func(problem string) {
		p.stop = nil
		p.bar.Hide()
		p.say(problem, false)
		p.update()
	})
}
