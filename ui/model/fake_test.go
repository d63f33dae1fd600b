package model

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"longshore/sites"
	"longshore/transfer"
	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// loop stands for the two goroutines of the program: what was given to Go and
// to Do waits until the test lets it run, in any order it likes.
type loop struct {
	work, ui []func()
	timers   []func()
}

func (l *loop) goRun(f func()) { l.work = append(l.work, f) }
func (l *loop) do(f func())    { l.ui = append(l.ui, f) }

func (l *loop) after(_ time.Duration, f func()) { l.timers = append(l.timers, f) }

// settle runs everything but the timers.
func (l *loop) settle() {
	for len(l.work)+len(l.ui) > 0 {
		l.stepWork(0)
		l.stepUI()
	}
}

func (l *loop) stepWork(i int) {
	if i < len(l.work) {
		f := l.work[i]
		l.work = slices.Delete(l.work, i, i+1)
		f()
	}
}

func (l *loop) stepUI() {
	if len(l.ui) > 0 {
		f := l.ui[0]
		l.ui = l.ui[1:]
		f()
	}
}

func (l *loop) fire() {
	timers := l.timers
	l.timers = nil
	for _, f := range timers {
		f()
	}
}

// fakeQueue keeps items and writes down what it was told.
type fakeQueue struct {
	left     []transfer.Leftover
	items    map[transfer.ItemID]*transfer.Item
	order    []transfer.ItemID
	removed  []transfer.ItemID
	rev      transfer.Rev
	last     transfer.ItemID
	paused   bool
	held     int
	calls    []string
	requests []transfer.Request
	answers  map[transfer.QuestionID]transfer.Answer
	fail     error
}

func newFakeQueue() *fakeQueue {
	return &fakeQueue{items: map[transfer.ItemID]*transfer.Item{}, answers: map[transfer.QuestionID]transfer.Answer{}}
}

func (q *fakeQueue) Add(_ context.Context, requests ...transfer.Request) ([]transfer.ItemID, error) {
	if q.fail != nil {
		return nil, q.fail
	}
	var ids []transfer.ItemID
	for _, r := range requests {
		q.last++
		q.requests = append(q.requests, r)
		q.put(transfer.Item{ID: q.last, Request: r, State: transfer.Waiting})
		q.order = append(q.order, q.last)
		ids = append(ids, q.last)
	}
	return ids, nil
}

func (q *fakeQueue) put(i transfer.Item) {
	q.rev++
	i.Rev = q.rev
	q.items[i.ID] = &i
}

// set changes an item's state.
func (q *fakeQueue) set(id transfer.ItemID, s transfer.State, edit ...func(*transfer.Item)) {
	i, ok := q.items[id]
	if !ok {
		return
	}
	c := *i
	c.State = s
	for _, f := range edit {
		f(&c)
	}
	if s.Ended() {
		q.order = slices.DeleteFunc(q.order, func(o transfer.ItemID) bool { return o == id })
	} else if !slices.Contains(q.order, id) {
		q.order = append(q.order, id)
	}
	q.put(c)
}

func (q *fakeQueue) each(ids []transfer.ItemID, name string, s transfer.State) {
	q.calls = append(q.calls, fmt.Sprint(name, ids))
	for _, id := range ids {
		q.set(id, s)
	}
}

func (q *fakeQueue) Start()                                  {}
func (q *fakeQueue) Pause(ids ...transfer.ItemID)            { q.each(ids, "pause", transfer.Paused) }
func (q *fakeQueue) Resume(ids ...transfer.ItemID)           { q.each(ids, "resume", transfer.Waiting) }
func (q *fakeQueue) Cancel(ids ...transfer.ItemID)           { q.each(ids, "cancel", transfer.Cancelled) }
func (q *fakeQueue) Retry(ids ...transfer.ItemID)            { q.each(ids, "retry", transfer.Waiting) }
func (q *fakeQueue) PauseAll(on bool)                        { q.paused = on; q.rev++ }
func (q *fakeQueue) Move([]transfer.ItemID, transfer.ItemID) { q.calls = append(q.calls, "move") }

func (q *fakeQueue) Verify(ids ...transfer.ItemID) { q.each(ids, "verify", transfer.Waiting) }
func (q *fakeQueue) StartAt(t time.Time, ids ...transfer.ItemID) {
	q.each(ids, "start at "+FormatTime(t)+" ", transfer.Waiting)
}
func (q *fakeQueue) Release() { q.calls = append(q.calls, "release"); q.held = 0; q.rev++ }

func (q *fakeQueue) Leftovers() []transfer.Leftover { return q.left }

func (q *fakeQueue) CleanUp(_ context.Context, ids ...transfer.ItemID) error {
	q.calls = append(q.calls, fmt.Sprint("clean up", ids))
	q.left = nil
	return nil
}

func (q *fakeQueue) Forget(ids ...transfer.ItemID) {
	for _, id := range ids {
		if i, ok := q.items[id]; ok && i.State.Ended() {
			delete(q.items, id)
			q.removed = append(q.removed, id)
			q.rev++
		}
	}
}

func (q *fakeQueue) Answer(id transfer.QuestionID, a transfer.Answer) error {
	if _, done := q.answers[id]; done {
		return errors.New("answered already")
	}
	q.answers[id] = a
	for _, i := range q.items {
		if i.Question != nil && i.Question.ID == id {
			q.set(i.ID, transfer.Waiting, func(i *transfer.Item) { i.Question = nil })
		}
	}
	return nil
}

func (q *fakeQueue) Since(rev transfer.Rev) transfer.Delta {
	d := transfer.Delta{Rev: q.rev, Paused: q.paused, Held: q.held, Order: slices.Clone(q.order), Removed: q.removed}
	if d.Order == nil {
		d.Order = []transfer.ItemID{}
	}
	for _, id := range slices.Sorted(maps.Keys(q.items)) {
		i := q.items[id]
		if i.Rev > rev {
			d.Items = append(d.Items, *i)
		}
		if i.State.Active() {
			d.Totals.Active++
		}
	}
	return d
}

// fakeServer is a tree of names in memory.
type fakeServer struct {
	files   map[string]int64 // path → size, -1: folder
	refuse  error            // of Connect
	listErr error
	home    string
	closed  bool
	did     []string
}

func (s *fakeServer) Connect(context.Context) (string, session.Info, error) {
	if s.refuse != nil {
		return "", session.Info{}, s.refuse
	}
	return s.home, session.Info{TLS: "TLS 1.3"}, nil
}

func (s *fakeServer) List(ctx context.Context, dir string, rows func([]listing.Entry)) (listing.Report, error) {
	if s.listErr != nil {
		return listing.Report{}, s.listErr
	}
	if ctx.Err() != nil {
		return listing.Report{}, ctx.Err()
	}
	if dir != "/" && s.files[dir] != -1 {
		return listing.Report{}, &session.Error{Kind: session.NotFound, Step: "list", Path: dir, Code: 550, Text: "No such directory"}
	}
	n := 0
	for _, p := range slices.Sorted(maps.Keys(s.files)) {
		if path.Dir(p) == dir && p != "/" {
			e := listing.Entry{Raw: path.Base(p), Name: path.Base(p), Size: s.files[p]}
			if s.files[p] < 0 {
				e.Type = listing.Dir
			}
			rows([]listing.Entry{e})
			n++
		}
	}
	return listing.Report{Rows: n}, nil
}

func (s *fakeServer) note(f string, a ...any) error {
	s.did = append(s.did, fmt.Sprintf(f, a...))
	return nil
}

func (s *fakeServer) MakeDir(_ context.Context, p string) error {
	s.files[p] = -1
	return s.note("mkdir %s", p)
}

func (s *fakeServer) MakeFile(_ context.Context, p string) error {
	s.files[p] = 0
	return s.note("mkfile %s", p)
}

func (s *fakeServer) Rename(_ context.Context, from, to string) error {
	if _, ok := s.files[from]; !ok {
		return &session.Error{Kind: session.NotFound, Step: "rename", Path: from, Code: 550}
	}
	for _, p := range slices.Collect(maps.Keys(s.files)) {
		if p == from || strings.HasPrefix(p, from+"/") {
			s.files[to+strings.TrimPrefix(p, from)] = s.files[p]
			delete(s.files, p)
		}
	}
	return s.note("rename %s %s", from, to)
}

func (s *fakeServer) Chmod(_ context.Context, p string, m fs.FileMode) error {
	return s.note("chmod %s %o", p, m)
}

func (s *fakeServer) Raw(_ context.Context, line string) (int, string, error) {
	return 200, "done", s.note("raw %s", line)
}

func (s *fakeServer) Close() { s.closed = true }

// bench is an App with everything round it faked.
type bench struct {
	*App
	loop    *loop
	queue   *fakeQueue
	server  *fakeServer
	book    *sites.Book
	secrets *sites.Secrets
	known   *sites.KnownServers
	opened  int
	now     time.Time
	home    string
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{loop: &loop{}, queue: newFakeQueue(), now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), home: t.TempDir()}
	b.server = &fakeServer{home: "/web", files: map[string]int64{"/web": -1, "/web/css": -1, "/web/a.html": 10,
		"/web/b10.txt": 3, "/web/b9.txt": 900, "/web/.hidden": 1, "/web/css/x.css": 5}}
	var err error
	if b.book, err = sites.LoadBook(""); err != nil {
		t.Fatal(err)
	}
	if b.known, err = sites.LoadKnownServers(""); err != nil {
		t.Fatal(err)
	}
	settings, err := sites.LoadSettings("")
	if err != nil {
		t.Fatal(err)
	}
	b.secrets = sites.NewSecrets(b.book, sites.NewMemoryVault(), nil)
	b.App = New(Deps{Go: b.loop.goRun, Do: b.loop.do, After: b.loop.after, Now: func() time.Time { return b.now },
		Queue: b.queue, Sites: b.book, Passwords: b.secrets, Trust: b.known, Settings: settings, Home: b.home,
		Open: func(session.Target) Server { b.opened++; return b.server }})
	b.Start()
	b.loop.settle()
	return b
}

var demoTarget = session.Target{Host: "ftp.example.com", Security: session.ExplicitTLS, User: "anna"}

// connected is a bench whose tab shows /web of the fake server.
func connected(t testing.TB) *bench {
	t.Helper()
	b := newBench(t)
	b.Connect(demoTarget, sites.Site{}, "")
	b.loop.settle()
	if b.Tab().State != Connected || b.Tab().Remote.Dir != "/web" {
		t.Fatalf("not connected: state %v, folder %q", b.Tab().State, b.Tab().Remote.Dir)
	}
	return b
}

func shownNames(p *Pane) string {
	var out []string
	for i := range p.Len() {
		out = append(out, p.Row(i).Name)
	}
	return strings.Join(out, " ")
}
