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
