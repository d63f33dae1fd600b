package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// process is a program that we started and will end.
type process struct {
	cmd  *exec.Cmd
	done chan error
}

// start runs a program in a process group of its own, so that its end is ours to bring about.
func start(cmd *exec.Cmd) (*process, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, done: make(chan error, 1)}
	go func() { p.done <- cmd.Wait(); close(p.done) }()
	return p, nil
}

// end asks politely, then insists.
func (p *process) end() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(5 * time.Second):
		p.kill()
	}
}

// kill is the power cut.
func (p *process) kill() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.done
}

// virtualScreen starts an X server without a screen on a free display.
func virtualScreen(ctx context.Context, size string) (*process, string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, "", err
	}
	defer r.Close()
	cmd := exec.CommandContext(ctx, "Xvfb", "-displayfd", "3", "-screen", "0", size+"x24", "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{w}
	cmd.Stderr = io.Discard
	p, err := start(cmd)
	w.Close()
	if err != nil {
		return nil, "", err
	}
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		p.end()
		return nil, "", fmt.Errorf("no display from Xvfb: %w", err)
	}
	return p, ":" + strings.TrimSpace(number), nil
}

// errNoScreen says what is missing, for exit status 2.
var errNoScreen = errors.New("there is no display here, and no virtual one: install xvfb, xdotool and imagemagick, or set DISPLAY")

func needPrograms(names ...string) error {
	for _, n := range names {
		if _, err := exec.LookPath(n); err != nil {
			return fmt.Errorf("%w (%q is missing)", errNoScreen, n)
		}
	}
	return nil
}
