package model

import (
	"context"
	"time"

	"longshore/transfer/listing"
	"longshore/ui/model/disk"
)

// How rows travel from a reader to the pane: the first ones at once, later
// ones in portions, so that a folder of any size shows quickly and costs few
// frames.
const (
	portionRows = 2000
	portionTime = 80 * time.Millisecond
	refreshGap  = time.Second
)

// OpenTyped goes where a path typed by the user leads.
func (p *Pane) OpenTyped(typed string) { p.Open(p.src.clean(typed, p.Dir)) }

// Open goes to a folder, given by its full path, and remembers the way back.
func (p *Pane) Open(dir string) {
	p.loadAnd(dir, func() {})
}

// loadAnd goes to a folder and then does one thing there.
func (p *Pane) loadAnd(dir string, then func()) {
	from := p.Dir
	p.load(dir, func() {
		if from != "" && from != dir {
			p.back = append(p.back, from)
			p.forward = nil
		}
		then()
	})
}

// OpenParent goes one folder up and puts the cursor on where it came from.
func (p *Pane) OpenParent() {
	up, ok := p.src.parent(p.Dir)
	if !ok {
		return
	}
	from := p.src.base(p.Dir)
	p.loadAnd(up, func() { p.Select(from) })
}

// CanBack and CanForward tell whether there is a way through the history.
func (p *Pane) CanBack() bool    { return len(p.back) > 0 }
func (p *Pane) CanForward() bool { return len(p.forward) > 0 }

// Back returns to the folder before this one.
func (p *Pane) Back() {
	if len(p.back) == 0 {
		return
	}
	from, to := p.Dir, p.back[len(p.back)-1]
	p.load(to, func() {
		p.back = p.back[:len(p.back)-1]
		p.forward = append(p.forward, from)
	})
}

// Forward undoes Back.
func (p *Pane) Forward() {
	if len(p.forward) == 0 {
		return
	}
	from, to := p.Dir, p.forward[len(p.forward)-1]
	p.load(to, func() {
		p.forward = p.forward[:len(p.forward)-1]
		p.back = append(p.back, from)
	})
}

// Refresh reads the folder again; selection and cursor stay on their names.
func (p *Pane) Refresh() {
	if p.Dir != "" {
		p.load(p.Dir, func() {})
	}
}

// load starts reading a folder. The one shown stays until the first rows of
// the new one are here, so that a refused folder loses nothing. arrived runs
// once, when the new folder takes the pane.
func (p *Pane) load(dir string, arrived func()) {
	read := p.src.reader()
	if read == nil {
		return
	}
	p.stop()
	p.gen++
	gen := p.gen
	ctx, cancel := context.WithCancel(p.app.deps.Context)
	p.cancel, p.loading, p.stale, p.refused = cancel, true, false, ""
	p.begunAt = p.app.deps.Now()
	p.fresh, p.incoming, p.collect = dir != p.Dir, dir, nil
	p.touch()
	do := func(f func()) {
		p.app.deps.Do(func() {
			if p.gen == gen {
				f()
			}
		})
	}
	take := func(batch []listing.Entry) { p.take(dir, batch, &arrived) }
	p.app.deps.Go(func() {
		defer cancel()
		b := portions{send: func(rows []listing.Entry) { do(func() { take(rows) }) }}
		report, err := read(ctx, dir, b.add)
		b.flush()
		free := int64(-1)
		if p.Side == Local {
			free = disk.Free(dir)
		}
		do(func() { p.finish(dir, report, free, err, &arrived) })
	})
}

// take shows rows that came. A refresh collects them and swaps at the end.
func (p *Pane) take(dir string, batch []listing.Entry, arrived *func()) {
	if !p.fresh {
		p.collect = append(p.collect, batch...)
		return
	}
	p.enter(dir, arrived)
	from := len(p.entries)
	p.entries = append(p.entries, batch...)
	if len(p.entries) <= sortInPlace {
		p.arrange()
	} else {
		p.appendRows(from)
	}
}

// enter makes dir the folder of this pane, once for each load.
func (p *Pane) enter(dir string, arrived *func()) {
	if *arrived == nil {
		return
	}
	if p.Dir != dir {
		p.order++
		p.edition++
		p.Dir, p.entries, p.rows, p.marks = dir, nil, nil, nil
		p.selected, p.cursor, p.wanted, p.Filter = map[string]bool{}, "", "", ""
	}
	(*arrived)()
	*arrived = nil
}

func (p *Pane) finish(dir string, r listing.Report, free int64, err error, arrived *func()) {
	p.loading, p.cancel = false, nil
	p.loadedAt = p.app.deps.Now()
	p.took = p.loadedAt.Sub(p.begunAt)
	if err != nil && (*arrived != nil || !p.fresh) {
		p.collect = nil
		if p.Dir == "" {
			p.refused = explain(err).What
		}
		p.touch()
		p.app.listFailed(p, dir, err)
		return
	}
	p.enter(dir, arrived)
	p.Report, p.Free, p.names = r, free, nil
	if p.fresh {
		p.arrange()
	} else {
		p.show(append([]listing.Entry{}, p.collect...))
		p.collect = nil
	}
	p.tab.loaded(p)
	if err != nil {
		p.app.listFailed(p, dir, err)
	}
}

// forgetGone drops selected names that are no longer in the folder.
func (p *Pane) forgetGone() {
	if len(p.selected) == 0 {
		return
	}
	kept := make(map[string]bool, len(p.selected))
	for i := range p.entries {
		if p.selected[p.entries[i].Raw] {
			kept[p.entries[i].Raw] = true
		}
	}
	p.selected = kept
}

// refreshSoon reads the folder again, at most once a second however often it
// is asked; for files that arrive one after another.
func (p *Pane) refreshSoon() {
	if p.stale || p.Dir == "" {
		return
	}
	p.stale = true
	gap := max(refreshGap, 5*p.took) // a folder that is slow to read is read less often
	wait := max(gap-p.app.deps.Now().Sub(p.loadedAt), refreshGap/4)
	p.app.deps.After(wait, func() {
		if p.stale && !p.app.closing {
			p.stale = false
			if p.loading {
				p.refreshSoon()
				return
			}
			p.Refresh()
		}
	})
}

// portions gathers rows on the reader's goroutine.
type portions struct {
	send func([]listing.Entry)
	rows []listing.Entry
	last time.Time
}

func (b *portions) add(rows []listing.Entry) {
	b.rows = append(b.rows, rows...)
	if len(b.rows) >= portionRows || time.Since(b.last) >= portionTime {
		b.flush()
	}
}

func (b *portions) flush() {
	if len(b.rows) > 0 {
		b.send(b.rows)
		b.rows, b.last = nil, time.Now()
	}
}

// OpenHome goes to the user's home folder, or to the one the server put us in
// after the login.
func (p *Pane) OpenHome() {
	switch {
	case p.Side == Remote && p.tab.home != "":
		p.Open(p.tab.home)
	case p.Side == Remote:
		p.Open("/")
	case p.app.deps.Home != "":
		p.Open(p.app.deps.Home)
	}
}
