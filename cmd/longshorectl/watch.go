package main

import (
	"context"
	"errors"
	"time"

	"longshore/transfer"
)

// watch follows a queue from outside: it reports what ended, answers what
// only a person could, and adds up.
type watch struct {
	program *program
	tally   tally
	connect error // the first time a server refused connection or login

	rev     transfer.Rev
	told    map[transfer.ItemID]bool   // its end was reported
	why     map[transfer.ItemID]string // why --exists could not decide
	answers map[transfer.QuestionID]bool
	files   map[transfer.ItemID]int64 // sizes of those met
	moved   int64                     // bytes of ended ones

	finishing bool            // what a killed run had begun is being brought to its end
	finished  map[string]bool // what was, by its two paths
}

func newWatch(p *program) *watch {
	return &watch{program: p, tally: tally{began: time.Now()}, told: map[transfer.ItemID]bool{},
		why: map[transfer.ItemID]string{}, answers: map[transfer.QuestionID]bool{}, files: map[transfer.ItemID]int64{}, finished: map[string]bool{}}
}

// until returns when the items have ended. An error says that ctx ended, or
// that the queue did.
func (w *watch) until(ctx context.Context, q *transfer.Queue, ids []transfer.ItemID) error {
	ended := make(chan error, 1)
	go func() { ended <- q.Wait(ctx, ids...) }()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			w.look(q)
			return err
		case <-tick.C:
			w.look(q)
		}
	}
}

// look takes in what changed.
func (w *watch) look(q *transfer.Queue) {
	d := q.Since(w.rev)
	w.rev = d.Rev
	if d.Warning != "" {
		w.program.warnOnce("journal", d.Warning)
	}
	for _, it := range d.Items {
		if !it.Folder {
			w.files[it.ID] = max(it.Size, 0)
		}
		switch {
		case it.State == transfer.Asking && it.Question != nil:
			w.answer(q, it)
		case it.State.Ended() && !w.told[it.ID]:
			w.told[it.ID] = true
			w.end(it)
		}
	}
	e := progressEvent{Event: "progress", Files: len(w.files), Ended: w.tally.Done + w.tally.Skipped + w.tally.Failed,
		Moved: w.moved + d.Totals.Moved, Rate: d.UpRate + d.DownRate}
	e.Bytes = w.moved + d.Totals.Bytes
	if d.Totals.Files > 0 {
		w.program.report.progress(e)
	}
}

// end counts and reports one item.
func (w *watch) end(it transfer.Item) {
	if w.again(it) {
		return
	}
	if it.Folder && it.Total != nil {
		for _, name := range it.Total.Refused {
			w.tally.Failed++
			w.program.report.refused(it, name)
		}
		if n := it.Total.RefusedMore; n > 0 {
			w.tally.Failed += n
			w.program.report.refused(it, wordsMoreRefused(n))
		}
	}
	if it.Folder && it.Direction != transfer.Remove && filesSpeak(it) {
		return
	}
	switch it.State {
	case transfer.Done:
		w.tally.Done++
		w.tally.Bytes += it.Moved
	case transfer.Skipped:
		w.tally.Skipped++
	default:
		w.tally.Failed++
	}
	w.moved += max(it.Size, 0)
	w.program.report.ended(it, w.reason(it))
}

// again says that an item needs no word: the run after a killed one finishes
// what was begun and then meets the same file as one that is there. Failures
// of the first attempt are left to the second.
func (w *watch) again(it transfer.Item) bool {
	key := it.Local + "\x00" + it.Remote
	if w.finishing {
		w.finished[key] = it.State == transfer.Done
		return it.State != transfer.Done
	}
	if !w.finished[key] {
		return false
	}
	exists := it.State == transfer.Skipped || it.State == transfer.Failed && isOurs(it.Err)
	if it.State == transfer.Done { // sent once more
		w.tally.Done--
		w.tally.Bytes -= it.Moved
	}
	return exists
}

// filesSpeak says that a folder has nothing to add to what its files said: it
// failed only because some of them did.
func filesSpeak(it transfer.Item) bool {
	return it.State == transfer.Done || it.Err == nil || it.Total != nil && it.Total.Failed+len(it.Total.Refused) > 0
}

func (w *watch) reason(it transfer.Item) string {
	if why := w.why[it.ID]; why != "" {
		return why
	}
	return whyOf(it)
}

// answer settles questions, for nobody is there to be asked: a file that
// --exists cannot decide about is left alone and named, and what concerns
// certificate or password has been asked before the queue began.
func (w *watch) answer(q *transfer.Queue, it transfer.Item) {
	a := transfer.Answer{Decline: true}
	if it.Question.Kind == transfer.AskExists {
		a = transfer.Answer{Exists: transfer.Fail}
		w.why[it.ID] = wordsQuestion(it.Question)
	} else if w.connect == nil && it.Err != nil {
		w.connect = &connectError{it.Target, errorOf(it.Err)}
	}
	if w.answers[it.Question.ID] {
		return
	}
	w.answers[it.Question.ID] = true
	if err := q.Answer(it.Question.ID, a); err != nil && !errors.Is(err, transfer.ErrAnswered) {
		w.program.warn("%v", err)
	}
}
