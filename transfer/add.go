package transfer

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"longshore/transfer/session"
)

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
	if r.Seen && r.Direction == Download && !r.Folder {
		w.fresh, w.exact = true, true
	}
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
