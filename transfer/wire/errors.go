package wire

import (
	"errors"
	"fmt"
)

// The steps that a StepError or ReplyError can name.
const (
	StepProxy    = "proxy"
	StepDial     = "dial"
	StepGreeting = "greeting"
	StepAuth     = "auth"     // AUTH TLS
	StepTLS      = "tls"      // handshake of the control connection
	StepCommand  = "command"  // a command or its reply
	StepPassive  = "passive"  // EPSV, PASV, EPRT, PORT
	StepData     = "data"     // dialling, or being dialled for, a data connection
	StepDataTLS  = "data tls" // its handshake
	StepTransfer = "transfer" // moving bytes
)

// StepError says at which step a connection failed.
type StepError struct {
	Step string
	Err  error
}

func (e *StepError) Error() string { return fmt.Sprintf("%s: %v", e.Step, e.Err) }

// Unwrap gives the cause.
func (e *StepError) Unwrap() error { return e.Err }

// ReplyError is a refusal by the server.
type ReplyError struct {
	Step  string
	Reply Reply
}

func (e *ReplyError) Error() string {
	return fmt.Sprintf("%s: %d %s", e.Step, e.Reply.Code, e.Reply.First())
}

// LocalError is a failure of the reader or writer that the caller gave, not
// of the network.
type LocalError struct{ Err error }

func (e *LocalError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *LocalError) Unwrap() error { return e.Err }

// ErrProtocol marks what a server may not say.
var ErrProtocol = errors.New("protocol error")

// ErrNamedAddress says that a data connection failed at an address that the
// server named and Config.TrustPASVHost let us use.
var ErrNamedAddress = errors.New("at the address that the server names")

// ErrStall says that no byte moved for Config.Timeout.
var ErrStall = errors.New("no data moved")

func step(name string, err error) error {
	var s *StepError
	if err == nil || errors.As(err, &s) {
		return err
	}
	return &StepError{Step: name, Err: err}
}
