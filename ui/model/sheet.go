package model

import (
	"time"

	"longshore/transfer"
	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// Sheet is the question about files that exist already, for many files at
// once: they are sorted into a few groups and each group is decided.
type Sheet struct {
	direction transfer.Direction
	target    session.Target
	groups    [4]*Group
	where     map[transfer.QuestionID]int
}

// Group are files whose two sides stand to each other in the same way.
type Group struct {
	Label, One string // of several files, of one
	Suggested  transfer.Exists
	cases      []clash
}

type clash struct {
	question               transfer.QuestionID
	item                   transfer.ItemID
	name                   string
	sourceSize, targetSize int64
	sourceTime, targetTime time.Time
	canResume              bool
}

const (
	sourceNewer = iota
	targetNewer
	sizeDiffers
	lookSame
)

func newSheet(d transfer.Direction, t session.Target) *Sheet {
	s := &Sheet{direction: d, target: t, where: map[transfer.QuestionID]int{}}
	s.groups = [4]*Group{
		sourceNewer: {Label: wordSourceNewer, One: wordSourceNewerOne, Suggested: transfer.Overwrite},
		targetNewer: {Label: wordTargetNewer, One: wordTargetNewerOne, Suggested: transfer.Skip},
		sizeDiffers: {Label: wordSizeDiffers, One: wordSizeDiffersOne, Suggested: transfer.Overwrite},
		lookSame:    {Label: wordLookSame, One: wordLookSameOne, Suggested: transfer.Skip},
	}
	return s
}

func groupOf(q *transfer.Question) int {
	if !q.SourceTime.IsZero() && !q.TargetTime.IsZero() {
		switch d := q.SourceTime.Sub(q.TargetTime); {
		case d > compareThreshold:
			return sourceNewer
		case d < -compareThreshold:
			return targetNewer
		}
	}
	if q.SourceSize != q.TargetSize {
		return sizeDiffers
	}
	return lookSame
}

func (s *Sheet) put(item *transfer.Item) {
	q := item.Question
	if _, known := s.where[q.ID]; known {
		return
	}
	row := Transfer{Item: *item}
	g := groupOf(q)
	s.where[q.ID] = g
	s.groups[g].cases = append(s.groups[g].cases, clash{question: q.ID, item: item.ID, name: row.Name(),
		sourceSize: q.SourceSize, targetSize: q.TargetSize,
		sourceTime: q.SourceTime, targetTime: q.TargetTime, canResume: q.CanResume})
}

func (s *Sheet) remove(id transfer.QuestionID) {
	g, ok := s.where[id]
	if !ok {
		return
	}
	delete(s.where, id)
	cases := s.groups[g].cases
	for i := range cases {
		if cases[i].question == id {
			s.groups[g].cases = append(cases[:i:i], cases[i+1:]...)
			return
		}
	}
}

// Len is the number of files in the sheet.
func (s *Sheet) Len() int { return len(s.where) }

// Heading says how many files exist and where.
func (s *Sheet) Heading() string { return wordExistsHeading(s.Len(), s.direction, s.target) }

// Groups are those that have files, in a fixed order.
func (s *Sheet) Groups() []*Group {
	var out []*Group
	for _, g := range s.groups {
		if len(g.cases) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// Heading says what the group's files have in common.
func (g *Group) Heading() string {
	if len(g.cases) == 1 {
		return "1 file " + g.One
	}
	return FormatNumber(len(g.cases)) + " files " + g.Label
}

// Len is the number of files in the group.
func (g *Group) Len() int { return len(g.cases) }

// Example describes one file of the group: its name and both sides.
func (g *Group) Example() (name, source, target string) {
	c := g.cases[0]
	return listing.Escape(c.name), describeSide(c.sourceSize, c.sourceTime), describeSide(c.targetSize, c.targetTime)
}

func describeSide(size int64, t time.Time) string {
	s := FormatSize(size)
	if when := FormatTime(t); when != "" {
		s += ", " + when
	}
	return s
}

// Options are the choices for the group, the suggested one among them.
func (g *Group) Options() []transfer.Exists {
	out := []transfer.Exists{transfer.Overwrite, transfer.Skip, transfer.Rename}
	for _, c := range g.cases {
		if c.canResume {
			return append(out, transfer.Resume)
		}
	}
	return out
}

// rule finds the one rule that says the same as the choices for all groups, so
// that it can stand for files that are met later.
func (s *Sheet) rule(choices []transfer.Exists) (transfer.Exists, bool) {
	groups := s.Groups()
	if len(choices) != len(groups) || len(groups) == 0 {
		return 0, false
	}
	equal, newer := true, true
	for i, g := range groups {
		equal = equal && choices[i] == choices[0]
		want := transfer.Skip
		if g == s.groups[sourceNewer] {
			want = transfer.Overwrite
		}
		newer = newer && choices[i] == want
	}
	switch {
	case equal && len(groups) > 1, equal && choices[0] != transfer.Overwrite:
		return choices[0], true
	case newer:
		return transfer.Newer, true
	case equal:
		return choices[0], true
	}
	return 0, false
}
