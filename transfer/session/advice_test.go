package session

import (
	"slices"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest"
)

// TestAdviceHelps follows each piece of advice that changes the site's
// settings: the next check has nothing red, and does not say the same again.
func TestAdviceHelps(t *testing.T) {
	expired := must(ftptest.NewCertificate(ftptest.CertOptions{Expired: true}))
	other := must(ftptest.NewCertificate(ftptest.CertOptions{Names: []string{"other.example"}}))
	tls := func(o ftptest.Options) ftptest.Options { o.TLS = ftptest.ExplicitTLS; return o }
	four := func(_ *Target, _ *Env, o *CheckOptions) { o.Parallel = 4 }
	for name, r := range map[string]struct {
		options ftptest.Options
		change  func(*Target, *Env, *CheckOptions)
		advice  Remedy
	}{
		"closed data ports":            {ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.DeadPort, On: "EPSV,PASV"}}}, nil, UseActive},
		"closed EPSV ports":            {ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.DeadPort, On: "EPSV"}}}, nil, UsePASV},
		"closed PASV ports":            {ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.DeadPort, On: "PASV"}}}, nil, UseEPSV},
		"wrong PASV address, trusted":  {ftptest.Options{PASVHost: "10.1.2.3"}, func(t *Target, _ *Env, _ *CheckOptions) { t.TrustPASVHost = true }, IgnorePASVHost},
		"expired certificate":          {tls(ftptest.Options{Certificate: &expired}), nil, TrustCertificate},
		"wrong host name":              {tls(ftptest.Options{Certificate: &other}), nil, TrustCertificate},
		"one connection, refused":      {ftptest.Options{MaxSessions: 1, MaxAtPASS: true}, four, OneConnection},
		"two connections":              {ftptest.Options{MaxSessions: 2}, four, FewerConnections},
		"clock an hour off":            {ftptest.Options{Disable: []string{"MLSD", "MLST"}, ClockOffset: time.Hour}, nil, SetClock},
		"TLS wanted":                   {tls(ftptest.Options{RequireTLS: true}), func(t *Target, _ *Env, _ *CheckOptions) { t.Security = PlainFTP }, UseExplicitTLS},
		"TLS not used":                 {tls(ftptest.Options{}), func(t *Target, _ *Env, _ *CheckOptions) { t.Security = PlainFTP }, UseExplicitTLS},
		"implicit TLS asked wrongly":   {tls(ftptest.Options{}), func(t *Target, _ *Env, _ *CheckOptions) { t.Security = ImplicitTLS }, UseExplicitTLS},
		"TLS 1.3 that does not resume": {tls(ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Say, On: "MLSD", Session: 1, Text: "425 Unable to build data connection: Operation not permitted"}}}), nil, StayTLS12},
		"MLSD rows that make no sense": {ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.RawListing, On: "MLSD", Text: "what is this\r\n"}}}, nil, UseLIST},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, r.options, r.change)
			before := l.check(t)
			if before.Grade == Green {
				t.Fatalf("nothing is wrong:\n%s", before.Text())
			}
			l.follow(t, before, r.advice)
			after := l.check(t)
			if after.Grade > Amber || offers(after, r.advice) {
				t.Errorf("before:\n%s\nafter:\n%s", before.Text(), after.Text())
			}
		})
	}
}

func offers(r CheckReport, remedy Remedy) bool {
	return slices.ContainsFunc(r.Advice, func(a Advice) bool { return a.Remedy == remedy })
}

// follow does what the button of the advice would.
func (l *lab) follow(t *testing.T, r CheckReport, remedy Remedy) {
	t.Helper()
	i := slices.IndexFunc(r.Advice, func(a Advice) bool { return a.Remedy == remedy })
	if i < 0 {
		t.Fatalf("no advice %q:\n%s", remedy, r.Text())
	}
	if remedy == TrustCertificate {
		l.env.Trusted = func(_ Target, c Certificate) bool { return strings.Contains(r.Text(), c.SHA256) }
		return
	}
	changed, ok := r.Advice[i].Apply(l.target)
	if !ok {
		t.Fatalf("%+v changes nothing", r.Advice[i])
	}
	l.target = changed
}
