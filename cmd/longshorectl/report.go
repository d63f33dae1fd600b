package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"longshore/transfer"
)

// report prints progress and results: a bar on a terminal, lines elsewhere,
// objects with --json. It is called from one goroutine at a time but for note,
// which sessions call too.
type report struct {
	options *options
	console console

	mu    sync.Mutex // guards bar and the two streams
	bar   *progressbar.ProgressBar
	shown time.Time // when progress was last told
}

// tally is what a run did.
type tally struct {
	Done, Skipped, Failed int
	Bytes                 int64
	began                 time.Time
}

func (t tally) took() time.Duration { return time.Since(t.began) }

func newReport(o *options, c console) *report { return &report{options: o, console: c} }

// note writes a line to standard error, above the bar.
func (r *report) note(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.above(func() { fmt.Fprintln(r.console.err, text) })
}

// line writes a line to standard output.
func (r *report) line(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.above(func() { fmt.Fprintln(r.console.out, text) })
}

// lines lets write put many lines to standard output at once.
func (r *report) lines(write func(io.Writer)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.above(func() { write(r.console.out) })
}

// json writes an object to standard output.
func (r *report) json(v any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	writeJSON(r.console.out, v)
}

// above takes the bar away while something else is written.
func (r *report) above(write func()) {
	if r.bar == nil {
		write()
		return
	}
	_ = r.bar.Clear()
	write()
	_ = r.bar.RenderBlank()
}

// ended tells how one file ended.
func (r *report) ended(it transfer.Item, why string) {
	failed := it.State != transfer.Done && it.State != transfer.Skipped
	switch {
	case r.options.json:
		r.json(eventOf(it, why))
	case failed:
		r.note(wordsResult(it, why))
	case r.options.quiet || r.console.terminal && it.State == transfer.Done && it.Direction != transfer.Remove:
		// the bar shows it
	default:
		r.line(wordsResult(it, why))
	}
}

// refused tells of a name that was not taken.
func (r *report) refused(it transfer.Item, why string) {
	if r.options.json {
		r.json(fileEvent{Event: "file", Direction: it.Direction.String(), State: transfer.Failed.String(),
			Remote: it.Remote, URL: it.Target.URL(it.Remote), Error: why})
		return
	}
	r.note("refused " + why)
}

// progress tells how far things are: the bar each time, an object once a
// second, a line each ten seconds.
func (r *report) progress(e progressEvent) {
	now := time.Now()
	switch {
	case r.options.json:
		if now.Sub(r.shown) >= time.Second {
			r.shown = now
			r.json(e)
		}
	case r.options.quiet:
	case r.console.terminal:
		r.draw(e)
	case r.shown.IsZero():
		r.shown = now
	case now.Sub(r.shown) >= 10*time.Second:
		r.shown = now
		r.note(fmt.Sprintf("%d of %s, %s of %s, %s/s", e.Ended, plural(e.Files, "file"), size(e.Moved), size(e.Bytes), size(int64(e.Rate))))
	}
}

// draw moves the bar. Its end is kept one byte away until the run is over:
// there may be more, and a bar that was full does not move again.
func (r *report) draw(e progressEvent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.bar == nil {
		r.bar = progressbar.NewOptions64(1, progressbar.OptionSetWriter(r.console.err), progressbar.OptionShowBytes(true), progressbar.OptionShowCount(),
			progressbar.OptionUseIECUnits(true), progressbar.OptionFullWidth(), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetPredictTime(true), progressbar.OptionUseANSICodes(true))
	}
	r.bar.Describe(fmt.Sprintf("%d/%d", e.Ended, e.Files))
	r.bar.ChangeMax64(max(e.Bytes, e.Moved) + 1)
	_ = r.bar.Set64(e.Moved)
}

// summary ends the report.
func (r *report) summary(t tally) {
	r.mu.Lock()
	if r.bar != nil {
		_ = r.bar.Clear()
		r.bar = nil
	}
	r.mu.Unlock()
	switch {
	case r.options.json:
		r.json(summaryEvent{"summary", t.Done, t.Skipped, t.Failed, t.Bytes, t.took().Seconds()})
	case !r.options.quiet:
		r.note(wordsSummary(t))
	}
}
