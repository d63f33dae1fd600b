package model

import (
	"context"
	"time"

	"longshore/transfer/listing"
)

// Side is one of the two panes of a tab.
type Side uint8

// The sides.
const (
	Local Side = iota
	Remote
)

// Other is the opposite side.
func (s Side) Other() Side { return Remote - s }

// sortInPlace is the number of rows up to which sorting may happen between two
// frames; longer lists are sorted beside the UI goroutine.
const sortInPlace = 5000

// source is where a pane's folders come from.
type source interface {
	// reader gives what reads folders now; it is then called beside the UI
	// goroutine and touches nothing of the model.
	reader() readFolder
	join(dir, name string) string
	base(dir string) string
	parent(dir string) (string, bool)
	crumbs(dir string) []Crumb
	clean(typed, current string) string
}

type readFolder func(ctx context.Context, dir string, rows func([]listing.Entry)) (listing.Report, error)

// Crumb is one step of a path that can be clicked.
type Crumb struct{ Label, Path string }

// Pane shows one folder.
type Pane struct {
	app  *App
	tab  *Tab
	Side Side
	src  source

	Dir        string
	Sort       Sort
	Filter     string
	ShowHidden bool
	Report     listing.Report
	Free       int64 // bytes free on the local disk, -1 if not known

	entries  []listing.Entry
	rows     []int32 // visible entries, in order
	selected map[string]bool
	cursor   string
	picked   uint64
	edition  uint64 // of the rows and their marks
	wanted   string // to be chosen when it appears
	marks    map[string]Mark
	names    map[string]bool // of the entries, made when first asked for

	back, forward []string
	gen           uint64 // of the load; older results are dropped
	order         uint64 // of the sorting; older results are dropped
	loading       bool
	fresh         bool   // the running load is of another folder than the one shown
	refused       string // why no folder could be opened at all, "" if one was
	incoming      string // where the running load goes
	collect       []listing.Entry
	cancel        context.CancelFunc
	loadedAt      time.Time
	stale         bool
	begunAt       time.Time // the running load
	took          time.Duration
	summary       Summary
	counted       bool // summary is right
}

func newPane(a *App, t *Tab, s Side, src source) *Pane {
	return &Pane{app: a, tab: t, Side: s, src: src, ShowHidden: a.Settings.Hidden,
		selected: map[string]bool{}, Free: -1}
}

func (p *Pane) part() Part {
	if p.Side == Local {
		return PartLocal
	}
	return PartRemote
}

func (p *Pane) touch() {
	p.counted = false
	p.app.touch(p.part() | PartStatus | PartActions)
}

// Loading reports whether rows are still coming.
func (p *Pane) Loading() bool { return p.loading }

// Ready reports whether the pane shows a folder at all.
func (p *Pane) Ready() bool { return p.Dir != "" }

// Len is the number of visible rows, without the one that leads upwards.
func (p *Pane) Len() int { return len(p.rows) }

// Row is the visible entry at index i.
func (p *Pane) Row(i int) listing.Entry { return p.entries[p.rows[i]] }

// HasParent reports whether there is a folder above this one.
func (p *Pane) HasParent() bool {
	if p.Dir == "" {
		return false
	}
	_, ok := p.src.parent(p.Dir)
	return ok
}

// Crumbs are the steps of the pane's path.
func (p *Pane) Crumbs() []Crumb {
	if p.Dir == "" {
		return nil
	}
	return p.src.crumbs(p.Dir)
}

// Path is the full path of an entry of this pane.
func (p *Pane) Path(e listing.Entry) string { return p.src.join(p.Dir, e.Raw) }

// arrange puts the visible rows in order.
func (p *Pane) arrange() { p.show(nil) }

// show puts rows in order, beside the UI goroutine if there are many. Entries
// that replace the shown ones take their place together with their order, so
// that no row ever names another file than the one it shows.
func (p *Pane) show(replace []listing.Entry) {
	p.order++
	entries, s, keep := p.entries, p.Sort, p.keep()
	if replace != nil {
		entries = replace
	}
	take := func(rows []int32) {
		if replace != nil {
			p.entries = replace
			p.forgetGone()
			p.tab.recompare()
		}
		p.rows = rows
		p.edition++
		p.pickWanted()
		p.touch()
	}
	if len(entries) <= sortInPlace {
		take(arrange(entries, s, keep))
		return
	}
	order := p.order
	p.app.deps.Go(func() {
		rows := arrange(entries, s, keep)
		p.app.deps.Do(func() {
			if p.order == order {
				take(rows)
			}
		})
	})
}

// appendRows adds rows behind the sorted ones, for lists too long to sort each time.
func (p *Pane) appendRows(from int) {
	keep := p.keep()
	for i := from; i < len(p.entries); i++ {
		if keep(&p.entries[i]) {
			p.rows = append(p.rows, int32(i))
		}
	}
	p.edition++
	p.touch()
}

// SortBy orders by a column; a second time turns the order round.
func (p *Pane) SortBy(c Column) {
	if p.Sort.Column == c {
		p.Sort.Desc = !p.Sort.Desc
	} else {
		p.Sort = Sort{Column: c}
	}
	p.arrange()
}

// SetFilter shows only names that contain text, or match it as a pattern if it
// has * or ?.
func (p *Pane) SetFilter(text string) {
	if p.Filter != text {
		p.Filter = text
		p.arrange()
	}
}

// SetHidden shows or hides names that start with a dot.
func (p *Pane) SetHidden(show bool) {
	p.ShowHidden = show
	p.arrange()
}

// keep decides which entries are visible; it shares nothing with the pane.
func (p *Pane) keep() func(*listing.Entry) bool {
	hidden, match := p.ShowHidden, matcher(p.Filter)
	return func(e *listing.Entry) bool {
		if !hidden && len(e.Name) > 0 && e.Name[0] == '.' {
			return false
		}
		return match(e.Name)
	}
}

// clear empties the pane, as when its connection is closed.
func (p *Pane) clear() {
	p.stop()
	p.gen++
	p.order++
	p.Dir, p.entries, p.rows, p.marks = "", nil, nil, nil
	p.edition++
	p.selected, p.cursor = map[string]bool{}, ""
	p.back, p.forward = nil, nil
	p.loading = false
	p.touch()
}

func (p *Pane) stop() {
	if p.cancel != nil {
		p.cancel()
		p.cancel = nil
	}
}
