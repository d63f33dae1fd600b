package ftptest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// step is one thing that a user does.
type step struct {
	name string
	do   func(ctx context.Context, s *session.Session) error
}

func steps() []step {
	data := bytes.Repeat([]byte("0123456789"), 30_000)
	return []step{
		{"list", func(ctx context.Context, s *session.Session) error {
			_, err := s.List(ctx, "/", func([]listing.Entry) {})
			return err
		}},
		{"store", func(ctx context.Context, s *session.Session) error {
			_, err := s.Store(ctx, "/up", 0, bytes.NewReader(data), session.Tap{})
			return err
		}},
		{"size", func(ctx context.Context, s *session.Session) error {
			_, err := s.Size(ctx, "/down")
			return err
		}},
		{"retrieve", func(ctx context.Context, s *session.Session) error {
			_, err := s.Retrieve(ctx, "/down", 0, &bytes.Buffer{}, session.Tap{})
			return err
		}},
		{"make", func(ctx context.Context, s *session.Session) error { return s.MakeDir(ctx, "/d/e") }},
		{"time", func(ctx context.Context, s *session.Session) error { return s.SetTime(ctx, "/down", time.Now()) }},
		{"rename", func(ctx context.Context, s *session.Session) error { return s.Rename(ctx, "/down", "/d/moved") }},
		{"delete", func(ctx context.Context, s *session.Session) error { return s.Delete(ctx, "/d/moved") }},
		{"stat", func(ctx context.Context, s *session.Session) error {
			_, err := s.Stat(ctx, "/d")
			return err
		}},
	}
}

var verbs = []string{"GREETING", "AUTH", "USER", "PASS", "FEAT", "PBSZ", "PROT", "TYPE", "OPTS", "PWD", "CWD",
	"EPSV", "PASV", "LIST", "MLSD", "STOR", "RETR", "SIZE", "MKD", "MFMT", "RNFR", "RNTO", "DELE", "NOOP", "QUIT"}

// evils are what may happen at any verb. The hostile replies are of every
// class, with and without the shape that the verb's reply should have.
func evils() map[string]ftptest.Fault {
	out := map[string]ftptest.Fault{
		"silence":       {Do: ftptest.Silence},
		"silence after": {Do: ftptest.SilenceAfter},
		"drop":          {Do: ftptest.DropBefore},
		"reset":         {Do: ftptest.DropBefore, Hard: true},
		"drop instead":  {Do: ftptest.DropInstead},
		"drop after":    {Do: ftptest.DropAfter},
		"endless line":  {Do: ftptest.EndlessLine},
		"endless lines": {Do: ftptest.EndlessLines},
		"garbage":       {Do: ftptest.Garbage},
		"trickle":       {Do: ftptest.Trickle},
		"injected":      {Do: ftptest.Append, Text: "226 Injected.\r\n"},
	}
	for _, text := range []string{"100 Wait.", "150 Go.", "200 Ok.", "227 Entering )1,2,3,4,5,6(", "227 (999,1,1,1,1,1)", "229 ((((|", "229 (|||99999|)",
		"250 Ok.", "257 \"", "300 More.", "331 More.", "350 More.", "421 Gone.", "450 Busy.", "500 What?", "530 No.", "550 No.",
		"999 Never.", "x", "", "\x00\xff\x1b[2J", "213 -1", "213 99999999999999999999", "211-Features:\r\n" + strings.Repeat(" X\r\n", 1000) + "211 End"} {
		do := ftptest.Say
		if text == "" {
			text = "\r"
		}
		out[fmt.Sprintf("say %.20q", text)] = ftptest.Fault{Do: do, Text: text}
	}
	return out
}

// dataEvils are what may happen to data connections.
func dataEvils() map[string]ftptest.Fault {
	return map[string]ftptest.Fault{
		"stall":    {Do: ftptest.StallData, At: 70},
		"reset":    {Do: ftptest.ResetData, At: 70},
		"cut":      {Do: ftptest.CutData, At: 70},
		"cut at 0": {Do: ftptest.CutData},
		"finish":   {Do: ftptest.FinishData, At: 70},
		"control":  {Do: ftptest.DropControl, At: 70},
		"full":     {Do: ftptest.FullDisk, At: 70},
		"lose":     {Do: ftptest.LoseData, At: 70},
		"dead":     {Do: ftptest.DeadPort},
		"mute":     {Do: ftptest.MutePort},
		"endless":  {Do: ftptest.EndlessListing},
		"raw":      {Do: ftptest.RawListing, Text: strings.Repeat("\x00\xff ../../x\r\n", 100)},
	}
}

// TestNothingHangsASession plays faults at verbs, over TLS and without, and
// lets a session do everything: each step must end within its deadlines, with
// an *Error if it failed, and the program must stay small. Every tenth case is
// played, or all 1,774 if LONGSHORE_SOAK is set.
func TestNothingHangsASession(t *testing.T) {
	const timeout = 250 * time.Millisecond
	cases := map[string]ftptest.Fault{}
	for name, f := range evils() {
		for _, v := range verbs {
			f.On = v
			cases[v+" "+name] = f
		}
	}
	for name, f := range dataEvils() {
		cases["data "+name] = f
	}
	names := slices.Sorted(maps.Keys(cases))
	every := 10
	if os.Getenv("LONGSHORE_SOAK") != "" {
		every = 1
	}
	for _, mode := range []ftptest.TLSMode{ftptest.NoTLS, ftptest.ExplicitTLS} {
		t.Run(fmt.Sprint(mode), func(t *testing.T) {
			slots := make(chan bool, 48)
			for i, name := range names {
				f := cases[name]
				if i%every != 0 && f.Do < ftptest.StallData {
					continue
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					slots <- true
					defer func() { <-slots }()
					sweep(t, mode, f, timeout)
				})
			}
		})
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("%d cases, %d MiB from the system", 2*len(cases), m.Sys>>20)
	if m.Sys > 512<<20 {
		t.Errorf("the program grew to %d MiB", m.Sys>>20)
	}
}

func sweep(t *testing.T, mode ftptest.TLSMode, f ftptest.Fault, timeout time.Duration) {
	s, err := ftptest.Start(ftptest.Options{TLS: mode, DataTimeout: 2 * timeout})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, n := range []string{"down", "d/x"} {
		p := filepath.Join(s.Root(), n)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, bytes.Repeat([]byte("x"), 100_000), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s.Inject(f)
	target := session.Target{Host: s.Host(), Port: s.Port(), Security: session.PlainFTP}
	if mode == ftptest.ExplicitTLS {
		target.Security = session.ExplicitTLS
	}
	env := &session.Env{Roots: s.Roots(), Timeout: timeout}
	var open *session.Session
	for _, st := range steps() {
		begin := time.Now()
		if open == nil || open.Dead() {
			if open != nil {
				open.Close()
			}
			open, err = session.Open(t.Context(), target, env)
			ended(t, "open", begin, err)
			if err != nil {
				return
			}
		}
		begin = time.Now()
		ended(t, st.name, begin, st.do(t.Context(), open))
	}
	open.Close()
}

// bound is the most that a step may take: several commands, each with its
// deadline, a listing without end up to the rows that are read at most, and a
// machine that has other things to do.
const bound = 20 * time.Second

func ended(t *testing.T, what string, begin time.Time, err error) {
	t.Helper()
	if d := time.Since(begin); d > bound {
		t.Errorf("%s took %v", what, d)
	}
	var e *session.Error
	if err != nil && !errors.As(err, &e) {
		t.Errorf("%s: %v is no *session.Error", what, err)
	}
}
