package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// stage is all that stands around a scene: the screen, a home of its own, a
// keyring if there is one, the program and the robot.
type stage struct {
	work    string // everything below is thrown away at the end
	state   string // the program's --state
	program string
	screen  *process
	bus     *process // a session bus with an unlocked keyring; nil without
	app     *process
	log     string
	env     []string
	robot   *robot
	failed  int // transfers that had to fail
}

const screenSize = "1280x800"

func openStage(ctx context.Context, program, out, work string) (*stage, error) {
	program, err := filepath.Abs(program)
	if err != nil {
		return nil, err
	}
	s := &stage{work: work, state: filepath.Join(work, "state"), program: program, log: filepath.Join(work, "longshore.log")}
	var display string
	if s.screen, display, err = virtualScreen(ctx, screenSize); err != nil {
		return nil, err
	}
	s.env = home(work, display)
	for _, dir := range []string{"home", "run", "data"} {
		if err := os.MkdirAll(filepath.Join(work, dir), 0o700); err != nil {
			s.close()
			return nil, err
		}
	}
	if err := s.openKeyring(); err != nil {
		s.close()
		return nil, err
	}
	s.robot = &robot{display: display, probe: filepath.Join(work, "probe"), out: out}
	if err := s.open(ctx); err != nil {
		s.close()
		return nil, fmt.Errorf("%w\n%s", err, s.tail())
	}
	return s, nil
}

// home is an environment without anything of the person who runs this.
func home(work, display string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "DISPLAY=" + display, "LANG=en_US.UTF-8", "TZ=UTC",
		"HOME=" + filepath.Join(work, "home"), "XDG_RUNTIME_DIR=" + filepath.Join(work, "run"),
		"XDG_DATA_HOME=" + filepath.Join(work, "data"),
	}
}

// openKeyring gives the program a session bus with a real, unlocked keyring,
// where the programs for it are installed.
func (s *stage) openKeyring() error {
	if needPrograms("dbus-daemon", "gnome-keyring-daemon") != nil {
		return nil
	}
	address := "unix:path=" + filepath.Join(s.work, "run", "bus")
	cmd := exec.Command("dbus-daemon", "--session", "--nofork", "--address="+address)
	cmd.Env = s.env
	var err error
	if s.bus, err = start(cmd); err != nil {
		return err
	}
	s.env = append(s.env, "DBUS_SESSION_BUS_ADDRESS="+address)
	if err := waitFor(5*time.Second, func() bool { return exists(filepath.Join(s.work, "run", "bus")) }); err != nil {
		return fmt.Errorf("session bus: %w", err)
	}
	keyring := exec.Command("gnome-keyring-daemon", "--unlock", "--components=secrets", "--daemonize")
	keyring.Env, keyring.Stdin = s.env, strings.NewReader("drive")
	if out, err := keyring.CombinedOutput(); err != nil {
		return fmt.Errorf("gnome-keyring: %w: %s", err, out)
	}
	return nil
}

// open starts the program and waits until its window answers.
func (s *stage) open(ctx context.Context, args ...string) error {
	_ = os.Remove(s.robot.probe)
	log, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(s.program, append([]string{"--demo", "--state", s.state, "--probe", s.robot.probe}, args...)...)
	cmd.Env, cmd.Stdout, cmd.Stderr = s.env, log, log
	if s.app, err = start(cmd); err != nil {
		return err
	}
	_, err = s.robot.until(ctx, "the window connected to the demo server", 30*time.Second,
		func(w seen) bool { return w.Connected && len(w.Remote) > 0 && len(w.Local) > 0 && !w.Restoring })
	return err
}

func (s *stage) close() {
	if s.app != nil {
		s.app.end()
	}
	if s.bus != nil {
		s.bus.end()
	}
	if s.screen != nil {
		s.screen.end()
	}
}

// tail is the end of what the program printed.
func (s *stage) tail() string {
	data, err := os.ReadFile(s.log)
	if err != nil {
		return ""
	}
	lines := bytes.Split(data, []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-30):], []byte("\n")))
}

// complaints looks for what the program must never print: Fyne's notice of a
// call on the wrong thread, a panic, a race.
func (s *stage) complaints() error {
	data, err := os.ReadFile(s.log)
	if err != nil {
		return err
	}
	for _, word := range []string{"Error in Fyne call thread", "panic:", "DATA RACE", "fatal error:"} {
		if bytes.Contains(data, []byte(word)) {
			return fmt.Errorf("the program printed %q\n%s", word, s.tail())
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func waitFor(limit time.Duration, ok func() bool) error {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if ok() {
			return nil
		}
	}
	return fmt.Errorf("not within %v", limit)
}
