package transfer

import (
	"errors"
	"fmt"
	"time"

	"longshore/transfer/session"
)

// ErrAnswered says that a question was settled before.
var ErrAnswered = errors.New("that question is no longer open")

// questionOf turns errors that only a person can settle into a question
// without number; nil for all others.
func questionOf(err error, t session.Target) *Question {
	a := &Question{Target: t}
	var (
		certificate *session.CertificateError
		plain       *session.PlainError
		downgrade   *session.DowngradeError
		e           *session.Error
	)
	if errors.As(err, &e) {
		a.Text = e.Text
	}
	switch {
	case errors.As(err, &certificate):
		a.Kind, a.Certificate = AskCertificate, &certificate.Certificate
	case errors.As(err, &plain):
		a.Kind = AskPlain
	case errors.As(err, &downgrade):
		a.Kind = AskDowngrade
	case errors.Is(err, session.ErrNoPassword), session.KindOf(err) == session.Auth:
		a.Kind = AskPassword
	default:
		return nil
	}
	return a
}

// askSite puts one question for all items of the server. Items that have a
// session go on. Queue.mu is held.
func (q *Queue) askSite(w *work, a *Question) {
	s := w.site
	if s.question == nil {
		q.lastAsk++
		a.ID = q.lastAsk
		s.question = a
	}
	f := w.failure
	for _, o := range q.ordered() {
		if o.site != s || o.state == Paused || o.state == Asking || o.held || o.folder && o.walked || o != w && o.busy {
			continue
		}
		if o.walk != nil && o != w && o.walk.steps > 0 {
			continue
		}
		o.failure = f
		q.ask(o, s.question)
	}
}

// ask lets an item wait for an answer.
func (q *Queue) ask(w *work, a *Question) {
	if q.set(w, Asking) {
		w.question = a
		q.journal.put(q.stateRecord(w))
	}
}

// askExists puts a question about one file. An answer for all that came in
// meanwhile settles it at once, unless it is what did not fit this file.
func (q *Queue) askExists(w *work, r result) {
	a := r.question
	if x, ok := q.answers[batchKey{w.batch, w.direction}]; ok && x != r.policy {
		w.choice = x
		q.set(w, Waiting)
		q.line(w)
		return
	}
	q.lastAsk++
	a.ID = q.lastAsk
	q.ask(w, a)
}

// Answer settles a question: the items that waited for it go on, are skipped,
// or fail. An old number is ErrAnswered.
func (q *Queue) Answer(id QuestionID, answer Answer) error {
	defer q.ring()
	defer q.flush()
	q.mu.Lock()
	defer q.mu.Unlock()
	var asked []*work
	for _, w := range q.ordered() {
		if w.state == Asking && w.question.ID == id {
			asked = append(asked, w)
		}
	}
	for _, s := range q.sites {
		if s.question != nil && s.question.ID == id {
			q.answerSite(s, asked, answer)
			return nil
		}
	}
	if len(asked) == 0 {
		return ErrAnswered
	}
	if asked[0].question.Kind != AskExists {
		q.answerItems(asked, answer)
		return nil
	}
	if answer.Exists == Ask || answer.Exists > Fail {
		return fmt.Errorf("answer %d is none", answer.Exists)
	}
	q.answerExists(asked[0], answer)
	return nil
}

func (q *Queue) answerSite(s *site, asked []*work, answer Answer) {
	s.question, s.failures = nil, 0
	s.hold = time.Time{}
	q.answerItems(asked, answer)
}

// answerItems lets them try again, or fails them with what was refused.
func (q *Queue) answerItems(asked []*work, answer Answer) {
	for _, w := range asked {
		if answer.Decline || !answer.Retry {
			q.set(w, Failed)
			continue
		}
		w.failure = nil
		q.set(w, Waiting)
		q.line(w)
	}
}

// answerExists settles one file's question, and with All those of its batch
// that are open or still come.
func (q *Queue) answerExists(w *work, answer Answer) {
	asked := []*work{w}
	if answer.All {
		k := batchKey{w.batch, w.direction}
		q.answers[k] = answer.Exists
		q.journal.put(record{Op: opAnswer, ID: w.batch, Direction: w.direction, Choice: answer.Exists})
		for _, o := range q.ordered() {
			if o != w && o.state == Asking && o.question.Kind == AskExists && o.batch == k.batch && o.direction == k.direction {
				asked = append(asked, o)
			}
		}
	}
	for _, o := range asked {
		o.choice = answer.Exists
		switch answer.Exists {
		case Skip:
			o.note = "the target exists"
			q.set(o, Skipped)
		default:
			q.set(o, Waiting)
			q.line(o)
		}
	}
}
