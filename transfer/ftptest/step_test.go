package ftptest_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/session"
)

// TestSessionsStayInStep plays one fault in the midst of a row of transfers.
// Whatever happened, a session that says it is alive must then do its work:
// one that takes a reply for the answer to another command never recovers.
// The greetings make it use what it knows about each server. Every fifth case
// is played, or all if LONGSHORE_SOAK is set.
func TestSessionsStayInStep(t *testing.T) {
	cases := map[string]ftptest.Fault{}
	add := func(name string, f ftptest.Fault, verbs ...string) {
		for _, v := range verbs {
			f.On, f.Times = v, 1
			cases[name+" at "+v] = f
		}
	}
	moves := []string{"STOR", "RETR"}
	for _, text := range []string{"425 Cannot open data connection.", "450 Busy.", "550 No.", "552 Full.", "500 What?", "226 Done.", "250 Done."} {
		add(text[:3], ftptest.Fault{Do: ftptest.Say, Text: text}, "STOR", "RETR", "PASV", "EPSV", "SIZE", "CWD")
	}
	add("silence", ftptest.Fault{Do: ftptest.Silence}, "STOR", "RETR", "PASV", "EPSV", "SIZE")
	add("silence after", ftptest.Fault{Do: ftptest.SilenceAfter}, "STOR", "RETR", "PASV", "EPSV", "SIZE")
	add("late", ftptest.Fault{Do: ftptest.Late, Delay: 30 * time.Millisecond}, "STOR", "RETR", "PASV", "EPSV", "SIZE")
	add("too late", ftptest.Fault{Do: ftptest.Late, Delay: 600 * time.Millisecond}, "STOR", "RETR", "PASV", "EPSV", "SIZE")
	add("twice", ftptest.Fault{Do: ftptest.Append, Text: "226 Once more.\r\n"}, "STOR", "RETR", "SIZE")
	add("trickle", ftptest.Fault{Do: ftptest.Trickle, Delay: time.Millisecond}, "STOR", "RETR", "PASV", "EPSV", "SIZE")
	add("drop", ftptest.Fault{Do: ftptest.DropInstead}, "STOR", "RETR", "PASV", "EPSV", "SIZE")
	add("dead port", ftptest.Fault{Do: ftptest.DeadPort}, "PASV", "EPSV")
	for name, f := range dataEvils() {
		if f.Do < ftptest.DeadPort {
			add("data "+name, f, moves...)
		}
	}
	every := 5
	if os.Getenv("LONGSHORE_SOAK") != "" {
		every = 1
	}
	n := 0
	for _, greeting := range []string{"220 (vsFTPd 3.0.3)", "220 ProFTPD Server ready.", "220 Welcome to Pure-FTPd", "220 Hello."} {
		for _, name := range slices.Sorted(maps.Keys(cases)) {
			for _, mode := range []ftptest.TLSMode{ftptest.NoTLS, ftptest.ExplicitTLS} {
				f := cases[name]
				if n++; n%every != 0 && f.Do != ftptest.Append {
					continue
				}
				t.Run(fmt.Sprintf("%s %s %d", greeting, name, mode), func(t *testing.T) {
					t.Parallel()
					inStep(t, ftptest.Options{Greeting: greeting, TLS: mode, DataTimeout: time.Second}, f)
				})
			}
		}
	}
}

func inStep(t *testing.T, o ftptest.Options, f ftptest.Fault) {
	var mu sync.Mutex
	var said []string
	o.Log = func(_ int, l string) {
		mu.Lock()
		defer mu.Unlock()
		said = append(said, l)
	}
	s, err := ftptest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		s.Close()
		if t.Failed() {
			t.Log(strings.Join(said, "\n"))
		}
	}()
	w := &walker{t: t, s: s}
	defer w.close()
	for i := range 12 {
		if i == 3 {
			s.Inject(f)
		}
		name := fmt.Sprint("f", i)
		data := bytes.Repeat([]byte(name), 1+i*300)
		w.store(name, data)
		w.retrieve(name, data)
	}
}

// walker does one thing after another and may be disturbed twice at each: by
// the fault, and by what it leads to on the old connection.
type walker struct {
	t    *testing.T
	s    *ftptest.Server
	open *session.Session
}

func (w *walker) close() {
	if w.open != nil {
		w.open.Close()
	}
}

func (w *walker) do(what string, f func(ctx context.Context) error) {
	w.t.Helper()
	var err error
	for range 3 {
		if w.open == nil || w.open.Dead() {
			w.close()
			target := session.Target{Host: w.s.Host(), Port: w.s.Port(), Security: session.PlainFTP}
			if w.s.Roots() != nil {
				target.Security = session.ExplicitTLS
			}
			if w.open, err = session.Open(w.t.Context(), target, &session.Env{Roots: w.s.Roots(), Timeout: 400 * time.Millisecond}); err != nil {
				continue
			}
		}
		if err = f(w.t.Context()); err == nil {
			return
		}
	}
	w.t.Fatalf("%s: %v", what, err)
}

func (w *walker) store(name string, data []byte) {
	w.t.Helper()
	w.do("store "+name, func(ctx context.Context) error {
		if _, err := w.open.Store(ctx, "/"+name, 0, bytes.NewReader(data), session.Tap{}); err != nil {
			return err
		}
		n, err := w.open.Size(ctx, "/"+name)
		if err != nil {
			return err
		}
		got, _ := os.ReadFile(filepath.Join(w.s.Root(), name))
		if n != int64(len(got)) {
			w.t.Errorf("the size of %s is given as %d, is %d", name, n, len(got))
		}
		if n != int64(len(data)) {
			return fmt.Errorf("%d bytes of %d", n, len(data))
		}
		return nil
	})
}

func (w *walker) retrieve(name string, data []byte) {
	w.t.Helper()
	w.do("retrieve "+name, func(ctx context.Context) error {
		var b bytes.Buffer
		if _, err := w.open.Retrieve(ctx, "/"+name, 0, &b, session.Tap{}); err != nil {
			return err
		}
		if !bytes.Equal(b.Bytes(), data) {
			return fmt.Errorf("%d bytes of %d", b.Len(), len(data))
		}
		return nil
	})
}
