package ui

import (
	"longshore/ui/kit"
	"longshore/ui/model"
)

// interruptBar says after a restart which transfers were cut off and go on.
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
		hold := "Pause"
		if m.Interrupted.Paused {
			hold = "Resume"
		}
		b.bar.Say(kit.ToneInfo, said,
			kit.BannerButton{Label: hold, Do: m.PauseInterrupted},
			kit.BannerButton{Label: "Show", Do: func() { m.ShowBottom(model.BottomQueue) }},
			kit.BannerButton{Label: "Discard…", Do: m.AskDiscardInterrupted})
	}
	b.w.content.Refresh()
}
