package ui

import (
	"fyne.io/fyne/v2/theme"

	"longshore/ui/kit"
	"longshore/ui/model"
)

// masterCard asks for master passwords: a new one twice, or one to open the
// vault with.
type masterCard struct {
	w       *Window
	card    *kit.Modal
	entries []*kit.Entry
	problem *kit.Label
	send    func()
}

// MakeVault has the user choose a master password and makes the vault.
func (w *Window) MakeVault(then func()) {
	c := newMasterCard(w, "Create the encrypted vault", "Create", model.WordVaultText+" "+model.WordMasterLeft, "Master password", "Once more")
	c.send = func() { w.model.CreateVault(c.entries[0].Text, c.entries[1].Text, c.failed, c.done(then)) }
	c.open()
}

// UnlockVault has the user type the master password.
func (w *Window) UnlockVault(then func()) {
	c := newMasterCard(w, "Unlock the vault", "Unlock", "", "Master password")
	c.send = func() { w.model.Unlock(c.entries[0].Text, c.failed, c.done(then)) }
	c.open()
}

// changeMaster has the user choose another master password.
func (w *Window) changeMaster() {
	c := newMasterCard(w, "Change the master password", "Change", model.WordMasterLeft, "Master password now", "New master password", "Once more")
	c.send = func() {
		w.model.ChangeMaster(c.entries[0].Text, c.entries[1].Text, c.entries[2].Text, c.failed, c.done(func() {}))
	}
	c.open()
}

func newMasterCard(w *Window, title, button, text string, labels ...string) *masterCard {
	c := &masterCard{w: w, problem: kit.NewLabel("", theme.ColorNameError).Cut(160)}
	var rows []kit.FormRow
	for _, l := range labels {
		e := kit.NewPasswordEntry("", 240)
		e.OnSubmitted = func(string) { c.press() }
		c.entries = append(c.entries, e)
		rows = append(rows, kit.FormRow{Label: l, Field: e})
	}
	rows = append(rows, kit.FormRow{Field: c.problem})
	box := spaced(kit.Form(rows...))
	if text != "" {
		box = spaced(paragraph(text), kit.Form(rows...))
	}
	c.card = &kit.Modal{Title: title, Icon: "key", Content: box, Width: 460, Over: true, Focus: c.entries[0],
		Buttons: []kit.ModalButton{{Label: "Cancel", Cancel: true},
			{Label: button, Kind: kit.ButtonPrimary, Default: true, Do: func() bool { c.press(); return false }}},
		OnClosed: c.wipe}
	return c
}

func (c *masterCard) open() { c.w.stage.ShowModal(c.card) }

// press sends what was typed; it takes a moment to make a key of it.
func (c *masterCard) press() {
	if b := c.card.Button(1); b != nil && b.Disabled() {
		return
	}
	c.busy("One moment…")
	c.problem.Set("", theme.ColorNameError)
	c.send()
}

// busy holds the card while a key is made: what was begun then ends with it,
// and is not done behind a card that was closed.
func (c *masterCard) busy(why string) {
	for i := range c.card.Buttons {
		if b := c.card.Button(i); b != nil {
			b.SetWhy(why)
		}
	}
	for _, e := range c.entries {
		if why == "" {
			e.Enable()
		} else {
			e.Disable()
		}
	}
}

func (c *masterCard) failed(problem string) {
	c.busy("")
	c.problem.Set(problem, theme.ColorNameError)
}

func (c *masterCard) done(then func()) func() {
	return func() {
		c.card.Close()
		then()
	}
}

// wipe leaves no password in the entries.
func (c *masterCard) wipe() {
	for _, e := range c.entries {
		e.SetText("")
	}
}
