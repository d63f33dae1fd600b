package ui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"longshore/sites"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// settingsCard is the card with the program's settings. Each change counts at
// once; there is nothing to apply.
type settingsCard struct {
	w    *Window
	part *passwordPart
}

// ShowSettings opens the card.
func (w *Window) ShowSettings() {
	c := &settingsCard{w: w}
	w.settings = c
	form := container.New(layout.NewFormLayout())
	c.looks(form)
	c.transfers(form)
	c.history(form)
	c.passwords(form)
	scroll := container.NewVScroll(besideBar(form))
	scroll.SetMinSize(fyne.NewSize(520, 440))
	w.stage.ShowModal(&kit.Modal{Title: "Settings", Icon: "settings", Content: scroll, Width: 580,
		Buttons: []kit.ModalButton{{Label: "Close", Kind: kit.ButtonPrimary, Default: true, Cancel: true}}, OnClosed: func() { w.settings = nil }})
}

func (c *settingsCard) heading(form *fyne.Container, text string) {
	l := widget.NewLabel(text)
	l.TextStyle.Bold = true
	form.Add(l)
	form.Add(layout.NewSpacer())
}

func (c *settingsCard) row(form *fyne.Container, label string, field fyne.CanvasObject) {
	form.Add(widget.NewLabel(label))
	form.Add(field)
}

// choose is a list of values with their words.
func (c *settingsCard) choose(form *fyne.Container, label string, values, words []string, now string, set func(*sites.Settings, string)) {
	s := widget.NewSelect(words, nil)
	if i := slices.Index(values, now); i >= 0 {
		s.SetSelectedIndex(i)
	}
	s.OnChanged = func(string) {
		v := values[s.SelectedIndex()]
		c.w.model.Change(func(x *sites.Settings) { set(x, v) })
	}
	c.row(form, label, framed(s))
}

func (c *settingsCard) tick(form *fyne.Container, label string, now bool, set func(*sites.Settings, bool)) {
	t := kit.NewCheck(label, func(on bool) { c.w.model.Change(func(x *sites.Settings) { set(x, on) }) })
	t.Set(now)
	form.Add(layout.NewSpacer())
	form.Add(t)
}

func (c *settingsCard) looks(form *fyne.Container) {
	s := c.w.model.Settings
	c.heading(form, "Look")
	c.choose(form, "Theme", []string{"system", "dark", "light"}, []string{"As the desktop", "Dark", "Light"}, s.Theme,
		func(x *sites.Settings, v string) { x.Theme = v })
	var values, words []string
	for _, percent := range []int{80, 90, 100, 110, 125, 150, 175, 200} {
		values = append(values, fmt.Sprint(percent))
		words = append(words, fmt.Sprintf("%d %%", percent))
	}
	c.choose(form, "Size", values, words, fmt.Sprint(int(s.Zoom*100+0.5)), func(x *sites.Settings, v string) {
		if n, err := strconv.Atoi(v); err == nil {
			x.Zoom = float32(n) / 100
		}
	})
	c.tick(form, "Show hidden files", s.Hidden, func(x *sites.Settings, on bool) { x.Hidden = on })
	c.tick(form, "Ask before deleting", s.ConfirmRm, func(x *sites.Settings, on bool) { x.ConfirmRm = on })
}

func (c *settingsCard) transfers(form *fyne.Container) {
	s := c.w.model.Settings
	c.heading(form, "Transfers")
	numbers, atOnce, atServer := model.TransferCounts()
	c.choose(form, "At the same time", numbers, atOnce, strconv.Itoa(s.Slots), func(x *sites.Settings, v string) { x.Slots, _ = strconv.Atoi(v) })
	c.choose(form, "At one server", numbers, atServer, strconv.Itoa(s.PerSite), func(x *sites.Settings, v string) { x.PerSite, _ = strconv.Atoi(v) })
	var rules []string
	for _, r := range sites.ExistsRules {
		rules = append(rules, model.ExistsRuleWord(r))
	}
	c.choose(form, "Upload, file exists", sites.ExistsRules, rules, s.ExistsUpload, func(x *sites.Settings, v string) { x.ExistsUpload = v })
	c.choose(form, "Download, file exists", sites.ExistsRules, rules, s.ExistsDownload, func(x *sites.Settings, v string) { x.ExistsDownload = v })
	c.limit(form, "Upload limit", s.LimitUp, func(x *sites.Settings, n int64) { x.LimitUp = n })
	c.limit(form, "Download limit", s.LimitDown, func(x *sites.Settings, n int64) { x.LimitDown = n })
	c.schedule(form, s.Schedule)
	c.tick(form, "Go on by itself after a crash", s.ResumeAfterCrash, func(x *sites.Settings, on bool) { x.ResumeAfterCrash = on })
	c.tick(form, "Keep the files' times", s.KeepTimes, func(x *sites.Settings, on bool) { x.KeepTimes = on })
	skip := kit.NewEntry("Names separated by spaces", 280)
	skip.SetText(strings.Join(s.Skip, " "))
	skip.OnCommit = func(text string) {
		list := strings.Fields(text)
		c.w.model.Change(func(x *sites.Settings) { x.Skip = list })
	}
	c.row(form, "Never upload", skip)
}

// limit is a speed in KB a second; empty is none.
func (c *settingsCard) limit(form *fyne.Container, label string, now int64, set func(*sites.Settings, int64)) {
	e := kit.NewEntry("none", 90)
	if now > 0 {
		e.SetText(strconv.FormatInt(now/1024, 10))
	}
	e.OnCommit = func(text string) {
		n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 40)
		if err != nil || n < 0 {
			n = 0
			e.SetText("")
		}
		c.w.model.Change(func(x *sites.Settings) { set(x, n*1024) })
	}
	c.row(form, label, container.NewBorder(nil, nil, nil, widget.NewLabel("KB/s"), e))
}

// history is how long what has ended stays in the lists.
func (c *settingsCard) history(form *fyne.Container) {
	s := c.w.model.Settings
	c.heading(form, "Completed and failed")
	c.number(form, "Keep for", "days", s.HistoryDays, model.MaxHistoryDays, func(x *sites.Settings, n int) { x.HistoryDays = n })
	c.number(form, "Keep at most", "transfers", s.HistoryItems, model.MaxHistoryItems, func(x *sites.Settings, n int) { x.HistoryItems = n })
}

// number is one from 1 to most; what is none leaves all as it was.
func (c *settingsCard) number(form *fyne.Container, label, unit string, now, most int, set func(*sites.Settings, int)) {
	e := kit.NewEntry("", 90)
	e.SetText(strconv.Itoa(now))
	e.OnCommit = func(text string) {
		if n, ok := model.Number(text, most); ok && n > 0 {
			now = n
			c.w.model.Change(func(x *sites.Settings) { set(x, n) })
		}
		e.SetText(strconv.Itoa(now))
	}
	c.row(form, label, container.NewBorder(nil, nil, nil, widget.NewLabel(unit), e))
}

// schedule is other limits by day and hour.
func (c *settingsCard) schedule(form *fyne.Container, now string) {
	e := kit.NewEntry("mon-fri 08:00-18:00 500/2000", 280)
	e.SetText(now)
	problem := widget.NewLabel("KB/s up/down, 0: no limit; spans are separated by ;")
	problem.Wrapping = fyne.TextWrapWord
	e.OnCommit = func(text string) {
		if _, err := model.ParseSchedule(text); err != nil {
			problem.Importance = widget.DangerImportance
			problem.SetText(model.Sentence(err.Error()))
			return
		}
		problem.Importance = widget.MediumImportance
		problem.SetText("")
		c.w.model.Change(func(x *sites.Settings) { x.Schedule = strings.TrimSpace(text) })
	}
	c.row(form, "Other limits at times", container.NewVBox(e, problem))
}
