package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"longshore/sites"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// transferFields are the site form's fields about how files are moved.
type transferFields struct {
	upExists, downExists, links                  *widget.Select
	safe, backup, times, mode, digest, readBack  *kit.Check
	skip                                         *kit.Entry
	sessions, segments, limitUp, limitDown, week *kit.Entry
}

func (t *transferFields) transfersPage() fyne.CanvasObject {
	r := newRows()
	rules := wordsOf(model.SiteExists, model.ExistsRuleWord)
	t.upExists, t.downExists = widget.NewSelect(rules, nil), widget.NewSelect(rules, nil)
	t.links = widget.NewSelect(wordsOf(sites.LinkRules, model.LinksWord), nil)
	t.safe = kit.NewCheck("Upload beside the old file, then replace it", func(bool) { t.showBackup() })
	t.backup = kit.NewCheck("Keep the old file as a backup", nil)
	t.digest = kit.NewCheck("Compare digests, if the server has them", nil)
	t.readBack = kit.NewCheck("Read uploads again, if it has none", nil)
	t.times, t.mode = kit.NewCheck("Times", nil), kit.NewCheck("Permissions", nil)
	t.skip = kit.NewEntry("*.tmp", 200)
	t.skip.MultiLine = true
	t.skip.SetMinRowsVisible(3)
	r.add("Upload, file exists", framed(t.upExists))
	r.add("Download, file exists", framed(t.downExists))
	r.add("Links in folders", framed(t.links))
	r.add("Safe upload", t.safe)
	r.add("", t.backup)
	r.add("After a transfer", t.digest)
	r.add("", t.readBack)
	r.add("Keep the files'", container.NewHBox(t.times, t.mode))
	r.add("Leave out", t.skip)
	r.add("", newNote("One pattern a line, as in .gitignore: *.tmp  /build/  !keep.tmp"))
	return r.page()
}

func (t *transferFields) speedPage() fyne.CanvasObject {
	r := newRows()
	t.sessions, t.segments = kit.NewEntry("as many as the queue wants", 200), kit.NewEntry("as many as make it faster", 200)
	t.limitUp, t.limitDown = kit.NewEntry("none", 80), kit.NewEntry("none", 80)
	t.week = kit.NewEntry("mon-fri 08:00-18:00 500/2000", 200)
	r.add("Connections", t.sessions)
	r.add("For one big download", t.segments)
	r.add("Speed limit", container.NewHBox(t.limitUp, widget.NewLabel("KB/s up"), t.limitDown, widget.NewLabel("KB/s down")))
	r.add("Other limits at times", t.week)
	r.add("", newNote("KB/s up/down, 0: no limit; spans are separated by ;"))
	return r.page()
}

// show fills the fields.
func (t *transferFields) show(v model.SiteTransfers) {
	t.upExists.SetSelectedIndex(indexOf(model.SiteExists, v.ExistsUpload))
	t.downExists.SetSelectedIndex(indexOf(model.SiteExists, v.ExistsDownload))
	t.links.SetSelectedIndex(indexOf(sites.LinkRules, v.Links))
	t.safe.Set(v.Safe)
	t.backup.Set(v.Backup)
	t.times.Set(v.Times)
	t.mode.Set(v.Mode)
	t.digest.Set(v.Digest)
	t.readBack.Set(v.ReadBack)
	t.skip.SetText(v.Skip)
	t.sessions.SetText(v.Sessions)
	t.segments.SetText(v.Segments)
	t.limitUp.SetText(v.LimitUp)
	t.limitDown.SetText(v.LimitDown)
	t.week.SetText(v.Schedule)
	t.showBackup()
}

// read gives what the fields have.
func (t *transferFields) read() model.SiteTransfers {
	return model.SiteTransfers{ExistsUpload: chosenOf(model.SiteExists, t.upExists), ExistsDownload: chosenOf(model.SiteExists, t.downExists),
		Links: chosenOf(sites.LinkRules, t.links), Safe: t.safe.On(), Backup: t.backup.On(), Times: t.times.On(), Mode: t.mode.On(),
		Digest: t.digest.On(), ReadBack: t.readBack.On(), Skip: t.skip.Text, Sessions: t.sessions.Text, Segments: t.segments.Text,
		LimitUp: t.limitUp.Text, LimitDown: t.limitDown.Text, Schedule: t.week.Text}
}

// chosenOf is the value of a list's choice.
func chosenOf[T any](values []T, s *widget.Select) T { return values[max(s.SelectedIndex(), 0)] }

// showBackup takes the backup only where a file is replaced in one step.
func (t *transferFields) showBackup() {
	why := ""
	if !t.safe.On() {
		why = "Only where the old file is replaced at the end"
	}
	t.backup.SetWhy(why)
}
