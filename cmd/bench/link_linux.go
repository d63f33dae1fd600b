package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// link is a line over distance: two network namespaces, a TUN device in each,
// and packets carried between them late, at a rate, and not all of them. It
// needs root and no kernel queueing discipline.
type link struct {
	rtt  time.Duration
	loss float64 // percent of packets, each way
	mbit float64 // rate each way; 0: none

	near, far string // the namespaces
	ends      [2]int // the devices
}

const (
	nearIP  = "10.99.0.1"
	farIP   = "10.99.0.2"
	backlog = 1000 // packets that wait for the line before it drops
)

// open makes the namespaces and starts carrying.
func (l *link) open() error {
	if os.Getuid() != 0 {
		return fmt.Errorf("a line over distance needs root")
	}
	l.near, l.far = fmt.Sprintf("lsn%d", os.Getpid()), fmt.Sprintf("lsf%d", os.Getpid())
	for i, end := range [][2]string{{l.near, nearIP}, {l.far, farIP}} {
		fd, err := device(end[0], end[1])
		if err != nil {
			l.close()
			return err
		}
		l.ends[i] = fd
	}
	go l.carry(l.ends[0], l.ends[1])
	go l.carry(l.ends[1], l.ends[0])
	return nil
}

// close removes the namespaces; the carriers end with their devices.
func (l *link) close() {
	for i, ns := range []string{l.near, l.far} {
		_ = ip("netns", "del", ns)
		_ = unix.Close(l.ends[i])
	}
}

// inside puts a command line into a namespace.
func inside(ns string, args []string) []string {
	return append([]string{"ip", "netns", "exec", ns}, args...)
}

func ip(args ...string) error {
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return nil
}

// device makes a namespace with a TUN device in it.
func device(ns, addr string) (int, error) {
	if err := ip("netns", "add", ns); err != nil {
		return 0, err
	}
	type opened struct {
		fd  int
		err error
	}
	done := make(chan opened)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with its namespace
		fd, err := tun(ns)
		done <- opened{fd, err}
	}()
	o := <-done
	if o.err != nil {
		return 0, o.err
	}
	for _, args := range [][]string{
		{"-n", ns, "link", "set", "lo", "up"},
		{"-n", ns, "link", "set", "line", "mtu", "1500", "txqueuelen", "10000"},
		{"-n", ns, "addr", "add", addr + "/24", "dev", "line"},
		{"-n", ns, "link", "set", "line", "up"},
	} {
		if err := ip(args...); err != nil {
			return 0, err
		}
	}
	return o.fd, nil
}

func tun(ns string) (int, error) {
	h, err := unix.Open("/var/run/netns/"+ns, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	defer unix.Close(h)
	if err := unix.Setns(h, unix.CLONE_NEWNET); err != nil {
		return 0, fmt.Errorf("enter namespace %q: %w", ns, err)
	}
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	var request struct {
		name  [16]byte
		flags uint16
		_     [22]byte
	}
	copy(request.name[:], "line")
	request.flags = unix.IFF_TUN | unix.IFF_NO_PI
	if _, _, e := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.TUNSETIFF, uintptr(unsafe.Pointer(&request))); e != 0 {
		return 0, fmt.Errorf("make TUN device: %w", e)
	}
	return fd, nil
}

type packet struct {
	due  time.Time
	data []byte
}

// carry takes packets from one end and hands them out at the other when they are due.
func (l *link) carry(from, to int) {
	line := make(chan packet, 1<<16)
	defer close(line)
	go hand(line, to)
	buf := make([]byte, 1<<16)
	var free time.Time // when the line has sent what it holds
	for {
		n, err := unix.Read(from, buf)
		switch {
		case err == unix.EINTR || err == unix.EAGAIN:
			continue
		case err != nil:
			return
		case l.loss > 0 && rand.Float64()*100 < l.loss:
			continue
		}
		now := time.Now()
		if free.Before(now) {
			free = now
		}
		if l.mbit > 0 {
			per := time.Duration(float64(n*8) / l.mbit * 1000)
			if free.Sub(now) > backlog*per {
				continue
			}
			free = free.Add(per)
		}
		line <- packet{free.Add(l.rtt / 2), append([]byte(nil), buf[:n]...)}
	}
}

// hand hands out packets when they are due. The kernel wakes its thread within
// microseconds, where time.Sleep may take a millisecond longer.
func hand(line <-chan packet, to int) {
	runtime.LockOSThread() // never unlocked: the thread ends with the line
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)
	for p := range line {
		for d := time.Until(p.due); d > 0; d = time.Until(p.due) {
			wait := unix.NsecToTimespec(int64(d))
			_ = unix.Nanosleep(&wait, nil)
		}
		_, _ = unix.Write(to, p.data)
	}
}
