package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// scene is one thing a person does, with what must be true afterwards.
type scene struct {
	name string
	play func(context.Context, *stage) (string, error)
}

// theDemo is what a first-time user would try.
var theDemo = []scene{
	{"connected to the demo server", sceneConnected},
	{"drag 200 files to the server", sceneUpload},
	{"drag one file of 64 MiB", sceneUploadLarge},
	{"drag both back", sceneDownload},
}

const (
	manyName  = "two hundred files"
	largeName = "large.bin"
	backName  = "came back"
	largeSize = 64 << 20
)

// serverRoot is where the demo server keeps what was uploaded.
func (s *stage) serverRoot() string { return filepath.Join(s.state, "demo", "server") }

func sceneConnected(_ context.Context, s *stage) (string, error) {
	w, err := s.robot.state()
	if err != nil {
		return "", err
	}
	if err := fill(filepath.Join(w.LocalDir, manyName), 200, 64<<10, 1); err != nil {
		return "", err
	}
	if err := big(filepath.Join(w.LocalDir, largeName), largeSize, 2); err != nil {
		return "", err
	}
	if err := os.Mkdir(filepath.Join(w.LocalDir, backName), 0o755); err != nil {
		return "", err
	}
	return w.TLS, s.robot.shot("connected")
}

func sceneUpload(ctx context.Context, s *stage) (string, error) {
	before, err := s.seeLocal(ctx, manyName)
	if err != nil {
		return "", err
	}
	if err := s.robot.drag("row/local/"+manyName, "pane/remote"); err != nil {
		return "", err
	}
	if _, err := s.robot.until(ctx, "the queue working", 10*time.Second, func(w seen) bool { return !w.Queue.idle() || w.Queue.Done > before.Queue.Done }); err != nil {
		return "", err
	}
	if err := s.robot.shot("queue-running"); err != nil {
		return "", err
	}
	w, err := s.finished(ctx, before, 200)
	if err != nil {
		return "", err
	}
	return s.compare(filepath.Join(before.LocalDir, manyName), filepath.Join(s.serverRoot(), w.RemoteDir, manyName))
}

func sceneUploadLarge(ctx context.Context, s *stage) (string, error) {
	before, err := s.seeLocal(ctx, largeName)
	if err != nil {
		return "", err
	}
	if err := s.robot.drag("row/local/"+largeName, "pane/remote"); err != nil {
		return "", err
	}
	w, err := s.finished(ctx, before, 1)
	if err != nil {
		return "", err
	}
	if err := s.robot.shot("uploaded"); err != nil {
		return "", err
	}
	return sameFile(filepath.Join(before.LocalDir, largeName), filepath.Join(s.serverRoot(), w.RemoteDir, largeName))
}

func sceneDownload(ctx context.Context, s *stage) (string, error) {
	before, err := s.seeLocal(ctx, backName)
	if err != nil {
		return "", err
	}
	from := before.LocalDir
	if err := s.robot.doubleClick("row/local/" + backName); err != nil {
		return "", err
	}
	into := filepath.Join(from, backName)
	if before, err = s.robot.until(ctx, "the empty folder", 5*time.Second, func(w seen) bool { return w.LocalDir == into }); err != nil {
		return "", err
	}
	for _, name := range []string{manyName, largeName} {
		if err := s.robot.drag("row/remote/"+name, "pane/local"); err != nil {
			return "", err
		}
	}
	if _, err := s.finished(ctx, before, 201); err != nil {
		return "", err
	}
	if err := s.robot.shot("downloaded"); err != nil {
		return "", err
	}
	if _, err := sameFile(filepath.Join(from, largeName), filepath.Join(into, largeName)); err != nil {
		return "", err
	}
	return s.compare(filepath.Join(from, manyName), filepath.Join(into, manyName))
}

// seeLocal refreshes the left pane until a name is in it.
func (s *stage) seeLocal(ctx context.Context, name string) (seen, error) {
	if err := s.robot.click("pane/local", 1); err != nil {
		return seen{}, err
	}
	if err := s.robot.key("F5"); err != nil {
		return seen{}, err
	}
	return s.robot.until(ctx, fmt.Sprintf("%q in the left pane", name), 10*time.Second,
		func(w seen) bool { return slices.Contains(w.Local, name) })
}

// finished waits until so many more Items are done and nothing is left.
func (s *stage) finished(ctx context.Context, before seen, more int) (seen, error) {
	w, err := s.robot.until(ctx, fmt.Sprintf("%d more transfers done", more), 3*time.Minute, func(w seen) bool {
		return w.Queue.idle() && w.Queue.Files+w.Queue.Failed >= before.Queue.Files+before.Queue.Failed+more
	})
	if err == nil && w.Queue.Failed > before.Queue.Failed {
		err = fmt.Errorf("%d transfers failed", w.Queue.Failed-before.Queue.Failed)
	}
	return w, err
}

func (s *stage) compare(want, got string) (string, error) {
	n, err := same(want, got)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d files, every byte equal", n), nil
}

func sameFile(want, got string) (string, error) {
	a, err := sum(want)
	if err != nil {
		return "", err
	}
	b, err := sum(got)
	if err != nil {
		return "", err
	}
	if a != b {
		return "", fmt.Errorf("%q differs from %q", got, want)
	}
	return "SHA-256 equal", nil
}
