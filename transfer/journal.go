package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"longshore/transfer/session"
)

// The journal's numbers.
const (
	journalFile   = "queue.journal"
	progressEvery = 5 * time.Second
	syncEvery     = 100 * time.Millisecond // at most so often, unless somebody waits for it
	compactAbove  = 8 << 20                // bytes of the file, if more than half is superseded
	pendingMost   = 16 << 20               // bytes kept while the disk is full; then a snapshot is written when it is not
)

// LockedError says that another program owns the queue of a folder.
type LockedError struct {
	Dir   string
	Owner string // what that program wrote about itself: "longshore, process 4711"; "" if unknown
}

func (e *LockedError) Error() string {
	owner := e.Owner
	if owner == "" {
		owner = "another program"
	}
	return fmt.Sprintf("the queue in %q belongs to %s", e.Dir, owner)
}

// UnsafeError says that the journal cannot be written: what was added works,
// but would not outlive a crash. It is written as soon as that is possible.
type UnsafeError struct{ Err error }

func (e *UnsafeError) Error() string {
	return fmt.Sprintf("the queue cannot be written to disk: %v", e.Err)
}

// Unwrap gives the cause.
func (e *UnsafeError) Unwrap() error { return e.Err }

// journal is the queue on disk: lines that are only ever appended. Its lock
// is taken after Queue.mu. A nil journal, that of a queue in memory, takes
// everything and keeps nothing.
type journal struct {
	dir  string
	path string
	lock *flock.Flock
	kick chan struct{} // sync soon
	rush chan struct{} // sync now: somebody waits

	targets map[*session.Target]int // numbers given; Queue.mu guards them
	rules   map[*Options]int

	mu       sync.Mutex
	file     disk
	size     int64 // whole lines written
	useful   int64 // of them, those of items that are there
	pending  []byte
	most     int    // of pending, while it cannot be written
	copying  bool   // a snapshot is being written: what is put also goes to tail
	tail     []byte // lines put since it began
	dropped  bool   // pending was too long: only a snapshot has everything
	dirty    bool   // something written is not synced
	waiters  []chan error
	trouble  error
	troubled func() // told when trouble comes or goes
}

// disk is the journal's file; tests have one that is full.
type disk interface {
	io.Closer
	WriteAt(b []byte, at int64) (int, error)
	Truncate(size int64) error
	Sync() error
}

// openJournal takes the lock and opens the file. It reads nothing.
func openJournal(dir string) (*journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open queue: %w", err)
	}
	lockPath := filepath.Join(dir, "queue.lock")
	lock := flock.New(lockPath, flock.SetPermissions(0o600))
	got, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock queue: %w", err)
	}
	owner := filepath.Join(dir, "queue.owner")
	if !got {
		text, _ := os.ReadFile(owner)
		return nil, &LockedError{Dir: dir, Owner: strings.TrimSpace(string(text[:min(len(text), 200)]))}
	}
	sweepSnapshots(dir)
	os.WriteFile(owner, []byte(fmt.Sprintf("%s, process %d\n", filepath.Base(os.Args[0]), os.Getpid())), 0o600)
	path := filepath.Join(dir, journalFile)
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		lock.Close()
		return nil, fmt.Errorf("open queue: %w", err)
	}
	return &journal{dir: dir, path: path, most: pendingMost, lock: lock, file: file, kick: make(chan struct{}, 1), rush: make(chan struct{}, 1),
		targets: map[*session.Target]int{}, rules: map[*Options]int{}}, nil
}

// sweepSnapshots removes what a crash in the middle of a snapshot left; only
// the owner of the lock writes any.
func sweepSnapshots(dir string) {
	es, _ := os.ReadDir(dir)
	for _, e := range es {
		if strings.HasPrefix(e.Name(), journalFile+".") && strings.HasSuffix(e.Name(), ".tmp") {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// target gives the number under which a Target was written, writing it if it
// was not. Queue.mu is held.
func (j *journal) target(t *session.Target) int {
	if j == nil {
		return 0
	}
	n, ok := j.targets[t]
	if !ok {
		n = len(j.targets) + 1
		j.targets[t] = n
		j.put(record{Op: opTarget, N: n, Target: t})
	}
	return n
}

func (j *journal) options(o *Options) int {
	if j == nil {
		return 0
	}
	n, ok := j.rules[o]
	if !ok {
		n = len(j.rules) + 1
		j.rules[o] = n
		j.put(record{Op: opOptions, N: n, Options: o})
	}
	return n
}

// put gathers a line; flush writes it. Queue.mu is held, so that lines are in
// the order of what they tell.
func (j *journal) put(r record) {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	was := len(j.pending)
	j.pending = appendLines(j.pending, &r)
	line := j.pending[was:]
	if j.copying {
		j.tail = append(j.tail, line...)
	}
	if j.dropped {
		j.pending = j.pending[:was]
		return
	}
	if r.Op == opAdd {
		j.useful += int64(len(line))
	}
	if j.trouble != nil && len(j.pending) > j.most {
		j.pending, j.dropped = nil, true
	}
}

// want asks for an fsync soon, without waiting for it.
func (j *journal) want() {
	if j != nil {
		signal(j.kick)
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// flush writes what was put, so that it outlives this process. What cannot be
// written is kept and tried again by the keeper.
func (j *journal) flush() {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.write()
}

// write appends the pending lines. A line that was written in part is cut off
// again, or, if even that fails, overwritten by the next. mu is held.
func (j *journal) write() error {
	if j.file == nil {
		j.pending = nil // closed: this is the program's last breath
	}
	if len(j.pending) == 0 {
		return nil
	}
	if _, err := j.file.WriteAt(j.pending, j.size); err != nil {
		j.file.Truncate(j.size)
		j.setTrouble(err)
		return err
	}
	j.size += int64(len(j.pending))
	j.pending = j.pending[:0]
	if cap(j.pending) > 1<<20 {
		j.pending = nil
	}
	j.dirty = true
	return nil
}

func (j *journal) setTrouble(err error) {
	changed := (err == nil) != (j.trouble == nil)
	j.trouble = err
	if changed && j.troubled != nil {
		j.troubled()
	}
}

// sync writes and syncs, and tells those who wait for it.
func (j *journal) sync() {
	j.mu.Lock()
	waiters := j.waiters
	j.waiters = nil
	err := j.write()
	if err == nil && j.dropped {
		err = j.trouble
	}
	file, dirty := j.file, j.dirty
	j.dirty = false
	j.mu.Unlock()
	if err == nil && dirty {
		err = file.Sync()
	}
	j.mu.Lock()
	if err != nil && dirty {
		j.dirty = true
	}
	if !j.dropped {
		j.setTrouble(err)
	}
	j.mu.Unlock()
	for _, w := range waiters {
		w <- err
	}
}

// durable returns when all that was put before is on the disk.
func (j *journal) durable(ctx context.Context) error {
	if j == nil {
		return nil
	}
	done := make(chan error, 1)
	j.mu.Lock()
	if j.waiters = append(j.waiters, done); j.file == nil {
		j.mu.Unlock()
		return ErrClosed
	}
	j.mu.Unlock()
	signal(j.rush)
	select {
	case err := <-done:
		if err != nil {
			return &UnsafeError{err}
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// warning says why the queue is not on disk just now.
func (j *journal) warning() string {
	if j == nil {
		return ""
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.trouble == nil {
		return ""
	}
	return (&UnsafeError{j.trouble}).Error()
}

// close syncs and gives the lock back. Nobody uses the journal any more.
func (j *journal) close() error {
	if j == nil {
		return nil
	}
	j.sync()
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.trouble
	for _, w := range j.waiters {
		w <- ErrClosed
	}
	j.waiters = nil
	if j.file != nil {
		err = errors.Join(err, j.file.Close())
		j.file = nil
		os.Remove(filepath.Join(j.dir, "queue.owner"))
		err = errors.Join(err, j.lock.Close())
	}
	if err != nil {
		return fmt.Errorf("close queue: %w", err)
	}
	return nil
}

// keep is the journal's goroutine: it reads what is there, then syncs what is
// wanted, writes progress down, and compacts.
func (q *Queue) keep() {
	j := q.journal
	q.restore()
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		select {
		case <-j.kick:
			j.sync()
			j.rest(q.ctx)
		case <-j.rush:
			j.sync()
		case <-tick.C:
			q.noteProgress()
			j.sync()
			q.compact(false)
		case <-q.ctx.Done():
			return
		}
	}
}

// rest lets wishes to sync gather: thousands of small files that end in a
// second would otherwise keep the disk from their own bytes.
func (j *journal) rest(ctx context.Context) {
	t := time.NewTimer(syncEvery)
	defer t.Stop()
	select {
	case <-t.C:
	case <-j.rush:
		j.sync()
	case <-ctx.Done():
	}
}

// noteProgress writes how far the running items are, for the next start to
// show. It is no truth to go on from.
func (q *Queue) noteProgress() {
	q.mu.Lock()
	q.trim(time.Now())
	moved := map[ItemID]int64{}
	for w := range q.active {
		moved[w.id] = w.moved.Load()
	}
	if len(moved) > 0 {
		q.journal.put(record{Op: opProgress, Moved: moved})
	}
	q.mu.Unlock()
}

// setAside copies a journal with bad lines, before anything is written.
func (j *journal) setAside() (string, error) {
	to := j.path + ".bad-" + strconv.FormatInt(time.Now().Unix(), 10)
	in, err := os.Open(j.path)
	if err != nil {
		return "", err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(out, in)
	return to, errors.Join(err, out.Sync(), out.Close())
}
