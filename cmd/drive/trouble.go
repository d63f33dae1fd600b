package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"longshore/transfer/ftptest"
)

// quick types a server into the quick-connect bar of a new tab.
func (s *stage) quick(port int, user, password string) error {
	if err := s.robot.key("ctrl+t"); err != nil {
		return err
	}
	time.Sleep(300 * time.Millisecond)
	for _, f := range [][2]string{{"host", "127.0.0.1"}, {"user", user}, {"password", password}, {"port", strconv.Itoa(port)}} {
		if err := s.fieldText(f[0], f[1]); err != nil {
			return err
		}
	}
	return s.robot.click("button/Connect", 1)
}

// other starts a second server with an account and a certificate of its own.
func other(ctx context.Context, s *stage, work string) (*ftptest.Server, error) {
	root := filepath.Join(s.work, work)
	if err := os.MkdirAll(filepath.Join(root, "inbox"), 0o755); err != nil {
		return nil, err
	}
	return ftptest.Start(ftptest.Options{Root: root, TLS: ftptest.ExplicitTLS, RequireTLS: true,
		Users: map[string]string{"anna": secret}})
}

func sceneCertificate(ctx context.Context, s *stage) (string, error) {
	server, err := other(ctx, s, "other")
	if err != nil {
		return "", err
	}
	defer server.Close()
	if err := s.quick(server.Port(), "anna", secret); err != nil {
		return "", err
	}
	if _, err := s.robot.until(ctx, "the certificate", 10*time.Second, func(w seen) bool { return w.Question == "certificate" }); err != nil {
		return "", err
	}
	if err := s.robot.shot("certificate"); err != nil {
		return "", err
	}
	if err := s.robot.click("button/Trust until quit", 1); err != nil {
		return "", err
	}
	if _, err := s.robot.until(ctx, "the second server", 10*time.Second, func(w seen) bool {
		return w.Connected && len(w.Remote) == 1 && w.Remote[0] == "inbox"
	}); err != nil {
		return "", err
	}
	if err := s.robot.shot("second-server"); err != nil {
		return "", err
	}
	return "shown, trusted once, connected", s.robot.key("ctrl+w")
}

func scenePassword(ctx context.Context, s *stage) (string, error) {
	server, err := other(ctx, s, "third")
	if err != nil {
		return "", err
	}
	defer server.Close()
	if err := s.quick(server.Port(), "anna", "wrong"); err != nil {
		return "", err
	}
	if _, err := s.robot.until(ctx, "the certificate", 10*time.Second, func(w seen) bool { return w.Question == "certificate" }); err != nil {
		return "", err
	}
	if err := s.robot.click("button/Trust until quit", 1); err != nil {
		return "", err
	}
	if _, err := s.robot.until(ctx, "the password asked for", 10*time.Second, func(w seen) bool { return w.Question == "password" }); err != nil {
		return "", err
	}
	if err := s.robot.shot("password"); err != nil {
		return "", err
	}
	if err := s.fieldText("answer", secret); err != nil {
		return "", err
	}
	if err := s.robot.key("Return"); err != nil {
		return "", err
	}
	if _, err := s.robot.until(ctx, "connected after all", 10*time.Second, func(w seen) bool { return w.Connected && w.Question == "" }); err != nil {
		return "", err
	}
	return "", s.robot.key("ctrl+w")
}

// longUpload drags a folder that takes a while, and gives both its ends.
func (s *stage) longUpload(ctx context.Context, name string, files int, seed uint64) (from, to string, err error) {
	w, err := s.robot.state()
	if err != nil {
		return "", "", err
	}
	from, to = filepath.Join(w.LocalDir, name), filepath.Join(s.serverRoot(), w.RemoteDir, name)
	if err := fill(from, files, 1<<20, seed); err != nil {
		return "", "", err
	}
	if err := big(filepath.Join(from, "last.bin"), 24<<20, seed); err != nil {
		return "", "", err
	}
	if _, err := s.seeLocal(ctx, name); err != nil {
		return "", "", err
	}
	if err := s.robot.drag("row/local/"+name, "pane/remote"); err != nil {
		return "", "", err
	}
	_, err = s.robot.until(ctx, "bytes on their way", 20*time.Second, func(w seen) bool { return w.Queue.Moved > 1<<20 })
	return from, to, err
}

func sceneClose(ctx context.Context, s *stage) (string, error) {
	from, to, err := s.longUpload(ctx, "closed in the middle", 900, 11)
	if err != nil {
		return "", err
	}
	if err := s.robot.key("ctrl+q"); err != nil {
		return "", err
	}
	if _, err := s.robot.until(ctx, "the question about quitting", 5*time.Second, func(w seen) bool { return w.Question == "quit" }); err != nil {
		return "", err
	}
	if err := s.robot.shot("quit"); err != nil {
		return "", err
	}
	if err := s.robot.key("Return"); err != nil {
		return "", err
	}
	select {
	case err := <-s.app.done:
		if err != nil {
			return "", fmt.Errorf("the program ended: %w", err)
		}
	case <-time.After(15 * time.Second):
		return "", fmt.Errorf("the program did not end within 15 s")
	}
	if err := s.open(ctx); err != nil {
		return "", err
	}
	if err := s.heldByBar(ctx); err != nil {
		return "", err
	}
	return s.arrivesAfter(ctx, from, to)
}

// heldByBar reads the bar about what was interrupted, and holds the queue with
// it for a moment.
func (s *stage) heldByBar(ctx context.Context) error {
	if _, err := s.robot.until(ctx, "the bar about what was interrupted", 5*time.Second, func(w seen) bool {
		return strings.Contains(w.Banner, "interrupted and go on")
	}); err != nil {
		return err
	}
	if err := s.robot.click("button/Pause", 1); err != nil {
		return err
	}
	if _, err := s.robot.until(ctx, "the queue held", 10*time.Second, func(w seen) bool {
		return strings.HasSuffix(w.Banner, "the queue is paused") && w.Queue.Active <= 1 // the folder itself stays open
	}); err != nil {
		return err
	}
	if err := s.robot.shot("opened-again"); err != nil {
		return err
	}
	return s.robot.click("button/Resume", 1)
}

// heldSinceCrash sees that nothing moves before the bar about a crash is
// answered, looks first, and lets it go on.
func (s *stage) heldSinceCrash(ctx context.Context) error {
	was, err := s.robot.until(ctx, "the bar that asks before anything goes on", 10*time.Second, func(w seen) bool {
		return strings.HasSuffix(w.Banner, "interrupted") && w.Queue.Active <= 1 // the folder itself stays open
	})
	if err != nil {
		return err
	}
	if err := s.robot.click("button/Look first", 1); err != nil {
		return err
	}
	time.Sleep(time.Second)
	w, err := s.robot.state()
	if err != nil {
		return err
	}
	if w.Bottom != "queue" || w.Queue.Done != was.Queue.Done || w.Queue.Moved != was.Queue.Moved {
		return fmt.Errorf("something moved before it was let go on: %+v, then %+v", was.Queue, w.Queue)
	}
	if err := s.robot.shot("after-a-crash"); err != nil {
		return err
	}
	return s.goOn(ctx)
}

// goOn presses Resume in the bar about a crash, if there is something left.
func (s *stage) goOn(ctx context.Context) error {
	w, err := s.robot.until(ctx, "the bar, or the end", 10*time.Second, func(w seen) bool { return w.Banner != "" || w.Queue.idle() })
	if err != nil || !strings.HasSuffix(w.Banner, "interrupted") {
		return err
	}
	return s.robot.click("button/Resume", 1)
}

func sceneKill(ctx context.Context, s *stage) (string, error) {
	from, to, err := s.longUpload(ctx, "killed in the middle", 900, 12)
	if err != nil {
		return "", err
	}
	rng := rand.New(rand.NewPCG(5, 5))
	busy := 0
	for n := range 10 {
		time.Sleep(time.Duration(rng.IntN(300)) * time.Millisecond)
		if w, err := s.robot.state(); err == nil && !w.Queue.idle() {
			busy++
		}
		s.app.kill()
		if err := s.open(ctx); err != nil {
			return "", err
		}
		goOn := s.goOn
		if n == 0 {
			goOn = s.heldSinceCrash
		}
		if err := goOn(ctx); err != nil {
			return "", err
		}
	}
	if busy < 5 {
		return "", fmt.Errorf("only %d of 10 kills met a working queue", busy)
	}
	if err := s.robot.shot("after-the-kills"); err != nil {
		return "", err
	}
	result, err := s.arrivesAfter(ctx, from, to)
	return fmt.Sprintf("%s; %d kills in the middle", result, busy), err
}

// arrivesAfter waits for the restored queue to end and compares.
func (s *stage) arrivesAfter(ctx context.Context, from, to string) (string, error) {
	w, err := s.robot.until(ctx, "the queue at its end", 5*time.Minute, func(w seen) bool { return !w.Restoring && w.Queue.idle() })
	if err != nil {
		return "", err
	}
	if w.Queue.Failed > s.failed {
		return "", fmt.Errorf("%d transfers failed", w.Queue.Failed-s.failed)
	}
	return s.compare(from, to)
}
