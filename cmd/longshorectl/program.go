package main

import (
	"fmt"
	"io"
	"sync"

	"longshore/sites"
	"longshore/transfer/session"
)

// program holds what all commands share, for one run.
type program struct {
	options *options
	console console
	paths   sites.Paths
	book    *sites.Book
	known   *sites.KnownServers
	secrets *sites.Secrets
	env     *session.Env
	pool    *session.Pool
	report  *report

	warned   map[string]bool // guarded by mu
	mu       sync.Mutex
	password string // from standard input, once it was read
	read     bool
}

// newProgram reads what is saved and joins the parts. It connects to nothing.
func newProgram(o *options, c console) (*program, error) {
	p := &program{options: o, console: c, warned: map[string]bool{}}
	p.report = newReport(o, c)
	var err error
	if p.paths, err = pathsOf(o.state); err != nil {
		return nil, err
	}
	if p.book, err = sites.LoadBook(p.paths.SitesFile()); err != nil {
		return nil, err
	}
	if p.known, err = sites.LoadKnownServers(p.paths.KnownServersFile()); err != nil {
		return nil, err
	}
	for _, notice := range []string{p.book.Notice(), p.known.Notice()} {
		if notice != "" {
			p.warn("%s", notice)
		}
	}
	if o.insecure {
		p.warn("--insecure-cert: any certificate is accepted, nobody checks who the server is")
	}
	p.secrets = sites.NewSecrets(p.book, sites.NewKeyring(), nil)
	p.env, err = sites.NewEnv(sites.EnvOptions{Secrets: p.secrets, Known: p.known, Log: p.transcript,
		CAFile: o.ca, Pins: o.pins, InsecureCert: o.insecure, Timeout: o.timeout})
	if err != nil {
		p.secrets.Close()
		return nil, usage("%v", err)
	}
	if !o.verbose { // nothing is put into words for nobody
		p.env.Log = nil
	}
	p.env.AllowPlain = p.allowPlain
	p.pool = session.NewPool(p.env)
	return p, nil
}

func pathsOf(state string) (sites.Paths, error) {
	if state != "" {
		return sites.PathsUnder(state), nil
	}
	return sites.DefaultPaths()
}

func (p *program) close() {
	p.pool.Close()
	if err := p.known.Err(); err != nil {
		p.warn("what was learned about the server could not be saved: %v", err)
	}
	p.secrets.Close()
}

// allowPlain lets a password cross the network readable: who writes ftp://
// gets a warning, once for each server.
func (p *program) allowPlain(t session.Target) bool {
	p.warnOnce(t.Addr(), wordsPlain(t))
	return true
}

func (p *program) warnOnce(key, text string) {
	p.mu.Lock()
	done := p.warned[key]
	p.warned[key] = true
	p.mu.Unlock()
	if !done {
		p.warn("%s", text)
	}
}

// warn says something that does not stop the run. -q does not silence it:
// a warning is about what is not safe.
func (p *program) warn(format string, args ...any) {
	p.report.note("warning: " + fmt.Sprintf(format, args...))
}

// say prints a line for people; -q and --json silence it.
func (p *program) say(format string, args ...any) {
	if !p.options.quiet && !p.options.json {
		p.report.note(fmt.Sprintf(format, args...))
	}
}

// transcript prints the conversation for -v, and what must always be seen.
func (p *program) transcript(l session.Line) {
	if !p.options.verbose {
		return
	}
	p.report.note(fmt.Sprintf("%s %s", [...]string{"*", ">", "<", "!"}[min(l.Dir, session.Problem)], l.Text))
}

// line writes to standard output, past a progress bar.
func (p *program) line(format string, args ...any) {
	p.report.line(fmt.Sprintf(format, args...))
}

// finish says what went wrong and gives the exit status.
func finish(c console, o *options, err error) int {
	status := statusOf(err)
	if err == nil || err == errSome {
		return status
	}
	if o.json {
		writeJSON(c.out, errorEvent{"error", err.Error(), status})
	}
	io.WriteString(c.err, wordsError(err))
	return status
}
