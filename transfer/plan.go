package transfer

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	ignore "github.com/sabhiram/go-gitignore"

	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// The limits of a walk.
const (
	maxDepth   = 64  // folders below each other; more are a loop of links
	maxRefused = 100 // names kept in Totals.Refused, and as many notices
	atOnce     = 500 // files planned in one go

	// soonest rows of a remote folder become items while it is still listed; the
	// others wait until it turns out that the listing has an end.
	soonest = 5000
)

// walk is what is left to do of a folder. Queue.mu guards it.
type walk struct {
	parts []*part
	steps int // parts being walked now
	stops map[*part]context.CancelFunc
	known map[string]*work // by remote path: what became an item in an earlier attempt; nil: nothing
}

// part is one folder of the tree. It belongs to the slot that walks it.
type part struct {
	local, remote string
	depth         int
	above         *part
	info          fs.FileInfo // local folders: to know them again behind a link
	unique        string      // remote folders likewise (RFC 3659 §7.5.2)
	attempts      int
	made          bool // the remote folder was made just now: what is below cannot exist
}

// find is a file met on a walk.
type find struct {
	local, remote string
	size          int64
	time          time.Time
	exact         bool
	seen          *sight
	link          string // where it leads, if it is to arrive as a link
}

// walks reports whether it is a folder that becomes items.
func (w *work) walks() bool { return w.folder && w.direction != Remove }

func (k *walk) halt() {
	for _, stop := range k.stops {
		stop()
	}
}

// partOf hands out the next part, depth first so that few are pending.
// Queue.mu is held.
func (q *Queue) partOf(w *work, j *job) *part {
	k := w.walk
	if k == nil {
		k = &walk{parts: []*part{{local: w.local, remote: w.remote}}, stops: map[*part]context.CancelFunc{}}
		k.know(w.kids)
		w.walk = k
	}
	w.site.walks = append(w.site.walks[:len(w.site.walks):len(w.site.walks)], missing(w.site.walks, w)...)
	if len(k.parts) == 0 {
		return &part{depth: -1} // taken meanwhile: nothing to do
	}
	p := k.parts[len(k.parts)-1]
	k.parts = k.parts[:len(k.parts)-1]
	k.steps++
	k.stops[p] = j.stop
	return p
}

func missing(ws []*work, w *work) []*work {
	for _, o := range ws {
		if o == w {
			return nil
		}
	}
	return []*work{w}
}

// know indexes what became an item, so that a second walk does not double it.
func (k *walk) know(kids []*work) {
	if len(kids) == 0 {
		return
	}
	k.known = make(map[string]*work, len(kids))
	for _, o := range kids {
		k.known[o.remote] = o
	}
}

// partDone settles one part of a walk. Queue.mu is held.
func (q *Queue) partDone(j job, err error, connecting bool) {
	w, p, k := j.w, j.part, j.w.walk
	if k == nil {
		return // begun anew meanwhile
	}
	if _, mine := k.stops[p]; mine {
		delete(k.stops, p)
		k.steps--
		if err != nil && !(p.depth > 0 && q.partRefused(j, err, connecting)) {
			k.parts = append(k.parts, p)
			k.know(w.kids)
		}
	}
	switch {
	case w.state == Waiting:
		q.line(w)
	case !w.state.Active():
	case err != nil && len(k.parts) > 0 && k.parts[len(k.parts)-1] == p:
		if j.ctx.Err() == nil {
			q.partFailed(j, err, connecting)
		} else if w.state == Connecting { // PauseAll: it goes on later
			q.set(w, Waiting)
			q.line(w)
		}
	default:
		if w.state == Connecting {
			q.set(w, Running)
		}
		q.endWalk(w)
	}
}

// partRefused notes a folder within the tree that cannot be walked, so that
// the rest goes on. It is false if trying again may help.
func (q *Queue) partRefused(j job, err error, connecting bool) bool {
	kind := session.KindOf(err)
	if connecting || j.ctx.Err() != nil || kind == session.Cancelled || questionOf(err, *j.w.target) != nil {
		return false
	}
	if kind.Retry() && j.part.attempts < q.cfg.Retries {
		return false
	}
	q.refuse(j.w, j.part.remote, failureOf(err))
	return true
}

func (q *Queue) partFailed(j job, err error, connecting bool) {
	j.part.attempts++
	j.w.attempts = j.part.attempts - 1
	q.failed(j, err, connecting)
}

// endWalk notes that all of the folder became items.
func (q *Queue) endWalk(w *work) {
	k := w.walk
	if w.state != Running || k == nil || len(k.parts) > 0 || k.steps > 0 {
		return
	}
	q.count(w, -1)
	w.walked, w.walk, w.attempts, w.failure = true, nil, 0, nil
	q.count(w, 1)
	q.stamp(w)
	q.journal.put(q.stateRecord(w))
	q.endFolder(w)
}

// endFolder ends a folder when all that came from it has ended: Failed if
// anything did not arrive that should have.
func (q *Queue) endFolder(w *work) {
	if w.state != Running || !w.walked || w.open > 0 {
		return
	}
	t := &w.tally
	switch {
	case t.Failed > 0:
		w.failure = &Failure{Kind: session.Unknown, Step: "folder", Path: w.remote, Cause: fmt.Sprintf("%d of %d files did not arrive", t.Failed, t.Files)}
		q.set(w, Failed)
	case len(t.Refused) > 0:
		w.failure = &Failure{Kind: session.Denied, Step: "folder", Path: w.remote, Cause: notTaken(t)}
		q.set(w, Failed)
	case t.Done+t.Skipped < t.Files:
		q.set(w, Cancelled)
	default:
		w.failure = nil
		q.set(w, Done)
	}
}

func notTaken(t *Totals) string {
	if n := len(t.Refused) + t.RefusedMore; n > 1 {
		return fmt.Sprintf("not all of it could be taken, for %d reasons: %s", n, t.Refused[0])
	}
	return "not all of it could be taken: " + t.Refused[0]
}

// refuse notes a name that is not taken. Queue.mu is held.
func (q *Queue) refuse(w *work, name string, why error) { q.refuseAll(w, name, why, maxRefused) }

// refuseAll keeps the words while there are fewer than most, and always counts.
func (q *Queue) refuseAll(w *work, name string, why error, most int) {
	if t := &w.tally; len(t.Refused) < most {
		t.Refused = append(t.Refused, listing.Escape(name)+": "+why.Error())
	} else {
		t.RefusedMore++
	}
	q.stamp(w)
}

// batch gathers what a walk finds and hands it to the queue in lots.
type batch struct {
	a       *attempt
	p       *part
	skip    *ignore.GitIgnore
	files   []find
	parts   []*part
	skipped int
	refused []refusal
}

type refusal struct {
	name   string
	why    error
	notice bool // about the folder: many refused names do not push it out
}

func (a *attempt) batch(p *part) *batch {
	b := &batch{a: a, p: p}
	if len(a.w.options.Skip) > 0 {
		b.skip = ignore.CompileIgnoreLines(a.w.options.Skip...)
	}
	return b
}

// skips reports whether the skip list names it. The pattern sees the path
// below the folder, with a slash behind folders, as gitignore has it.
func (b *batch) skips(name string, folder bool) bool {
	if b.skip == nil {
		return false
	}
	rel := strings.TrimPrefix(path.Join(b.p.remote, name), strings.TrimSuffix(b.a.w.remote, "/")+"/")
	if folder {
		rel += "/"
	}
	if b.skip.MatchesPath(rel) {
		b.skipped++
		return true
	}
	return false
}

func (b *batch) refuse(name string, why error) {
	shown := b.p.remote
	if name != "" { // not path.Join, which would hide what is wrong with "../x"
		shown = strings.TrimSuffix(shown, "/") + "/" + name
	}
	b.refused = append(b.refused, refusal{shown, why, name == ""})
}

func (b *batch) file(f find) error {
	b.files = append(b.files, f)
	if len(b.files) >= atOnce {
		return b.plan()
	}
	return nil
}

// folder adds a part below, unless it is too deep to be true.
func (b *batch) folder(name string, p *part) {
	p.depth, p.above = b.p.depth+1, b.p
	if p.depth > maxDepth {
		b.refuse(name, fmt.Errorf("more than %d folders below each other", maxDepth))
		return
	}
	b.parts = append(b.parts, p)
}

// plan turns what was gathered into items and parts.
func (b *batch) plan() error {
	q, w := b.a.q, b.a.w
	q.mu.Lock()
	k := w.walk
	if w.state == Paused || w.state.Ended() || k == nil || k.stops[b.p] == nil {
		q.mu.Unlock()
		return context.Canceled // stopped, or begun anew meanwhile
	}
	now := time.Now()
	for i := range b.files {
		if k.known[b.files[i].remote] == nil {
			q.child(w, &b.files[i], now)
		}
	}
	for i := len(b.parts) - 1; i >= 0; i-- { // the first on top of the stack
		k.parts = append(k.parts, b.parts[i])
	}
	w.extra += b.skipped
	for _, r := range b.refused {
		most := maxRefused
		if r.notice {
			most *= 2
		}
		q.refuseAll(w, r.name, r.why, most)
	}
	q.wake.Broadcast()
	q.mu.Unlock()
	b.files, b.parts, b.refused, b.skipped = b.files[:0], b.parts[:0], b.refused[:0], 0
	q.flush()
	q.ring()
	return nil
}

// child makes an item of a file that was found.
func (q *Queue) child(up *work, f *find, now time.Time) {
	q.lastID++
	w := &work{id: q.lastID, up: up, batch: up.batch, direction: up.direction, target: up.target, site: up.site,
		options: up.options, priority: up.priority, local: f.local, remote: f.remote, size: f.size,
		modTime: f.time, exact: f.exact, fresh: true, seen: f.seen, link: f.link, added: now}
	if w.link != "" {
		w.priority--
	}
	q.enter(w)
	q.journal.put(q.addRecord(w))
	q.admit(w)
}
