package session

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest"
)

// lab is a test server with a recent file in it, and how to check it.
type lab struct {
	target  Target
	env     *Env
	options CheckOptions
}

func newLab(t *testing.T, o ftptest.Options, change func(*Target, *Env, *CheckOptions)) *lab {
	t.Helper()
	v := startServer(t, o)
	if err := os.WriteFile(filepath.Join(v.Root(), "recent.txt"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	host, port := splitAddr(t, v.Addr())
	l := &lab{target: Target{Host: host, Port: port, Security: TLSIfOffered},
		env: &Env{Roots: v.Roots(), Memory: &oneServer{}, Timeout: 3 * time.Second,
			Password: func(context.Context, Target) (string, error) { return "secret-word", nil }}}
	if change != nil {
		change(&l.target, l.env, &l.options)
	}
	return l
}

// checked runs a check against a test server.
func checked(t *testing.T, o ftptest.Options, change func(*Target, *Env, *CheckOptions)) CheckReport {
	t.Helper()
	return newLab(t, o, change).check(t)
}

func (l *lab) check(t *testing.T) CheckReport {
	t.Helper()
	var told []CheckStep
	r, err := Check(t.Context(), l.target, l.env, l.options, func(s CheckStep) { told = append(told, s) })
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if text := r.Text(); strings.Contains(text+string(data), "secret-word") {
		t.Error("the password is in the report")
	}
	if len(r.Steps) != len(checkTitles) {
		t.Errorf("%d steps in the report, %d known", len(r.Steps), len(checkTitles))
	}
	for _, s := range r.Steps {
		ended := slices.DeleteFunc(slices.Clone(told), func(o CheckStep) bool { return o.Name != s.Name || o.Grade == Running })
		if len(ended) != 1 && s.Text != "not reached" {
			t.Errorf("the end of %s was told %d times", s.Name, len(ended))
		}
	}
	return r
}

func stepOf(r CheckReport, name string) CheckStep {
	i := slices.IndexFunc(r.Steps, func(s CheckStep) bool { return s.Name == name })
	return r.Steps[i]
}

func TestCheckOfAGoodServer(t *testing.T) {
	r := checked(t, ftptest.Options{TLS: ftptest.ExplicitTLS}, func(_ *Target, _ *Env, o *CheckOptions) {
		o.Folder, o.Parallel = "/", 3
	})
	if r.Grade != Green || len(r.Advice) > 0 {
		t.Errorf("not all is green:\n%s", r.Text())
	}
	for _, s := range r.Steps {
		if s.Grade != Green || s.Text == "" {
			t.Errorf("%s: %v %q", s.Name, s.Grade, s.Text)
		}
	}
}

// The set-ups that people have, and the step that must name the cause.
func TestCheckNamesTheCause(t *testing.T) {
	expired := must(ftptest.NewCertificate(ftptest.CertOptions{Expired: true}))
	for name, r := range map[string]struct {
		options ftptest.Options
		change  func(*Target, *Env, *CheckOptions)
		step    string
		grade   Grade
		words   string
		advice  Remedy
	}{
		"closed data ports": {
			options: ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.DeadPort, On: "EPSV,PASV"}}},
			step:    "pasv", grade: Red, words: "the port that the server named for data is closed", advice: UseActive},
		"silent EPSV port": {
			options: ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.DeadPort, On: "EPSV"}}},
			step:    "epsv", grade: Red, words: "closed", advice: UsePASV},
		"wrong PASV address": {
			options: ftptest.Options{PASVHost: "10.1.2.3"},
			step:    "pasv", grade: Amber, words: "10.1.2.3", advice: NoRemedy},
		"wrong PASV address, trusted": {
			options: ftptest.Options{PASVHost: "10.1.2.3"},
			change:  func(t *Target, _ *Env, _ *CheckOptions) { t.TrustPASVHost = true },
			step:    "pasv", grade: Amber, words: "10.1.2.3", advice: IgnorePASVHost},
		"expired certificate": {
			options: ftptest.Options{TLS: ftptest.ExplicitTLS, Certificate: &expired},
			change:  func(t *Target, e *Env, _ *CheckOptions) { e.Roots = ftptest.PoolOf(expired) },
			step:    "certificate", grade: Red, words: "it expired on", advice: TrustCertificate},
		"expired certificate, with a password": {
			options: ftptest.Options{TLS: ftptest.ExplicitTLS, Certificate: &expired, Users: map[string]string{"anna": "secret-word"}},
			change:  func(t *Target, e *Env, _ *CheckOptions) { t.User = "anna" },
			step:    "login", grade: Skipped, words: "not reached", advice: NoRemedy},
		"wrong host name": {
			options: ftptest.Options{TLS: ftptest.ExplicitTLS, Certificate: ptr(must(ftptest.NewCertificate(ftptest.CertOptions{Names: []string{"other.example"}})))},
			step:    "certificate", grade: Red, words: "another name", advice: TrustCertificate},
		"session reuse required as vsftpd does": {
			options: ftptest.Options{TLS: ftptest.ExplicitTLS, Reuse: ftptest.ReuseVSFTPD},
			step:    "reuse", grade: Green, words: "requires", advice: NoRemedy},
		"session reuse required as ProFTPD does": {
			options: ftptest.Options{TLS: ftptest.ExplicitTLS, Reuse: ftptest.ReuseProFTPD},
			step:    "reuse", grade: Green, words: "requires", advice: NoRemedy},
		"one connection, refused by 530": {
			options: ftptest.Options{MaxSessions: 1, MaxAtPASS: true},
			change:  func(_ *Target, _ *Env, o *CheckOptions) { o.Parallel = 4 },
			step:    "parallel", grade: Amber, words: "allows 1 connection", advice: OneConnection},
		"two connections": {
			options: ftptest.Options{MaxSessions: 2},
			change:  func(_ *Target, _ *Env, o *CheckOptions) { o.Parallel = 4 },
			step:    "parallel", grade: Amber, words: "allows 2 connections", advice: FewerConnections},
		"no MLSD": {
			options: ftptest.Options{Disable: []string{"MLSD", "MLST"}},
			step:    "features", grade: Amber, words: "no MLSD", advice: NoRemedy},
		"clock an hour off": {
			options: ftptest.Options{Disable: []string{"MLSD", "MLST"}, ClockOffset: time.Hour},
			step:    "clock", grade: Amber, words: "UTC+1h", advice: SetClock},
		"clock behind": {
			options: ftptest.Options{Disable: []string{"MLSD", "MLST"}, ClockOffset: -3*time.Hour - 30*time.Minute},
			step:    "clock", grade: Amber, words: "UTC-3h30m", advice: SetClock},
		"wrong password": {
			options: ftptest.Options{Users: map[string]string{"anna": "another"}},
			change:  func(t *Target, e *Env, _ *CheckOptions) { t.User = "anna" },
			step:    "login", grade: Red, words: "does not accept this user and password", advice: EnterPassword},
		"TLS wanted": {
			options: ftptest.Options{TLS: ftptest.ExplicitTLS, RequireTLS: true},
			change:  func(t *Target, e *Env, _ *CheckOptions) { t.Security = PlainFTP },
			step:    "login", grade: Red, words: "wants an encrypted connection", advice: UseExplicitTLS},
		"no TLS": {
			options: ftptest.Options{},
			change:  func(t *Target, e *Env, _ *CheckOptions) { t.Security = ExplicitTLS },
			step:    "tls", grade: Red, words: "does not offer TLS", advice: UseImplicitTLS},
		"implicit TLS asked of an explicit server": {
			options: ftptest.Options{TLS: ftptest.ExplicitTLS},
			change:  func(t *Target, e *Env, _ *CheckOptions) { t.Security = ImplicitTLS },
			step:    "tls", grade: Red, words: "does not speak TLS", advice: UseExplicitTLS},
		"a server with a name": {
			options: ftptest.Options{Greeting: "220 Longshore demo server"},
			step:    "greeting", grade: Green, words: "the server is Longshore demo server", advice: NoRemedy},
		"a server without a name": {
			options: ftptest.Options{System: "UNIX Type: L8"},
			step:    "greeting", grade: Green, words: "does not say what it is; its system is UNIX", advice: NoRemedy},
		"silence": {
			options: ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Silence, On: "GREETING"}}},
			change:  func(t *Target, e *Env, _ *CheckOptions) { e.Timeout = 300 * time.Millisecond },
			step:    "greeting", grade: Red, words: "too long to answer", advice: NoRemedy},
		"an unreadable listing": {
			options: ftptest.Options{Disable: []string{"MLSD", "MLST"}, Faults: []ftptest.Fault{{Do: ftptest.RawListing, On: "LIST", Text: "what is this\r\n"}}},
			step:    "list", grade: Amber, words: "1 lines that could not be read", advice: NoRemedy},
		"a truncated listing": {
			options: ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.TruncateRows, On: "MLSD", At: 1}}},
			step:    "list", grade: Amber, words: "left some out", advice: NoRemedy},
		"a full disk": {
			options: ftptest.Options{Quota: 1000},
			change:  func(_ *Target, _ *Env, o *CheckOptions) { o.Folder = "/" },
			step:    "upload", grade: Red, words: "disk of the server is full", advice: NoRemedy},
		"read only": {
			options: ftptest.Options{ReadOnly: true},
			change:  func(_ *Target, _ *Env, o *CheckOptions) { o.Folder = "/" },
			step:    "upload", grade: Red, words: "may not do that", advice: NoRemedy},
		"uploads that are cut": {
			options: ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.LoseData, On: "STOR", At: 1000}}},
			change:  func(_ *Target, _ *Env, o *CheckOptions) { o.Folder = "/" },
			step:    "upload", grade: Red, words: "not the one that went up", advice: StayTLS12},
		"no resuming": {
			options: ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Say, On: "REST", Text: "502 Command not implemented."}, {Do: ftptest.Say, On: "APPE", Text: "502 Command not implemented."}}},
			change:  func(_ *Target, _ *Env, o *CheckOptions) { o.Folder = "/" },
			step:    "resume", grade: Amber, words: "starts over", advice: NoRemedy},
		"login refused without TLS": {
			options: ftptest.Options{Users: map[string]string{"anna": "another"}},
			change:  func(t *Target, e *Env, _ *CheckOptions) { t.User = "anna" },
			step:    "tls", grade: Skipped, words: "there was no TLS", advice: EnterPassword},
		"login refused over TLS": {
			options: ftptest.Options{TLS: ftptest.ExplicitTLS, Users: map[string]string{"anna": "another"}},
			change:  func(t *Target, e *Env, _ *CheckOptions) { t.User = "anna" },
			step:    "tls", grade: Green, words: "encrypted", advice: EnterPassword},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := checked(t, r.options, r.change)
			s := stepOf(report, r.step)
			if s.Grade != r.grade || !strings.Contains(s.Text, r.words) {
				t.Errorf("%s is %v: %q; want %v %q\n%s", r.step, s.Grade, s.Text, r.grade, r.words, report.Text())
			}
			if r.advice != NoRemedy && !slices.ContainsFunc(report.Advice, func(a Advice) bool { return a.Remedy == r.advice }) {
				t.Errorf("no advice %q in %+v", r.advice, report.Advice)
			}
			if r.grade > Amber && r.grade != Skipped && report.Grade != Red {
				t.Errorf("the report is %v", report.Grade)
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

// Nothing stays behind, whatever fails on the way.
func TestCheckTidiesUp(t *testing.T) {
	for _, on := range []string{"", "RNTO", "DELE"} {
		v := must(ftptest.Start(ftptest.Options{}))
		if on != "" {
			v.Inject(ftptest.Fault{Do: ftptest.Say, On: on, Text: "550 Permission denied.", Times: 1, Skip: map[string]int{"DELE": 1}[on]})
		}
		host, port := splitAddr(t, v.Addr())
		_, err := Check(t.Context(), Target{Host: host, Port: port, Security: PlainFTP}, nil, CheckOptions{Folder: "/"}, nil)
		if err != nil {
			t.Error(err)
		}
		left := must(os.ReadDir(v.Root()))
		if len(left) != 0 {
			t.Errorf("after a fault at %q: %v is left", on, left)
		}
		if v.Struck() == 0 && on != "" {
			t.Errorf("the fault at %q did not strike", on)
		}
		v.Close()
	}
}

func TestCheckIsCancelled(t *testing.T) {
	v := must(ftptest.Start(ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Silence, On: "PASV"}}}))
	defer v.Close()
	host, port := splitAddr(t, v.Addr())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	start := time.Now()
	r, err := Check(ctx, Target{Host: host, Port: port, Security: PlainFTP}, nil, CheckOptions{}, func(s CheckStep) {
		if s.Name == "pasv" && s.Grade == Running {
			time.AfterFunc(100*time.Millisecond, cancel)
		}
	})
	if err == nil || time.Since(start) > 3*time.Second || stepOf(r, "list").Grade != Skipped {
		t.Errorf("%v after %v: %s", err, time.Since(start), r.Text())
	}
}

// The check goes the ways that transfers go.
func TestCheckByOtherWays(t *testing.T) {
	for name, r := range map[string]struct {
		options ftptest.Options
		change  func(*Target, *Env, *CheckOptions)
	}{
		"IPv6":     {ftptest.Options{Addr: "[::1]:0", TLS: ftptest.ExplicitTLS}, nil},
		"implicit": {ftptest.Options{TLS: ftptest.ImplicitTLS}, func(t *Target, _ *Env, _ *CheckOptions) { t.Security = ImplicitTLS }},
		"proxy": {ftptest.Options{TLS: ftptest.ExplicitTLS}, func(target *Target, e *Env, _ *CheckOptions) {
			target.Host = "localhost" // the proxy resolves it
			target.Proxy = "socks5://me@" + startProxy(t, socksShake("me", "secret")).Addr().String()
			e.ProxyPassword = func(context.Context, string) (string, error) { return "secret", nil }
		}},
		"TLS 1.2": {ftptest.Options{TLS: ftptest.ExplicitTLS}, func(t *Target, _ *Env, _ *CheckOptions) { t.TLSMax = "1.2" }},
		"active":  {ftptest.Options{}, func(t *Target, _ *Env, _ *CheckOptions) { t.Data, t.Security = DataActive, PlainFTP }},
	} {
		report := checked(t, r.options, r.change)
		for _, step := range []string{"tcp", "login", "epsv", "list"} {
			if s := stepOf(report, step); s.Grade != Green {
				t.Errorf("%s, %s: %v %q", name, step, s.Grade, s.Text)
			}
		}
		if report.Grade == Red {
			t.Errorf("%s:\n%s", name, report.Text())
		}
	}
}

// Servers that say nothing, or too much, end a step and not the check.
func TestCheckOutlastsBadServers(t *testing.T) {
	for name, r := range map[string]struct {
		fault ftptest.Fault
		step  string
	}{
		"no reply to FEAT":   {ftptest.Fault{Do: ftptest.Silence, On: "FEAT"}, "login"},
		"no reply to EPSV":   {ftptest.Fault{Do: ftptest.Silence, On: "EPSV"}, "epsv"},
		"garbage for PASV":   {ftptest.Fault{Do: ftptest.Garbage, On: "PASV"}, "pasv"},
		"an endless line":    {ftptest.Fault{Do: ftptest.EndlessLine, On: "EPSV"}, "epsv"},
		"endless lines":      {ftptest.Fault{Do: ftptest.EndlessLines, On: "PASV"}, "pasv"},
		"a hang-up":          {ftptest.Fault{Do: ftptest.DropBefore, On: "PASV", Hard: true}, "pasv"},
		"a stalled listing":  {ftptest.Fault{Do: ftptest.StallData, On: "MLSD,LIST"}, "list"},
		"a hang-up in lists": {ftptest.Fault{Do: ftptest.DropBefore, On: "MLSD"}, "list"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			report := checked(t, ftptest.Options{Faults: []ftptest.Fault{r.fault}}, func(_ *Target, e *Env, _ *CheckOptions) {
				e.Timeout = 500 * time.Millisecond
			})
			if s := stepOf(report, r.step); s.Grade != Red || s.Text == "" {
				t.Errorf("%s: %v %q\n%s", r.step, s.Grade, s.Text, report.Text())
			}
			if d := time.Since(start); d > 20*time.Second {
				t.Errorf("took %v", d)
			}
		})
	}
}
