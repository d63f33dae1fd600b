package listing

import (
	"bufio"
	"errors"
	"io"
	"time"
)

// The limits that hold where Options says 0.
const (
	DefaultMaxRows  = 250_000
	DefaultMaxBytes = 256 << 20
	DefaultMaxLine  = 16 << 10

	maxSamples = 20  // unreadable lines kept in a Report
	maxSample  = 200 // bytes of each
)

// Options tell a Reader what is known about the listing.
type Options struct {
	MLSD     bool                // the answer to MLSD; other dialects are still understood
	Now      time.Time           // for dates without a year; zero: time.Now()
	Offset   time.Duration       // the server's clock minus UTC, for LIST times
	Decode   func(string) string // from the server's charset to UTF-8; nil: as it is
	MaxRows  int                 // then Report.Truncated; 0: DefaultMaxRows
	MaxBytes int64               // likewise; 0: DefaultMaxBytes
	MaxLine  int                 // a longer line is skipped and counted; 0: DefaultMaxLine
}

// Report sums up what a Reader met. It is complete after io.EOF.
type Report struct {
	Rows       int      // entries returned
	Dots       int      // rows named "." and "..", which are not returned; ls -a begins with the two
	Unreadable int      // lines that no dialect explains
	Samples    []string // the first of those, escaped and cut
	Truncated  bool     // there is more than was returned: a limit of Options was reached, or the server says so
	Limited    bool     // it was a limit of Options: the listing may have no end
	Unended    bool     // the last line had no line end: the listing may have been cut
	Dialect    string   // "mlsd", "unix", "dos", …; "" if nothing was recognised
}

// Reader turns a listing into entries. It belongs to one goroutine.
type Reader struct {
	in      *bufio.Reader
	options Options
	report  Report
	taken   int64
	lines   int // that were not empty
	err     error
	dialect *dialect
	now     time.Time // by the server's clock
	words   words
	pending string // a VMS name that waits for the rest of its row

	entry Entry // the row in work, here so that it costs no allocation

	columns  [maxFields]span // likewise
	facts    [mostFacts]knownFact
	day      [8]byte // the last date read from a modify fact, and
	midnight int64   // when it began
	dates    dateCache
	front    unixFront
	members  bool // an MVS listing of members, where a bare name is a row
}

// NewReader reads a listing from r, which it never closes, or with nil for r
// from what Line is given. It does no I/O.
func NewReader(r io.Reader, o Options) *Reader {
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	if o.MaxRows <= 0 {
		o.MaxRows = DefaultMaxRows
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.MaxLine <= 0 {
		o.MaxLine = DefaultMaxLine
	}
	n := &Reader{options: o, now: o.Now.UTC().Add(o.Offset)}
	if r != nil {
		n.in = bufio.NewReaderSize(r, max(64<<10, o.MaxLine+2))
	}
	return n
}

// Next returns the next entry, or io.EOF after the last. Any other error is
// that of the underlying reader; a line it cut is not returned.
func (r *Reader) Next() (Entry, error) {
	err := r.Read(&r.entry)
	if err != nil {
		return Entry{}, err
	}
	return r.entry, nil
}

// Read is Next into an entry of the caller's, which saves copying it. What is
// in e after an error means nothing.
func (r *Reader) Read(e *Entry) error {
	for r.err == nil {
		line, ok := r.line()
		if !ok {
			continue
		}
		*e = Entry{Size: -1}
		if r.parse(line, e) && r.accept(line, e) {
			return nil
		}
	}
	return r.err
}

// Line reads one line, without its end, of a listing that comes in another way
// than through a reader: in the reply to STAT, with a Reader made of nil. It
// reports whether e is a row; what is none is in the Report.
func (r *Reader) Line(line []byte, e *Entry) bool {
	*e = Entry{Size: -1}
	switch {
	case len(line) == 0 || r.report.Truncated:
		return false
	case len(line) > r.options.MaxLine:
		r.unreadable(line)
		return false
	}
	return r.parse(line, e) && r.accept(line, e)
}

// Restart begins another listing of the same server with Line. The words and
// the dialect that were learned stay.
func (r *Reader) Restart() {
	r.report, r.lines, r.pending, r.err = Report{}, 0, "", nil
}

// Report tells what was met so far.
func (r *Reader) Report() Report { return r.report }

// accept completes an entry and says whether it is to be returned.
func (r *Reader) accept(line []byte, e *Entry) bool {
	switch e.Raw {
	case "":
		r.unreadable(line)
		return false
	case ".", "..":
		r.report.Dots++
		return false
	}
	if r.report.Rows >= r.options.MaxRows {
		r.stop()
		return false
	}
	r.report.Rows++
	e.Name = e.Raw
	if r.options.Decode != nil {
		e.Name = r.options.Decode(e.Raw)
	}
	return true
}

// line returns the next line without its end. It is valid until the next
// call. False: nothing to parse, look at r.err.
func (r *Reader) line() ([]byte, bool) {
	line, err := r.in.ReadSlice('\n')
	r.taken += int64(len(line))
	switch {
	case r.taken > r.options.MaxBytes:
		r.stop()
		return nil, false
	case errors.Is(err, bufio.ErrBufferFull):
		r.skipLong(line)
		return nil, false
	case err == io.EOF:
		r.err = io.EOF
		r.report.Unended = len(line) > 0
	case err != nil:
		r.err = err
		return nil, false
	}
	for n := len(line); n > 0 && (line[n-1] == '\n' || line[n-1] == '\r'); n-- {
		line = line[:n-1]
	}
	if r.err == io.EOF && len(line) == 0 {
		r.dropPending()
	}
	if len(line) > r.options.MaxLine {
		r.unreadable(line)
		return nil, false
	}
	return line, len(line) > 0
}

// skipLong reads to the end of a line that is longer than the buffer.
func (r *Reader) skipLong(start []byte) {
	r.unreadable(start)
	for r.taken <= r.options.MaxBytes {
		more, err := r.in.ReadSlice('\n')
		r.taken += int64(len(more))
		if err == nil {
			return
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			r.err = err
			return
		}
	}
	r.stop()
}

// stop ends a listing that is longer than Options lets it be.
func (r *Reader) stop() {
	r.report.Truncated, r.report.Limited = true, true
	r.err = io.EOF
}

func (r *Reader) unreadable(line []byte) {
	r.report.Unreadable++
	if len(r.report.Samples) < maxSamples {
		r.report.Samples = append(r.report.Samples, Escape(string(line[:min(len(line), maxSample)])))
	}
}
