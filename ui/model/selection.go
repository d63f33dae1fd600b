package model

import "longshore/transfer/listing"

// Shown is what a pane shows at one moment. It never changes, so that a table
// can be asked about a row for as long as it shows it.
type Shown struct {
	entries []listing.Entry
	rows    []int32
	marks   map[string]Mark
	of      *Pane
	edition uint64
}

// Shown is what the pane shows now.
func (p *Pane) Shown() Shown { return Shown{p.entries, p.rows, p.marks, p, p.edition} }

// Same reports whether both show the same rows in the same order.
func (s Shown) Same(other Shown) bool { return s.of == other.of && s.edition == other.edition }

// Len is the number of rows.
func (s Shown) Len() int { return len(s.rows) }

// Row is an entry; it is not to be changed.
func (s Shown) Row(i int) *listing.Entry { return &s.entries[s.rows[i]] }

// Mark is how a row stands to the other side.
func (s Shown) Mark(i int) Mark { return s.marks[s.Row(i).Raw] }

// SelectNames says which entries the user chose, and where the keyboard is.
func (p *Pane) SelectNames(names []string, cursor string) {
	p.selected = make(map[string]bool, len(names))
	for _, n := range names {
		p.selected[n] = true
	}
	p.cursor = cursor
	p.counted = false
	p.app.touch(PartStatus | PartActions)
}

// RowOf finds a visible row by name, -1 if there is none.
func (p *Pane) RowOf(raw string) int {
	for i := range p.rows {
		if p.entries[p.rows[i]].Raw == raw {
			return i
		}
	}
	return -1
}

// Cursor is the name the keyboard is on, "" for none.
func (p *Pane) Cursor() string { return p.cursor }

// Picked counts how often the program itself chose something, so that a table
// knows when to follow.
func (p *Pane) Picked() uint64 { return p.picked }

// SelectedNames are the chosen names that can be seen.
func (p *Pane) SelectedNames() []string {
	rows := p.SelectedRows()
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = p.Row(row).Raw
	}
	return out
}

// Select chooses one entry by name, as soon as the folder has it.
func (p *Pane) Select(raw string) {
	p.wanted = raw
	p.pickWanted()
}

func (p *Pane) pickWanted() {
	if p.wanted != "" && p.RowOf(p.wanted) >= 0 {
		p.cursor = p.wanted
		p.wanted = ""
		p.pick(map[string]bool{p.cursor: true})
	}
}

func (p *Pane) pick(selected map[string]bool) {
	p.selected = selected
	p.picked++
	p.touch()
}

// SelectAll chooses every visible row.
func (p *Pane) SelectAll() { p.selectWhere(func(listing.Entry) bool { return true }) }

// SelectNone chooses nothing.
func (p *Pane) SelectNone() { p.selectWhere(func(listing.Entry) bool { return false }) }

// InvertSelection chooses what was not chosen.
func (p *Pane) InvertSelection() {
	old := p.selected
	p.selectWhere(func(e listing.Entry) bool { return !old[e.Raw] })
}

func (p *Pane) selectWhere(want func(listing.Entry) bool) {
	selected := map[string]bool{}
	for _, i := range p.rows {
		if want(p.entries[i]) {
			selected[p.entries[i].Raw] = true
		}
	}
	p.pick(selected)
}

// IsSelected reports whether the row is chosen.
func (p *Pane) IsSelected(row int) bool { return p.selected[p.Row(row).Raw] }

// SelectedRows are the chosen rows that can be seen, from top to bottom.
func (p *Pane) SelectedRows() []int {
	var out []int
	if len(p.selected) == 0 {
		return nil
	}
	for i := range p.rows {
		if p.selected[p.entries[p.rows[i]].Raw] {
			out = append(out, i)
		}
	}
	return out
}

// Selected are the chosen entries that can be seen. What a filter hides is
// never acted on.
func (p *Pane) Selected() []listing.Entry {
	rows := p.SelectedRows()
	out := make([]listing.Entry, len(rows))
	for i, row := range rows {
		out[i] = p.Row(row)
	}
	return out
}

// Summary is what the line under a pane says.
type Summary struct {
	Files, Folders, Selected int
	Bytes, SelectedBytes     int64
	Hidden                   int // by the filter or as dot files
}

// Summarise counts what the pane shows. It counts again only after a change.
func (p *Pane) Summarise() Summary {
	if !p.counted {
		p.summary, p.counted = p.summarise(), true
	}
	return p.summary
}

func (p *Pane) summarise() Summary {
	s := Summary{Hidden: len(p.entries) - len(p.rows)}
	for _, i := range p.rows {
		e := &p.entries[i]
		size := max(e.Size, 0)
		if IsFolder(*e) {
			s.Folders++
			size = 0
		} else {
			s.Files++
		}
		s.Bytes += size
		if p.selected[e.Raw] {
			s.Selected++
			s.SelectedBytes += size
		}
	}
	return s
}

// CountLine is the left part of the line under a pane.
func (p *Pane) CountLine() string {
	if !p.Ready() {
		return p.tab.stateLine(p.Side)
	}
	s := p.Summarise()
	line := wordCounts(s)
	if p.loading {
		line += ", reading…"
	}
	return line
}

// FactLine is the right part of the line under a pane.
func (p *Pane) FactLine() string {
	switch {
	case !p.Ready():
		return ""
	case p.Side == Local && p.Free >= 0:
		return FormatSize(p.Free) + " free"
	case p.Side == Local:
		return ""
	}
	return wordListing(p.Report, p.tab)
}
