package ui

import (
	"longshore/ui/kit"
	"longshore/ui/model"
)

// unlockBar says that a connection waits for the keyring to be unlocked, and
// offers a way round it.
type unlockBar struct {
	w   *Window
	bar *kit.Banner
	now *model.Unlocking
}

func newUnlockBar(w *Window) *unlockBar {
	b := &unlockBar{w: w, bar: kit.NewBanner()}
	b.bar.OnClose = func() { w.content.Refresh() }
	return b
}

func (b *unlockBar) update() {
	u := b.w.model.Waiting
	if u == b.now {
		return
	}
	b.now = u
	if u == nil {
		b.bar.Hide()
	} else {
		b.bar.Say(kit.ToneInfo, u.Text,
			kit.BannerButton{Label: "Type the password instead", Do: u.TypeInstead},
			kit.BannerButton{Label: "Cancel", Do: u.Cancel})
	}
	b.w.content.Refresh()
}
