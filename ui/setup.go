package ui

import (
	"longshore/sites"
)

// EditSite opens the site manager at a saved site.
func (w *Window) EditSite(id string) {
	w.showManager()
	w.sites.choose(id)
}

// EditNewSite opens the site manager with a site that is not saved yet.
func (w *Window) EditNewSite(s sites.Site) {
	w.showManager()
	w.sites.edit(s)
}

// showManager brings the site manager to the front: it is opened, or the cards
// above it are closed.
func (w *Window) showManager() {
	if w.sites == nil {
		if w.checking != nil {
			w.checking.card.Close()
		}
		w.ShowSites()
		return
	}
	for card := w.stage.Modal(); card != nil && card != w.sites.card; card = w.stage.Modal() {
		card.Close()
	}
}

// test saves what was changed, since the check's remedies change the saved
// site, and checks its connection.
func (m *siteManager) test() {
	if !m.form.box.Visible() {
		return
	}
	if m.form.changed() || m.form.site.ID == "" {
		m.form.save(m.tree, func(s sites.Site) {
			m.update()
			m.choose(s.ID)
			m.w.model.CheckSite(s)
		})
		return
	}
	m.w.model.CheckSite(m.form.site)
}

// soon makes a function that has another called, at most as often as the pump
// looks: steps and passwords come faster than a card is laid out.
func (w *Window) soon(update func()) func() {
	queued := false
	return func() {
		if !queued {
			queued = true
			w.after(pumpGap, func() { queued = false; update() })
		}
	}
}
