package ui

import (
	"longshore/transfer"
	"longshore/ui/model"
)

// shownState is the answer to "state".
type shownState struct {
	Connected           bool
	TLS                 string
	LocalDir, RemoteDir string
	Local, Remote       []string
	Selected            []string
	Focus               string // "local", "remote" or ""
	Question            string
	QuestionTitle       string
	Card                string // title of another card: settings, site manager
	Bottom              string
	Check, Import       string // the line of the connection check, and of the import
	Queue               shownCounts
	Restoring           bool
	Banner              string
	Toasts              []string
	Tabs                []string
	Tab                 int
	Log                 int
	Dark                bool
	Zoom                float32
	Loading             bool
}

type shownCounts struct {
	Waiting, Active, Asking, Paused, Done, Failed, Skipped int
	Bytes, Moved                                           int64
	Files                                                  int // of them, not folders, ended well
}

var askNames = map[model.Ask]string{model.AskPassword: "password", model.AskCertificate: "certificate", model.AskPlain: "plain",
	model.AskDowngrade: "downgrade", model.AskExists: "exists", model.AskDelete: "delete", model.AskQuit: "quit",
	model.AskName: "name", model.AskMode: "mode", model.AskText: "text", model.AskMaster: "master", model.AskStore: "store"}

// mostNames bounds the lists in an answer.
const mostNames = 5000

func (p *probe) state() shownState {
	w, m := p.w, p.w.model
	t := m.Tab()
	_, tls := t.Lock()
	s := shownState{Connected: t.State == model.Connected || t.State == model.Asleep, TLS: tls, LocalDir: t.Local.Dir, RemoteDir: t.Remote.Dir,
		Local: names(t.Local), Remote: names(t.Remote), Bottom: bottomIDs[m.Bottom()], Queue: p.counts(),
		Restoring: m.QueueView.Restoring, Tab: m.ActiveTab(), Log: m.LogView.Len(), Dark: w.look.dark, Zoom: w.look.zoom,
		Loading: t.Local.Loading() || t.Remote.Loading()}
	if f := m.Focused(); f != nil {
		s.Selected = f.SelectedNames()
		s.Selected = s.Selected[:min(len(s.Selected), mostNames)]
	}
	for i, pane := range w.panes {
		if pane.table.Focused() {
			s.Focus = []string{"local", "remote"}[i]
		}
	}
	if q := m.Questions.Current(); q != nil {
		s.Question, s.QuestionTitle = askNames[q.About], q.Title
	}
	if waiting := m.Questions.Waiting(); len(waiting) > 0 {
		s.Banner = waiting[0].StripWord()
	} else if p.w.cut.bar.Visible() {
		s.Banner = p.w.cut.bar.Text()
	}
	if card := w.stage.Modal(); card != nil {
		s.Card = card.Title
	}
	if w.checking != nil {
		s.Check = w.checking.check.CheckLine()
	}
	if w.imports != nil {
		s.Import = w.imports.said()
	}
	for _, toast := range m.Toasts {
		s.Toasts = append(s.Toasts, toast.What)
	}
	for _, tab := range m.Tabs {
		s.Tabs = append(s.Tabs, tab.Title())
	}
	return s
}

func names(p *model.Pane) []string {
	out := []string{}
	for i := range min(p.Len(), mostNames) {
		out = append(out, p.Row(i).Raw)
	}
	return out
}

func (p *probe) counts() shownCounts {
	v := p.w.model.QueueView
	c := shownCounts{Failed: v.Len(model.OnFailed)}
	for i := range v.Len(model.OnDone) {
		row := v.Row(model.OnDone, i)
		switch {
		case row.State == transfer.Skipped:
			c.Skipped++
		case row.Folder || row.Direction == transfer.Remove:
			c.Done++
		default:
			c.Done++
			c.Files++
		}
	}
	for i := range v.Len(model.OnQueue) {
		switch s := v.Row(model.OnQueue, i).State; {
		case s.Active():
			c.Active++
		case s == transfer.Asking:
			c.Asking++
		case s == transfer.Paused:
			c.Paused++
		default:
			c.Waiting++
		}
	}
	c.Bytes, c.Moved = v.Totals.Bytes, v.Totals.Moved
	return c
}
