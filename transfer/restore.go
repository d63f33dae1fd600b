package transfer

import (
	"bufio"
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"time"

	"longshore/transfer/session"
)

// Restored tells what was found at the start.
type Restored struct {
	Items       int           // in the queue, ended ones too
	Crashed     bool          // the program that had the queue did not close it
	Interrupted []Interrupted // what ran or was begun when the program ended, by server
	Bad         int           // lines that could not be read
	Repaired    int           // lines with one wrong byte, which the checksum allowed to find
	Aside       string        // where the file with bad lines was copied
	Err         error         // the file could not be read to its end
}

// Interrupted are the items of one server that will go on.
type Interrupted struct {
	Target session.Target
	Items  []ItemID
}

// Restored waits for nothing: while Delta.Restoring is set it is empty.
func (q *Queue) Restored() Restored {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.restored
}

// reading counts what a journal held.
type reading struct {
	bad, repaired int   // of vital lines, those of which a copy was left count as repaired
	good          int64 // bytes up to the end of the last whole line
	adds          int64
	open          bool // the last line lacks its LF
}

// maxRecord is the longest line that is taken for one.
const maxRecord = 64 << 20

// readJournal gives apply each record. A line that is bad is repaired if one
// wrong byte explains it, else skipped. Bytes behind the last LF are what a
// crash cut off; they were never acknowledged.
func readJournal(in io.Reader, apply func(*record)) (reading, error) {
	var n reading
	r := bufio.NewReaderSize(in, 1<<20)
	var last []byte // a bad line, which may be the first half of one
	var two copies
	settle := func() {
		if last == nil {
			return
		}
		if fixed := repair(last); fixed != nil {
			n.repaired++
			for i := range fixed {
				apply(&fixed[i])
			}
		} else if len(bytes.TrimSpace(last)) > 0 {
			n.bad++
		}
		last = nil
	}
	for {
		line, err := readLine(r)
		if err == io.EOF {
			settle()
			two.over(&n)
			n.end(line, apply)
			return n, nil
		}
		if err != nil {
			return n, err
		}
		n.good += int64(len(line)) + 1
		if last == nil && two.is(line) {
			n.adds += int64(len(line)) + 1
			continue
		}
		rec, perr := parseLine(line)
		if perr == nil {
			lost := n.bad
			settle()
			lost = n.bad - lost
			two.over(&n)
			if rec.Op == opAdd {
				n.adds += int64(len(line)) + 1
			}
			if rec.Op.vital() {
				two.begin(line, lost, n.bad)
			}
			apply(&rec)
			continue
		}
		if last != nil {
			if rec, ok := rejoin(last, line); ok {
				n.repaired++
				last = nil
				apply(&rec)
				continue
			}
			settle()
		}
		last = bytes.Clone(line)
	}
}

// end takes what is behind the last LF: a line that is whole but for that LF,
// which was not written or is the wrong byte, and behind it, perhaps, what a
// crash cut off.
func (n *reading) end(rest []byte, apply func(*record)) {
	r, size := firstLine(rest)
	if size == 0 {
		return
	}
	n.repaired++
	n.good += int64(size)
	n.open = true
	apply(&r)
}

// firstLine finds the line that bytes begin with, by its checksum, and its
// length; 0 if there is none.
func firstLine(b []byte) (record, int) {
	const head = len("00000000 ")
	if len(b) <= head {
		return record{}, 0
	}
	want, err := strconv.ParseUint(string(b[:head-1]), 16, 32)
	if err != nil {
		return record{}, 0
	}
	var sum uint32
	for i := head; i < len(b); i++ {
		if sum = crc32.Update(sum, crc32.IEEETable, b[i:i+1]); sum == uint32(want) && b[i] == '}' {
			if r, err := parseLine(b[:i+1]); err == nil {
				return r, i + 1
			}
		}
	}
	return record{}, 0
}

// readLine gives a line without its LF; one that has none comes with io.EOF.
func readLine(r *bufio.Reader) ([]byte, error) {
	line, err := r.ReadSlice('\n')
	if err == nil {
		return line[:len(line)-1], nil
	}
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, err
	}
	whole := bytes.Clone(line)
	for errors.Is(err, bufio.ErrBufferFull) {
		line, err = r.ReadSlice('\n')
		if len(whole) < maxRecord {
			whole = append(whole, line...)
		}
	}
	if err != nil {
		return whole, err
	}
	return bytes.TrimSuffix(whole, []byte("\n")), nil
}

// revival builds a queue from records, beside the one that readers see.
type revival struct {
	q       *Queue
	targets map[int]*session.Target
	rules   map[int]*Options
	orphans int
	ran     bool // the program did not put the queue down
}

func newRevival() *revival {
	return &revival{q: &Queue{items: map[ItemID]*work{}, sites: map[string]*site{},
		targets: map[session.Target]*session.Target{}, answers: map[batchKey]Exists{}},
		targets: map[int]*session.Target{}, rules: map[int]*Options{}}
}

// apply does what one record says. Records about what is not there do
// nothing.
func (v *revival) apply(r *record) {
	q := v.q
	switch r.Op {
	case opTarget:
		if r.Target != nil && v.targets[r.N] == nil {
			v.targets[r.N] = q.intern(*r.Target)
		}
	case opOptions:
		if r.Options != nil && v.rules[r.N] == nil {
			v.rules[r.N] = r.Options
		}
	case opAdd:
		v.add(r)
	case opState:
		if w := q.items[r.ID]; w != nil && r.Facts != nil {
			r.Facts.apply(w)
		}
	case opMove:
		q.reorder(r.IDs, r.ID)
	case opRemove:
		for _, id := range r.IDs {
			delete(q.items, id)
		}
	case opProgress:
		for id, n := range r.Moved {
			if w := q.items[id]; w != nil && n >= 0 {
				w.moved.Store(n)
			}
		}
	case opSpans:
		if w := q.items[r.ID]; w != nil {
			w.holdsSpans(r.Ident, r.Spans)
		}
	case opAnswer:
		q.answers[batchKey{r.ID, r.Direction}] = r.Choice
	case opPause:
		q.paused = r.On
	case opRun:
		v.ran = r.On
	case opLast:
		q.lastID = max(q.lastID, r.ID)
	}
}

func (v *revival) add(r *record) {
	q := v.q
	t, o := v.targets[r.T], v.rules[r.O]
	q.lastID = max(q.lastID, r.ID)
	if r.ID == 0 || r.Facts == nil || q.items[r.ID] != nil {
		return
	}
	up := q.items[r.Up]
	if t == nil && up != nil {
		t = up.target // its line was lost, but children share it
	}
	if o == nil && up != nil {
		o = up.options
	}
	if t == nil || r.Up != 0 && up == nil || r.Direction > Remove || r.Facts.State >= stateCount {
		v.orphans++
		return
	}
	if o == nil {
		o = &Options{} // asks rather than overwrites
	}
	w := &work{id: r.ID, up: up, batch: r.Batch, direction: r.Direction, folder: r.Folder, target: t,
		site: q.siteOf(t), options: o, added: r.Added.time()}
	r.Facts.apply(w)
	if w.group = (&group{place: r.Place}); up != nil && !r.Alone {
		w.group = up.group
	}
	w.seq = r.Seq
	w.group.last = max(w.group.last, r.Seq)
	q.lastPlace = max(q.lastPlace, r.Place)
	q.items[w.id] = w
}

// restore reads the journal and lets the queue go on from it.
func (q *Queue) restore() {
	v := newRevival()
	j := q.journal
	var n reading
	in, err := os.Open(j.path)
	if err == nil {
		n, err = readJournal(in, v.apply)
		in.Close()
	}
	got := Restored{Crashed: v.ran, Bad: n.bad + v.orphans, Repaired: n.repaired, Err: err}
	if got.Bad > 0 || err != nil {
		aside, aerr := j.setAside()
		got.Aside, got.Err = aside, errors.Join(err, aerr)
	}
	j.mu.Lock()
	j.size, j.useful = n.good, n.adds
	if err != nil { // what could not be read is not overwritten
		if info, serr := os.Stat(j.path); serr == nil {
			j.size = info.Size()
		}
		n.open = true
	} else {
		j.file.Truncate(n.good) // a line that a crash cut
	}
	if n.open {
		j.pending = append([]byte{'\n'}, j.pending...)
	}
	j.mu.Unlock()
	q.mu.Lock()
	q.holding = q.cfg.HoldAfterCrash && got.Crashed
	q.takeOver(v, &got)
	q.journal.put(record{Op: opRun, On: true})
	q.restored, q.restoring = got, false
	q.stampRev()
	q.orderRev = q.rev
	q.wake.Broadcast()
	q.mu.Unlock()
	close(q.loaded)
	q.ring()
	if got.Err == nil { // else the old file stays as it is, beside what is appended
		q.compact(n.good > n.adds*2 || got.Bad > 0 || got.Repaired > 0)
	}
}

// takeOver makes the revived items the queue's own. Queue.mu is held.
func (q *Queue) takeOver(v *revival, got *Restored) {
	o := v.q
	q.items, q.sites, q.targets, q.answers = make(map[ItemID]*work, len(o.items)), o.sites, o.targets, o.answers
	q.lastID, q.lastPlace, q.paused = o.lastID, o.lastPlace, o.paused
	for n, t := range v.targets {
		q.journal.targets[t] = n
	}
	for n, p := range v.rules {
		q.journal.rules[p] = n
	}
	works := slices.SortedFunc(maps.Values(o.items), before)
	interrupted := map[*session.Target][]ItemID{}
	for _, w := range works {
		if w.up != nil && o.items[w.up.id] == nil {
			w.up = nil // its folder was forgotten
		}
		if w.state.Active() || w.state == Retrying || w.state == Waiting && (w.began != nil || w.folder && !w.walked && !w.started.IsZero()) {
			interrupted[w.target] = append(interrupted[w.target], w.id)
		}
		q.calm(w)
	}
	slices.SortFunc(works, func(a, b *work) int { return int(a.id) - int(b.id) }) // folders before their children
	for _, w := range works {
		tally := w.tally
		if w.folder {
			w.tally = Totals{Refused: tally.Refused, RefusedMore: tally.RefusedMore}
			w.moved.Store(0)
		}
		q.adopt(w)
		if w.state.Ended() {
			q.past = append(q.past, ending{w, w.ended})
		}
		if w.folder && w.state.Ended() && tally.Files > 0 {
			defer restoreTally(w, tally)
		}
	}
	for _, w := range works {
		if w.state == Running {
			q.endFolder(w)
		}
		if q.toHold(w) {
			q.hold(w)
			continue
		}
		q.line(w)
	}
	slices.SortFunc(q.past, func(a, b ending) int { return a.at.Compare(b.at) })
	got.Items = len(works)
	for t, ids := range interrupted {
		got.Interrupted = append(got.Interrupted, Interrupted{*t, ids})
	}
}

// restoreTally is for an ended folder of which not all children are kept.
func restoreTally(w *work, t Totals) {
	if t.Files > w.tally.Files {
		moved := t.Moved
		t.Moved = 0
		w.tally = t
		w.moved.Store(moved)
	}
}

// calm gives an item the state in which it goes on after a start. Questions
// about a server are put anew when they arise.
func (q *Queue) calm(w *work) {
	switch {
	case w.folder && w.walked && !w.state.Ended() && w.state != Paused:
		w.state = Running
	case w.state.Active(), w.state == Retrying:
		w.state, w.notBefore = Waiting, time.Time{}
	case w.state == Asking && (w.question == nil || w.question.Kind != AskExists):
		w.state, w.question = Waiting, nil
	case w.state == Asking:
		q.lastAsk = max(q.lastAsk, w.question.ID)
	}
}
