package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// theLoad measures the window while eight sessions transfer and a hundred
// thousand files wait.
var theLoad = []scene{
	{"at rest", sceneRest},
	{"100,000 files queued at once", sceneQueueMany},
	{"8 sessions, large files", sceneLarge},
	{"8 sessions, small files", sceneSmall},
	{"the same, and the queue scrolled", sceneScroll},
}

const (
	loadName    = "load"
	loadFiles   = 100_000
	loadLarge   = 8
	measureTime = 8 * time.Second
	reactTime   = 4 * time.Second
)

// loadSettings are those of a user who wants all of it at once.
const loadSettings = `{"version":1,"theme":"dark","zoom":1,"keys":"usual","hidden":true,"quick_bar":true,"log_open":true,` +
	`"slots":8,"per_site":8,"keep_times":true}`

// prepareLoad writes the settings of a measurement. The program is not open yet.
func prepareLoad(state string) error {
	if err := os.MkdirAll(state, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(state, "settings.json"), []byte(loadSettings), 0o600)
}

// frameReport is what the probe tells about the time since it was last asked.
type frameReport struct {
	Seconds       float64
	Frames        int
	P50, P95, Max float64 // milliseconds
	Busy          float64 // share of a core
}

func (f frameReport) String() string {
	return fmt.Sprintf("%4.1f frames/s, p50 %.0f ms, p95 %.0f ms, longest %.0f ms; UI goroutine %.0f %% of a core",
		float64(f.Frames)/f.Seconds, f.P50, f.P95, f.Max, f.Busy*100)
}

func (r *robot) frames() (frameReport, error) {
	var f frameReport
	answer, err := r.ask("frames")
	if err == nil {
		err = json.Unmarshal([]byte(answer), &f)
	}
	return f, err
}

// sceneRest is what a frame costs when nothing else is done.
func sceneRest(ctx context.Context, s *stage) (string, error) {
	if _, err := s.robot.frames(); err != nil {
		return "", err
	}
	seen, err := s.reactions(ctx, reactTime)
	if err != nil {
		return "", err
	}
	f, err := s.robot.frames()
	return f.String() + "; " + seen, err
}

// sceneQueueMany chooses all files of a folder and uploads them, the large
// ones first.
func sceneQueueMany(ctx context.Context, s *stage) (string, error) {
	w, err := s.robot.state()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(w.LocalDir, loadName)
	if err := fillLoad(dir); err != nil {
		return "", err
	}
	if _, err := s.seeLocal(ctx, loadName); err != nil {
		return "", err
	}
	if err := s.robot.doubleClick("row/local/" + loadName); err != nil {
		return "", err
	}
	if _, err := s.robot.until(ctx, "the folder", 30*time.Second, func(w seen) bool { return w.LocalDir == dir && !w.Loading }); err != nil {
		return "", err
	}
	if _, err := s.robot.frames(); err != nil {
		return "", err
	}
	if err := s.robot.key("ctrl+a", "ctrl+u"); err != nil {
		return "", err
	}
	if _, err := s.robot.until(ctx, "all of them in the queue", time.Minute, func(w seen) bool {
		return w.Queue.Waiting+w.Queue.Active+w.Queue.Done >= loadFiles
	}); err != nil {
		return "", err
	}
	f, err := s.robot.frames()
	return f.String(), err
}

func fillLoad(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i := range loadLarge {
		if err := big(filepath.Join(dir, "0-large-"+strconv.Itoa(i)+".bin"), 192<<20, uint64(i)); err != nil {
			return err
		}
	}
	small := make([]byte, 4<<10)
	for i := range loadFiles {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("small-%06d.dat", i)), small, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func sceneLarge(ctx context.Context, s *stage) (string, error) {
	if _, err := s.robot.until(ctx, "eight at once", 20*time.Second, func(w seen) bool { return w.Queue.Active >= loadLarge }); err != nil {
		return "", err
	}
	return s.measure(ctx, 2*time.Second, 2*time.Second, func() error { return nil })
}

func sceneSmall(ctx context.Context, s *stage) (string, error) {
	if _, err := s.robot.until(ctx, "the large ones gone", 2*time.Minute, func(w seen) bool { return w.Queue.Done > loadLarge }); err != nil {
		return "", err
	}
	return s.measure(ctx, measureTime, reactTime, func() error { return nil })
}

func sceneScroll(ctx context.Context, s *stage) (string, error) {
	x, y, err := s.robot.middle("queue/")
	if err != nil {
		return "", err
	}
	if err := s.robot.move(x, y); err != nil {
		return "", err
	}
	return s.measure(ctx, measureTime, reactTime, func() error { return s.robot.xdo("click", "--repeat", "8", "--delay", "25", "5") })
}

// measure does something again and again while frames are counted, and goes on
// with it while keys are pressed.
func (s *stage) measure(ctx context.Context, long, react time.Duration, meanwhile func() error) (string, error) {
	if _, err := s.robot.frames(); err != nil {
		return "", err
	}
	if err := repeat(ctx, long, meanwhile); err != nil {
		return "", err
	}
	f, err := s.robot.frames()
	if err != nil {
		return "", err
	}
	also := make(chan error, 1)
	go func() { also <- repeat(ctx, react, meanwhile) }()
	seen, err := s.reactions(ctx, react)
	return f.String() + "; " + seen, errors.Join(err, <-also)
}

func repeat(ctx context.Context, long time.Duration, f func() error) error {
	for end := time.Now().Add(long); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}
