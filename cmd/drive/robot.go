package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// robot is a person's hands and eyes: it moves the mouse, types, takes
// pictures, and asks the program's probe where things are on the screen.
type robot struct {
	display string // ":7"
	probe   string // the program's probe socket
	out     string // folder for pictures
	shots   int
}

// The waits of a hand: a toolkit that polls at 60 Hz misses what is quicker.
const (
	afterMove  = 30 * time.Millisecond
	afterClick = 120 * time.Millisecond
	toDraw     = 300 * time.Millisecond // the probe knows before the screen shows
	dragSteps  = 14
)

func (r *robot) xdo(args ...string) error {
	cmd := exec.Command("xdotool", args...)
	cmd.Env = append(os.Environ(), "DISPLAY="+r.display)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("xdotool %v: %w: %s", args, err, out)
	}
	return nil
}

func (r *robot) move(x, y int) error {
	err := r.xdo("mousemove", strconv.Itoa(x), strconv.Itoa(y))
	time.Sleep(afterMove)
	return err
}

// resize makes Longshore's window w by h. The search looks at all windows, and
// fails when one of them goes away meanwhile.
func (r *robot) resize(w, h int) error {
	return waitFor(2*time.Second, func() bool {
		return r.xdo("search", "--name", "^Longshore$", "windowsize", strconv.Itoa(w), strconv.Itoa(h)) == nil
	})
}

// click presses a button (1 left, 3 right) in the middle of a named thing.
func (r *robot) click(name string, button int) error {
	x, y, err := r.middle(name)
	if err != nil {
		return err
	}
	return r.clickAt(x, y, button)
}

func (r *robot) clickAt(x, y, button int) error {
	if err := r.move(x, y); err != nil {
		return err
	}
	err := r.xdo("click", strconv.Itoa(button))
	time.Sleep(afterClick)
	return err
}

// doubleClick opens a row.
func (r *robot) doubleClick(name string) error {
	x, y, err := r.middle(name)
	if err != nil {
		return err
	}
	if err := r.move(x, y); err != nil {
		return err
	}
	err = r.xdo("click", "--repeat", "2", "--delay", "90", "1")
	time.Sleep(afterClick)
	return err
}

// drag takes from one named thing to another, as slowly as a hand.
func (r *robot) drag(from, to string) error {
	x, y, err := r.middle(from)
	if err != nil {
		return err
	}
	tx, ty, err := r.middle(to)
	if err != nil {
		return err
	}
	if err := r.move(x, y); err != nil {
		return err
	}
	time.Sleep(400 * time.Millisecond) // no double click with what came before
	if err := r.xdo("mousedown", "1"); err != nil {
		return err
	}
	for i := 1; i <= dragSteps; i++ {
		if err := r.move(x+(tx-x)*i/dragSteps, y+(ty-y)*i/dragSteps); err != nil {
			return err
		}
	}
	time.Sleep(afterClick)
	if err := r.shot("dragging"); err != nil {
		return err
	}
	err = r.xdo("mouseup", "1")
	time.Sleep(afterClick)
	return err
}

// key presses keys by their X names: "ctrl+a", "F2", "Return".
func (r *robot) key(names ...string) error {
	for _, n := range names {
		if err := r.xdo("key", n); err != nil {
			return err
		}
		time.Sleep(afterClick)
	}
	return nil
}

// write types plain ASCII text.
func (r *robot) write(text string) error {
	err := r.xdo("type", "--delay", "25", text)
	time.Sleep(afterClick)
	return err
}

// shot keeps a picture of the whole screen.
func (r *robot) shot(name string) error {
	time.Sleep(toDraw)
	r.shots++
	file := filepath.Join(r.out, fmt.Sprintf("%02d-%s.png", r.shots, name))
	cmd := exec.Command("import", "-display", r.display, "-window", "root", file)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("screenshot %q: %w: %s", file, err, out)
	}
	return nil
}

// ask puts one line to the probe and reads one line back.
func (r *robot) ask(line string) (string, error) {
	c, err := net.DialTimeout("unix", r.probe, time.Second)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return "", err
	}
	if _, err := fmt.Fprintln(c, line); err != nil {
		return "", err
	}
	answer, err := bufio.NewReader(c).ReadString('\n')
	return strings.TrimSpace(answer), err
}

// middle finds a named thing on the screen.
func (r *robot) middle(name string) (x, y int, err error) {
	answer, err := r.ask("where " + name)
	if err != nil {
		return 0, 0, err
	}
	var fx, fy, fw, fh float64
	if _, err := fmt.Sscan(answer, &fx, &fy, &fw, &fh); err != nil {
		return 0, 0, fmt.Errorf("the window has no %q (%s)", name, answer)
	}
	return int(fx + fw/2), int(fy + fh/2), nil
}

// state reads what the window shows.
func (r *robot) state() (seen, error) {
	var s seen
	answer, err := r.ask("state")
	if err == nil {
		err = json.Unmarshal([]byte(answer), &s)
	}
	return s, err
}

// until waits for the window to show what is looked for.
func (r *robot) until(ctx context.Context, what string, limit time.Duration, ok func(seen) bool) (seen, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var last seen
	for {
		s, err := r.state()
		if err == nil {
			if last = s; ok(s) {
				return s, nil
			}
		}
		select {
		case <-ctx.Done():
			_ = r.shot("late")
			return last, fmt.Errorf("%s: not seen within %v; the window shows %+v", what, limit, last)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
