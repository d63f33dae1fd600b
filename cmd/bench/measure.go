package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"longshore/transfer/listing"
)

// run is what one run of one client cost.
type run struct {
	wall time.Duration
	cpu  time.Duration // user and system, the client alone
	peak int64         // resident memory, bytes
}

// measure runs one command to its end. A client that fails, or whose result
// the check refuses, has no figure: fast and wrong is not fast.
func measure(ctx context.Context, c command, check func() error) (run, error) {
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	cmd.Dir, cmd.Env = c.dir, append(os.Environ(), c.env...)
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if c.stdin != "" {
		cmd.Stdin = strings.NewReader(c.stdin)
	}
	if c.listed != "" {
		f, err := os.Create(c.listed)
		if err != nil {
			return run{}, err
		}
		defer f.Close()
		cmd.Stdout = f
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return run{}, err
	}
	peak := watchPeak(cmd.Process.Pid)
	err := cmd.Wait()
	wall := time.Since(began)
	most := peak()
	if err != nil {
		words := said.String()
		return run{}, fmt.Errorf("%s: %w: %s", c.args[0], err, words[max(0, len(words)-400):])
	}
	if err := check(); err != nil {
		return run{}, fmt.Errorf("%s: %w", c.args[0], err)
	}
	return run{wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), most}, nil
}

// watchPeak reads a process's high-water mark until the function it returns is
// called. The kernel's own maximum at the end would count this program's
// memory too, which the child shares until it executes.
func watchPeak(pid int) func() int64 {
	stop, done := make(chan struct{}), make(chan struct{})
	var most int64
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
				most = max(most, highWater(pid))
			}
		}
	}()
	return func() int64 { close(stop); <-done; return most }
}

func highWater(pid int) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	var kb int64
	if _, rest, ok := strings.Cut(string(data), "VmHWM:"); ok {
		_, _ = fmt.Sscan(rest, &kb)
	}
	return kb << 10
}

// series are the runs of one client at one work.
type series struct {
	client string
	runs   []run
	failed error // the first failure; then there is no median
}

func (s series) wall() (median, least, most time.Duration) {
	w := make([]time.Duration, len(s.runs))
	for i, r := range s.runs {
		w[i] = r.wall
	}
	slices.Sort(w)
	return w[len(w)/2], w[0], w[len(w)-1]
}

func (s series) cpu() time.Duration {
	w := make([]time.Duration, len(s.runs))
	for i, r := range s.runs {
		w[i] = r.cpu
	}
	slices.Sort(w)
	return w[len(w)/2]
}

func (s series) peak() int64 {
	var most int64
	for _, r := range s.runs {
		most = max(most, r.peak)
	}
	return most
}

// table writes one work's result as Markdown, the fastest peer being 1.00.
func table(title string, all []series) string {
	best := time.Duration(0)
	for _, s := range all {
		if s.client == us || s.failed != nil || len(s.runs) == 0 {
			continue
		}
		if m, _, _ := s.wall(); best == 0 || m < best {
			best = m
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n**%s**\n\n| client | wall s (min–max) | ratio | CPU s | peak MB |\n|---|---|---|---|---|\n", title)
	var failures []string
	for _, s := range all {
		if s.failed != nil || len(s.runs) == 0 {
			fmt.Fprintf(&b, "| %s | failed | | | |\n", s.client)
			failures = append(failures, fmt.Sprintf("%s failed: %s", s.client, oneLine(s.failed)))
			continue
		}
		m, least, most := s.wall()
		ratio := "–"
		if best > 0 {
			ratio = fmt.Sprintf("%.2f", m.Seconds()/best.Seconds())
		}
		fmt.Fprintf(&b, "| %s | %.2f (%.2f–%.2f) | %s | %.2f | %d |\n", s.client, m.Seconds(), least.Seconds(),
			most.Seconds(), ratio, s.cpu().Seconds(), s.peak()>>20)
	}
	for _, f := range failures {
		fmt.Fprintf(&b, "\n%s\n", f)
	}
	return b.String()
}

// oneLine is an error for a document: clients print many lines, in colours.
func oneLine(err error) string {
	if err == nil {
		return "no run"
	}
	return listing.Escape(strings.Join(strings.Fields(err.Error()), " "))
}
