package model

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"longshore/transfer/listing"
)

// Questions that the user's own commands put.

func (q *Questions) askDelete(p *Pane, d *Drag) {
	x := &Question{About: AskDelete, Title: wordDeleteTitle(d), Text: wordDeleteText(d), Warning: true, tab: p.tab}
	x.Choices = []Choice{
		{Label: wordCancel, Role: Decline},
		{Label: wordDelete, Role: Danger, Do: func(Reply) { p.remove(d) }},
	}
	q.add(x)
}

// AskFolder asks for the name of a new folder.
func (p *Pane) AskFolder() {
	p.askName("New folder", "New folder", p.MakeFolder)
}

// AskFile asks for the name of a new empty file.
func (p *Pane) AskFile() { p.askName("New file", "new.txt", p.MakeFile) }

func (p *Pane) askName(title, start string, do func(string)) {
	x := &Question{About: AskName, Title: title, Field: "Name", Value: start, tab: p.tab, Check: p.CheckNewName}
	x.Text = []string{fmt.Sprintf("In %s.", listing.Escape(p.Dir))}
	x.Choices = []Choice{
		{Label: wordCancel, Role: Decline},
		{Label: wordCreate, Role: Default, Do: func(r Reply) { do(r.Text) }},
	}
	p.app.Questions.add(x)
}

// AskMode asks for permissions of what is selected.
func (p *Pane) AskMode() {
	entries := p.Selected()
	if len(entries) == 0 {
		return
	}
	x := &Question{About: AskMode, Title: "Permissions of " + p.DragSelected().Label(), Field: "Mode (octal, as 644)",
		Value: fmt.Sprintf("%03o", entries[0].Mode.Perm()), tab: p.tab, Check: checkMode}
	x.Choices = []Choice{
		{Label: wordCancel, Role: Decline},
		{Label: wordSet, Role: Default, Do: func(r Reply) {
			if mode, err := parseMode(r.Text); err == nil {
				p.Chmod(mode)
			}
		}},
	}
	p.app.Questions.add(x)
}

func checkMode(text string) string {
	if _, err := parseMode(text); err != nil {
		return "Three digits from 0 to 7, as 644 or 755"
	}
	return ""
}

func parseMode(text string) (fs.FileMode, error) {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 8, 12)
	if err != nil || n > 0o777 {
		return 0, fmt.Errorf("%q is not a mode", text)
	}
	return fs.FileMode(n), nil
}

// RequestQuit quits at once when nothing runs, else asks. The queue is kept
// either way, or the question says that it is not.
func (a *App) RequestQuit() {
	lost := a.QueueView.Warning != "" && a.QueueView.Len(OnQueue) > 0
	if !a.QueueView.Busy() && !lost {
		a.deps.Screen.Quit()
		return
	}
	for _, x := range a.Questions.list {
		if x.About == AskQuit {
			return
		}
	}
	x := &Question{About: AskQuit, Title: wordQuitTitle, Text: wordQuitText(a.QueueView.Totals, lost)}
	x.Choices = []Choice{
		{Label: wordKeepWorking, Role: Decline},
		{Label: wordQuit, Role: Default, Do: func(Reply) { a.deps.Screen.Quit() }},
	}
	// What the user wants now goes before what others ask.
	a.Questions.nextID++
	x.ID = a.Questions.nextID
	a.Questions.list = append([]*Question{x}, a.Questions.list...)
	a.touch(PartQuestion)
}

// tellEnded shows what failed, one by one or as a number, and refreshes
// nothing: see refreshAfter.
func (a *App) tellEnded(ended []*Transfer) {
	var failed []*Transfer
	for _, t := range ended {
		if t.Err != nil && t.shelf == OnFailed && t.Parent == 0 {
			failed = append(failed, t)
		}
	}
	show := func() { a.ShowBottom(BottomFailed) }
	switch {
	case len(failed) == 1:
		m := wordFailed(failed[0])
		m.Button, m.Do = "Show", show
		a.Alert(m)
	case len(failed) > 1:
		m := wordManyFailed(len(failed))
		m.Button, m.Do = "Show", show
		a.Alert(m)
	}
}

// Bottom is a tab of the lower part of the window.
type Bottom uint8

// The tabs of the lower part.
const (
	BottomQueue Bottom = iota
	BottomFailed
	BottomDone
	BottomLog
)

// Bottom is the lower tab that is shown.
func (a *App) Bottom() Bottom { return a.bottom }

// ShowBottom goes to a tab of the lower part and opens it if it is closed.
func (a *App) ShowBottom(b Bottom) {
	if a.bottom != b {
		a.SearchEnded("") // what is not seen narrows nothing
	}
	a.bottom = b
	a.Settings.LogOpen = true
	a.touch(PartQueue | PartLog | PartActions)
}

// Shelf is the list that a lower tab shows; the log is none.
func (b Bottom) Shelf() (Shelf, bool) { return Shelf(b), b <= BottomDone }
