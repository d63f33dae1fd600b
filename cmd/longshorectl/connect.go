package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"longshore/transfer/session"
)

// maxPassword bounds what is read from standard input.
const maxPassword = 4096

// connect leases a session, asking for the password if need be. Its errors
// are *connectErrors.
func (p *program) connect(ctx context.Context, t session.Target) (*session.Session, error) {
	if err := p.passwordFromStdin(t); err != nil {
		return nil, err
	}
	s, err := p.pool.Lease(ctx, t)
	if errors.Is(err, session.ErrNoPassword) && ctx.Err() == nil {
		if err := p.prompt(ctx, t); err != nil {
			return nil, &connectError{t, err}
		}
		s, err = p.pool.Lease(ctx, t)
	}
	if err != nil {
		return nil, &connectError{t, err}
	}
	if s.Info().TLS == "" && t.Security != session.PlainFTP {
		p.warnOnce(t.Addr(), wordsPlain(t))
	}
	return s, nil
}

// with runs f with a session of the target.
func (p *program) with(ctx context.Context, t session.Target, f func(*session.Session) error) error {
	s, err := p.connect(ctx, t)
	if err != nil {
		return err
	}
	err = f(s)
	p.pool.Release(s, err)
	return err
}

// withPatience is with for what may be repeated: trouble that passes is waited
// for, as the queue does, up to --retries times.
func (p *program) withPatience(ctx context.Context, t session.Target, f func(*session.Session) error) error {
	for n := 1; ; n++ {
		err := p.with(ctx, t, f)
		if n > p.options.retries || !passes(err) {
			return err
		}
		wait := min(time.Duration(n)*time.Second, maxWait)
		p.say("%s", wordsAgain(t, err, wait))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// maxWait is the longest pause of withPatience.
const maxWait = 5 * time.Second

// passes tells of trouble that may be over in a moment: the server is full, or
// a session broke that was logged in. That a server cannot be reached is said
// at once, for mostly its name is wrong.
func passes(err error) bool {
	e, ok := errors.AsType[*session.Error](err)
	_, connecting := errors.AsType[*connectError](err)
	return ok && e.Kind.Retry() && (!connecting || e.Kind == session.Busy)
}

// passwordFromStdin gives the first line of standard input as the password of
// every account of this run.
func (p *program) passwordFromStdin(t session.Target) error {
	if !p.options.passwordStdin || t.Anonymous() {
		return nil
	}
	if !p.read {
		line, err := bufio.NewReader(io.LimitReader(p.console.in, maxPassword)).ReadString('\n')
		if err != nil && err != io.EOF {
			return fmt.Errorf("read the password: %w", err)
		}
		p.password, p.read = strings.TrimRight(line, "\r\n"), true
	}
	p.secrets.Type(t, p.password)
	return nil
}

// prompt asks for the password on the terminal.
func (p *program) prompt(ctx context.Context, t session.Target) error {
	in, ok := p.console.in.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return errNoPrompt
	}
	before, err := term.MakeRaw(int(in.Fd())) // no echo from before the prompt is seen
	if err != nil {
		return err
	}
	defer fmt.Fprintln(p.console.err)
	defer func() { _ = term.Restore(int(in.Fd()), before) }()
	fmt.Fprint(p.console.err, wordsPrompt(t))
	type answer struct {
		password []byte
		err      error
	}
	answers := make(chan answer, 1)
	go func() { // a read of a terminal has no deadline; it ends with the program
		password, err := term.ReadPassword(int(in.Fd()))
		answers <- answer{password, err}
	}()
	select {
	case a := <-answers:
		if a.err == nil {
			p.secrets.Type(t, string(a.password))
		}
		return a.err
	case <-ctx.Done():
		return ctx.Err()
	}
}
