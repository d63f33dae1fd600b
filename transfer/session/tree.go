package session

import (
	"context"
	"errors"
	"fmt"
	"path"
	"sync"

	"longshore/transfer/listing"
)

// The limits of a Tree.
const (
	treeDepth   = 64                     // folders below each other; more are a loop of links
	treePending = listing.DefaultMaxRows // folders that wait for their turn
	treeHeld    = 4096                   // rows of one folder that are held back until its end
	treeRetries = 3                      // of a folder whose listing broke off
	firstMany   = 16                     // folders asked for at once; more while their rows are few
	mostMany    = 128
	manyRows    = 8192 // rows in one answer, above which fewer are asked for
)

// Tree lists a folder and all below it. Links are shown and never followed; a
// server that shows links to folders as folders is noticed by the unique fact
// (RFC 3659 §7.5.2), and by depth where it has none.
//
// One session does it by ListMany where the server lends itself to that, or two
// if there is much to do, which is faster than many by List; else up to Sessions
// of them share the folders.
type Tree struct {
	Root     string
	Sessions int // at most, 0: one

	// Lease and Release are a Pool's, or do what they do. Lease is called for
	// the second session only while the first works, and may wait.
	Lease   func(context.Context) (*Session, error)
	Release func(*Session, error)

	// Rows gets the rows of a folder, mostly all in one call, in several if they
	// are many. End hears that this was all of it, or what was in the way. Both
	// are called by one goroutine at a time, and a folder whose listing is
	// repeated after a lost connection has no rows twice. Any may be nil.
	Rows func(dir string, rows []listing.Entry)
	End  func(dir string, report listing.Report, err error)
	// Enter says whether a folder is listed too; nil: each. It is called by
	// several goroutines.
	Enter func(dir string, e listing.Entry) bool
}

// Walk returns when all folders have ended. Its error is one that concerns all
// of them: no session is to be had, or ctx has ended. That a single folder could
// not be listed is told to End.
func (t Tree) Walk(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	w := &treeWalk{Tree: t, stop: stop, pending: []*treeNode{{dir: path.Clean(t.Root)}}}
	w.changed.L = &w.mu
	defer context.AfterFunc(ctx, w.wake)()
	w.workers = 1
	w.work(ctx)
	w.all.Wait()
	return w.err
}

// treeWalk is a Walk under way. mu guards what is below it.
type treeWalk struct {
	Tree
	stop context.CancelFunc
	all  sync.WaitGroup // workers but the first

	mu      sync.Mutex
	changed sync.Cond
	pending []*treeNode // the next one last
	busy    int         // folders being listed
	workers int
	single  bool // ListMany failed: it is not used again
	err     error

	telling sync.Mutex // Rows and End, one at a time
}

// treeNode is a folder of the tree.
type treeNode struct {
	dir, unique string
	above       *treeNode
	depth       int
	failed      int
	shown       bool // rows went out: it cannot be begun anew
}

func (w *treeWalk) wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.changed.Broadcast()
}

// work lists folders until there are no more.
func (w *treeWalk) work(ctx context.Context) {
	var s *Session
	var err error
	many := firstMany
	defer func() {
		if s != nil {
			w.Release(s, err)
		}
		w.left()
	}()
	for {
		if s == nil || s.Dead() {
			if s != nil {
				w.Release(s, err)
			}
			if s, err = w.Lease(ctx); err != nil {
				s = nil
				w.noSession(err)
				return
			}
		}
		nodes := w.take(ctx, s, many)
		if len(nodes) == 0 {
			return
		}
		err = w.list(ctx, s, nodes, &many)
	}
}

// take hands out the next folders: as many as s can list together, else one.
// None: all is done, or the walk has ended.
func (w *treeWalk) take(ctx context.Context, s *Session, many int) []*treeNode {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.pending) == 0 && w.busy > 0 && w.err == nil && ctx.Err() == nil {
		w.changed.Wait()
	}
	if w.err == nil && ctx.Err() != nil && len(w.pending)+w.busy > 0 {
		w.err = context.Cause(ctx)
	}
	if len(w.pending) == 0 || w.err != nil {
		return nil
	}
	n := 1
	if !w.single && s.MayListMany() {
		n = min(many, len(w.pending))
	}
	at := len(w.pending) - n
	nodes := append([]*treeNode(nil), w.pending[at:]...)
	w.pending = w.pending[:at]
	w.busy += n
	if w.wantsMore(at, s) {
		w.workers++
		w.all.Go(func() { w.work(ctx) })
	}
	return nodes
}

// wantsMore says whether one more session would help with what is pending. Where
// one lists many folders at once, a second keeps vsftpd busy while the first
// reads, and more do not help; Pure-FTPd's limit would have to be measured anew.
func (w *treeWalk) wantsMore(pending int, s *Session) bool {
	if !w.single && s.MayListMany() {
		return pending >= 2*mostMany && w.workers < min(w.Sessions, 2) && !s.cuts()
	}
	return pending > 0 && w.workers < w.Sessions
}

// left notes that a worker ends; the last one leaves nothing behind.
func (w *treeWalk) left() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.workers--
	if w.busy == 0 && len(w.pending) == 0 || w.err != nil {
		w.stop() // others may still wait for a session
	}
	w.changed.Broadcast()
}

// noSession ends the walk if nobody else works on it.
func (w *treeWalk) noSession(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.workers == 1 && len(w.pending) > 0 && w.err == nil {
		w.err = err
	}
}

// list lists folders, together if that can be, and the rest one by one. Its
// error is the session's last.
func (w *treeWalk) list(ctx context.Context, s *Session, nodes []*treeNode, many *int) (err error) {
	w.mu.Lock()
	single := w.single
	w.mu.Unlock()
	if !single && s.MayListMany() {
		if nodes, err = w.together(ctx, s, nodes, many); err != nil {
			return err
		}
	}
	for i, n := range nodes {
		if s.Dead() || ctx.Err() != nil {
			w.again(nodes[i:], nil)
			return err
		}
		err = w.alone(ctx, s, n)
	}
	return err
}

// together lists what ListMany takes and gives what is left.
func (w *treeWalk) together(ctx context.Context, s *Session, nodes []*treeNode, many *int) ([]*treeNode, error) {
	dirs := make([]string, len(nodes))
	at := make(map[string]*treeNode, len(nodes))
	for i, n := range nodes {
		dirs[i], at[n.dir] = n.dir, n
	}
	folders, err := s.ListMany(ctx, path.Clean(w.Root), dirs)
	if err != nil || !s.MayListMany() {
		w.mu.Lock()
		w.single = true
		w.mu.Unlock()
	}
	if err != nil {
		w.again(nodes, err)
		return nil, err
	}
	rows := 0
	for _, f := range folders {
		n := at[f.Dir]
		delete(at, f.Dir)
		rows += len(f.Rows)
		w.show(n, f.Rows)
		w.end(n, f.Rows, f.Report, nil)
	}
	switch {
	case rows > manyRows:
		*many = max(*many/2, 1)
	case len(folders) > 0:
		*many = min(*many*2, mostMany)
	}
	left := nodes[:0]
	for _, n := range nodes {
		if at[n.dir] != nil {
			left = append(left, n)
		}
	}
	return left, nil
}

// alone lists one folder by List.
func (w *treeWalk) alone(ctx context.Context, s *Session, n *treeNode) error {
	var held, dirs []listing.Entry
	report, err := s.List(ctx, n.dir, func(rows []listing.Entry) {
		if !n.shown && len(held)+len(rows) <= treeHeld {
			held = append(held, rows...)
			return
		}
		n.shown = true
		for _, e := range append(held, rows...) {
			if e.Type == listing.Dir {
				dirs = append(dirs, e)
			}
		}
		w.show(n, held)
		w.show(n, rows)
		held = nil
	})
	switch {
	case err != nil && ctx.Err() != nil:
		w.again([]*treeNode{n}, nil)
		return err
	case err != nil && !n.shown && KindOf(err).Retry() && n.failed < treeRetries:
		w.again([]*treeNode{n}, err)
		return err
	}
	w.show(n, held)
	w.end(n, append(dirs, held...), report, err)
	return err
}

// again puts folders back whose listing failed, or with err nil was not begun.
func (w *treeWalk) again(nodes []*treeNode, err error) {
	var given []*treeNode
	w.mu.Lock()
	for _, n := range nodes {
		if err != nil {
			n.failed++
		}
		if n.failed > treeRetries {
			given = append(given, n)
			continue
		}
		w.pending = append(w.pending, n)
		w.busy--
	}
	w.changed.Broadcast()
	w.mu.Unlock()
	for _, n := range given {
		w.end(n, nil, listing.Report{}, err)
	}
}

func (w *treeWalk) show(n *treeNode, rows []listing.Entry) {
	if w.Rows == nil || len(rows) == 0 {
		return
	}
	w.telling.Lock()
	defer w.telling.Unlock()
	w.Rows(n.dir, rows)
}

// end tells that a folder has ended and puts those below it in line.
func (w *treeWalk) end(n *treeNode, rows []listing.Entry, report listing.Report, err error) {
	var below []*treeNode
	var refused []refusedFolder
	for i := len(rows) - 1; i >= 0; i-- {
		e := &rows[i]
		if e.Type != listing.Dir || w.Enter != nil && !w.Enter(n.dir, *e) {
			continue
		}
		if bad := n.mayEnter(*e); bad != nil {
			refused = append(refused, refusedFolder{path.Join(n.dir, path.Base(e.Raw)), bad})
			continue
		}
		below = append(below, &treeNode{dir: path.Join(n.dir, e.Raw), unique: e.Unique, above: n, depth: n.depth + 1})
	}
	w.mu.Lock()
	if room := treePending - len(w.pending); len(below) > room {
		err = errors.Join(err, fmt.Errorf("more than %d folders wait to be listed", treePending))
		below = below[:room]
	}
	w.pending = append(w.pending, below...)
	w.busy--
	w.changed.Broadcast()
	w.mu.Unlock()
	if w.End == nil {
		return
	}
	w.telling.Lock()
	defer w.telling.Unlock()
	for _, r := range refused {
		w.End(r.dir, listing.Report{}, r.why)
	}
	w.End(n.dir, report, err)
}

type refusedFolder struct {
	dir string
	why error
}

// mayEnter refuses a folder with a name that leads elsewhere, and loops.
func (n *treeNode) mayEnter(e listing.Entry) error {
	if err := listing.CheckName(e.Raw); err != nil {
		return err
	}
	if n.depth >= treeDepth {
		return fmt.Errorf("more than %d folders below each other", treeDepth)
	}
	for o := n; o != nil && e.Unique != ""; o = o.above {
		if o.unique == e.Unique {
			return errors.New("it is a folder above it once more")
		}
	}
	return nil
}
