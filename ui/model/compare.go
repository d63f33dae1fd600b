package model

import (
	"time"

	"longshore/transfer/listing"
)

// CompareBy is how the two panes of a tab are compared.
type CompareBy uint8

// The ways to compare.
const (
	CompareOff CompareBy = iota
	CompareSize
	CompareTime
)

// Mark says how an entry stands to the one of the same name on the other side.
type Mark uint8

// The marks.
const (
	Same    Mark = iota
	Only         // not on the other side
	Newer        // than the other side
	Older        // than the other side
	Differs      // in size
)

// compareThreshold is what clocks and listings that know minutes only may
// differ without meaning anything.
const compareThreshold = time.Minute

// SetCompare turns comparing on or off.
func (t *Tab) SetCompare(by CompareBy) {
	t.compare = by
	t.recompare()
	t.touch()
}

// Compare is how the tab's panes are compared now.
func (t *Tab) Compare() CompareBy { return t.compare }

func (t *Tab) recompare() {
	for _, p := range []*Pane{t.Local, t.Remote} {
		if p.marks != nil || t.compare != CompareOff {
			p.marks = nil
			p.edition++
		}
	}
	if t.compare == CompareOff || !t.Local.Ready() || !t.Remote.Ready() {
		return
	}
	t.Local.marks = compareEntries(t.Local.entries, t.Remote.entries, t.compare)
	t.Remote.marks = compareEntries(t.Remote.entries, t.Local.entries, t.compare)
}

// compareEntries marks what is not the same on the other side. Folders are
// compared by name only.
func compareEntries(mine, others []listing.Entry, by CompareBy) map[string]Mark {
	byName := make(map[string]*listing.Entry, len(others))
	for i := range others {
		byName[others[i].Name] = &others[i]
	}
	marks := map[string]Mark{}
	for i := range mine {
		e := &mine[i]
		if m := compareEntry(e, byName[e.Name], by); m != Same {
			marks[e.Raw] = m
		}
	}
	return marks
}

func compareEntry(e, other *listing.Entry, by CompareBy) Mark {
	switch {
	case other == nil:
		return Only
	case IsFolder(*e) != IsFolder(*other):
		return Differs
	case IsFolder(*e):
		return Same
	case by == CompareSize:
		if e.Size >= 0 && other.Size >= 0 && e.Size != other.Size {
			return Differs
		}
		return Same
	case e.Time.IsZero() || other.Time.IsZero():
		return Same
	}
	threshold := compareThreshold
	if !e.Exact && isMidnight(e.Time) || !other.Exact && isMidnight(other.Time) {
		threshold = 24 * time.Hour // the listing knows only the day
	}
	switch d := e.Time.Sub(other.Time); {
	case d > threshold:
		return Newer
	case d < -threshold:
		return Older
	}
	return Same
}

func isMidnight(t time.Time) bool {
	t = t.UTC()
	return t.Hour() == 0 && t.Minute() == 0
}

// Mark is how a visible row stands to the other side.
func (p *Pane) Mark(row int) Mark { return p.marks[p.Row(row).Raw] }

// Comparing reports whether marks mean anything now.
func (p *Pane) Comparing() bool { return p.marks != nil }
