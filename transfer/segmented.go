package transfer

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// parter is a Server that can fetch a part of a file.
type parter interface {
	Restarts() bool
	RetrievePart(ctx context.Context, path string, offset int64, w io.Writer, tap session.Tap) (int64, error)
}

// tuning are the numbers of segmented downloads; tests have others.
type tuning struct {
	above int64         // files of more bytes may come in segments
	least int64         // bytes that a segment is worth
	pays  time.Duration // what is left of a segment must take, to be shared with one more session
	tick  time.Duration // between looks at the speed, and whether others wait
	save  time.Duration // between the writings of what is there
	enter time.Duration // a session must be had within
}

var usualTuning = tuning{above: 32 << 20, least: 1 << 20, pays: 2 * time.Second, tick: 100 * time.Millisecond,
	save: progressEvery, enter: 10 * time.Second}

// segmented is a download of a big file that other sessions may help with. The
// slot that has the item owns it: its session is the first, it ends when the
// others have ended, and it alone says how it came out.
type segmented struct {
	d      *downloading
	f      *os.File
	ctx    context.Context // of the sessions at it
	cancel context.CancelFunc
	moved  atomic.Int64 // bytes that came over the network
	grow   growth       // of the goroutine that watches

	mu     sync.Mutex
	change *sync.Cond // a piece was left, or a session
	pieces pieces
	holed  bool           // the partial file has the name of one with holes
	err    error          // ends it
	over   bool           // all is there
	others map[*aide]bool // sessions that help, or are on their way
	saving sync.Mutex     // what is there is being written down
	opened sync.Mutex     // the partial file is being renamed, or no more is

	// Guarded by Queue.mu.
	want     int       // sessions that may help
	have     int       // that do, or are on their way
	most     int       // more were of no use, or not to be had,
	mostTill time.Time // until then
	crowd    time.Time // when somebody else last waited for one
}

// aide is one session that helps.
type aide struct {
	stop context.CancelFunc
	s    Server    // nil: not connected yet
	at   *piece    // nil: none yet
	told time.Time // when it was asked to leave; zero: it was not
}

// segmentable reports whether the file may come in segments.
func (d *downloading) segmentable() bool {
	p, ok := d.s.(parter)
	return ok && d.src.Size > d.q.tune.above && d.w.options.Segments != 1 && !d.alone && d.w.target.MaxSessions != 1 && p.Restarts()
}

// findPieces takes up a partial file with holes where that fits, and removes
// it where it does not: without spans nobody could use it.
func (d *downloading) findPieces() {
	p, ok := d.s.(parter)
	if d.resume && ok && p.Restarts() && d.ident != "" {
		if d.pieces = piecesOf(d.spans, d.src.Size); d.holds(d.pieces) {
			d.holed = true
			return
		}
	}
	old := d.spans != nil
	if old {
		d.note("", nil)
	}
	if old || d.src.Size > d.q.tune.above {
		d.removeHoled()
	}
	d.spans, d.ident, d.part = nil, "", partName(d.name)
}

// holds reports whether the partial file can have what the pieces say.
func (d *downloading) holds(ps pieces) bool {
	if ps == nil {
		return false
	}
	info, err := d.root.Lstat(d.part)
	last := ps[len(ps)-1]
	return err == nil && info.Mode().IsRegular() && info.Size() >= last.at && info.Size() <= d.src.Size
}

// noGood reports errors after which pieces are not tried again: they do not
// fit together, or the server refused one. Over one session the file may come
// all the same, or what is wrong is told as it is.
func noGood(err error) bool {
	switch k := session.KindOf(err); {
	case err == nil:
		return false
	case errors.Is(err, errOther):
		return true
	case k == session.Local, k == session.NoSpace, k == session.Cancelled:
		return false
	default:
		return !k.Retry()
	}
}

// isSource reports whether what a session sees is the file that was begun.
func (d *downloading) isSource(e listing.Entry) bool {
	return e.Type != listing.Dir && e.Size == d.src.Size && (e.Time.IsZero() || e.Time.Equal(d.src.Time))
}

// unchanged makes sure that the source is still the one that was begun.
func (d *downloading) unchanged(ctx context.Context) error {
	e, err := d.s.Stat(ctx, d.w.remote)
	if err == nil && !d.isSource(e) {
		d.scratch = true
		err = wrong("check", d.w.remote, "the file was changed while it was fetched")
	}
	return err
}

// segments fetches what is missing of the pieces, with the help of others
// where that makes it faster.
func (d *downloading) segments(ctx context.Context, f *os.File, ps pieces) error {
	g := &segmented{d: d, f: f, pieces: ps, holed: d.holed, others: map[*aide]bool{}, grow: d.q.newGrowth(d.w)}
	g.change = sync.NewCond(&g.mu)
	g.ctx, g.cancel = context.WithCancel(ctx)
	defer g.cancel()
	defer context.AfterFunc(g.ctx, g.ended)()
	d.q.advance(d.w, ps.here())
	d.q.mu.Lock()
	d.q.helped = append(d.q.helped, g)
	d.q.mu.Unlock()
	var watch sync.WaitGroup
	watch.Go(g.watch)
	watch.Go(g.keep)
	err := g.first()
	g.end(err)
	watch.Wait()
	d.holed = g.holed
	if g.holed {
		d.part = holedName(d.name, d.ident)
		g.save()
	}
	return err
}

// first is the owner's own session: it fetches pieces until all is there.
func (g *segmented) first() error {
	for {
		p, done, err := g.wait()
		if done || err != nil {
			return err
		}
		if err := g.fetch(g.ctx, g.d.s.(parter), p); err != nil {
			if g.failure() != nil {
				err = g.failure()
			}
			return err
		}
	}
}

// wait gives the owner its next piece, when there is one.
func (g *segmented) wait() (p *piece, done bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for {
		switch {
		case g.err != nil:
			return nil, false, g.err
		case g.pieces.done():
			return nil, true, nil
		case g.ctx.Err() != nil:
			return nil, false, errorOf(session.Cancelled, "retrieve", g.d.w.remote, context.Cause(g.ctx))
		}
		if p := g.take(); p != nil {
			return p, false, nil
		}
		g.change.Wait()
	}
}

// take gives a piece to a session, nil if none is worth it. mu is held.
func (g *segmented) take() *piece {
	p := g.pieces.next()
	if p == nil && g.holed {
		now := time.Now()
		g.pieces, p = g.pieces.split(func(p *piece) bool {
			left, rest := p.left(now), p.to-p.at
			return rest >= 2*g.d.q.tune.least && (left == 0 || left > g.d.q.tune.pays)
		})
	}
	if p != nil {
		p.taken, p.stop, p.since, p.base = true, false, time.Now(), p.at
	}
	return p
}

// fetch fetches one piece and compares its ends.
func (g *segmented) fetch(ctx context.Context, s parter, p *piece) error {
	defer g.leave(p)
	w := g.writer(p)
	_, err := s.RetrievePart(ctx, g.d.w.remote, w.from, w, g.tap())
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case w.other:
		return errOther
	case w.err != nil:
		return localError("write", g.d.w.local, w.err)
	case err != nil:
		return err
	case w.head > 0:
		return errOther // the server sent less than was there
	case p.stop:
		return nil
	case !p.whole(), w.tail > 0:
		return wrong("retrieve", g.d.w.remote, "the server ended a part of it too soon")
	case p.to == g.d.src.Size:
		p.sealed = true
	}
	return nil
}

// leave gives a piece back.
func (g *segmented) leave(p *piece) {
	g.mu.Lock()
	p.taken = false
	g.change.Broadcast()
	g.mu.Unlock()
}

// tap counts what comes over the network. What is new at the target is
// counted where it is written.
func (g *segmented) tap() session.Tap {
	t := g.d.pace()
	t.Moved = func(n int) {
		g.moved.Add(int64(n))
		g.d.q.carried(g.d.w, n)
	}
	return t
}

func (g *segmented) failure() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.err
}

// fail ends it for all sessions.
func (g *segmented) fail(err error) {
	g.mu.Lock()
	if g.err == nil {
		g.err = err
	}
	g.mu.Unlock()
	g.cancel()
}

// ended stops the other sessions when their owner's context has ended.
func (g *segmented) ended() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for o := range g.others {
		if !g.over || o.s == nil {
			o.stop()
		}
	}
	g.change.Broadcast()
}

// end lets no more sessions in and waits until none writes any more. Those
// that helped to a good end need not be waited for: they only bring their
// connections back into step.
func (g *segmented) end(err error) {
	q := g.d.q
	q.mu.Lock()
	g.want = 0
	q.helped = slices.DeleteFunc(q.helped, func(o *segmented) bool { return o == g })
	q.mu.Unlock()
	g.opened.Lock() // a renaming that has begun is done first
	g.mu.Lock()
	g.over = err == nil
	g.mu.Unlock()
	g.opened.Unlock()
	g.cancel()
	g.ended()
	g.mu.Lock()
	defer g.mu.Unlock()
	for !g.over && len(g.others) > 0 {
		g.change.Wait()
	}
}

// save writes down what is there: first the bytes, then where they are.
func (g *segmented) save() {
	g.saving.Lock()
	defer g.saving.Unlock()
	g.mu.Lock()
	spans, holed := g.pieces.spans(), g.holed
	g.mu.Unlock()
	if !holed || g.f.Sync() != nil {
		return
	}
	g.d.note(g.d.ident, spans)
}

// note makes spans those of the item, with the ident of the file that they are
// of, and writes them down.
func (a *attempt) note(ident string, spans []int64) {
	q := a.q
	q.mu.Lock()
	a.ident = ident
	if a.w.ident != ident || !slices.Equal(a.w.spans, spans) {
		a.w.ident, a.w.spans = ident, spans
		q.journal.put(record{Op: opSpans, ID: a.w.id, Ident: ident, Spans: spans})
	}
	q.mu.Unlock()
	q.flush()
}

// keep saves now and then, until it ends.
func (g *segmented) keep() {
	tick := time.NewTicker(g.d.q.tune.save)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			g.save()
		case <-g.ctx.Done():
			return
		}
	}
}

// open lets the partial file have holes: the journal says so, on the disk,
// before its name does, and its name before it has any.
func (g *segmented) open(ctx context.Context) error {
	g.opened.Lock()
	defer g.opened.Unlock()
	g.mu.Lock()
	holed, over, spans := g.holed, g.over, g.pieces.spans()
	g.mu.Unlock()
	if holed || over {
		return nil
	}
	d := g.d
	err := g.f.Sync()
	if err == nil {
		d.note(newIdent(), spans)
		err = d.q.journal.durable(ctx)
	}
	if err == nil {
		err = d.root.Rename(d.part, holedName(d.name, d.ident))
	}
	if err == nil && runtime.GOOS != "windows" {
		err = syncRoot(d.root)
	}
	if err != nil {
		d.note("", nil)
		return err
	}
	g.mu.Lock()
	g.holed = true
	g.mu.Unlock()
	return nil
}

// syncRoot makes renamings in a folder durable.
func syncRoot(root *os.Root) error {
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
