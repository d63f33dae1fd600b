package main

import (
	"errors"
	"fmt"

	"longshore/transfer/session"
)

// The exit statuses.
const (
	exitSome    = 1
	exitUsage   = 2
	exitConnect = 3
)

// errSome says that some things did not arrive, and that each has been named.
var errSome = errors.New("some did not arrive")

// usageError is a wrong command line.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usage(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// connectError says that no connection or login was had.
type connectError struct {
	target session.Target
	err    error
}

func (e *connectError) Error() string { return wordsServer(e.target) + ": " + explain(e.err) }
func (e *connectError) Unwrap() error { return e.err }

func statusOf(err error) int {
	if err == nil {
		return 0
	}
	if _, ok := errors.AsType[*usageError](err); ok {
		return exitUsage
	}
	if _, ok := errors.AsType[*connectError](err); ok {
		return exitConnect
	}
	return exitSome
}
