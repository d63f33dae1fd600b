package model

import (
	"longshore/sites"
	"longshore/transfer"
)

// Bounds of the zoom; the shortcuts do not go beyond them.
const (
	MinZoom = 0.7
	MaxZoom = 2.5
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
		KeepBackup: site.KeepBackup, Digest: site.Digest, ReadBack: site.ReadBack, KeepMode: site.KeepMode, Links: LinksOf(site.Links)}
	if site.ID != "" {
		o.KeepTimes = site.KeepTimes
	}
	if d == transfer.Upload {
		o.Skip = append(o.Skip, s.Skip...)
	}
	o.Skip = append(o.Skip, site.Skip...)
	return o
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
