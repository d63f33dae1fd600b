package kit

import "math/bits"

// selection is which rows are chosen: one bit a row, the anchor a range grows
// from, and the cursor the keyboard moves.
type selection struct {
	bits   []uint64
	count  int
	anchor int
	cursor int // -1: no row
}

func (s *selection) has(row int) bool {
	return row >= 0 && row/64 < len(s.bits) && s.bits[row/64]&(1<<(row%64)) != 0
}

func (s *selection) set(row int, on bool) {
	if row < 0 || row/64 >= len(s.bits) || s.has(row) == on {
		return
	}
	s.bits[row/64] ^= 1 << (row % 64)
	if on {
		s.count++
	} else {
		s.count--
	}
}

// resize makes room for n rows and clears everything.
func (s *selection) resize(n int) {
	words := (n + 63) / 64
	if cap(s.bits) >= words {
		s.bits = s.bits[:words]
	} else {
		s.bits = make([]uint64, words)
	}
	s.clear()
}

// fit makes room for n rows and keeps what is chosen among them.
func (s *selection) fit(n int) {
	words := (n + 63) / 64
	for len(s.bits) < words {
		s.bits = append(s.bits, 0)
	}
	s.bits = s.bits[:words]
	if n%64 != 0 {
		s.bits[words-1] &= 1<<(n%64) - 1
	}
	s.count = 0
	for _, w := range s.bits {
		s.count += bits.OnesCount64(w)
	}
}

func (s *selection) clear() {
	clear(s.bits)
	s.count = 0
}

// rows lists the chosen rows in order.
func (s *selection) rows() []int {
	out := make([]int, 0, s.count)
	for w, word := range s.bits {
		for word != 0 {
			out = append(out, w*64+bits.TrailingZeros64(word))
			word &= word - 1
		}
	}
	return out
}

// Selected lists the chosen rows in order. The row under the cursor is not
// among them unless it is chosen.
func (t *FileTable) Selected() []int { return t.sel.rows() }

// SelectedCount is how many rows are chosen.
func (t *FileTable) SelectedCount() int { return t.sel.count }

// IsSelected says whether one row is chosen.
func (t *FileTable) IsSelected(row int) bool { return t.sel.has(row) }

// CursorRow is the row the keyboard is on, or -1.
func (t *FileTable) CursorRow() int { return t.sel.cursor }

// Targets is what a command means: the chosen rows, else the row under the
// cursor if it can be chosen, else none.
func (t *FileTable) Targets() []int {
	if t.sel.count > 0 {
		return t.sel.rows()
	}
	if c := t.sel.cursor; c >= 0 && c < t.length() && t.selectable(c) {
		return []int{c}
	}
	return nil
}

// SelectOnly chooses the one row, moves the cursor there and shows it.
func (t *FileTable) SelectOnly(row int) {
	if row < 0 || row >= t.length() {
		return
	}
	t.sel.clear()
	t.sel.set(row, t.selectable(row))
	t.sel.anchor, t.sel.cursor = row, row
	t.ScrollTo(row)
	t.selectionChanged()
}

// SelectKeys chooses the rows with these keys, and puts the cursor on the
// first. It reports how many were found.
func (t *FileTable) SelectKeys(keys ...string) int {
	want := make(map[string]bool, len(keys))
	for _, k := range keys {
		want[k] = true
	}
	t.sel.clear()
	first := -1
	for row := range t.length() {
		if want[t.rows.Key(row)] && t.selectable(row) {
			t.sel.set(row, true)
			if first < 0 {
				first = row
			}
		}
	}
	if first >= 0 {
		t.sel.anchor, t.sel.cursor = first, first
		t.ScrollTo(first)
	}
	t.selectionChanged()
	return t.sel.count
}

// SelectAll chooses every row that can be chosen.
func (t *FileTable) SelectAll() { t.selectWhere(func(int) bool { return true }) }

// SelectNone chooses nothing; the cursor stays.
func (t *FileTable) SelectNone() { t.selectWhere(func(int) bool { return false }) }

// SelectInvert swaps chosen and not chosen.
func (t *FileTable) SelectInvert() {
	was := t.sel.rows()
	old := make(map[int]bool, len(was))
	for _, r := range was {
		old[r] = true
	}
	t.selectWhere(func(row int) bool { return !old[row] })
}

// SelectWhere chooses the rows a rule says yes to.
func (t *FileTable) SelectWhere(yes func(row int) bool) { t.selectWhere(yes) }

func (t *FileTable) selectWhere(yes func(row int) bool) {
	t.sel.clear()
	for row := range t.length() {
		if t.selectable(row) && yes(row) {
			t.sel.set(row, true)
		}
	}
	t.selectionChanged()
}

// extendTo chooses all rows from the anchor to row, and nothing else unless
// keep is set.
func (t *FileTable) extendTo(row int, keep bool) {
	if !keep {
		t.sel.clear()
	}
	from, to := t.sel.anchor, row
	if from < 0 {
		from = row
		t.sel.anchor = row
	}
	if from > to {
		from, to = to, from
	}
	for r := from; r <= to; r++ {
		t.sel.set(r, t.selectable(r))
	}
	t.sel.cursor = row
	t.selectionChanged()
}

func (t *FileTable) toggle(row int) {
	if t.selectable(row) {
		t.sel.set(row, !t.sel.has(row))
	}
	t.sel.anchor, t.sel.cursor = row, row
	t.selectionChanged()
}

// selectionChanged repaints the rows that are seen and tells the owner.
func (t *FileTable) selectionChanged() {
	t.keysStale = true
	t.restyle()
	if t.OnSelect != nil {
		t.OnSelect()
	}
}

// rememberKeys notes which keys are chosen, while the rows still mean what
// they meant when they were chosen.
func (t *FileTable) rememberKeys() {
	if !t.keysStale {
		return
	}
	t.keysStale = false
	t.chosenKeys = make(map[string]bool, t.sel.count)
	for _, row := range t.sel.rows() {
		if row < t.length() {
			t.chosenKeys[t.rows.Key(row)] = true
		}
	}
	t.cursorKey = ""
	if c := t.sel.cursor; c >= 0 && c < t.length() {
		t.cursorKey = t.rows.Key(c)
	}
}

// restoreKeys finds the remembered rows again after the rows have changed. A
// cursor whose row is gone stays at its place in the list.
func (t *FileTable) restoreKeys() {
	n, was, before := t.length(), t.sel.cursor, t.sel.count
	if same := t.sameRows(n); !same {
		t.keysStale = true
		cursor := t.findKeys(n)
		if cursor < 0 {
			cursor = min(max(was, 0), n-1)
		}
		t.sel.cursor, t.sel.anchor = cursor, cursor
	}
	if t.sel.count != before && t.OnSelect != nil {
		t.OnSelect()
	}
}

// sameRows says whether all chosen rows and the cursor's are where they were,
// which is the common case and must not cost a walk over all rows.
func (t *FileTable) sameRows(n int) bool {
	c := t.sel.cursor
	if c < 0 && n > 0 || c >= n || c >= 0 && t.rows.Key(c) != t.cursorKey {
		return false
	}
	if t.sel.count == 0 {
		t.sel.resize(n)
		return true
	}
	for _, row := range t.sel.rows() {
		if row >= n || !t.chosenKeys[t.rows.Key(row)] {
			return false
		}
	}
	t.sel.fit(n)
	return true
}

// fewKeys are so many that each is looked for by itself.
const fewKeys = 32

// findKeys walks over the rows until every remembered one is found, chooses
// them, and returns the cursor's row or -1.
func (t *FileTable) findKeys(n int) int {
	t.sel.resize(n)
	if f, ok := t.rows.(Finder); ok && len(t.chosenKeys) <= fewKeys {
		for key := range t.chosenKeys {
			if row := f.Find(key); row >= 0 && row < n {
				t.sel.set(row, t.selectable(row))
			}
		}
		if t.cursorKey == "" {
			return noRow
		}
		return f.Find(t.cursorKey)
	}
	left, cursor := len(t.chosenKeys), noRow
	for row := 0; row < n && (left > 0 || cursor == noRow && t.cursorKey != ""); row++ {
		key := t.rows.Key(row)
		if t.chosenKeys[key] {
			t.sel.set(row, t.selectable(row))
			left--
		}
		if cursor == noRow && key == t.cursorKey {
			cursor = row
		}
	}
	return cursor
}

// keepPlaces is for rows that only grew or shrank at their end: what was
// chosen stays chosen, by place.
func (t *FileTable) keepPlaces() {
	n, before := t.length(), t.sel.count
	t.sel.fit(n)
	if t.sel.cursor < 0 && n > 0 {
		t.sel.cursor = 0
	}
	t.sel.cursor = min(t.sel.cursor, n-1)
	t.sel.anchor = min(t.sel.anchor, n-1)
	if t.sel.count != before && t.OnSelect != nil {
		t.OnSelect()
	}
}
