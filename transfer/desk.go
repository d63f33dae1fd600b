package transfer

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"longshore/transfer/session"
)

// desk is what a slot keeps from one file to the next: its session, and the
// local folder that it was last in. A small file takes less time than finding
// its folder does. It belongs to its slot, and nothing is kept while the slot
// has no work.
type desk struct {
	leaser Leaser
	seat   Server // the session, if one is kept
	target *session.Target

	top   string // the folder that the item came from
	dir   string
	root  *os.Root // dir, opened below top: no link in between leads out of that
	self  *folder  // dir, to sync it; nil until it is needed
	since time.Time
}

// deskFresh is how long a folder is believed to be where its path says.
const deskFresh = 2 * time.Second

// place gives the place of a file, making its folder if there is none.
func (k *desk) place(w *work, local string) (place, error) {
	dir, base := filepath.Dir(local), filepath.Base(local)
	top := dir
	if w.up != nil {
		top = w.up.local
	}
	if !k.has(top, dir) {
		k.clear()
		if err := k.open(top, dir); err != nil {
			return place{}, err
		}
	}
	return place{root: k.root, name: base, part: partName(base)}, nil
}

// has reports whether a folder is open that was reached in the same way.
func (k *desk) has(top, dir string) bool {
	return k.root != nil && k.top == top && k.dir == dir && time.Since(k.since) < deskFresh
}

func (k *desk) open(top, dir string) error {
	if err := os.MkdirAll(top, 0o777); err != nil {
		return localError("make folder", top, err)
	}
	root, err := os.OpenRoot(top)
	if err != nil {
		return localError("open folder", top, err)
	}
	rel, err := filepath.Rel(top, dir)
	if err == nil && rel != "." {
		defer root.Close()
		if root, err = below(root, rel); err != nil {
			return localError("make folder", dir, err)
		}
	}
	if err != nil {
		root.Close()
		return localError("make folder", dir, err)
	}
	k.top, k.dir, k.root, k.since = top, dir, root, time.Now()
	return nil
}

// source opens the local file of an upload that came from a folder.
func (k *desk) source(w *work) (*os.File, error) {
	dir := filepath.Dir(w.local)
	if !k.has(w.up.local, dir) {
		k.clear()
		rel, err := filepath.Rel(w.up.local, dir)
		if err != nil {
			return nil, err
		}
		root, err := os.OpenRoot(w.up.local)
		if err != nil {
			return nil, err
		}
		if rel != "." {
			defer root.Close()
			if root, err = root.OpenRoot(rel); err != nil {
				return nil, err
			}
		}
		k.top, k.dir, k.root, k.since = w.up.local, dir, root, time.Now()
	}
	return k.root.Open(filepath.Base(w.local))
}

// below opens a folder below a root, making it if it is not there.
func below(root *os.Root, rel string) (*os.Root, error) {
	if !filepath.IsLocal(rel) {
		return nil, fmt.Errorf("it is not below %q", root.Name())
	}
	sub, err := root.OpenRoot(rel)
	if err == nil {
		return sub, nil
	}
	if err := root.MkdirAll(rel, 0o777); err != nil {
		return nil, err
	}
	return root.OpenRoot(rel)
}

// folder is an open folder for those who will sync it: its desk, and a batch of
// files that got their names in it.
type folder struct {
	*os.File
	users atomic.Int32
}

// drop closes it after its last user.
func (f *folder) drop() {
	if f.users.Add(-1) == 0 {
		f.Close()
	}
}

// folder gives the folder that the desk is in; nil where the system cannot
// sync one.
func (k *desk) folder() *folder {
	if k.self == nil && runtime.GOOS != "windows" {
		if f, err := k.root.Open("."); err == nil {
			k.self = &folder{File: f}
			k.self.users.Store(1)
		}
	}
	return k.self
}

// clear closes the folder.
func (k *desk) clear() {
	if k.self != nil {
		k.self.drop()
	}
	if k.root != nil {
		k.root.Close()
	}
	k.top, k.dir, k.root, k.self, k.since = "", "", nil, nil, time.Time{}
}

// lease gives the session that is kept, if it is for the target, or another.
func (k *desk) lease(ctx context.Context, t *session.Target) (Server, error) {
	if k.seat != nil && k.target == t {
		return k.seat, nil
	}
	k.release(nil)
	s, err := k.leaser.Lease(ctx, *t)
	if err == nil {
		k.seat, k.target = s, t
	}
	return s, err
}

// keep keeps the session for the next item where that takes it from nobody,
// and reports whether it did.
func (k *desk) keep(err error) bool {
	if l, ok := k.leaser.(keeper); ok && l.Keep(k.seat, err) {
		return true
	}
	k.release(err)
	return false
}

// release gives the session back with the error of its last use.
func (k *desk) release(err error) {
	if k.seat != nil {
		k.leaser.Release(k.seat, err)
	}
	k.seat, k.target = nil, nil
}

// rest gives everything back.
func (k *desk) rest() {
	k.release(nil)
	k.clear()
}

// unsynced are downloads that have their names, but in folders that are not
// synced: a power cut could still take the names. Each is done when that is
// over, which on a real disk costs more than a small file does; so the slots do
// not wait for it, and all that gathers during one sync shares the next.
type unsynced struct {
	mu      sync.Mutex
	busy    bool // somebody syncs
	jobs    []namedJob
	folders []*folder // of jobs
}

type namedJob struct {
	job
	result
}

// settleSynced frees the slot's place, and settles the job when its folder is
// synced. Until then it is as it is after a kill: in place, and not done.
func (q *Queue) settleSynced(j job, r result) {
	q.mu.Lock()
	q.vacate(j, false)
	q.wake.Broadcast()
	q.mu.Unlock()
	if q.unsynced.add(j, r) {
		q.workers.Go(q.syncFolders)
	}
}

// add reports whether somebody is to be sent to sync.
func (u *unsynced) add(j job, r result) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.jobs = append(u.jobs, namedJob{j, r})
	if !slices.Contains(u.folders, r.folder) {
		r.folder.users.Add(1)
		u.folders = append(u.folders, r.folder)
	}
	send := !u.busy
	u.busy = true
	return send
}

// syncRest is how many times as long as a sync took the next one is not begun:
// the disk is there for the files.
const syncRest = 4

// syncFolders settles what waits in unsynced until nothing does.
func (q *Queue) syncFolders() {
	for {
		jobs, folders := q.unsynced.take()
		if len(jobs) == 0 {
			return
		}
		start := time.Now()
		for _, f := range folders {
			f.Sync()
			f.drop()
		}
		took := time.Since(start)
		q.mu.Lock()
		for _, n := range jobs {
			q.finish(n.job, n.result, nil, false)
		}
		q.wake.Broadcast()
		q.mu.Unlock()
		q.emptyBin()
		q.ring()
		select {
		case <-time.After(syncRest * took):
		case <-q.ctx.Done():
		}
	}
}

// take empties it. Nothing taken means that who syncs may go.
func (u *unsynced) take() ([]namedJob, []*folder) {
	u.mu.Lock()
	defer u.mu.Unlock()
	jobs, folders := u.jobs, u.folders
	u.jobs, u.folders, u.busy = nil, nil, len(jobs) > 0
	return jobs, folders
}
