package session

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/listing"
)

// within fails the test when f takes longer.
func within(t *testing.T, d time.Duration, f func()) {
	t.Helper()
	start := time.Now()
	f()
	if took := time.Since(start); took > d {
		t.Errorf("took %v, more than %v", took, d)
	}
}

func TestOpenFaults(t *testing.T) {
	for name, c := range map[string]struct {
		o    ftptest.Options
		kind Kind
		step string
		code int
	}{
		"no greeting":       {ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Silence, On: "GREETING"}}}, Network, "greeting", 0},
		"endless line":      {ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.EndlessLine, On: "GREETING"}}}, Protocol, "greeting", 0},
		"endless reply":     {ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.EndlessLines, On: "GREETING"}}}, Protocol, "greeting", 0},
		"garbage":           {ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Garbage, On: "GREETING"}}}, Protocol, "greeting", 0},
		"closed at once":    {ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.DropBefore, On: "GREETING"}}}, Network, "greeting", 0},
		"full":              {ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Say, On: "GREETING", Text: "421 Too many connections."}}}, Busy, "greeting", 421},
		"wrong password":    {ftptest.Options{Users: map[string]string{"u": "other"}}, Auth, "login", 530},
		"limit at PASS":     {ftptest.Options{Users: map[string]string{"u": "p"}, Faults: []ftptest.Fault{{Do: ftptest.Say, On: "PASS", Text: "530 Sorry, the maximum number of clients (1) for this user are already connected."}}}, Busy, "login", 530},
		"user refused":      {ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Say, On: "USER", Text: "530 This FTP server is anonymous only."}}}, Auth, "login", 530},
		"user, too many":    {ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Say, On: "USER", Text: "421 Too many users."}}}, Busy, "login", 421},
		"silent at PASS":    {ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.Silence, On: "PASS"}}}, Network, "login", 0},
		"injected past TLS": {ftptest.Options{TLS: ftptest.ExplicitTLS, Faults: []ftptest.Fault{{Do: ftptest.Append, On: "AUTH", Text: "230 you are in"}}}, TLS, "tls", 0},
		"no AUTH":           {ftptest.Options{TLS: ftptest.ExplicitTLS, Faults: []ftptest.Fault{{Do: ftptest.Say, On: "AUTH", Text: "500 what?"}}}, TLS, "auth", 500},
		"AUTH then silence": {ftptest.Options{TLS: ftptest.ExplicitTLS, Faults: []ftptest.Fault{{Do: ftptest.Silence, On: "AUTH"}}}, Network, "auth", 0},
		"drop in TLS":       {ftptest.Options{TLS: ftptest.ExplicitTLS, Faults: []ftptest.Fault{{Do: ftptest.DropAfter, On: "AUTH"}}}, Network, "login", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := startServer(t, c.o)
			f := fixtureOf(t, srv, c.o)
			f.env.Timeout = time.Second
			if c.o.Users != nil {
				f.target.User = "u"
				f.env.Password = func(context.Context, Target) (string, error) { return "p", nil }
			}
			within(t, 4*time.Second, func() {
				s, err := Open(ctxFor(t), f.target, f.env)
				if err == nil {
					s.Close()
					t.Fatal("opened")
				}
				e := kindIs(t, err, c.kind)
				if e.Step != c.step || e.Code != c.code || !e.Dead {
					t.Errorf("step %q, code %d, dead %v: %v", e.Step, e.Code, e.Dead, err)
				}
			})
		})
	}
}

func TestOpenOddities(t *testing.T) {
	for name, o := range map[string]ftptest.Options{
		"long greeting":     {Greeting: "220-Welcome\r\n220-to this\r\n 220 place\r\n220 ready"},
		"120 first":         {Greeting: "120 wait\r\n220 ready"},
		"one quote in PWD":  {Faults: []ftptest.Fault{{Do: ftptest.Say, On: "PWD", Text: `257 "`}}},
		"no PWD":            {Disable: []string{"PWD"}},
		"no FEAT":           {Disable: []string{"FEAT"}},
		"OPTS refused":      {Faults: []ftptest.Fault{{Do: ftptest.Say, On: "OPTS", Text: "550 no"}}},
		"no PBSZ":           {TLS: ftptest.ExplicitTLS, Faults: []ftptest.Fault{{Do: ftptest.SayAfter, On: "PBSZ", Text: "502 no"}}},
		"202 to PASS":       {Faults: []ftptest.Fault{{Do: ftptest.SayAfter, On: "PASS", Text: "202 fine already"}}},
		"trickling replies": {Faults: []ftptest.Fault{{Do: ftptest.Trickle, On: "FEAT", Delay: time.Millisecond}}},
		"account":           {Account: "acc"},
		"wrong PASV host":   {PASVHost: "10.1.2.3"},
		"bracketless PASV":  {Faults: []ftptest.Fault{{Do: ftptest.Say, On: "PASV", Text: `227 )(`}}},
		"dead EPSV port":    {Disable: []string{"PASV"}, Faults: []ftptest.Fault{{Do: ftptest.DeadPort, On: "EPSV", Times: 1}}},
		"dead PASV port":    {Faults: []ftptest.Fault{{Do: ftptest.DeadPort, On: "PASV"}}},
		"250 for 226":       {Faults: []ftptest.Fault{{Do: ftptest.SayAfter, On: "STOR,RETR,MLSD", Text: "250 done"}}},
		"200 for all":       {Faults: []ftptest.Fault{{Do: ftptest.SayAfter, On: "CWD,MKD,DELE,RMD,RNTO", Text: "200 ok"}}},
		"late final reply":  {Faults: []ftptest.Fault{{Do: ftptest.Late, On: "STOR,RETR", Delay: 50 * time.Millisecond}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := startServer(t, o)
			f := fixtureOf(t, srv, o)
			f.target.Account = "acc"
			s := openFixture(t, f)
			if name == "dead EPSV port" {
				_, err := s.Store(ctxFor(t), "/x", 0, strings.NewReader("x"), Tap{})
				e := kindIs(t, err, Network)
				if e.Dead {
					t.Errorf("a port that cannot be dialled killed the session: %v", err)
				}
			}
			data := content(100_000, 1)
			put(t, s, "/x", data)
			same(t, "x", get(t, s, "/x", 0), data)
			if e := rowsOf(t, s, "/")["x"]; e.Size != int64(len(data)) {
				t.Errorf("listed as %+v", e)
			}
			if err := s.MakeDir(ctxFor(t), "/d"); err != nil {
				t.Error(err)
			}
			if err := errors.Join(s.Rename(ctxFor(t), "/x", "/d/y"), s.Delete(ctxFor(t), "/d/y"), s.RemoveDir(ctxFor(t), "/d")); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTransferFaults(t *testing.T) {
	const size = 300_000
	for name, c := range map[string]struct {
		fault ftptest.Fault
		up    bool
		kind  Kind
		dead  bool
		maybe bool
		code  int
	}{
		"stalled download":        {ftptest.Fault{Do: ftptest.StallData, On: "RETR", At: 1000}, false, Network, true, false, 0},
		"stalled upload":          {ftptest.Fault{Do: ftptest.StallData, On: "STOR", At: 1000}, true, Network, true, false, 0},
		"reset download":          {ftptest.Fault{Do: ftptest.ResetData, On: "RETR", At: 1000}, false, Network, false, false, 426},
		"reset upload":            {ftptest.Fault{Do: ftptest.ResetData, On: "STOR", At: 1000}, true, Network, false, false, 426},
		"full disk":               {ftptest.Fault{Do: ftptest.FullDisk, On: "STOR", At: 1000}, true, NoSpace, false, false, 552},
		"451 at the end":          {ftptest.Fault{Do: ftptest.SayAfter, On: "RETR", Text: "451 disk trouble"}, false, Unknown, false, false, 451},
		"no final reply, down":    {ftptest.Fault{Do: ftptest.SilenceAfter, On: "RETR"}, false, Network, true, false, 0},
		"no final reply, up":      {ftptest.Fault{Do: ftptest.SilenceAfter, On: "STOR"}, true, Network, true, true, 0},
		"closed before the reply": {ftptest.Fault{Do: ftptest.DropInstead, On: "STOR"}, true, Network, true, true, 0},
		"control lost, up":        {ftptest.Fault{Do: ftptest.DropControl, On: "STOR", At: 1000}, true, Network, true, false, 0},
		"closed at the command":   {ftptest.Fault{Do: ftptest.DropBefore, On: "STOR"}, true, Network, true, false, 0},
		"mute port":               {ftptest.Fault{Do: ftptest.MutePort, On: "PASV"}, false, Network, true, false, 0},
		"idle for too long":       {ftptest.Fault{Do: ftptest.Say, On: "RETR", Text: "421 Timeout."}, false, Network, true, false, 421},
	} {
		for _, mode := range []ftptest.TLSMode{ftptest.NoTLS, ftptest.ExplicitTLS} {
			t.Run(name+map[ftptest.TLSMode]string{ftptest.ExplicitTLS: " over TLS"}[mode], func(t *testing.T) {
				t.Parallel()
				o := ftptest.Options{TLS: mode}
				srv := startServer(t, o)
				f := fixtureOf(t, srv, o)
				f.env.Timeout = 500 * time.Millisecond
				s := openFixture(t, f)
				data := content(size*20, 1)
				if !c.up {
					put(t, s, "/x", data)
				}
				srv.Inject(c.fault)
				var err error
				within(t, 15*time.Second, func() { // two usually; DefaultTimeout would be 20
					if c.up {
						_, err = s.Store(ctxFor(t), "/x", 0, bytes.NewReader(data), Tap{})
					} else {
						_, err = s.Retrieve(ctxFor(t), "/x", 0, io.Discard, Tap{})
					}
				})
				e := kindIs(t, err, c.kind)
				if e.Dead != s.Dead() || e.Maybe != c.maybe || e.Code != c.code {
					t.Errorf("dead %v, maybe %v, code %d: %v", e.Dead, e.Maybe, e.Code, err)
				}
				if e.Dead != c.dead {
					t.Errorf("dead is %v: %v", e.Dead, err)
				}
				if srv.Heal(); !s.Dead() {
					put(t, s, "/after", data[:1000])
				}
			})
		}
	}
}

// A server may end a stream early and call it complete. That must not look
// like more than it was.
func TestCutDownloadCountsItsBytes(t *testing.T) {
	for _, do := range []ftptest.Do{ftptest.CutData, ftptest.FinishData} {
		for _, mode := range []ftptest.TLSMode{ftptest.NoTLS, ftptest.ExplicitTLS} {
			o := ftptest.Options{TLS: mode}
			srv := startServer(t, o)
			s := openFixture(t, fixtureOf(t, srv, o))
			put(t, s, "/x", content(100_000, 1))
			srv.Inject(ftptest.Fault{Do: do, On: "RETR", At: 40_000})
			n, err := s.Retrieve(ctxFor(t), "/x", 0, io.Discard, Tap{})
			if n > 40_000 {
				t.Errorf("%d bytes of 40000, %v", n, err)
			}
			if err == nil && n != 40_000 {
				t.Errorf("%d bytes of 40000 without an error", n)
			}
		}
	}
}

func TestLostChangesAreMaybe(t *testing.T) {
	for verb, f := range map[string]func(*Session, context.Context) error{
		"DELE": func(s *Session, ctx context.Context) error { return s.Delete(ctx, "/x") },
		"RNTO": func(s *Session, ctx context.Context) error { return s.Rename(ctx, "/x", "/y") },
		"MKD":  func(s *Session, ctx context.Context) error { return s.MakeDir(ctx, "/d") },
	} {
		for name, do := range map[string]ftptest.Do{"drop instead": ftptest.DropInstead, "drop before": ftptest.DropBefore, "silence": ftptest.SilenceAfter} {
			t.Run(verb+" "+name, func(t *testing.T) {
				t.Parallel()
				srv := startServer(t, ftptest.Options{})
				fix := fixtureOf(t, srv, ftptest.Options{})
				if do == ftptest.SilenceAfter {
					fix.env.Timeout = 2 * time.Second // also what a busy machine needs for what goes well
				}
				s := openFixture(t, fix)
				put(t, s, "/x", []byte("x"))
				srv.Inject(ftptest.Fault{Do: do, On: verb})
				e := kindIs(t, f(s, ctxFor(t)), Network)
				if !e.Maybe || !e.Dead {
					t.Errorf("maybe %v, dead %v", e.Maybe, e.Dead)
				}
			})
		}
	}
}

func TestCancelAnywhere(t *testing.T) {
	stops := []ftptest.Fault{
		{Do: ftptest.Silence, On: "CWD"}, {Do: ftptest.Silence, On: "PASV"}, {Do: ftptest.MutePort, On: "PASV"},
		{Do: ftptest.Silence, On: "RETR"}, {Do: ftptest.StallData, On: "RETR", At: 10}, {Do: ftptest.SilenceAfter, On: "RETR"},
		{Do: ftptest.Silence, On: "REST"},
	}
	for _, fault := range stops {
		for _, mode := range []ftptest.TLSMode{ftptest.NoTLS, ftptest.ExplicitTLS} {
			t.Run(fault.On, func(t *testing.T) {
				t.Parallel()
				o := ftptest.Options{TLS: mode}
				srv := startServer(t, o)
				f := fixtureOf(t, srv, o)
				f.env.Timeout = 30 * time.Second
				s := openFixture(t, f)
				put(t, s, "/sub", content(100_000, 1))
				s.cwd = ""
				srv.Inject(fault)
				ctx, cancel := context.WithCancel(ctxFor(t))
				time.AfterFunc(200*time.Millisecond, cancel)
				within(t, 1200*time.Millisecond, func() {
					_, err := s.Retrieve(ctx, "/sub", 5, io.Discard, Tap{})
					kindIs(t, err, Cancelled)
				})
			})
		}
	}
	for _, on := range []string{"GREETING", "USER", "PASS", "FEAT", "AUTH", "PROT", "PWD"} {
		t.Run("open at "+on, func(t *testing.T) {
			t.Parallel()
			o := ftptest.Options{TLS: ftptest.ExplicitTLS, Faults: []ftptest.Fault{{Do: ftptest.Silence, On: on}}}
			f := fixtureOf(t, startServer(t, o), o)
			f.env.Timeout = 30 * time.Second
			ctx, cancel := context.WithCancel(ctxFor(t))
			time.AfterFunc(200*time.Millisecond, cancel)
			within(t, 1200*time.Millisecond, func() {
				_, err := Open(ctx, f.target, f.env)
				kindIs(t, err, Cancelled)
			})
		})
	}
}

func TestListFaults(t *testing.T) {
	t.Run("truncated", func(t *testing.T) {
		srv := startServer(t, ftptest.Options{})
		s := openFixture(t, fixtureOf(t, srv, ftptest.Options{}))
		for _, n := range []string{"/a", "/b", "/c"} {
			put(t, s, n, nil)
		}
		srv.Inject(ftptest.Fault{Do: ftptest.TruncateRows, On: "MLSD", At: 4}) // with those for . and ..
		n := 0
		r, err := s.List(ctxFor(t), "/", func(rows []listing.Entry) { n += len(rows) })
		if err != nil || !r.Truncated || n != 2 {
			t.Errorf("%d rows, truncated %v, %v", n, r.Truncated, err)
		}
	})
	t.Run("endless", func(t *testing.T) {
		srv := startServer(t, ftptest.Options{})
		s := openFixture(t, fixtureOf(t, srv, ftptest.Options{}))
		srv.Inject(ftptest.Fault{Do: ftptest.EndlessListing, On: "MLSD"})
		ctx, cancel := context.WithCancel(ctxFor(t))
		n := 0
		_, err := s.List(ctx, "/", func(rows []listing.Entry) {
			if n += len(rows); n > 10_000 {
				cancel()
			}
		})
		kindIs(t, err, Cancelled)
	})
	t.Run("endless and read to our limit", func(t *testing.T) {
		srv := startServer(t, ftptest.Options{})
		s := openFixture(t, fixtureOf(t, srv, ftptest.Options{}))
		srv.Inject(ftptest.Fault{Do: ftptest.EndlessListing, On: "MLSD", Times: 1})
		n := 0
		r, err := s.List(ctxFor(t), "/", func(rows []listing.Entry) { n += len(rows) })
		if err != nil || !r.Truncated || n != listing.DefaultMaxRows {
			t.Errorf("%d rows, truncated %v, %v", n, r.Truncated, err)
		}
		if rows := rowsOf(t, s, "/"); len(rows) != 0 {
			t.Errorf("afterwards: %d rows", len(rows))
		}
	})
	t.Run("longer than a listing may be, and wanted", func(t *testing.T) {
		srv := startServer(t, ftptest.Options{})
		s := openFixture(t, fixtureOf(t, srv, ftptest.Options{}))
		srv.Inject(ftptest.Fault{Do: ftptest.EndlessListing, On: "MLSD", Times: 1})
		const most = listing.DefaultMaxRows + 50_000
		n := 0
		r, err := s.ListLong(ctxFor(t), "/", func() bool { return n < most }, func(rows []listing.Entry) { n += len(rows) })
		if err != nil || !r.Truncated || !r.Limited || n < most || n > most+laterBatch || r.Rows != n {
			t.Errorf("%d rows, %+v, %v", n, r, err)
		}
		srv.Inject(ftptest.Fault{Do: ftptest.EndlessListing, On: "MLSD", Times: 1})
		if n := len(rowsOf(t, s, "/")); n != listing.DefaultMaxRows {
			t.Errorf("List gives %d rows afterwards", n)
		}
	})
	t.Run("MLSD refused after all", func(t *testing.T) {
		srv := startServer(t, ftptest.Options{})
		f := fixtureOf(t, srv, ftptest.Options{})
		m := &oneServer{}
		f.env.Memory = m
		s := openFixture(t, f)
		put(t, s, "/a", nil)
		srv.Inject(ftptest.Fault{Do: ftptest.Say, On: "MLSD", Text: "500 unknown"})
		if rows := rowsOf(t, s, "/"); len(rows) != 1 {
			t.Errorf("rows: %v", rows)
		}
		if m.l.List != ListLIST || s.Info().ListMode != ListLIST {
			t.Errorf("learned %q, mode %q", m.l.List, s.Info().ListMode)
		}
	})
	t.Run("unreadable rows are counted", func(t *testing.T) {
		srv := startServer(t, ftptest.Options{Faults: []ftptest.Fault{{Do: ftptest.RawListing, On: "MLSD", Text: "what is this\r\ntype=file;size=3; good\r\n"}}})
		s := openFixture(t, fixtureOf(t, srv, ftptest.Options{}))
		r, err := s.List(ctxFor(t), "/", func([]listing.Entry) {})
		if err != nil || r.Rows != 1 || r.Unreadable != 1 {
			t.Errorf("%+v, %v", r, err)
		}
	})
}
