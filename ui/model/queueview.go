package model

import (
	"cmp"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"longshore/transfer"
	"longshore/transfer/listing"
)

// Shelf is one of the lists that a transfer can stand in.
type Shelf uint8

// The shelves.
const (
	OnQueue Shelf = iota
	OnFailed
	OnDone
	shelfCount
)

// Transfer is a row of the queue's lists.
type Transfer struct {
	transfer.Item
	shelf Shelf
	root  transfer.ItemID // what the user asked for, from which this came
	gone  bool

	searched int  // the search for which found holds
	found    bool // it is part of what the search looks for
}

// QueueView follows the queue by its deltas. Its cost follows what changed and
// not the queue's length: see shelfList.
type QueueView struct {
	Totals           transfer.Totals
	UpRate, DownRate float64
	Paused           bool
	Held             int // items that wait since a crash
	Restoring        bool
	Warning          string // why the queue is not on the disk just now

	byID    map[transfer.ItemID]*Transfer
	lists   [shelfCount]shelfList // ended ones oldest first
	arrived []*Transfer           // new on a shelf, in this Apply
	asked   map[transfer.QuestionID]*Transfer
	since   time.Time // what ended before is history
	shape   uint64
	waits   int // items in Retrying, whose time runs down
	search  search
	run     run
}

// NewQueueView is an empty view. What ended before since is no news.
func NewQueueView(since time.Time) *QueueView {
	return &QueueView{since: since, byID: map[transfer.ItemID]*Transfer{}, asked: map[transfer.QuestionID]*Transfer{}}
}

// Apply takes a Delta in and returns what ended since the last one.
func (v *QueueView) Apply(d transfer.Delta) (ended []*Transfer) {
	var left leaving
	if d.Full {
		v.dropMissing(d, &left)
	}
	v.Totals, v.UpRate, v.DownRate, v.Paused, v.Restoring = d.Totals, d.UpRate, d.DownRate, d.Paused, d.Restoring
	v.Warning, v.Held = d.Warning, d.Held
	for i := range d.Items {
		t, was, isNew := v.put(&d.Items[i], &left)
		// What is new and over already is history, unless it was quick.
		if t.State.Ended() && (!isNew && !was.Ended() || isNew && t.Item.Ended.After(v.since)) {
			ended = append(ended, t)
		}
	}
	for _, id := range d.Removed {
		if t := v.byID[id]; t != nil {
			v.drop(t, &left)
		}
	}
	for shelf, ids := range left {
		if len(ids) > 0 {
			v.lists[shelf].remove(ids)
			v.shape++
		}
	}
	v.place()
	if d.Order != nil && v.lists[OnQueue].reorder(d.Order, v.byID) {
		v.shape++
	}
	return ended
}

// place puts what is new on a shelf where it belongs: in the queue behind what
// came from the same folder, else at the end.
func (v *QueueView) place() {
	var queued []*Transfer
	// A folder has a lower number than what came from it, but may come later.
	slices.SortStableFunc(v.arrived, func(a, b *Transfer) int { return cmp.Compare(a.ID, b.ID) })
	for _, t := range v.arrived {
		t.root = v.rootOf(&t.Item)
		if t.shelf == OnQueue {
			queued = append(queued, t)
		} else {
			v.lists[t.shelf].add(t)
		}
	}
	v.lists[OnQueue].insert(queued)
	v.arrived = v.arrived[:0]
}

// rootOf is the item that the user asked for, from which this one came.
func (v *QueueView) rootOf(i *transfer.Item) transfer.ItemID {
	if i.Parent == 0 {
		return i.ID
	}
	if up := v.byID[i.Parent]; up != nil {
		return up.root
	}
	return i.Parent
}

// News reports whether a Delta changes anything that is shown, so that an idle
// window paints nothing.
func (v *QueueView) News(d transfer.Delta) bool {
	return d.Full || len(d.Items)+len(d.Removed) > 0 || d.Order != nil || v.waits > 0 || v.Paused != d.Paused ||
		v.Restoring != d.Restoring || v.Warning != d.Warning || v.Held != d.Held || v.Totals.Active != d.Totals.Active
}

// leaving are the items that go from each list.
type leaving [shelfCount][]transfer.ItemID

func (v *QueueView) put(item *transfer.Item, left *leaving) (t *Transfer, was transfer.State, isNew bool) {
	t = v.byID[item.ID]
	if t == nil {
		t = &Transfer{Item: *item, shelf: shelfOf(item.State)}
		v.byID[item.ID] = t
		v.count(item.State, 1)
		v.arrived = append(v.arrived, t)
		v.shape++
		return t, item.State, true
	}
	was = t.State
	v.count(was, -1)
	v.count(item.State, 1)
	t.Item, t.searched = *item, 0
	if shelf := shelfOf(item.State); shelf != t.shelf {
		left[t.shelf] = append(left[t.shelf], t.ID)
		t.shelf = shelf
		v.arrived = append(v.arrived, t)
		v.shape++
	}
	return t, was, false
}

func (v *QueueView) drop(t *Transfer, left *leaving) {
	t.gone = true
	v.count(t.State, -1)
	left[t.shelf] = append(left[t.shelf], t.ID)
	delete(v.byID, t.ID)
}

func (v *QueueView) count(s transfer.State, by int) {
	if s == transfer.Retrying {
		v.waits += by
	}
}

func shelfOf(s transfer.State) Shelf {
	switch s {
	case transfer.Done, transfer.Skipped:
		return OnDone
	case transfer.Failed, transfer.Cancelled:
		return OnFailed
	}
	return OnQueue
}

// dropMissing forgets what a full Delta does not have any more.
func (v *QueueView) dropMissing(d transfer.Delta, left *leaving) {
	have := make(map[transfer.ItemID]bool, len(d.Items))
	for i := range d.Items {
		have[d.Items[i].ID] = true
	}
	for id, t := range v.byID {
		if !have[id] {
			v.drop(t, left)
		}
	}
}

// Shape changes when rows came, went or changed places, and stays the same
// while only their values move.
func (v *QueueView) Shape() uint64 { return v.shape }

// Count is the number of rows on a shelf, whatever the search.
func (v *QueueView) Count(s Shelf) int { return len(v.lists[s].rows) }

// Len is the number of rows that a shelf shows.
func (v *QueueView) Len(s Shelf) int { return len(v.rows(s)) }

// Row is a row of a shelf: the queue in its order, ended ones newest first.
func (v *QueueView) Row(s Shelf, i int) *Transfer {
	rows := v.rows(s)
	if s != OnQueue {
		i = len(rows) - 1 - i
	}
	return rows[i]
}

// IDs gives the numbers of rows.
func (v *QueueView) IDs(s Shelf, rows []int) []transfer.ItemID {
	ids := make([]transfer.ItemID, 0, len(rows))
	for _, i := range rows {
		if i >= 0 && i < v.Len(s) {
			ids = append(ids, v.Row(s, i).ID)
		}
	}
	return ids
}

// AllIDs gives the numbers of all rows that a shelf shows.
func (v *QueueView) AllIDs(s Shelf) []transfer.ItemID {
	ids := make([]transfer.ItemID, v.Len(s))
	for i := range ids {
		ids[i] = v.Row(s, i).ID
	}
	return ids
}

// Busy reports whether closing the program now would interrupt something.
func (v *QueueView) Busy() bool { return v.Totals.Active > 0 }

// Item finds a row by its number.
func (v *QueueView) Item(id transfer.ItemID) (*Transfer, bool) {
	t, ok := v.byID[id]
	return t, ok
}

// Name is what the row is about.
func (t *Transfer) Name() string {
	name := path.Base(t.Remote)
	if t.Direction == transfer.Upload {
		name = filepath.Base(t.Local)
	}
	return listing.Escape(name)
}

// From and To are the folders of source and target; To is "" for a removal.
func (t *Transfer) From(home string) string {
	if t.Direction == transfer.Upload {
		return shortLocal(filepath.Dir(t.Local), home)
	}
	return listing.Escape(path.Dir(t.Remote))
}

// To is the folder that the transfer goes to.
func (t *Transfer) To(home string) string {
	switch t.Direction {
	case transfer.Upload:
		return listing.Escape(path.Dir(t.Remote))
	case transfer.Download:
		return shortLocal(filepath.Dir(t.Local), home)
	}
	return ""
}

// Way is where a transfer comes from and goes to, each shortened at its
// beginning: the ends are what tells folders apart.
func (t *Transfer) Way(home string) string {
	from, to := shortPath(t.From(home)), shortPath(t.To(home))
	if to == "" {
		return from
	}
	return from + "  →  " + to
}

// wayChars is how much of each path a row of the queue shows.
const wayChars = 34

func shortPath(p string) string {
	runes := []rune(p)
	if len(runes) <= wayChars {
		return p
	}
	tail := string(runes[len(runes)-wayChars+1:])
	if _, after, ok := strings.Cut(tail, "/"); ok && after != "" {
		tail = "/" + after
	}
	return "…" + tail
}

func shortLocal(dir, home string) string {
	if home != "" && (dir == home || strings.HasPrefix(dir, home+string(filepath.Separator))) {
		return "~" + filepath.ToSlash(dir[len(home):])
	}
	return dir
}

// Bytes are how many bytes there are and how many of them have moved; the
// first is -1 while that is not known.
func (t *Transfer) Bytes() (size, moved int64) {
	if t.Folder && t.Total != nil {
		return t.Total.Bytes, t.Total.Moved
	}
	if t.Direction == transfer.Remove || t.Folder {
		return -1, 0
	}
	return t.Size, t.Moved
}

// Progress is the part that is done, from 0 to 1, and whether a bar makes
// sense.
func (t *Transfer) Progress() (part float64, show bool) {
	size, moved := t.Bytes()
	switch {
	case t.State == transfer.Done:
		return 1, true
	case t.Folder && t.Total != nil && t.Total.Files > 0 && size <= 0:
		return float64(t.Total.Done) / float64(t.Total.Files), true
	case size < 0 || !t.State.Active() && moved == 0:
		return 0, false
	case size == 0:
		return 0, t.State.Active()
	}
	return min(float64(moved)/float64(size), 1), true
}

// changesRemote reports whether this transfer changed the folder that a tab
// shows at its server, or made one in it.
func (t *Transfer) changesRemote(tab *Tab) bool {
	if t.Direction == transfer.Download || t.Target.Key() != tab.Target.Key() {
		return false
	}
	dir := strings.TrimSuffix(tab.Remote.Dir, "/") + "/"
	rest, under := strings.CutPrefix(t.Remote, dir)
	if !under {
		return false
	}
	first, _, deeper := strings.Cut(rest, "/")
	return !deeper || !tab.Remote.has(first)
}

func (t *Transfer) changesLocal(tab *Tab) bool {
	if t.Direction != transfer.Download {
		return false
	}
	rest, err := filepath.Rel(tab.Local.Dir, t.Local)
	if err != nil || strings.HasPrefix(rest, "..") {
		return false
	}
	first, _, deeper := strings.Cut(rest, string(filepath.Separator))
	return !deeper || !tab.Local.has(first)
}

// has reports whether the folder held an entry when it was last read.
func (p *Pane) has(raw string) bool {
	if p.names == nil {
		p.names = make(map[string]bool, len(p.entries))
		for i := range p.entries {
			p.names[p.entries[i].Raw] = true
		}
	}
	return p.names[raw]
}
