package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"longshore/transfer/session"
)

// check tests a connection step by step. With --write the place is the folder
// in which a small file is uploaded, resumed, renamed and deleted. A red step
// before the login is exit 3, a later one exit 1.
func check(ctx context.Context, p *program, args []string) error {
	a, err := p.place(args[0])
	if err != nil {
		return err
	}
	if err := p.passwordForCheck(ctx, a.target); err != nil {
		return err
	}
	o := session.CheckOptions{}
	if p.options.write {
		o.Folder = a.path
	}
	if p.options.parallel {
		o.Parallel = p.options.sessions
		if o.Parallel < 2 {
			o.Parallel = 2
		}
	}
	refused := p.rememberRefused()
	r, err := session.Check(ctx, a.target, p.env, o, p.step)
	if err != nil {
		return err
	}
	if p.options.json {
		p.report.json(r)
	} else {
		p.advise(r)
		if c := refused(); c != nil {
			var b strings.Builder
			wordsCertificate(&b, *c)
			p.report.note(strings.TrimRight(b.String(), "\n"))
		}
	}
	return gradeError(a.target, r)
}

// passwordForCheck makes the password known before the check begins, for it
// never waits for a person. Without one the check says so at the login.
func (p *program) passwordForCheck(ctx context.Context, t session.Target) error {
	if err := p.passwordFromStdin(t); err != nil || t.Anonymous() {
		return err
	}
	if _, err := p.secrets.Password(ctx, t); errors.Is(err, session.ErrNoPassword) {
		if err := p.prompt(ctx, t); err != nil && !errors.Is(err, session.ErrNoPassword) {
			return err
		}
	}
	return nil
}

// rememberRefused keeps the last certificate that nobody trusted.
func (p *program) rememberRefused() func() *session.Certificate {
	var last *session.Certificate
	trusted := p.env.Trusted
	p.env.Trusted = func(t session.Target, c session.Certificate) bool {
		ok := trusted(t, c)
		if !ok {
			p.mu.Lock()
			last = &c
			p.mu.Unlock()
		}
		return ok
	}
	return func() *session.Certificate {
		p.mu.Lock()
		defer p.mu.Unlock()
		return last
	}
}

// step prints a step when it has ended.
func (p *program) step(s session.CheckStep) {
	if s.Grade == session.Running || p.options.json || p.options.quiet && s.Grade != session.Red {
		return
	}
	p.line("%-7s %-22s %s", s.Grade, s.Title, s.Text)
	if s.Server != "" && s.Grade != session.Green {
		p.line("%-7s %-22s the server said %q", "", "", s.Server)
	}
	if s.Next != "" {
		p.line("%-7s %-22s %s", "", "", s.Next)
	}
}

// advise prints what may help, and what is now known about the server.
func (p *program) advise(r session.CheckReport) {
	if p.options.quiet {
		return
	}
	if len(r.Advice) > 0 {
		p.line("\nwhat may help:")
	}
	for _, a := range r.Advice {
		p.line("  %s", a.Text)
	}
	learned := r.Learned.Lines()
	if len(learned) > 0 {
		p.line("\nwhat was learned about this server:")
	}
	for _, l := range learned {
		p.line("  %s", l)
	}
}

// gradeError is nil unless a step was red. Up to the login that means that
// there is no connection.
func gradeError(t session.Target, r session.CheckReport) error {
	connecting := true
	for _, s := range r.Steps {
		if s.Grade == session.Red {
			err := fmt.Errorf("%s: %s", strings.ToLower(s.Title), s.Text)
			if connecting {
				return &connectError{t, err}
			}
			return err
		}
		connecting = connecting && s.Name != "login"
	}
	return nil
}
