package transfer

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"longshore/transfer/session"
)

// op says what a line of the journal means.
type op string

const (
	opTarget   op = "target"  // N stands for a Target from here on
	opOptions  op = "options" // likewise
	opAdd      op = "add"     // an item, with its facts
	opState    op = "state"   // all facts of an item that may change
	opMove     op = "move"    // IDs go before ID
	opRemove   op = "remove"  // IDs are forgotten
	opProgress op = "progress"
	opSpans    op = "spans"  // what is there of a file with holes
	opAnswer   op = "answer" // for all of a batch
	opPause    op = "pause"  // of the whole queue
	opRun      op = "run"    // a program has the queue (On), or has put it down
	opLast     op = "last"   // ID was the last one given: it is never used twice
)

// record is one line of the journal. Which fields count depends on Op.
type record struct {
	Op  op       `json:"op"`
	ID  ItemID   `json:"id,omitempty"`
	IDs []ItemID `json:"ids,omitempty"`
	N   int      `json:"n,omitempty"`
	On  bool     `json:"on,omitempty"`

	Target  *session.Target `json:"target,omitempty"`
	Options *Options        `json:"options,omitempty"`

	Up        ItemID    `json:"up,omitempty"`
	Batch     ItemID    `json:"b,omitempty"`
	Direction Direction `json:"d,omitempty"`
	Folder    bool      `json:"f,omitempty"`
	Alone     bool      `json:"g,omitempty"`  // moved out of its folder's group
	Place     int64     `json:"gp,omitempty"` // of the group
	Seq       int64     `json:"gs,omitempty"` // in the group
	T         int       `json:"t,omitempty"`  // number of the Target
	O         int       `json:"o,omitempty"`  // number of the Options
	Added     stamp     `json:"at,omitempty"`

	Choice Exists           `json:"c,omitempty"`
	Facts  *facts           `json:"x,omitempty"`
	Moved  map[ItemID]int64 `json:"m,omitempty"`
	Spans  []int64          `json:"hs,omitempty"`
	Ident  string           `json:"hi,omitempty"` // of the file of which Spans are
}

// facts are what may change of an item.
type facts struct {
	State     State     `json:"s,omitempty"`
	Local     string    `json:"l,omitempty"` // by pathText; "" in opState: as it was
	Remote    string    `json:"r,omitempty"`
	Link      string    `json:"ln,omitempty"` // by pathText
	Size      int64     `json:"z,omitempty"`
	ModTime   stamp     `json:"mt,omitempty"`
	Exact     bool      `json:"ex,omitempty"`
	Began     *source   `json:"bg,omitempty"`
	Spans     []int64   `json:"hs,omitempty"`
	Ident     string    `json:"hi,omitempty"`
	Placing   bool      `json:"pl,omitempty"`
	Swapping  bool      `json:"sw,omitempty"`
	Undo      *undo     `json:"ud,omitempty"`
	Scratch   bool      `json:"sc,omitempty"`
	Maybe     bool      `json:"mb,omitempty"`
	Walked    bool      `json:"w,omitempty"`
	Inspect   bool      `json:"vf,omitempty"`
	Priority  int       `json:"p,omitempty"`
	Moved     int64     `json:"mv,omitempty"`
	Attempts  int       `json:"a,omitempty"`
	NotBefore stamp     `json:"nb,omitempty"`
	Choice    Exists    `json:"c,omitempty"`
	Check     Check     `json:"k,omitempty"`
	Note      string    `json:"nt,omitempty"`
	Failure   *Failure  `json:"e,omitempty"`
	Question  *Question `json:"q,omitempty"`
	Started   stamp     `json:"st,omitempty"`
	Ended     stamp     `json:"en,omitempty"`
	Extra     int       `json:"sk,omitempty"`
	Refused   []string  `json:"rf,omitempty"`
	Beyond    int       `json:"rm,omitempty"` // how many names beyond Refused
	Tally     *Totals   `json:"tt,omitempty"` // of an ended folder, whose children may be forgotten before it
}

// pathText makes a path, which is bytes, a string that JSON carries: what is
// no UTF-8 is marked by a NUL, which no path has, and put in base64.
func pathText(p string) string {
	if utf8.ValidString(p) {
		return p
	}
	return pathMark + base64.StdEncoding.EncodeToString([]byte(p))
}

const pathMark = "\x00"

// pathOf is the path again; "" if the text is none.
func pathOf(text string) string {
	if !strings.HasPrefix(text, pathMark) {
		return text
	}
	b, err := base64.StdEncoding.DecodeString(text[len(pathMark):])
	if err != nil {
		return ""
	}
	return string(b)
}

// stamp is a time in nanoseconds since 1970, 0 if there is none. Times that
// do not fit, which only a broken server shows, count as none.
type stamp int64

func stampOf(t time.Time) stamp {
	if y := t.Year(); y < 1700 || y > 2200 {
		return 0
	}
	return stamp(t.UnixNano())
}

func (s stamp) time() time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(0, int64(s))
}

// factsOf gathers what may change of w. Queue.mu is held.
func factsOf(w *work) *facts {
	x := &facts{State: w.state, Link: pathText(w.link), Size: w.size, ModTime: stampOf(w.modTime),
		Exact: w.exact, Began: w.began, Spans: w.spans, Ident: w.ident, Placing: w.placing, Swapping: w.swapping, Undo: w.undo, Scratch: w.scratch, Maybe: w.maybe, Walked: w.walked, Inspect: w.inspect,
		Priority: w.priority, Moved: w.moved.Load(), Attempts: w.attempts, NotBefore: stampOf(w.notBefore), Choice: w.choice,
		Check: w.check, Note: w.note, Failure: w.failure, Question: w.question, Started: stampOf(w.started), Ended: stampOf(w.ended),
		Extra: w.extra}
	if w.renamed {
		x.Local, x.Remote = pathText(w.local), pathText(w.remote)
	}
	if w.folder {
		x.Refused, x.Beyond = w.tally.Refused, w.tally.RefusedMore
		if w.state.Ended() {
			t := w.tally
			t.Moved = x.Moved
			x.Tally = &t
		}
	}
	return x
}

// holdsSpans takes up what a record says of a partial file with holes.
func (w *work) holdsSpans(ident string, spans []int64) {
	if !isIdent(ident) {
		ident = "" // they are of no use then
	}
	w.ident, w.spans = ident, spans
}

// apply sets them.
func (x *facts) apply(w *work) {
	if x.Local != "" {
		w.local = pathOf(x.Local)
	}
	if x.Remote != "" {
		w.remote = pathOf(x.Remote)
	}
	w.link, w.swapping, w.undo = pathOf(x.Link), x.Swapping, x.Undo
	w.state, w.size, w.modTime = x.State, x.Size, x.ModTime.time()
	w.exact, w.began, w.placing, w.scratch, w.maybe, w.walked = x.Exact, x.Began, x.Placing, x.Scratch, x.Maybe, x.Walked
	w.priority, w.attempts, w.notBefore, w.choice = x.Priority, x.Attempts, x.NotBefore.time(), x.Choice
	w.check, w.note, w.failure, w.question = x.Check, x.Note, x.Failure, x.Question
	w.inspect = x.Inspect
	w.holdsSpans(x.Ident, x.Spans)
	w.started, w.ended, w.extra = x.Started.time(), x.Ended.time(), x.Extra
	w.moved.Store(x.Moved)
	if w.high = x.Moved; w.direction == Upload {
		w.high = 0 // it was sent, which does not say that it arrived
	}
	w.tally = Totals{}
	if x.Tally != nil {
		w.tally = *x.Tally
	}
	w.tally.Refused, w.tally.RefusedMore = x.Refused, x.Beyond
}

// stateRecord is what is written when w changed.
func (q *Queue) stateRecord(w *work) record {
	return record{Op: opState, ID: w.id, Facts: factsOf(w)}
}

// addRecord is all of w. The Target and Options it shares with others are
// written before it, once.
func (q *Queue) addRecord(w *work) record {
	x := factsOf(w)
	x.Local, x.Remote = pathText(w.local), pathText(w.remote)
	r := record{Op: opAdd, ID: w.id, Batch: w.batch, Direction: w.direction, Folder: w.folder, Added: stampOf(w.added),
		Place: w.group.place, Seq: w.seq, T: q.journal.target(w.target), O: q.journal.options(w.options), Facts: x}
	if w.up != nil {
		r.Up = w.up.id
		r.Alone = w.group != w.up.group
	}
	return r
}

// appendLine writes a record as "crc32 SP json LF".
func appendLine(to []byte, r *record) []byte {
	const digits, room = "0123456789abcdef", "00000000 "
	start := len(to)
	to = appendRecord(append(to, room...), r)
	sum := checksum(to[start+len(room):])
	for i := range 8 {
		to[start+i] = digits[sum>>(28-4*i)&15]
	}
	return append(to, '\n')
}

// vital reports whether a line is written twice, one copy behind the other: it
// tells of an item that was promised, or of what items are about. What later
// lines tell is only how far they came.
func (o op) vital() bool { return o == opTarget || o == opOptions || o == opAdd }

// appendLines writes a record, twice if it is vital.
func appendLines(to []byte, r *record) []byte {
	start := len(to)
	to = appendLine(to, r)
	if r.Op.vital() {
		to = append(to, to[start:]...)
	}
	return to
}

// parseLine reads one line without its LF.
func parseLine(line []byte) (record, error) {
	var r record
	b, err := checked(line)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(b, &r); err != nil {
		return r, fmt.Errorf("journal line: %w", err)
	}
	return r, nil
}

// checked gives the JSON of a line whose checksum is right.
func checked(line []byte) ([]byte, error) {
	if len(line) < 10 || line[8] != ' ' {
		return nil, fmt.Errorf("journal line of %d bytes has no checksum", len(line))
	}
	var sum uint32
	for _, c := range line[:8] {
		n := strings.IndexByte("0123456789abcdef", c)
		if n < 0 {
			return nil, fmt.Errorf("journal line has checksum %q", line[:8])
		}
		sum = sum<<4 | uint32(n)
	}
	if checksum(line[9:]) != sum {
		return nil, fmt.Errorf("journal line has a wrong checksum")
	}
	return line[9:], nil
}
