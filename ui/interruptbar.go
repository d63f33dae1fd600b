package ui

import (
	"longshore/ui/kit"
	"longshore/ui/model"
)

// interruptBar says after a restart which transfers were cut off, and whether
// they go on or wait for a decision.
type interruptBar struct {
	w    *Window
	bar  *kit.Banner
	said string
}

func newInterruptBar(w *Window) *interruptBar {
	b := &interruptBar{w: w, bar: kit.NewBanner()}
	b.bar.OnClose = func() {
		b.said = ""
		w.model.DismissInterrupted()
		w.content.Refresh()
	}
	return b
}

func (b *interruptBar) update() {
	m := b.w.model
	said := ""
	if m.Interrupted != nil {
		said = m.Interrupted.Text
	}
	if said == b.said {
		return
	}
	b.said = said
	if said == "" {
		b.bar.Hide()
	} else {
		b.bar.Say(kit.ToneInfo, said, b.buttons(m)...)
	}
	b.w.content.Refresh()
}

func (b *interruptBar) buttons(m *model.App) []kit.BannerButton {
	look := kit.BannerButton{Label: "Show", Do: func() { m.ShowBottom(model.BottomQueue) }}
	hold := kit.BannerButton{Label: "Pause", Do: m.PauseInterrupted}
	switch {
	case m.Interrupted.Held:
		look.Label = "Look first"
		hold = kit.BannerButton{Label: "Resume", Do: m.ReleaseInterrupted}
	case m.Interrupted.Paused:
		hold.Label = "Resume"
	}
	return []kit.BannerButton{hold, look, {Label: "Discard…", Do: m.AskDiscardInterrupted}}
}
