package model

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"longshore/sites"
	"longshore/transfer/session"
)

// Checker runs the connection check. Besides the report it gives the
// certificate that was refused, if one was, for the user to decide about.
type Checker func(ctx context.Context, t session.Target, o session.CheckOptions, tell func(session.CheckStep)) (session.CheckReport, *session.Certificate, error)

// CheckWith is the Checker for sessions of an Env.
func CheckWith(env *session.Env) Checker {
	return func(ctx context.Context, t session.Target, o session.CheckOptions, tell func(session.CheckStep)) (session.CheckReport, *session.Certificate, error) {
		var refused *session.Certificate // written and read on the check's goroutine
		own := *env
		own.Trusted = func(t session.Target, c session.Certificate) bool {
			if env.Trusted != nil && env.Trusted(t, c) {
				return true
			}
			refused = &c
			return false
		}
		report, err := session.Check(ctx, t, &own, o, tell)
		return report, refused, err
	}
}

// CheckState says how far a connection check is.
type CheckState uint8

// The states of a check.
const (
	CheckIdle CheckState = iota
	CheckRunning
	CheckDone
	CheckStopped
)

// checkParallel is how many connections the check tries at once when asked to.
const checkParallel = 8

// Check is a connection check as its card shows it.
type Check struct {
	app    *App
	Target session.Target
	Site   sites.Site // as stored; empty for a quick connection
	tab    *Tab       // whose connection it is, nil for none

	State  CheckState
	Steps  []session.CheckStep
	Report session.CheckReport
	Cures  []*Cure

	// What the user chose for the next run.
	Write    bool
	Folder   string
	Parallel bool

	OnChange func() // something is to be drawn again

	refused *session.Certificate
	gen     uint64
	cancel  context.CancelFunc
}

// Cure is a remedy as a button.
type Cure struct {
	Label string
	Done  string // what it did, in words; "" before it was pressed
	do    func()
}

// Press does it, once.
func (c *Cure) Press() {
	if c.Done == "" {
		c.do()
	}
}

// NewCheck is a check of a server; nothing is sent before Start.
func (a *App) NewCheck(t session.Target, s sites.Site) *Check {
	c := &Check{app: a, Target: t, Site: s, Folder: s.RemoteDir, OnChange: func() {}}
	for _, tab := range a.Tabs {
		if tab.Target.Key() == t.Key() && tab.Target.Site == t.Site {
			c.tab = tab
		}
	}
	if c.tab != nil && c.tab.Remote.Dir != "" {
		c.Folder = c.tab.Remote.Dir
	}
	if c.Folder == "" {
		c.Folder = "/"
	}
	return c
}

// CheckTab opens the connection check for the active tab's server.
func (a *App) CheckTab() {
	if t := a.Tab(); t != nil && t.Target.Host != "" {
		a.deps.Screen.ShowCheck(a.NewCheck(t.Target, t.Site))
	}
}

// CheckSite opens the connection check for a saved site.
func (a *App) CheckSite(s sites.Site) { a.deps.Screen.ShowCheck(a.NewCheck(s.TargetOf(), s)) }

// CheckTarget opens the connection check for the server of a transfer.
func (a *App) CheckTarget(t session.Target) {
	s, _ := a.siteOf(t.Site)
	a.deps.Screen.ShowCheck(a.NewCheck(t, s))
}

func (a *App) needCheck() string {
	switch t := a.Tab(); {
	case a.deps.Check == nil:
		return wordNoCheck
	case t == nil || t.Target.Host == "":
		return wordNoServerYet
	}
	return ""
}

// offerCheck adds the connection check to the message about a failure that it
// may explain.
func (a *App) offerCheck(m Message, t session.Target, err error) Message {
	if a.deps.Check == nil || m.Button != "" {
		return m
	}
	switch session.KindOf(err) {
	case session.Network, session.TLS, session.Protocol, session.Busy, session.Unavailable, session.Unknown, session.Auth:
		m.Button, m.Do = wordCheckButton, func() { a.CheckTarget(t) }
	}
	return m
}

// Start runs the check beside the UI goroutine.
func (c *Check) Start() {
	a := c.app
	if a.deps.Check == nil || c.State == CheckRunning {
		return
	}
	c.gen++
	gen := c.gen
	ctx, cancel := context.WithCancel(a.deps.Context)
	c.cancel, c.State = cancel, CheckRunning
	c.Steps, c.Cures, c.Report, c.refused = nil, nil, session.CheckReport{}, nil
	target, options := c.Target, session.CheckOptions{}
	if c.Write {
		options.Folder = c.Folder
	}
	if c.Parallel {
		options.Parallel = checkParallel
	}
	do := func(f func()) {
		a.deps.Do(func() {
			if c.gen == gen {
				f()
			}
		})
	}
	a.deps.Go(func() {
		defer cancel()
		report, refused, err := a.deps.Check(ctx, target, options, func(s session.CheckStep) { do(func() { c.take(s) }) })
		do(func() { c.finish(report, refused, err) })
	})
	c.OnChange()
}

// take notes how a step goes.
func (c *Check) take(s session.CheckStep) {
	i := slices.IndexFunc(c.Steps, func(old session.CheckStep) bool { return old.Name == s.Name })
	if i < 0 {
		c.Steps = append(c.Steps, s)
	} else {
		c.Steps[i] = s
	}
	c.OnChange()
}

func (c *Check) finish(r session.CheckReport, refused *session.Certificate, err error) {
	c.cancel = nil
	c.State, c.Report, c.Steps, c.refused = CheckDone, r, r.Steps, refused
	if err != nil {
		c.State = CheckStopped
	}
	for _, advice := range r.Advice {
		if cure := c.cure(advice); cure != nil {
			c.Cures = append(c.Cures, cure)
		}
	}
	c.OnChange()
}

// Stop ends the check at once. What it still has to put away at the server it
// puts away by itself.
func (c *Check) Stop() {
	if c.State != CheckRunning {
		return
	}
	c.gen++
	c.cancel()
	c.cancel, c.State = nil, CheckStopped
	c.Steps = slices.DeleteFunc(slices.Clone(c.Steps), func(s session.CheckStep) bool { return s.Grade == session.Running })
	c.Report = session.CheckReport{Place: c.Target.URL("/"), At: c.app.deps.Now(), Steps: c.Steps}
	c.OnChange()
}

// Close is Stop for good: the card is gone.
func (c *Check) Close() {
	c.OnChange = func() {}
	c.Stop()
	c.gen++
}

// FolderProblem says why the folder cannot be tried; "" if it can.
func (c *Check) FolderProblem() string {
	if c.Write && !strings.HasPrefix(c.Folder, "/") {
		return wordCheckFolder
	}
	return ""
}

// ParallelCount is how many connections the check would open.
func (c *Check) ParallelCount() int { return checkParallel }

// CopyReport puts the report into the clipboard. It holds no secrets.
func (c *Check) CopyReport() {
	c.app.deps.Screen.Copy(c.Report.Text())
	c.app.Alert(Message{Grade: GradeGood, What: wordReportCopied})
}

// Lines are what was learned about the server, a sentence each.
func (c *Check) Lines() []string {
	var out []string
	if c.app.deps.Memory != nil {
		for _, l := range c.app.deps.Memory.Recall(c.Target).Lines() {
			out = append(out, Sentence(l))
		}
	}
	return out
}

// siteFor is a new site for a quick connection.
func (a *App) siteFor(t session.Target) sites.Site {
	s := sites.NewSite(t.Host, t.Host)
	s.Port, s.Security, s.User, s.Data, s.List = t.Port, t.Security, t.User, t.Data, t.List
	s.TrustPASVHost, s.TLSMax, s.MaxSessions = t.TrustPASVHost, t.TLSMax, t.MaxSessions
	if !t.Anonymous() {
		s.Logon = sites.AskLogon
	}
	return s
}

// CheckLine sums the check up in one sentence.
func (c *Check) CheckLine() string {
	switch c.State {
	case CheckRunning:
		if n := len(c.Steps); n > 0 {
			return "Trying: " + c.Steps[n-1].Title + "…"
		}
		return "Beginning…"
	case CheckStopped:
		return "Stopped"
	case CheckIdle:
		return ""
	}
	bad, amber := 0, 0
	for _, s := range c.Steps {
		switch s.Grade {
		case session.Red:
			bad++
		case session.Amber:
			amber++
		}
	}
	took := strconv.FormatFloat(c.Report.Took, 'f', 1, 64) + " s"
	switch {
	case bad > 0:
		return Sentence(Count(bad, "step does", "steps do")) + " not work · " + took
	case amber > 0:
		return "It works; " + Count(amber, "thing is not as it should be", "things are not as they should be") + " · " + took
	}
	return "All is well · " + took
}

func (a *App) needCheckItem() string {
	switch {
	case a.deps.Check == nil:
		return wordNoCheck
	case len(a.chosen()) != 1:
		return wordOneTransfer
	}
	return ""
}
