package session

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// Grade is how a step of the connection check went.
type Grade uint8

// The grades, best first. Skipped steps could not be tried or were not asked
// for; Running is only told, never reported.
const (
	Green Grade = iota
	Skipped
	Amber
	Red
	Running
)

var gradeNames = [...]string{"green", "skipped", "amber", "red", "running"}

func (g Grade) String() string { return gradeNames[min(int(g), len(gradeNames)-1)] }

// MarshalText writes the grade's name.
func (g Grade) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// CheckOptions say how far the connection check goes.
type CheckOptions struct {
	// Folder is where a small file is uploaded, resumed, renamed and deleted;
	// "" changes nothing at the server.
	Folder string
	// Parallel is how many connections to try at once, at most MaxSessions;
	// below 2 none. Hosts may take it for an attack: ask the user first.
	Parallel int
}

// CheckStep is one line of the check.
type CheckStep struct {
	Name   string   `json:"name"`  // stable, for programs: "lookup", "tcp", …
	Title  string   `json:"title"` // for people
	Grade  Grade    `json:"grade"`
	Text   string   `json:"text"`             // one sentence
	Server string   `json:"server,omitempty"` // the server's own words
	Next   string   `json:"next,omitempty"`   // what to do
	Advice []Advice `json:"advice,omitempty"` // what the program can do
}

// The steps in their order.
var checkTitles = []struct{ name, title string }{
	{"lookup", "Name lookup"}, {"tcp", "Connection"}, {"greeting", "Greeting"}, {"tls", "Encryption"},
	{"certificate", "Certificate"}, {"login", "Login"}, {"features", "Features"}, {"epsv", "Passive mode EPSV"},
	{"pasv", "Passive mode PASV"}, {"list", "Listing"}, {"reuse", "Encryption of data"}, {"clock", "Clock"},
	{"upload", "Upload"}, {"resume", "Resume"}, {"rename", "Rename"}, {"delete", "Delete"}, {"parallel", "Several connections"},
}

// CheckReport is the result of a check. It holds no secrets.
type CheckReport struct {
	Place    string      `json:"place"`
	Software string      `json:"software,omitempty"`
	At       time.Time   `json:"at"`
	Took     float64     `json:"seconds"`
	Grade    Grade       `json:"grade"` // the worst of the steps
	Steps    []CheckStep `json:"steps"`
	Advice   []Advice    `json:"advice,omitempty"` // of all steps, each once
	Learned  Learned     `json:"learned"`
}

// Check tries a server step by step and says of each what works and what to
// do about what does not. tell, which may be nil, hears of each step twice:
// when it begins (Running) and when it has ended; it is called on the caller's
// goroutine. The password is sent only as Open would send it. The error is
// nil unless ctx ended; what is wrong with the server is in the report.
func Check(ctx context.Context, t Target, env *Env, o CheckOptions, tell func(CheckStep)) (CheckReport, error) {
	if env == nil {
		env = &Env{}
	}
	if tell == nil {
		tell = func(CheckStep) {}
	}
	began := time.Now()
	c := &checker{ctx: ctx, target: t, options: o, tell: tell}
	c.env = c.watched(env)
	c.report = CheckReport{Place: t.URL("/"), At: began}
	c.run()
	if c.session != nil {
		c.session.Close()
	}
	c.finish(began)
	return c.report, context.Cause(ctx)
}

// checker is one run of Check.
type checker struct {
	ctx     context.Context
	target  Target
	env     *Env
	options CheckOptions
	tell    func(CheckStep)
	report  CheckReport
	session *Session // nil when there is none or it is lost
	secured bool     // TLS stood, whatever came after
	closed  []string // passive modes that do not get through and are not used here
	files   []file   // seen in the listing, to measure the clock by
	fresh   string   // a file that was uploaded just now, "" if none
	skew    time.Duration
}

// file is an ordinary file that LIST showed.
type file struct {
	name string
	time time.Time
}

func (c *checker) run() {
	if !c.step("lookup", c.lookup) || !c.connect() {
		return
	}
	c.step("features", c.features)
	epsv := c.step("epsv", c.epsv) && !slices.Contains(c.closed, "epsv")
	pasv := c.step("pasv", c.pasv) && !slices.Contains(c.closed, "pasv")
	if !epsv && !pasv {
		c.blocked()
	}
	if epsv || pasv || c.target.Data == DataActive {
		c.step("list", c.list)
		c.step("reuse", c.reuse)
		if c.options.Folder == "" {
			c.step("clock", c.clock)
		}
		c.write()
	}
	c.step("parallel", c.parallel)
}

// watched is env with a log that shows whether TLS stood, which an error of
// the login does not tell.
func (c *checker) watched(env *Env) *Env {
	w := *env
	w.Log = func(l Line) {
		if l.Dir == Note && strings.HasPrefix(l.Text, "TLS 1.") {
			c.secured = true
		}
		if env.Log != nil {
			env.Log(l)
		}
	}
	return &w
}

// step runs one step and reports whether to go on with what builds on it.
func (c *checker) step(name string, f func(*CheckStep)) bool {
	s := CheckStep{Name: name, Title: titleOf(name), Grade: Running}
	if c.ctx.Err() != nil {
		return false
	}
	c.tell(s)
	s.Grade = Green
	f(&s)
	return c.add(s)
}

func (c *checker) add(s CheckStep) bool {
	c.report.Steps = append(c.report.Steps, s)
	c.tell(s)
	return s.Grade != Red && s.Grade != Skipped
}

func titleOf(name string) string {
	for _, t := range checkTitles {
		if t.name == name {
			return t.title
		}
	}
	return name
}

// fail fills a step in from an error.
func (s *CheckStep) fail(err error) {
	x := Explain(err)
	s.Grade, s.Text, s.Server, s.Next = Red, x.What, x.Server, x.Next
	if x.Why != "" {
		s.Text += ": " + x.Why
	}
	if x.Button != NoRemedy {
		s.Advice = append(s.Advice, advise(x.Button, ""))
	}
}

// warn makes a step amber.
func (s *CheckStep) warn(text string, advice ...Advice) {
	s.Grade, s.Text = Amber, text
	s.Advice = append(s.Advice, advice...)
}

// skip says why a step was not tried.
func (s *CheckStep) skip(why string) { s.Grade, s.Text = Skipped, why }

// finish adds the steps that were not reached and sums up.
func (c *checker) finish(began time.Time) {
	r := &c.report
	for _, t := range checkTitles {
		if !slices.ContainsFunc(r.Steps, func(s CheckStep) bool { return s.Name == t.name }) {
			r.Steps = append(r.Steps, CheckStep{Name: t.name, Title: t.title, Grade: Skipped, Text: "not reached"})
		}
	}
	order := func(name string) int {
		return slices.IndexFunc(checkTitles, func(t struct{ name, title string }) bool { return t.name == name })
	}
	slices.SortStableFunc(r.Steps, func(a, b CheckStep) int { return order(a.Name) - order(b.Name) })
	for _, s := range r.Steps {
		r.Grade = max(r.Grade, s.Grade)
		for _, a := range s.Advice {
			if !slices.Contains(r.Advice, a) {
				r.Advice = append(r.Advice, a)
			}
		}
	}
	if r.Grade == Skipped {
		r.Grade = Green
	}
	if c.env.Memory != nil {
		r.Learned = c.env.Memory.Recall(c.target)
	}
	r.Took = time.Since(began).Seconds()
}

// lost reports that the session is gone after err, and forgets it.
func (c *checker) lost() bool {
	if c.session == nil {
		return true
	}
	if c.session.Dead() {
		c.session.Close()
		c.session = nil
	}
	return c.session == nil
}

// again gives a session, a new one if the last was lost.
func (c *checker) again() (*Session, error) {
	if c.lost() {
		s, err := Open(c.ctx, c.target, c.env)
		if err != nil {
			return nil, err
		}
		c.session = s
	}
	return c.session, nil
}

// causeIn is the cause of an error of ours, for the steps to decide by.
func causeIn(err error) cause {
	if e, ok := errors.AsType[*Error](err); ok {
		c, _ := causeOfError(e)
		return c
	}
	return causeNone
}
