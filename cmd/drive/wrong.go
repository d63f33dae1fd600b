package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// sceneWrongPort connects to where nobody listens: the window must say so in
// words, and be left usable.
func sceneWrongPort(ctx context.Context, s *stage) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	if err := s.quick(port, "anna", "wrong"); err != nil {
		return "", err
	}
	w, err := s.robot.until(ctx, "the refusal in words", 15*time.Second, func(w seen) bool {
		return !w.Connected && slices.ContainsFunc(w.Toasts, func(t string) bool { return strings.Contains(t, "127.0.0.1") })
	})
	if err != nil {
		return "", err
	}
	if err := s.robot.shot("wrong-port"); err != nil {
		return "", err
	}
	return w.Toasts[len(w.Toasts)-1], s.robot.key("ctrl+w")
}

// sceneFullDisk downloads a file onto a disk that is too small for it, and one
// that fits after it.
func sceneFullDisk(ctx context.Context, s *stage) (string, error) {
	if os.Getuid() != 0 {
		return "left out: only root can make a small disk", nil
	}
	tiny := filepath.Join(s.work, "tiny")
	if err := os.Mkdir(tiny, 0o755); err != nil {
		return "", err
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", tiny).CombinedOutput(); err != nil {
		return "left out: no disk can be mounted here: " + strings.TrimSpace(string(out)), nil
	}
	defer exec.Command("umount", "--lazy", tiny).Run()
	before, err := s.goLocal(ctx, tiny)
	if err != nil {
		return "", err
	}
	for _, name := range []string{largeName, "robots.txt"} {
		if err := s.robot.drag("row/remote/"+name, "pane/local"); err != nil {
			return "", err
		}
	}
	w, err := s.robot.until(ctx, "one failed, one arrived", time.Minute, func(w seen) bool {
		return w.Queue.idle() && w.Queue.Failed == before.Queue.Failed+1 && slices.Contains(w.Local, "robots.txt")
	})
	if err != nil {
		return "", err
	}
	s.failed = w.Queue.Failed
	if err := s.robot.click("tab/failed", 1); err != nil {
		return "", err
	}
	if err := s.robot.shot("full-disk"); err != nil {
		return "", err
	}
	if err := s.robot.click("tab/queue", 1); err != nil {
		return "", err
	}
	if slices.Contains(w.Local, largeName) {
		return "", fmt.Errorf("%q is there though it cannot be whole", largeName)
	}
	if _, err := s.goLocal(ctx, before.home); err != nil {
		return "", err
	}
	return "the other file arrived", nil
}

// been is what the window showed before it went elsewhere.
type been struct {
	seen
	home string
}

// goLocal types a path into the left pane's path bar.
func (s *stage) goLocal(ctx context.Context, dir string) (been, error) {
	w, err := s.robot.state()
	if err != nil {
		return been{}, err
	}
	if err := s.robot.click("pane/local", 1); err != nil {
		return been{}, err
	}
	if err := s.robot.key("ctrl+l", "ctrl+a"); err != nil {
		return been{}, err
	}
	if err := s.robot.write(dir); err != nil {
		return been{}, err
	}
	if err := s.robot.key("Return"); err != nil {
		return been{}, err
	}
	_, err = s.robot.until(ctx, fmt.Sprintf("%q in the left pane", dir), 5*time.Second, func(n seen) bool { return n.LocalDir == dir })
	return been{w, w.LocalDir}, err
}
