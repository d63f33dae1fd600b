package model

import (
	"strconv"
	"strings"

	"longshore/sites"
	"longshore/transfer"
)

// Bounds of the zoom; the shortcuts do not go beyond them.
const (
	MinZoom = 0.7
	MaxZoom = 2.5
)

// The most that can be kept of what has ended.
const (
	MaxHistoryDays  = 3650
	MaxHistoryItems = 1_000_000
)

// Change edits the settings at once and stores them beside the UI goroutine.
func (a *App) Change(edit func(*sites.Settings)) {
	edit(&a.Settings)
	a.deps.Tune(a.Settings)
	a.touch(PartAll)
	a.Store(edit)
}

// Store writes an edit of the settings to the disk, without redrawing.
func (a *App) Store(edit func(*sites.Settings)) {
	file := a.deps.Settings
	if file == nil {
		return
	}
	a.deps.Go(func() {
		if err := file.Change(edit); err != nil {
			a.deps.Do(func() { a.Alert(wordSaveFailed("the settings", err)) })
		}
	})
}

// transferOptions joins a site's rules for a direction with the settings. An
// empty Site (a quick connection) has none of its own.
func transferOptions(s sites.Settings, site sites.Site, d transfer.Direction) transfer.Options {
	rule, fallback := site.ExistsUpload, s.ExistsUpload
	if d == transfer.Download {
		rule, fallback = site.ExistsDownload, s.ExistsDownload
	}
	if rule == "" {
		rule = fallback
	}
	o := transfer.Options{Exists: existsRule(rule), KeepTimes: s.KeepTimes, SafeUpload: site.SafeUpload,
		KeepBackup: site.KeepBackup, Digest: site.Digest, ReadBack: site.ReadBack, KeepMode: site.KeepMode, Links: LinksOf(site.Links), Segments: site.Segments}
	if site.ID != "" {
		o.KeepTimes = site.KeepTimes
	}
	if d == transfer.Upload {
		o.Skip = append(o.Skip, s.Skip...)
	}
	o.Skip = append(o.Skip, site.Skip...)
	return o
}

// SiteTransfers are the fields of a site's form that say how its files are
// moved, as they stand in the form.
type SiteTransfers struct {
	ExistsUpload, ExistsDownload, Links string // of SiteExists, and of sites.LinkRules
	Safe, Backup, Times, Mode           bool
	Digest, ReadBack                    bool
	Skip                                string // a pattern a line
	Sessions, Segments                  string // numbers; empty: the queue decides
	LimitUp, LimitDown                  string // KB a second; empty: none
	Schedule                            string // see ParseSchedule
}

// SiteExists are the rules for a target that exists which a site can have, in
// the order to show them; the first leaves it to the settings.
var SiteExists = append([]string{""}, sites.ExistsRules...)

// TransfersOf gives the fields for a site.
func TransfersOf(s sites.Site) SiteTransfers {
	return SiteTransfers{ExistsUpload: s.ExistsUpload, ExistsDownload: s.ExistsDownload, Links: s.Links,
		Safe: s.SafeUpload, Backup: s.KeepBackup, Times: s.KeepTimes, Mode: s.KeepMode, Digest: s.Digest, ReadBack: s.ReadBack,
		Skip: strings.Join(s.Skip, "\n"), Sessions: NumberText(s.MaxSessions), Segments: NumberText(s.Segments),
		LimitUp: NumberText(int(s.LimitUp >> 10)), LimitDown: NumberText(int(s.LimitDown >> 10)), Schedule: s.Schedule}
}

// Into puts the fields into a site, and says what is wrong with them.
func (f SiteTransfers) Into(s *sites.Site) (problem string) {
	s.ExistsUpload, s.ExistsDownload, s.Links = f.ExistsUpload, f.ExistsDownload, f.Links
	s.SafeUpload, s.KeepBackup, s.KeepTimes, s.KeepMode = f.Safe, f.Backup, f.Times, f.Mode
	s.Digest, s.ReadBack, s.Skip = f.Digest, f.ReadBack, patterns(f.Skip)
	var ok bool
	if s.MaxSessions, ok = Number(f.Sessions, 10); !ok {
		return wordSessionsRange
	}
	if s.Segments, ok = Number(f.Segments, transfer.MaxSegments); !ok {
		return wordSegmentsRange
	}
	up, upOK := Number(f.LimitUp, 1<<30)
	down, downOK := Number(f.LimitDown, 1<<30)
	if !upOK || !downOK {
		return wordLimitRange
	}
	if up != int(s.LimitUp>>10) { // else it stays to the byte
		s.LimitUp = int64(up) << 10
	}
	if down != int(s.LimitDown>>10) {
		s.LimitDown = int64(down) << 10
	}
	if _, err := ParseSchedule(f.Schedule); err != nil {
		return Sentence(err.Error())
	}
	s.Schedule = strings.TrimSpace(f.Schedule)
	return ""
}

// patterns reads one a line. A space at an end may be meant: gitignore keeps
// one behind a backslash.
func patterns(text string) (list []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\r\n"); strings.TrimSpace(line) != "" {
			list = append(list, line)
		}
	}
	return list
}

// NumberText is a number for a field; 0 leaves it empty.
func NumberText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// Number reads a field with a number from 1 to most; an empty one is 0.
func Number(text string, most int) (int, bool) {
	if text = strings.TrimSpace(text); text == "" {
		return 0, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 1 && n <= most
}

// LinksOf reads the name of a rule for symbolic links.
func LinksOf(name string) transfer.Links {
	switch name {
	case sites.LinksFollow:
		return transfer.FollowLinks
	case sites.LinksSkip:
		return transfer.NoLinks
	case sites.LinksAsIs:
		return transfer.LinksAsIs
	}
	return transfer.LinkedFiles
}

// existsRule reads the name of a rule; an unknown one asks.
func existsRule(name string) transfer.Exists {
	switch name {
	case sites.ExistsOverwrite:
		return transfer.Overwrite
	case sites.ExistsNewer:
		return transfer.Newer
	case sites.ExistsSize:
		return transfer.SizeDiffers
	case sites.ExistsNewerOrSize:
		return transfer.NewerOrSize
	case sites.ExistsResume:
		return transfer.Resume
	case sites.ExistsRename:
		return transfer.Rename
	case sites.ExistsSkip:
		return transfer.Skip
	}
	return transfer.Ask
}
