package session

import (
	"context"
	"errors"
	"fmt"
	"net/textproto"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jlaffaye/ftp"

	"longshore/transfer/listing"
	"longshore/transfer/wire"
)

// Session is one logged-in connection to a server. It is owned by one
// goroutine at a time; only Dead, Info and Home may be called by others. Every
// method takes a context, and its end takes effect within a second. After a
// plain refusal by the server a Session goes on; after anything else it is
// Dead, since nobody knows where the conversation stands.
//
// Paths are absolute, with slashes, and made of names as the server wrote them
// (listing.Entry.Raw), or of names of ours in UTF-8, which are written in the
// server's charset.
type Session struct {
	target Target
	env    *Env
	number int

	ctl      *wire.Control
	lib      *ftp.ServerConn
	tls12    bool // TLS 1.3 was given up for this connection
	proved13 bool // data went over TLS 1.3
	hasty    bool // the login's commands went out together
	careful  bool // nothing may go out before it is its turn

	cwd      string // the folder that bare names are in, "" if not known
	cwdUntil time.Time
	list     ListMode
	more     func() bool    // while ListLong reads: whether it goes on
	offset   *time.Duration // the clock of LIST against UTC
	hash     string         // the algorithm that HASH uses now
	status   status
	system   string // what SYST said, if it was asked

	doubted atomic.Bool // the system's roots refused the server's certificate
	dead    atomic.Bool
	mu      sync.Mutex // guards info and home
	info    Info
	home    string
}

// Tap looks at the bytes of a transfer: Moved after n more of them (fewer, if
// they have to be sent again), Wait before the next n (the rate limit), Limited
// tells whether there is one. All may be nil.
type Tap = wire.Tap

// numbers counts the connections of the program.
var numbers atomic.Int64

// Home is the folder that the server put us in after the login.
func (s *Session) Home() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.home
}

// Dead reports that the Session is of no further use and should be closed.
func (s *Session) Dead() bool { return s.dead.Load() }

// RoundTrip is about how long a command takes to the server and back: the time
// of the connection's first packets, with that of looking up its name.
func (s *Session) RoundTrip() time.Duration { return s.ctl.RoundTrip() }

// Bears is how many sessions the server bears at once if it is set up as it
// usually is; 0: no limit that anybody need know. ProFTPD hangs up on whoever is
// one more than its MaxInstances, 30 in what it comes with.
func (s *Session) Bears() int {
	if s.isSoftware("ProFTPD") {
		return 30
	}
	return 0
}

// quitPatience is how long QUIT may take.
const quitPatience = time.Second

// Close says QUIT, waits a short while and frees everything.
func (s *Session) Close() error {
	if s.dead.Swap(true) {
		return s.ctl.Close()
	}
	return s.ctl.Quit(quitPatience)
}

// Leave says QUIT and frees everything at once.
func (s *Session) Leave() error {
	if s.dead.Swap(true) {
		return s.ctl.Close()
	}
	return s.ctl.Quit(0)
}

var errDead = errors.New("the connection has ended")

// do runs one operation: it binds ctx to the connections, guards against
// panics in the library, and makes every error an *Error.
func (s *Session) do(ctx context.Context, step, path string, f func() error) (err error) {
	if s.Dead() {
		return &Error{Kind: Network, Step: step, Path: path, Dead: true, Err: errDead}
	}
	if ctx.Err() != nil {
		return &Error{Kind: Cancelled, Step: step, Path: path, Err: context.Cause(ctx)}
	}
	if path != "" {
		if err := s.checkPath(path); err != nil {
			return &Error{Kind: Local, Step: step, Path: path, Err: err}
		}
	}
	end := s.ctl.Begin(ctx)
	defer end()
	if err = guard(f); err == nil {
		return nil
	}
	return s.explain(ctx, step, path, err)
}

// guard turns a panic into an error: the library must not take the program down.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicError{fmt.Sprint(p)}
		}
	}()
	return f()
}

type panicError struct{ text string }

func (e *panicError) Error() string { return "the reply could not be understood: " + e.text }

// explain makes the *Error of a failed operation and decides whether the
// Session lives on.
func (s *Session) explain(ctx context.Context, step, path string, err error) *Error {
	e := s.errorOf(step, path, err)
	moved := s.ctl.Data() != nil
	if cause := context.Cause(ctx); cause != nil && (e.Code == 0 || moved) {
		// The server's word about a transfer that we broke off says nothing.
		*e = Error{Kind: endKind(cause), Step: step, Path: path, Err: cause, Dead: !s.inStep()}
	} else if !e.Dead && moved && !isPlainRefusal(err) {
		e.Dead = !s.inStep()
	}
	if s.ctl.Err() != nil || e.Code == 421 {
		e.Dead = true
	}
	if e.Dead {
		s.dead.Store(true)
	}
	s.problem(e)
	return e
}

// endKind is the Kind of a context's end: the user's wish, or a time limit.
func endKind(cause error) Kind {
	if errors.Is(cause, context.DeadlineExceeded) {
		return Network
	}
	return Cancelled
}

// isPlainRefusal reports that nothing but a negative reply happened.
func isPlainRefusal(err error) bool {
	_, ok := err.(*textproto.Error)
	return ok
}

// inStep asks whether the control connection still answers what it is asked.
func (s *Session) inStep() bool {
	if s.ctl.EarlyLost() {
		return false
	}
	r, err := s.ctl.Command("NOOP")
	return err == nil && r.OK()
}

// errorOf finds what the server said, or else what happened.
func (s *Session) errorOf(step, path string, err error) *Error {
	e := &Error{Step: step, Path: path, Err: err}
	var (
		done    *Error
		refused *wire.ReplyError
		local   *wire.LocalError
		crash   *panicError
	)
	switch {
	case errors.As(err, &done):
		return wrap(step, path, err)
	case errors.As(err, &crash):
		e.Kind, e.Dead = Protocol, true
	case errors.As(err, &local):
		if e.Kind = kindOfFault(local.Err); e.Kind != NoSpace && e.Kind != Cancelled {
			e.Kind = Local
		}
	case errors.As(err, &refused):
		s.refused(e, refused.Reply)
	case s.ctl != nil && s.ctl.Err() != nil:
		s.fault(e, s.ctl.Err())
		e.Dead = true
	case isReply(err) && s.ctl != nil:
		s.refused(e, s.ctl.Last())
	default:
		s.fault(e, err)
	}
	return e
}

// refused fills in a negative reply.
func (s *Session) refused(e *Error, r wire.Reply) {
	e.Code, e.Text = r.Code, escape(r.Text())
	e.Kind = classify(e.Step, r.Code, r.Text())
	e.Dead = r.Code == 421
}

// fault fills in what went wrong without a word from the server.
func (s *Session) fault(e *Error, err error) {
	e.Kind, e.Err = kindOfFault(err), err
	if st, ok := err.(*wire.StepError); ok && st.Step == e.Step {
		e.Err = st.Err
	}
	switch {
	case errors.Is(err, wire.ErrStall), errors.Is(err, os.ErrDeadlineExceeded):
		e.Kind = Network
	case errors.Is(err, wire.ErrProtocol):
		e.Kind = Protocol
	case atStep(err, wire.StepTLS), atStep(err, wire.StepDataTLS):
		if e.Kind != Cancelled && e.Kind != Network {
			e.Kind = TLS
		}
	}
}

func atStep(err error, name string) bool {
	var s *wire.StepError
	return errors.As(err, &s) && s.Step == name
}

// Noop keeps the connection alive and shows whether it still is.
func (s *Session) Noop(ctx context.Context) error {
	return s.do(ctx, "noop", "", func() error { return s.lib.NoOp() })
}

func (s *Session) note(format string, args ...any) { s.log(Note, fmt.Sprintf(format, args...)) }

func (s *Session) problem(e *Error) {
	if e.Kind != Cancelled {
		s.log(Problem, e.Error())
	}
}

func (s *Session) log(dir LineDir, text string) {
	if s.env.Log != nil {
		s.env.Log(Line{At: time.Now(), Session: s.number, Server: s.target.String(),
			Dir: dir, Text: listing.Escape(text)})
	}
}

// command sends a line without the library and wants a positive reply.
func (s *Session) command(step, line string) (wire.Reply, error) {
	r, err := s.ctl.Command(line)
	if err == nil && !r.OK() {
		err = &wire.ReplyError{Step: step, Reply: r}
	}
	return r, err
}
