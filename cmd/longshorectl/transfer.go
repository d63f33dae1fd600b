package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"longshore/transfer"
)

// job is what a command wants the queue to do.
type job struct {
	key      string // names the journal; "" keeps none
	requests []transfer.Request
	failed   int // what could not even be asked for, and was reported
}

// maxAge is how long the journal of a command that nobody repeats is kept.
const maxAge = 30 * 24 * time.Hour

// transfer runs a job through a queue of its own and reports on it. errSome
// says that something did not arrive.
func (p *program) transfer(ctx context.Context, j job) error {
	w := newWatch(p)
	w.tally.Failed = j.failed
	if len(j.requests) > 0 {
		if err := p.runQueue(ctx, j, w); err != nil {
			return err
		}
	}
	p.report.summary(w.tally)
	switch {
	case w.connect != nil && w.tally.Done == 0:
		return w.connect
	case w.tally.Failed > 0:
		return errSome
	}
	return nil
}

// runQueue opens the queue, finishes what a killed run left, and waits for the
// requests. The journal outlives an interruption and nothing else.
func (p *program) runQueue(ctx context.Context, j job, w *watch) error {
	q, dir, err := p.openQueue(ctx, j.key)
	if err != nil {
		return err
	}
	err = p.carryOut(ctx, q, j, w)
	if ctx.Err() != nil {
		err = errInterrupted
		p.report.summary(w.tally)
	}
	return errors.Join(err, p.closeQueue(q, dir, err == nil))
}

func (p *program) carryOut(ctx context.Context, q *transfer.Queue, j job, w *watch) error {
	all, err := p.leftover(ctx, q, w)
	if err != nil || all {
		return err
	}
	q.Start()
	ids, err := q.Add(ctx, j.requests...)
	if err != nil {
		return err
	}
	return w.until(ctx, q, ids)
}

// openQueue takes the journal of this command. The lock of the folder above
// is held only while folders are made and removed.
func (p *program) openQueue(ctx context.Context, key string) (*transfer.Queue, string, error) {
	o := p.options
	cfg := transfer.Config{Leaser: transfer.NewLeaser(p.pool), Slots: cmp.Or(o.sessions, transfer.Auto), Retries: o.retries,
		Limit: p.limits(), History: transfer.History{Items: -1}, Backoff: backoff}
	if key == "" {
		q, err := transfer.Open(cfg)
		return q, "", err
	}
	unlock, err := p.lockJournals(ctx)
	if err != nil {
		return nil, "", err
	}
	defer unlock()
	p.sweep()
	cfg.Dir = filepath.Join(p.journals(), key)
	q, err := transfer.Open(cfg)
	if locked, ok := errors.AsType[*transfer.LockedError](err); ok {
		return nil, "", fmt.Errorf("the same command is running already (%s)", locked.Owner)
	}
	return q, cfg.Dir, err
}

// backoff is the wait before attempt n+1: shorter than a window's, for here
// somebody waits for the command to end. It varies, so that several commands
// do not come back at once.
func backoff(n int) time.Duration {
	wait := min(time.Second<<min(n-1, 5), 20*time.Second)
	return wait - time.Duration(rand.Int64N(int64(wait)/3))
}

// limits are that of --limit, and those of the saved sites.
func (p *program) limits() transfer.Limits {
	l := transfer.Limits{Rate: transfer.Rate{Up: p.options.rate, Down: p.options.rate}, Sites: map[string]transfer.Rate{}}
	for _, s := range p.book.Sites() {
		l.Sites[s.ID] = transfer.Rate{Up: s.LimitUp, Down: s.LimitDown}
	}
	return l
}

// closeQueue stops the queue and, after a run that came to its end, removes
// its journal.
func (p *program) closeQueue(q *transfer.Queue, dir string, ended bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if dir == "" || !ended {
		return q.Close(ctx)
	}
	unlock, err := p.lockJournals(ctx)
	if err != nil {
		return errors.Join(err, q.Close(ctx))
	}
	defer unlock()
	if err := q.Close(ctx); err != nil {
		return err
	}
	return os.RemoveAll(dir)
}

func (p *program) journals() string { return filepath.Join(p.paths.State, "ctl") }

func (p *program) lockJournals(ctx context.Context) (unlock func(), err error) {
	if err := os.MkdirAll(p.journals(), 0o700); err != nil {
		return nil, err
	}
	lock := flock.New(filepath.Join(p.journals(), "lock"), flock.SetPermissions(0o600))
	if _, err := lock.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		return nil, fmt.Errorf("lock the journals: %w", err)
	}
	return func() { _ = lock.Close() }, nil
}

// sweep removes the journals of killed commands that nobody repeated.
func (p *program) sweep() {
	dirs, _ := os.ReadDir(p.journals())
	for _, d := range dirs {
		dir := filepath.Join(p.journals(), d.Name())
		if d.IsDir() && time.Since(newest(dir)) > maxAge {
			_ = os.RemoveAll(dir)
		}
	}
}

// newest is when anything in a folder was last written.
func newest(dir string) time.Time {
	var t time.Time
	files, _ := os.ReadDir(dir)
	for _, f := range files {
		if info, err := f.Info(); err == nil && info.ModTime().After(t) {
			t = info.ModTime()
		}
	}
	if info, err := os.Stat(dir); t.IsZero() && err == nil {
		t = info.ModTime()
	}
	return t
}

// keyOf names the journal of a command by what it moves where, not by its
// flags: the run after a killed one may have another --exists.
func keyOf(words ...string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", words))
	return hex.EncodeToString(sum[:12])
}
