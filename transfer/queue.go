package transfer

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"longshore/transfer/session"
)

// Config is what a Queue needs. Only Leaser must be set.
type Config struct {
	Dir      string  // where the journal is kept; "": in memory only
	Unkept   string  // with no Dir, why; Delta.Warning says it
	Leaser   Leaser  // where sessions come from
	Slots    int     // transfers at once, 1–20, or Auto; 0: 2
	PerSite  int     // of them to one server; 0: no limit of its own
	Limit    Limits  // of speed
	Retries  int     // attempts without progress before an item fails; 0: 5
	Defaults Options // for Requests whose Options are the zero value
	History  History // how much of what ended is kept

	// HoldAfterCrash keeps what was under way in a program that was killed
	// until Release; after an ordinary Close it goes on by itself.
	HoldAfterCrash bool

	// Backoff gives the wait before attempt n+1; nil: 5 s growing to 5 min
	// with jitter. A seam for tests.
	Backoff func(n int) time.Duration
}

// The limits of Config.Slots and its usual value, and that of Retries.
const (
	DefaultSlots   = 2
	MaxSlots       = 20
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
	tune    tuning
	shelved atomic.Int64   // bytes of listings under way, see shelf
	workers sync.WaitGroup // slots, the keeper of the journal, and who syncs folders

	unsynced unsynced

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
	helped  []*segmented       // downloads that other sessions may help with
	idle    int                // slots without work
	walkers int                // folders that are not walked
	totals  Totals
	delayed laterHeap
	alarm   *time.Timer
	alarmAt time.Time
	endings chan struct{} // closed and replaced when items end
	bin     []rubbish     // to be removed without mu
	past    []ending      // oldest first
	trimmed time.Time     // when past was last looked through

	paused, started, closing, restoring bool

	holding bool    // what a crash cut off waits for Release
	aside   []*work // was held at the start
	held    int     // of them, still

	slots, running int
	auto           bool // each site's crew says how many of them work for it
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
	auto := cfg.Slots == Auto
	cfg.fill()
	q := &Queue{cfg: cfg, auto: auto, bell: make(chan struct{}, 1), loaded: make(chan struct{}),
		up: newMeter(), down: newMeter(), limits: newLimiters(cfg.Limit), tune: usualTuning,
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
	j.troubled = q.ring
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
	switch {
	case n == Auto:
		return MaxCrew
	case n <= 0:
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
	q.slots, q.auto = slotsIn(n), n == Auto
	if !q.auto {
		for _, s := range q.sites {
			s.crew = crew{}
		}
	}
	q.staff()
	q.wake.Broadcast()
	q.mu.Unlock()
}

// SetPerSite changes how many of them may work for one server; 0: no limit of
// its own.
func (q *Queue) SetPerSite(n int) {
	q.mu.Lock()
	q.cfg.PerSite = n
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
		q.journal.put(record{Op: opRun})
		return q.journal.close()
	case <-ctx.Done():
		return fmt.Errorf("close queue: %w", ctx.Err())
	}
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
	if to != Waiting {
		q.letGo(w)
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
	return w == nil && !q.restoring || w != nil && w.state.Ended() && !w.busy && !w.thrown
}

// flush writes what put has gathered.
func (q *Queue) flush() { q.journal.flush() }
