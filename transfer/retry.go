package transfer

import (
	"errors"
	"math/rand/v2"
	"net"
	"syscall"
	"time"

	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// trouble is what decides whether and when something is tried again.
// Whether is session.Kind.Retry alone.
type trouble struct {
	kind       session.Kind
	gone       bool // this machine has no network
	taken      bool // another item writes the same target, or what it needs
	connecting bool // no session was had
}

// free reports whether waiting is enough and no attempt is used up: the
// server is full, or there is no network. A file that is busy does count, for
// some servers say 450 where they mean 550.
func (t trouble) free() bool {
	return t.gone || t.taken || t.kind == session.Busy && t.connecting
}

// The waits between attempts: field experience has it that a server which
// refused is not asked again at once.
const (
	firstWait = 5 * time.Second
	longWait  = 5 * time.Minute
	goneWait  = 30 * time.Second // without a network nobody is bothered by trying
)

// backoff is the wait before attempt n+1: 5 s, 10 s, 20 s … 5 min, each
// shortened by up to a third at random so that slots do not come together.
func backoff(n int) time.Duration {
	d := longWait
	if n < 7 {
		d = min(firstWait<<(n-1), longWait)
	}
	return d - time.Duration(rand.Int64N(int64(d)/3))
}

// networkGone reports whether this machine has no way to any server now:
// nothing was refused, so nobody is to blame and nothing is used up.
func networkGone(err error) bool {
	for _, e := range []error{syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.ENETDOWN, syscall.EHOSTDOWN, syscall.EADDRNOTAVAIL} {
		if errors.Is(err, e) {
			return true
		}
	}
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsTemporary && !dns.IsNotFound
}

// failed decides what an error means for the item and its server.
func (q *Queue) failed(j job, err error, connecting bool) {
	w := j.w
	w.failure = failureOf(err)
	if a := questionOf(err, *w.target); a != nil {
		if !j.beside() {
			q.askSite(w, a)
			return
		}
		connecting, w.failure.Kind = true, session.Busy // others are logged in: it is not the password
	}
	if w.failure.Kind == session.Cancelled { // not by us: the pool is closing
		q.later(w, q.cfg.Backoff(1))
		return
	}
	if w.direction != Upload { // of an upload the next attempt finds out what arrived
		q.reached(w, w.moved.Load())
	}
	t := trouble{kind: w.failure.Kind, gone: networkGone(err), taken: errors.Is(err, errTaken) || errors.Is(err, errEarly), connecting: connecting}
	if connecting && w.site.live > 0 && !t.gone && (t.kind == session.Busy || t.kind == session.Network) {
		q.tooMany(w)
		return
	}
	if connecting {
		q.siteFailed(w, t)
		return
	}
	if !t.free() {
		w.attempts++
	}
	if !t.kind.Retry() || w.attempts > q.cfg.Retries {
		w.inspect = false // Retry moves it again
		q.set(w, Failed)
		return
	}
	q.later(w, q.cfg.Backoff(max(w.attempts, 1)))
}

// reached notes how much of an item is surely at its target: what is more than
// ever before is progress, and the count of attempts begins anew.
func (q *Queue) reached(w *work, n int64) {
	if n > w.high {
		w.high, w.attempts = n, 0
	}
}

// beside reports whether the site let somebody in while this job tried.
func (j job) beside() bool {
	s := j.w.site
	return s.live > 0 || j.live > 0 || s.logins != j.had
}

// later lets an item wait before its next attempt.
func (q *Queue) later(w *work, d time.Duration) {
	w.notBefore = time.Now().Add(d)
	q.set(w, Retrying)
	q.line(w)
}

// tooMany is a connection that was not had while others are at work: the server
// bears no more, and may not even say so (ProFTPD at its MaxInstances hangs up).
// Those go on, and the item waits for one of them.
func (q *Queue) tooMany(w *work) {
	s := w.site
	s.most, s.mostTill = s.live+s.kept, time.Now().Add(limitKept)
	w.failure = nil
	q.set(w, Waiting)
	q.line(w)
}

// siteFailed is a connection that was not had: it concerns every item of the
// server, so the server waits, and if that is no use, all of them fail.
func (q *Queue) siteFailed(w *work, t trouble) {
	s := w.site
	now := time.Now()
	if !s.hold.After(now) { // else another slot's failure counted already
		if t.free() {
			s.waits++
		} else {
			s.failures++
		}
		wait := q.cfg.Backoff(max(s.failures, s.waits, 1))
		if t.gone {
			wait = min(wait, goneWait)
		}
		s.hold = now.Add(wait)
	}
	if t.kind == session.Busy {
		s.most, s.mostTill = max(s.live, 1), now.Add(limitKept)
	}
	w.attempts = s.failures
	switch {
	case t.kind == session.Local:
		q.set(w, Failed)
	case !t.kind.Retry() || s.failures > q.cfg.Retries:
		s.hold, s.failures = time.Time{}, 0
		q.failSite(s, w.failure)
	default:
		w.notBefore = s.hold
		q.set(w, Retrying)
		q.line(w)
	}
}

// failSite fails all that waits for a server which cannot be reached.
func (q *Queue) failSite(s *site, f *Failure) {
	for _, w := range q.ordered() {
		if w.site != s || w.state == Paused || w.held || w.folder && w.walked || w.busy && w.state != Connecting {
			continue
		}
		if w.state == Asking && w.question.Kind == AskExists {
			continue
		}
		w.failure = f
		if !q.set(w, Failed) {
			continue
		}
		w.halt()
	}
}

// failureOf keeps of an error what can be stored.
func failureOf(err error) *Failure {
	f := &Failure{Kind: session.KindOf(err), Cause: listing.Escape(err.Error())}
	var e *session.Error
	if errors.As(err, &e) {
		f.Step, f.Path, f.Code, f.Text = e.Step, e.Path, e.Code, e.Text
		if e.Err != nil {
			f.Cause = listing.Escape(e.Err.Error())
		} else {
			f.Cause = ""
		}
	}
	return f
}

// Error says it in one line.
func (f *Failure) Error() string {
	return (&session.Error{Kind: f.Kind, Step: f.Step, Path: f.Path, Code: f.Code, Text: f.Text, Err: f.cause()}).Error()
}

func (f *Failure) cause() error {
	if f.Cause == "" {
		return nil
	}
	return errors.New(f.Cause)
}

// errorOf gives an error its place in our terms; nil stays nil.
func errorOf(kind session.Kind, step, path string, err error) error {
	if err == nil {
		return nil
	}
	return &session.Error{Kind: kind, Step: step, Path: path, Err: err}
}
