package main

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"longshore/transfer/ftptest"
)

// terminal is a pseudo-terminal with what was written to its screen.
type terminal struct {
	master *os.File
	mu     sync.Mutex
	screen strings.Builder
}

func newTerminal(t *testing.T) (*terminal, *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_ = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 100})
	term := &terminal{master: master}
	t.Cleanup(func() { master.Close() })
	go term.read()
	return term, slave
}

// read ends when the last user of the slave is gone.
func (x *terminal) read() {
	b := make([]byte, 4096)
	for {
		n, err := x.master.Read(b)
		x.mu.Lock()
		x.screen.Write(b[:n])
		x.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (x *terminal) shows(text string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return strings.Contains(x.screen.String(), text)
}

// onTerminal starts the program on a terminal of its own.
func (b *bench) onTerminal(args ...string) (x *terminal, wait func() int) {
	b.t.Helper()
	x, slave := newTerminal(b.t)
	cmd := b.command(b.t.Context(), args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	slave.Close()
	return x, func() int {
		_ = cmd.Wait()
		return cmd.ProcessState.ExitCode()
	}
}

func TestPrompt(t *testing.T) {
	b := newBench(t, secured())
	write(t, b.remote("seen.txt"), "x")
	x, wait := b.onTerminal("ls", b.as("anna", "/"))
	b.until("the prompt", func() bool { return x.shows("password of anna@127.0.0.1: ") })
	fmt.Fprintf(x.master, "%s\n", password)
	if status := wait(); status != 0 {
		t.Errorf("status %d", status)
	}
	b.until("the listing", func() bool { return x.shows("seen.txt") })
	if x.shows("geheim") {
		t.Error("the password is on the screen")
	}
}

func TestCtrlCAtThePrompt(t *testing.T) {
	b := newBench(t, secured())
	x, wait := b.onTerminal("ls", b.as("anna", "/"))
	b.until("the prompt", func() bool { return x.shows("password of") })
	began := time.Now()
	fmt.Fprint(x.master, "\x03")
	if status := wait(); status == 0 || time.Since(began) > 3*time.Second {
		t.Errorf("status %d after %v", status, time.Since(began))
	}
}

func TestProgressBar(t *testing.T) {
	b := newBench(t, ftptest.Options{Rate: 500 << 10})
	write(t, b.local("a.bin"), strings.Repeat("x", 700<<10))
	x, wait := b.onTerminal("put", "a.bin", b.url("/a.bin"))
	b.until("a bar that moves", func() bool { return x.shows("0/1") && x.shows("%") && x.shows("iB/s") })
	if status := wait(); status != 0 {
		t.Errorf("status %d", status)
	}
	b.until("the summary", func() bool { return x.shows("1 file, 700.0 KiB") })
	equalTrees(t, b.server.Root(), b.dir)
}
