package session

import (
	"context"
	"crypto/tls"
	"errors"
	"io"

	"longshore/transfer/listing"
	"longshore/transfer/wire"
)

// again repeats an operation over TLS 1.2, on a new connection, when a data
// connection failed under TLS 1.3 in one of the ways it does: some servers
// cannot resume TLS 1.3 sessions and then refuse the connection. What came of
// it is remembered if it helped, unless data went over TLS 1.3 in this Session
// before. rewind makes the operation repeatable, or
// tells that it is not.
func (s *Session) again(ctx context.Context, err error, rewind func() bool, f func() error) error {
	if err == nil {
		s.proved13 = s.proved13 || s.speaks13()
		return nil
	}
	if !s.blamesTLS13(err) || ctx.Err() != nil || !rewind() {
		return err
	}
	s.note("The data connection failed under TLS 1.3; trying TLS 1.2")
	s.ctl.Close()
	s.tls12 = true
	s.dead.Store(false)
	if cerr := s.connect(ctx); cerr != nil {
		s.dead.Store(true)
		return wrapDead(err)
	}
	if again := f(); again != nil {
		s.tls12 = false
		return again
	}
	if s.proved13 {
		return nil // TLS 1.3 worked here before: a passing trouble, nothing to remember
	}
	s.note("TLS 1.2 works and is used from now on")
	s.learn(func(l *Learned) { l.TLS12 = true })
	return nil
}

// speaks13 reports that the connection is over TLS 1.3.
func (s *Session) speaks13() bool {
	cs, ok := s.ctl.Secure()
	return ok && cs.Version == tls.VersionTLS13
}

func wrapDead(err error) error {
	e := wrap("", "", err)
	e.Dead = true
	return e
}

// blamesTLS13 reports an error of the data connection's TLS while 1.3 is in
// use: a refusal that names it, or a failed handshake.
func (s *Session) blamesTLS13(err error) bool {
	if s.tls12 || !s.speaks13() {
		return false
	}
	var e *Error
	if !errors.As(err, &e) || e.Kind == Cancelled || e.Kind == Local {
		return false
	}
	switch e.Code {
	case 425, 522:
		return true
	case 426:
		return s.sent() == 0
	case 0:
		return atStep(e.Err, wire.StepDataTLS)
	}
	return hasCause(e, causeDataTLS) || hasCause(e, causeReuse)
}

// rewinder makes a source readable from its start again.
func rewinder(r io.Reader) func() bool {
	seeker, ok := r.(io.Seeker)
	if !ok {
		return func() bool { return false }
	}
	start, err := seeker.Seek(0, io.SeekCurrent)
	return func() bool {
		if err != nil {
			return false
		}
		_, err := seeker.Seek(start, io.SeekStart)
		return err == nil
	}
}

// countRows notes whether rows were handed on.
func countRows(rows func([]listing.Entry), n *int) func([]listing.Entry) {
	return func(batch []listing.Entry) {
		*n += len(batch)
		rows(batch)
	}
}
