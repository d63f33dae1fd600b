package model

import (
	"strings"
	"testing"
	"time"

	"longshore/sites"
	"longshore/transfer/session"
)

func TestConnectAndDisconnect(t *testing.T) {
	b := connected(t)
	if lock, version := b.Tab().Lock(); lock != LockTLS || version != "TLS 1.3" {
		t.Errorf("lock %v %q", lock, version)
	}
	b.Actions.Run("disconnect")
	b.loop.settle()
	if b.Tab().State != Unconnected || b.Tab().Remote.Ready() || !b.server.closed {
		t.Errorf("state %v, closed %v", b.Tab().State, b.server.closed)
	}
}

// The user may change his mind while a connection is made: what comes of the
// first one is dropped, and its session let go.
func TestLateConnectionIsDropped(t *testing.T) {
	b := newBench(t)
	b.Connect(demoTarget, sites.Site{}, "")
	b.Tab().Stop()
	b.loop.settle()
	if b.Tab().State != Unconnected || !b.server.closed {
		t.Errorf("state %v, closed %v", b.Tab().State, b.server.closed)
	}
}

func TestPasswordIsAskedAndKept(t *testing.T) {
	b := newBench(t)
	site, err := b.book.Put(sites.Site{Name: "x", Host: "ftp.example.com", Security: session.ExplicitTLS, Logon: sites.AskLogon, User: "anna"})
	if err != nil {
		t.Fatal(err)
	}
	b.server.refuse = &session.Error{Kind: session.Auth, Step: "login", Err: session.ErrNoPassword}
	b.ConnectSite(site)
	b.loop.settle()
	q := b.Questions.Current()
	if q == nil || q.About != AskPassword || !q.Secret {
		t.Fatalf("question %+v", q)
	}
	b.server.refuse = nil
	b.Questions.Answer(q.ID, 1, Reply{Text: "s3cret", Check: true})
	b.loop.settle()
	if b.Tab().State != Connected {
		t.Errorf("state %v", b.Tab().State)
	}
	stored, _ := b.book.Get(site.ID)
	if !stored.Password.Saved() {
		t.Error("the password was not saved with the site")
	}
	if pw, err := b.secrets.Password(t.Context(), stored.TargetOf()); pw != "s3cret" {
		t.Errorf("password %q, %v", pw, err)
	}
}

func TestCertificateIsAskedOnce(t *testing.T) {
	b := newBench(t)
	c := session.Certificate{Host: "ftp.example.com", Port: 21, SHA256: strings.Repeat("ab", 32), Reason: "it signed itself"}
	b.server.refuse = &session.Error{Kind: session.TLS, Step: "tls", Err: &session.CertificateError{Certificate: c}}
	b.Connect(demoTarget, sites.Site{}, "")
	b.loop.settle()
	q := b.Questions.Current()
	if q == nil || q.About != AskCertificate {
		t.Fatalf("question %+v", q)
	}
	b.Questions.PutAside(q.ID) // Escape declines
	b.loop.settle()
	if b.Questions.Len() != 0 || b.Tab().State != Broken || b.known.Trusted(demoTarget, c) {
		t.Error("declining was not the end of it")
	}
	b.Actions.Run("reconnect")
	b.loop.settle()
	b.server.refuse = nil
	b.Questions.Answer(b.Questions.Current().ID, 1, Reply{})
	b.loop.settle()
	if !b.known.Trusted(demoTarget, c) || b.Tab().State != Connected {
		t.Errorf("trusted %v, state %v", b.known.Trusted(demoTarget, c), b.Tab().State)
	}
}

func TestLastTabStays(t *testing.T) {
	b := connected(t)
	b.NewTab()
	b.loop.settle()
	b.CloseTab(0)
	b.CloseTab(0)
	b.CloseTab(5)
	b.loop.settle()
	if len(b.Tabs) != 1 || b.Tab() == nil {
		t.Fatalf("%d tabs", len(b.Tabs))
	}
}

func TestTabFallsAsleepAndWakes(t *testing.T) {
	b := connected(t)
	b.now = b.now.Add(31 * time.Minute)
	b.Tick()
	if b.Tab().State != Asleep {
		t.Fatalf("state %v", b.Tab().State)
	}
	b.Tab().Remote.Refresh()
	b.loop.settle()
	if b.Tab().State != Connected {
		t.Errorf("state %v after a click", b.Tab().State)
	}
}

func TestQuickConnect(t *testing.T) {
	for _, c := range []struct {
		in             Quick
		addr, user, at string
		bad            bool
	}{
		{in: Quick{Host: "ftp.example.com", Security: session.ExplicitTLS}, addr: "ftp.example.com:21"},
		{in: Quick{Host: "h:2121/pub", User: "anna"}, addr: "h:2121", user: "anna", at: "/pub"},
		{in: Quick{Host: "ftps://bob:pw@h/x y"}, addr: "h:990", user: "bob", at: "/x y"},
		{in: Quick{Host: "h", Port: "2100"}, addr: "h:2100"},
		{in: Quick{Host: "[::1]:2100"}, addr: "[::1]:2100"},
		{in: Quick{Host: ""}, bad: true}, {in: Quick{Host: "h", Port: "99999"}, bad: true}, {in: Quick{Host: "a b"}, bad: true},
		{in: Quick{Host: "sftp://h/"}, bad: true},
	} {
		if c.in.Security == "" {
			c.in.Security = session.ExplicitTLS
		}
		target, dir, _, err := c.in.Parse()
		if c.bad {
			if err == nil {
				t.Errorf("%+v: taken as %v", c.in, target)
			}
			continue
		}
		if err != nil || target.Addr() != c.addr || target.User != c.user || dir != c.at {
			t.Errorf("%+v: %v %q %q, %v", c.in, target.Addr(), target.User, dir, err)
		}
	}
}
