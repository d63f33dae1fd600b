package transfer

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"time"

	"longshore/transfer/session"
)

// Config is what a Queue needs. Only Leaser must be set.
type Config struct {
	Dir      string  // where the journal is kept; "": in memory only
	Leaser   Leaser  // where sessions come from
	Slots    int     // transfers at once, 1–10; 0: 2
	PerSite  int     // of them to one server; 0: no limit of its own
	Limit    Limits  // of speed
	Retries  int     // attempts without progress before an item fails; 0: 5
	Defaults Options // for Requests whose Options are the zero value
	History  History // how much of what ended is kept

	// Backoff gives the wait before attempt n+1; nil: 5 s growing to 5 min
	// with jitter. A seam for tests.
	Backoff func(n int) time.Duration
}

// The limits of Config.Slots and its usual value, and that of Retries.
const (
	DefaultSlots   = 2
	MaxSlots       = 10
	DefaultRetries = 5
)

// ErrClosed says that the queue was closed.
var ErrClosed = errors.New("the queue is closed")

// Queue owns work from Add until it is forgotten. All methods may be called
// from any goroutine.
type Queue struct {
	cfg     Config
	ctx     context.Context // ended by Close
	end     context.CancelFunc
	bell    chan struct{}
	loaded  chan struct{} // closed when the journal was read
	journal *journal
	up      *meter
	down    *meter
	limits  *limiters
	workers sync.WaitGroup // slots and the keeper of the journal

	mu        sync.Mutex // guards all below
	wake      *sync.Cond // slots wait here for work
	items     map[ItemID]*work
	sites     map[string]*site
	targets   map[session.Target]*session.Target
	answers   map[batchKey]Exists
	writing   map[string]*work // targets that are being written
	lastID    ItemID
	lastAsk   QuestionID
	lastPlace int64
	shared    *Options        // the last one given, shared by equals
	latest    *session.Target // likewise

	rev       Rev
	tail      *work // newest stamp
	removed   []removal
	forgotten Rev // readers before it have missed removals
	orderRev  Rev

	active  map[*work]struct{} // files in Connecting, Running, Verifying
	walkers int                // folders that are not walked
	totals  Totals
	delayed laterHeap
	alarm   *time.Timer
	alarmAt time.Time
	endings chan struct{} // closed and replaced when items end
	past    []ending      // oldest first
	trimmed time.Time     // when past was last looked through

	paused, started, closing, restoring bool

	slots, running int
	restored       Restored
}

// batchKey is what an answer for all stands for.
type batchKey struct {
	batch     ItemID
	direction Direction
}

// Open takes the journal's lock and starts reading it in the background. It
// does nothing on the network; Start does. A journal that another program has
// is a *LockedError.
func Open(cfg Config) (*Queue, error) {
	if cfg.Leaser == nil {
		return nil, errors.New("the queue needs a Leaser")
	}
	cfg.fill()
	q := &Queue{cfg: cfg, bell: make(chan struct{}, 1), loaded: make(chan struct{}),
		up: newMeter(), down: newMeter(), limits: newLimiters(cfg.Limit),
		items: map[ItemID]*work{}, sites: map[string]*site{}, targets: map[session.Target]*session.Target{},
		answers: map[batchKey]Exists{}, writing: map[string]*work{}, active: map[*work]struct{}{},
		endings: make(chan struct{}), slots: cfg.Slots}
	q.wake = sync.NewCond(&q.mu)
	q.ctx, q.end = context.WithCancel(context.Background())
	if cfg.Dir == "" {
		close(q.loaded)
		return q, nil
	}
	j, err := openJournal(cfg.Dir)
	if err != nil {
		q.end()
		return nil, err
	}
	q.journal, q.restoring = j, true
	q.workers.Go(q.keep)
	return q, nil
}

func (c *Config) fill() {
	c.Slots = slotsIn(c.Slots)
	if c.Retries <= 0 {
		c.Retries = DefaultRetries
	}
	if c.Backoff == nil {
		c.Backoff = backoff
	}
	c.History.fill()
}

func slotsIn(n int) int {
	if n <= 0 {
		return DefaultSlots
	}
	return min(n, MaxSlots)
}

// Start lets the slots work. Until then a restored queue can be looked at.
func (q *Queue) Start() {
	q.mu.Lock()
	q.started = true
	q.staff()
	q.mu.Unlock()
}

// SetSlots changes how many transfers run at once; those beyond end their
// present item first.
func (q *Queue) SetSlots(n int) {
	q.mu.Lock()
	q.slots = slotsIn(n)
	q.staff()
	q.wake.Broadcast()
	q.mu.Unlock()
}

// staff starts the slots that are missing. Queue.mu is held.
func (q *Queue) staff() {
	for q.started && !q.closing && q.running < q.slots {
		q.running++
		q.workers.Go(q.slot)
	}
}

// SetLimits changes the limits of speed at once.
func (q *Queue) SetLimits(l Limits) { q.limits.set(l) }

// Close stops what runs, so that it goes on after the next Open, waits for it
// and syncs the journal. If ctx ends before, its error is returned and the
// rest ends by itself.
func (q *Queue) Close(ctx context.Context) error {
	q.mu.Lock()
	q.closing = true
	if q.alarm != nil {
		q.alarm.Stop()
	}
	q.wake.Broadcast()
	q.mu.Unlock()
	q.end()
	done := make(chan struct{})
	go func() {
		q.workers.Wait()
		close(done)
	}()
	select {
	case <-done:
		return q.journal.close()
	case <-ctx.Done():
		return fmt.Errorf("close queue: %w", ctx.Err())
	}
}

// Add puts requests at the end of the queue. When it returns nil they are on
// the disk. With an error of the journal the items are in the queue all the
// same, and their ids are returned, but they would not outlive a crash yet.
func (q *Queue) Add(ctx context.Context, requests ...Request) ([]ItemID, error) {
	for i := range requests {
		if err := requests[i].check(); err != nil {
			return nil, err
		}
	}
	select {
	case <-q.loaded:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-q.ctx.Done():
		return nil, ErrClosed
	}
	ids := make([]ItemID, 0, len(requests))
	const atOnce = 2000 // so that readers get a turn
	for len(requests) > 0 {
		n := min(atOnce, len(requests))
		var err error
		if ids, err = q.addSome(ids, requests[:n]); err != nil {
			return ids, err
		}
		requests = requests[n:]
		q.flush()
		q.ring()
	}
	return ids, q.journal.durable(ctx)
}

func (q *Queue) addSome(ids []ItemID, requests []Request) ([]ItemID, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closing {
		return ids, ErrClosed
	}
	now := time.Now()
	q.trim(now)
	for i := range requests {
		w := q.make(&requests[i], now)
		if len(ids) == 0 {
			w.batch = w.id
		} else {
			w.batch = ids[0]
		}
		ids = append(ids, w.id)
		q.enter(w)
		q.journal.put(q.addRecord(w))
		q.admit(w)
	}
	return ids, nil
}

// make turns a request into work that stands nowhere yet.
func (q *Queue) make(r *Request, now time.Time) *work {
	o := r.Options
	if reflect.ValueOf(o).IsZero() {
		o = q.cfg.Defaults
	}
	if q.shared == nil || !reflect.DeepEqual(*q.shared, o) {
		q.shared = &o
	}
	q.lastID++
	w := &work{id: q.lastID, direction: r.Direction, folder: r.Folder, target: q.intern(r.Target),
		options: q.shared, priority: o.Priority, notBefore: o.NotBefore,
		local: r.Local, remote: r.Remote, size: r.Size, modTime: r.ModTime, added: now}
	if w.local != "" {
		w.local = filepath.Clean(w.local)
	}
	if w.folder {
		w.size = 0
	}
	w.site = q.siteOf(w.target)
	return w
}

// enter gives it its place and makes it known.
func (q *Queue) enter(w *work) {
	q.join(w)
	q.adopt(w)
}

// adopt makes an item that has its place known to all that count.
func (q *Queue) adopt(w *work) {
	q.items[w.id] = w
	if w.folder && w.meter == nil {
		w.meter = newMeter()
	}
	if up := w.up; up != nil {
		up.kids = append(up.kids, w)
		up.tally.Files++
		up.tally.Bytes += max(w.size, 0)
		up.moved.Add(w.moved.Load())
		if !w.state.Ended() {
			up.open++
		}
		q.stamp(up)
	}
	q.count(w, 1)
	q.stamp(w)
}

// admit lets new work be taken, unless its server has a question out.
func (q *Queue) admit(w *work) {
	if a := w.site.question; a != nil {
		q.ask(w, a)
		return
	}
	q.line(w)
}

// intern keeps one copy of each Target, however many items share it.
func (q *Queue) intern(t session.Target) *session.Target {
	if q.latest != nil && *q.latest == t {
		return q.latest
	}
	q.latest = q.interned(t)
	return q.latest
}

func (q *Queue) interned(t session.Target) *session.Target {
	if p := q.targets[t]; p != nil {
		return p
	}
	q.targets[t] = &t
	return &t
}

func (q *Queue) siteOf(t *session.Target) *site {
	k := t.Key()
	s := q.sites[k]
	if s == nil {
		s = &site{key: k, dirs: newDirs()}
		q.sites[k] = s
	}
	return s
}

func (r *Request) check() error {
	switch {
	case r.Direction > Remove:
		return fmt.Errorf("add: no such direction %d", r.Direction)
	case r.Target.Host == "":
		return errors.New("add: the server is not named")
	case !strings.HasPrefix(r.Remote, "/"):
		return fmt.Errorf("add: remote path %q does not start with a slash", r.Remote)
	case strings.ContainsAny(r.Remote, "\x00\r\n"):
		return fmt.Errorf("add: remote path %q cannot be sent in a command", r.Remote)
	case r.Direction != Remove && !filepath.IsAbs(r.Local):
		return fmt.Errorf("add: local path %q is not absolute", r.Local)
	}
	return nil
}

// set moves w to a state if the table allows it, and accounts for it
// everywhere. What goes with the state is written into w before. Queue.mu is
// held.
func (q *Queue) set(w *work, to State) bool {
	from := w.state
	if !from.May(to) {
		return false
	}
	q.count(w, -1)
	w.state = to
	now := time.Now()
	if to == Connecting && w.started.IsZero() {
		w.started = now
	}
	if to != Asking {
		w.question = nil
	}
	w.ended = time.Time{}
	if to.Ended() {
		w.ended = now
	}
	q.count(w, 1)
	q.stamp(w)
	if !to.Active() {
		q.journal.put(q.stateRecord(w))
	}
	if w.up != nil {
		q.stamp(w.up)
	}
	switch {
	case to.Ended() && !from.Ended():
		q.hasEnded(w)
	case from.Ended() && !to.Ended() && w.up != nil:
		w.up.open++
	}
	return true
}

// hasEnded tells those who wait for it.
func (q *Queue) hasEnded(w *work) {
	q.journal.want()
	w.seen, w.fresh, w.maybe = nil, false, false
	q.past = append(q.past, ending{w, w.ended})
	close(q.endings)
	q.endings = make(chan struct{})
	if w.up != nil {
		w.up.open--
		q.endFolder(w.up)
	}
}

// count adds w to the totals or takes it out, as its state says.
func (q *Queue) count(w *work, by int) {
	if w.folder {
		if !w.walked && !w.state.Ended() {
			q.walkers += by
		}
		return
	}
	if by > 0 {
		w.counted = w.moved.Load()
	}
	w.state.tally(&q.totals, by)
	if !w.state.Ended() {
		q.totals.Files += by
		q.totals.Bytes += int64(by) * max(w.size, 0)
		q.totals.Moved += int64(by) * w.counted
	}
	if w.up != nil {
		w.state.tally(&w.up.tally, by)
	}
	if w.state.Active() && by > 0 {
		q.active[w] = struct{}{}
	} else {
		delete(q.active, w)
	}
}

// tally counts a file in this state.
func (s State) tally(t *Totals, by int) {
	switch {
	case s.Active():
		t.Active += by
	case s == Done:
		t.Done += by
	case s == Failed:
		t.Failed += by
	case s == Skipped:
		t.Skipped += by
	}
}

// resize corrects what is known of a file's size. Queue.mu is held.
func (q *Queue) resize(w *work, size int64) {
	by := max(size, 0) - max(w.size, 0)
	w.size = size
	if !w.state.Ended() {
		q.totals.Bytes += by
	}
	if w.up != nil {
		w.up.tally.Bytes += by
	}
}

// Wait returns when all the items have ended or are forgotten; nil means
// ended, not well. Each item's State says how.
func (q *Queue) Wait(ctx context.Context, ids ...ItemID) error {
	for {
		q.mu.Lock()
		for len(ids) > 0 && q.isOver(ids[0]) {
			ids = ids[1:]
		}
		endings := q.endings
		q.mu.Unlock()
		if len(ids) == 0 {
			return nil
		}
		select {
		case <-endings:
		case <-ctx.Done():
			return ctx.Err()
		case <-q.ctx.Done():
			return ErrClosed
		}
	}
}

func (q *Queue) isOver(id ItemID) bool {
	w := q.items[id]
	return w == nil && !q.restoring || w != nil && w.state.Ended() && !w.busy
}

// flush writes what put has gathered.
func (q *Queue) flush() { q.journal.flush() }
