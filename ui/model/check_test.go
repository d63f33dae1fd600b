package model

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"longshore/sites"
	"longshore/transfer/session"
)

// checks is a check that tells what a test has it tell.
type checks struct {
	runs    []session.CheckOptions
	targets []session.Target
	steps   []session.CheckStep
	advice  []session.Advice
	refused *session.Certificate
	hold    chan struct{} // not nil: the check waits after its first step for its context
}

func (c *checks) run(ctx context.Context, t session.Target, o session.CheckOptions, tell func(session.CheckStep)) (session.CheckReport, *session.Certificate, error) {
	c.runs, c.targets = append(c.runs, o), append(c.targets, t)
	for _, s := range c.steps {
		running := s
		running.Grade, running.Text = session.Running, ""
		tell(running)
		if c.hold != nil {
			<-ctx.Done()
			close(c.hold)
			return session.CheckReport{Steps: c.steps[:1]}, nil, ctx.Err()
		}
		tell(s)
	}
	return session.CheckReport{Place: t.URL("/"), Steps: c.steps, Advice: c.advice}, c.refused, nil
}

// checkScreen notes what is shown.
type checkScreen struct {
	noScreen
	check  *Check
	edited string
	newer  sites.Site
	copied string
}

func (s *checkScreen) ShowCheck(c *Check)       { s.check = c }
func (s *checkScreen) EditSite(id string)       { s.edited = id }
func (s *checkScreen) EditNewSite(x sites.Site) { s.newer = x }
func (s *checkScreen) Copy(text string)         { s.copied = text }

func checkBench(t *testing.T) (*bench, *checks, *checkScreen) {
	t.Helper()
	b, c, s := connected(t), &checks{}, &checkScreen{}
	c.steps = []session.CheckStep{{Name: "lookup", Title: "Name lookup", Grade: session.Green, Text: "found"},
		{Name: "pasv", Title: "Passive mode PASV", Grade: session.Red, Text: "no way", Server: "227 huh", Next: "look there"}}
	b.deps.Check, b.deps.Memory = c.run, b.known
	b.SetScreen(s)
	return b, c, s
}

func saved(t *testing.T, b *bench) sites.Site {
	t.Helper()
	s := sites.NewSite("Work", "ftp.example.com")
	s.User, s.Logon, s.RemoteDir = "anna", sites.AskLogon, "/web"
	stored, err := b.book.Put(s)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func TestCheckShowsStepsAsTheyCome(t *testing.T) {
	b, c, s := checkBench(t)
	b.Actions.Run("check")
	if s.check == nil || s.check.Folder != "/web" {
		t.Fatalf("shown: %+v", s.check)
	}
	var seen []string
	s.check.OnChange = func() {
		for _, step := range s.check.Steps {
			seen = append(seen, step.Name+" "+step.Grade.String())
		}
	}
	s.check.Start()
	b.loop.settle()
	want := "lookup running lookup green lookup green pasv running lookup green pasv red lookup green pasv red"
	if got := strings.Join(seen, " "); got != want {
		t.Errorf("seen\n%s, want\n%s", got, want)
	}
	if s.check.State != CheckDone || !strings.Contains(s.check.CheckLine(), "1 step does not work") {
		t.Errorf("ended as %v: %q", s.check.State, s.check.CheckLine())
	}
	if len(c.runs) != 1 || c.runs[0] != (session.CheckOptions{}) {
		t.Errorf("a check that nobody asked to write or to open more: %+v", c.runs)
	}
	text, more := StepWords(s.check.Steps[1])
	if text != "No way" || more != "It said: 227 huh\nLook there" {
		t.Errorf("words %q, %q", text, more)
	}
	s.check.CopyReport()
	if !strings.Contains(s.copied, "Passive mode PASV") {
		t.Errorf("copied %q", s.copied)
	}
}

func TestCheckAsksForWhatItDoes(t *testing.T) {
	b, c, s := checkBench(t)
	b.CheckTab()
	s.check.Write, s.check.Folder, s.check.Parallel = true, "relative", true
	if s.check.FolderProblem() == "" {
		t.Error("a relative folder is taken")
	}
	s.check.Folder = "/tmp"
	s.check.Start()
	b.loop.settle()
	if len(c.runs) != 1 || c.runs[0].Folder != "/tmp" || c.runs[0].Parallel < 2 {
		t.Errorf("options %+v", c.runs)
	}
}

func TestCheckStopsAtOnce(t *testing.T) {
	b, c, s := checkBench(t)
	c.hold = make(chan struct{})
	b.deps.Go = func(f func()) { go f() }
	inbox := make(chan func(), 10)
	b.deps.Do = func(f func()) { inbox <- f }
	b.CheckTab()
	s.check.Start()
	(<-inbox)()
	began := time.Now()
	s.check.Stop()
	if s.check.State != CheckStopped || len(s.check.Steps) != 0 {
		t.Errorf("stopped as %v with %v", s.check.State, s.check.Steps)
	}
	<-c.hold
	if d := time.Since(began); d > time.Second {
		t.Errorf("took %v", d)
	}
	(<-inbox)()
	if s.check.State != CheckStopped {
		t.Error("what came late was taken")
	}
}

func TestCureOfASite(t *testing.T) {
	for _, c := range []struct {
		advice session.Advice
		ok     func(sites.Site) bool
	}{
		{session.Advice{Remedy: session.StayTLS12}, func(s sites.Site) bool { return s.TLSMax == "1.2" }},
		{session.Advice{Remedy: session.TrustPASVHost}, func(s sites.Site) bool { return s.TrustPASVHost }},
		{session.Advice{Remedy: session.OneConnection}, func(s sites.Site) bool { return s.MaxSessions == 1 }},
		{session.Advice{Remedy: session.FewerConnections, Value: "3"}, func(s sites.Site) bool { return s.MaxSessions == 3 }},
		{session.Advice{Remedy: session.UseImplicitTLS}, func(s sites.Site) bool { return s.Security == session.ImplicitTLS && s.Port == 0 }},
		{session.Advice{Remedy: session.UsePASV}, func(s sites.Site) bool { return s.Data == session.DataPASV }},
		{session.Advice{Remedy: session.UseLIST}, func(s sites.Site) bool { return s.List == session.ListLIST }},
		{session.Advice{Remedy: session.SetClock, Value: "1h0m0s"}, func(s sites.Site) bool { return s.TimeAdjust == -60 }},
	} {
		b, k, screen := checkBench(t)
		k.advice = []session.Advice{c.advice}
		site := saved(t, b)
		b.CheckSite(site)
		screen.check.Start()
		b.loop.settle()
		if len(screen.check.Cures) != 1 {
			t.Fatalf("%v: %d buttons", c.advice, len(screen.check.Cures))
		}
		screen.check.Cures[0].Press()
		b.loop.settle()
		screen.check.Cures[0].Press() // a second press does nothing
		now, _ := b.book.Get(site.ID)
		if !c.ok(now) || screen.check.Cures[0].Done == "" {
			t.Errorf("%v: the site is %+v, the button says %q", c.advice, now, screen.check.Cures[0].Done)
		}
		if want, got := now.TargetOf(), screen.check.Target; want.Key() != got.Key() {
			t.Errorf("%v: the next check goes to %+v", c.advice, got)
		}
	}
}

func TestCureOfAQuickConnection(t *testing.T) {
	b, k, screen := checkBench(t)
	k.advice = []session.Advice{{Remedy: session.StayTLS12}, {Remedy: session.FewerConnections, Value: "2"}, {Remedy: session.IgnorePASVHost}}
	b.CheckTab()
	screen.check.Start()
	b.loop.settle()
	if len(screen.check.Cures) != 2 {
		t.Fatalf("%d buttons; what is so already needs none", len(screen.check.Cures))
	}
	for _, cure := range screen.check.Cures {
		cure.Press()
		b.loop.settle()
	}
	l := b.known.Recall(demoTarget)
	if !l.TLS12 || l.MaxSessions != 2 {
		t.Errorf("remembered %+v", l)
	}
	if got := b.Tab().Target; got.TLSMax != "1.2" || got.MaxSessions != 2 {
		t.Errorf("the tab goes to %+v", got)
	}
}

func TestCheckAsksAboutTheCertificateAndGoesOn(t *testing.T) {
	b, k, screen := checkBench(t)
	k.advice = []session.Advice{{Remedy: session.TrustCertificate}}
	cert := session.Certificate{Host: "ftp.example.com", Port: 21, SHA256: strings.Repeat("ab", 32)}
	k.refused = &cert
	b.CheckTab()
	screen.check.Start()
	b.loop.settle()
	screen.check.Cures[0].Press()
	q := b.Questions.Current()
	if q == nil || q.About != AskCertificate {
		t.Fatalf("asked %+v", q)
	}
	b.Questions.Answer(q.ID, 1, Reply{})
	b.loop.settle()
	if !b.known.Trusted(demoTarget, cert) {
		t.Error("not trusted")
	}
	if len(k.runs) != 2 {
		t.Errorf("%d checks; one more after the answer", len(k.runs))
	}
}

func TestCheckPasswordAndEdit(t *testing.T) {
	b, k, screen := checkBench(t)
	k.advice = []session.Advice{{Remedy: session.EnterPassword}, {Remedy: session.EditSite}}
	site := saved(t, b)
	b.CheckSite(site)
	screen.check.Start()
	b.loop.settle()
	screen.check.Cures[0].Press()
	q := b.Questions.Current()
	if q == nil || q.About != AskPassword {
		t.Fatalf("asked %+v", q)
	}
	b.Questions.Answer(q.ID, 1, Reply{Text: "pw"})
	b.loop.settle()
	if p, _ := b.secrets.Password(context.Background(), site.TargetOf()); p != "pw" || len(k.runs) != 2 {
		t.Errorf("password %q, %d checks", p, len(k.runs))
	}
	screen.check.Cures[1].Press()
	if screen.edited != site.ID {
		t.Errorf("edited %q", screen.edited)
	}
}

func TestFailuresOfferTheCheck(t *testing.T) {
	b, _, screen := checkBench(t)
	b.server.refuse = &session.Error{Kind: session.Network, Step: "dial", Err: errors.New("refused")}
	b.Connect(session.Target{Host: "other.example", Security: session.ExplicitTLS, User: "u"}, sites.Site{}, "")
	b.loop.settle()
	if n := len(b.Toasts); n == 0 || b.Toasts[n-1].Button == "" {
		t.Fatalf("messages %+v", b.Toasts)
	}
	b.Press(b.Toasts[len(b.Toasts)-1].ID)
	if screen.check == nil || screen.check.Target.Host != "other.example" {
		t.Errorf("checked %+v", screen.check)
	}
}

func TestLearnedIsEdited(t *testing.T) {
	b, _, _ := checkBench(t)
	offset := 90 * time.Second
	b.known.Learn(demoTarget, func(l *session.Learned) {
		*l = session.Learned{Software: "vsFTPd 3.0.3", TLS12: true, MaxSessions: 2, ClockOffset: &offset, EarlyEPSV: true}
	})
	e := b.Learned(demoTarget)
	if e.MaxSessions != "2" || e.Clock != "1" || !e.TLS12 {
		t.Fatalf("shown %+v", e)
	}
	for _, bad := range []func(*Learned){func(e *Learned) { e.MaxSessions = "0" }, func(e *Learned) { e.MaxSessions = "many" },
		func(e *Learned) { e.Clock = "1h" }, func(e *Learned) { e.Clock = "99999" }, func(e *Learned) { e.Charset = "klingon" }} {
		x := *e
		bad(&x)
		if _, problem := x.Read(); problem == "" {
			t.Errorf("taken: %+v", x)
		}
	}
	e.TLS12, e.MaxSessions, e.List = false, "", session.ListLIST
	saved := false
	e.Save(func(p string) { t.Error(p) }, func() { saved = true })
	b.loop.settle()
	l := b.known.Recall(demoTarget)
	if !saved || l.TLS12 || l.MaxSessions != 0 || l.List != session.ListLIST || l.Software != "vsFTPd 3.0.3" || !l.EarlyEPSV {
		t.Errorf("kept %+v", l)
	}
	if l.ClockOffset == nil || *l.ClockOffset != offset {
		t.Errorf("the clock was %v, is %v", offset, l.ClockOffset)
	}
	e.ForgetAll(func() {})
	b.loop.settle()
	if l := b.known.Recall(demoTarget); l != (session.Learned{}) {
		t.Errorf("not forgotten: %+v", l)
	}
}

func TestRefusedPasswordIsForgotten(t *testing.T) {
	b, _, _ := checkBench(t)
	b.secrets.Type(demoTarget, "wrong")
	b.server.refuse = &session.Error{Kind: session.Auth, Step: "login", Code: 530, Text: "Login incorrect"}
	b.Tab().Reconnect()
	b.loop.settle()
	if p, err := b.secrets.Password(context.Background(), demoTarget); err == nil {
		t.Errorf("%q is kept", p)
	}
}
