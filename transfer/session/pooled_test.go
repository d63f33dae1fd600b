package session

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"longshore/transfer/ftptest"
	"longshore/transfer/listing"
)

func serve(t *testing.T, o ftptest.Options) (*ftptest.Server, Target, *Env) {
	t.Helper()
	v, err := ftptest.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	host, port := splitAddr(t, v.Addr())
	return v, Target{Host: host, Port: port, Security: PlainFTP}, &Env{Memory: &oneServer{}, Timeout: 5 * time.Second}
}

func listRoot(ctx context.Context, s *Session) error {
	_, err := s.List(ctx, "/", func([]listing.Entry) {})
	return err
}

// Eight workers at a server that bears three, by either way of refusing.
func TestPoolWithRealSessions(t *testing.T) {
	for name, o := range map[string]ftptest.Options{
		"421 at the greeting": {MaxSessions: 3},
		"530 at the password": {MaxSessions: 3, MaxAtPASS: true},
	} {
		t.Run(name, func(t *testing.T) {
			_, target, env := serve(t, o)
			p := NewPool(env)
			defer p.Close()
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					for range 4 {
						s, err := p.Lease(t.Context(), target)
						if err != nil {
							t.Error(err)
							return
						}
						p.Release(s, listRoot(t.Context(), s))
					}
				})
			}
			wg.Wait()
			if n := p.Allowed(target); n != 3 && n != MaxSessions {
				t.Errorf("allowed %d", n)
			}
		})
	}
}

// The server hangs up on an idle browser; the next look does not notice.
func TestBrowserWithARealSession(t *testing.T) {
	for _, hard := range []bool{false, true} {
		v, target, env := serve(t, ftptest.Options{})
		b := NewBrowser(target, env)
		defer b.Close()
		for range 3 {
			if err := b.Do(t.Context(), true, listRoot); err != nil {
				t.Fatalf("hard %v: %v", hard, err)
			}
			v.Kick(hard)
		}
		b.browser.spoke = time.Now().Add(-time.Minute)
		err := b.Do(t.Context(), false, func(ctx context.Context, s *Session) error { return s.MakeDir(ctx, "/new") })
		if err != nil {
			t.Errorf("hard %v: what changes something: %v", hard, err)
		}
		if _, _, total := v.Sessions(); total != 4 {
			t.Errorf("hard %v: %d connections, want 4", hard, total)
		}
	}
}

// A late 421, as servers send before they hang up.
func TestBrowserAfterALate421(t *testing.T) {
	v, target, env := serve(t, ftptest.Options{})
	b := NewBrowser(target, env)
	defer b.Close()
	if err := b.Do(t.Context(), true, listRoot); err != nil {
		t.Fatal(err)
	}
	v.Inject(ftptest.Fault{Do: ftptest.Say, On: "PASV,EPSV", Text: "421 Timeout.", Times: 1})
	if err := b.Do(t.Context(), true, listRoot); err != nil {
		t.Error(err)
	}
	if v.Struck() != 1 {
		t.Error("the fault did not strike")
	}
}

// One connection for the window and the queue.
func TestPoolAndBrowserShareARealConnection(t *testing.T) {
	v, target, env := serve(t, ftptest.Options{MaxSessions: 1})
	p := NewPool(env)
	defer p.Close()
	b := p.NewBrowser(target)
	defer b.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for range 3 {
		if err := b.Do(ctx, true, listRoot); err != nil {
			t.Fatal(err)
		}
		s, err := p.Lease(ctx, target)
		if err != nil {
			t.Fatal(err)
		}
		looked := make(chan error, 1)
		go func() { looked <- b.Do(ctx, true, listRoot) }()
		err = errors.Join(listRoot(ctx, s), s.MakeDirAll(ctx, "/a/b"))
		p.Release(s, err)
		if err = errors.Join(err, <-looked); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, total := v.Sessions(); total != 2 {
		t.Errorf("%d connections, want one for all and one that was refused", total)
	}
}
