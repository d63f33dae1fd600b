package session

import (
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"time"

	"longshore/transfer/listing"
	"longshore/transfer/wire"
)

// Rows come in batches: the first soon, so that something is to be seen.
const (
	firstBatch = 64
	laterBatch = 1024
	batchTime  = 50 * time.Millisecond
)

// List lists a folder. It changes into it and asks without an argument: some
// servers take a path with blanks, brackets or a leading dash for something
// else, and list the wrong folder. rows is called with batches as they come,
// on the caller's goroutine; the slice is the callee's to keep. A Report that
// is Truncated must not be taken for all there is.
func (s *Session) List(ctx context.Context, dir string, rows func([]listing.Entry)) (listing.Report, error) {
	var report listing.Report
	handed := 0
	list := func() error {
		return s.do(ctx, "list", dir, func() (err error) {
			report, err = s.listDir(dir, countRows(rows, &handed))
			return err
		})
	}
	err := list()
	return report, s.again(ctx, err, func() bool { return handed == 0 }, list)
}

// Enter changes into a folder. Only what is one can be entered, and the next
// List of it begins there.
func (s *Session) Enter(ctx context.Context, dir string) error {
	return s.do(ctx, "enter", dir, func() error { return s.enter(dir) })
}

// ListLong is List of a folder that may have more names than List takes. It goes
// on while more, which is asked after each batch, says so; if it did not, the
// Report is Limited.
func (s *Session) ListLong(ctx context.Context, dir string, more func() bool, rows func([]listing.Entry)) (listing.Report, error) {
	s.more = more
	defer func() { s.more = nil }()
	return s.List(ctx, dir, rows)
}

// listDir tries MLSD and, where the server does not know it after all, LIST.
func (s *Session) listDir(dir string, rows func([]listing.Entry)) (listing.Report, error) {
	if err := s.enter(dir); err != nil {
		return listing.Report{}, err
	}
	mode := s.listMode()
	report, err := s.listBy(mode, rows)
	if mode != ListMLSD || !s.unknownCommand(err) || s.target.List == ListMLSD {
		return report, err
	}
	s.note("The server does not know MLSD; using LIST")
	s.list = ListLIST
	s.learn(func(l *Learned) { l.List = ListLIST })
	s.refreshInfo()
	return s.listBy(s.listMode(), rows)
}

// unknownCommand reports that the last command is not one of the server's.
func (s *Session) unknownCommand(err error) bool {
	if err == nil || !isReply(err) || s.ctl.Err() != nil {
		return false
	}
	switch s.ctl.Last().Code {
	case 500, 501, 502, 504:
		return true
	}
	return false
}

// listMode chooses the command. LIST -a is only for servers known to take it
// as an option and to hide dot files otherwise.
func (s *Session) listMode() ListMode {
	mode := s.target.List
	if mode == ListAuto {
		mode = s.list
	}
	if mode == ListAuto {
		mode = s.learned().List
	}
	if mode == ListAuto && s.hasMLSD() {
		return ListMLSD
	}
	if mode == ListAuto || mode == ListLIST && s.target.List == ListAuto {
		if s.isSoftware("vsFTPd") || s.isSoftware("ProFTPD") || s.isSoftware("Pure-FTPd") {
			return ListAll
		}
		return ListLIST
	}
	return mode
}

func (s *Session) hasMLSD() bool {
	_, mlst := s.ctl.Feature("MLST")
	_, mlsd := s.ctl.Feature("MLSD")
	return mlst || mlsd
}

var listCommands = map[ListMode]string{ListMLSD: "MLSD", ListLIST: "LIST", ListAll: "LIST -a"}

// listBy lists the current folder by one command.
func (s *Session) listBy(mode ListMode, rows func([]listing.Entry)) (listing.Report, error) {
	if _, ok := s.ctl.Feature("MDTM"); ok && mode != ListMLSD && s.clockOffset() == nil {
		return s.listAndSetClock(mode, rows)
	}
	return s.run(mode, rows)
}

// run sends a listing command. The library knows it as RETR, so that the
// bytes reach our reader and not its own parser.
func (s *Session) run(mode ListMode, rows func([]listing.Entry)) (listing.Report, error) {
	s.ctl.Expect(wire.Transfer{Command: listCommands[mode]})
	resp, err := s.lib.Retr(".")
	if err != nil {
		return listing.Report{}, err
	}
	data := s.ctl.Data()
	reader := listing.NewReader(resp, s.listingOptions(mode))
	err = readRows(reader, s.more, rows)
	report := reader.Report()
	endless := report.Limited // the rest is not read
	if errors.Is(err, errEndless) {
		err, endless = nil, true
		report.Limited, report.Truncated = true, true
	}
	switch {
	case err != nil:
		data.Abort(err)
	case endless:
		data.Abort(errEndless)
	}
	cerr := resp.Close()
	if endless && s.ctl.Err() == nil {
		cerr = nil
	}
	if strings.Contains(strings.ToLower(s.ctl.Last().Text()), "truncated") {
		report.Truncated = true
	}
	return report, errors.Join(err, cerr)
}

// listingOptions tell the parser what is known about the server.
func (s *Session) listingOptions(mode ListMode) listing.Options {
	o := listing.Options{MLSD: mode == ListMLSD, Now: time.Now(), Decode: decoder(s.charset())}
	if offset := s.clockOffset(); offset != nil {
		o.Offset = *offset
	}
	if s.more != nil {
		o.MaxRows, o.MaxBytes = math.MaxInt, mostLong
	}
	return o
}

// mostLong ends a long listing of which nothing can be read.
const mostLong = 1 << 30

// mostDrained is what is read of a listing for the sake of its last reply.
const mostDrained = 8 << 20

// drain reads a listing that nobody wants to see.
func (s *Session) drain(resp io.ReadCloser) error {
	data := s.ctl.Data()
	n, err := io.Copy(io.Discard, io.LimitReader(resp, mostDrained))
	cut := n == mostDrained
	switch {
	case err != nil:
		data.Abort(err)
	case cut:
		data.Abort(errEndless)
	}
	cerr := resp.Close()
	if cut && s.ctl.Err() == nil {
		cerr = nil
	}
	return errors.Join(err, cerr)
}

// errEndless is why we hang up on a listing that is longer than any may be.
var errEndless = errors.New("the listing does not end")

// readRows hands rows on in batches. It is errEndless if more says no; nil: go on.
func readRows(reader *listing.Reader, more func() bool, rows func([]listing.Entry)) error {
	limit := firstBatch
	batch := make([]listing.Entry, 0, limit)
	started := time.Now()
	for {
		n := len(batch)
		err := reader.Read(&batch[:n+1][n])
		if err == nil {
			batch = batch[:n+1]
		}
		full := len(batch) >= limit || len(batch)%16 == 15 && time.Since(started) > batchTime
		if len(batch) > 0 && (full || err != nil) {
			rows(batch)
			limit, started = laterBatch, time.Now()
			batch = make([]listing.Entry, 0, limit)
			if err == nil && more != nil && !more() {
				return errEndless
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// clockOffset is the server's clock of LIST against UTC; nil: not known.
func (s *Session) clockOffset() *time.Duration {
	switch {
	case s.target.ClockOffset != nil:
		return s.target.ClockOffset
	case s.offset != nil:
		return s.offset
	}
	return s.learned().ClockOffset
}
