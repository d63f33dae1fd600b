package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"longshore/ui/xdnd"
)

// taker is another program's window, beside Longshore's, that takes dragged
// files.
type taker struct {
	x     *xgb.Conn
	win   xproto.Window
	atoms map[string]xproto.Atom
	from  xproto.Window
	got   chan string // text/uri-list of each drop
}

// Where the taker is; Longshore's window is made narrower.
const (
	takerX, takerY = 1060, 200
	takerSize      = 200
)

func openTaker(display string) (*taker, error) {
	x, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, err
	}
	t := &taker{x: x, atoms: map[string]xproto.Atom{}, got: make(chan string, 1)}
	if err := t.open(); err != nil {
		x.Close()
		return nil, err
	}
	go t.serve()
	return t, nil
}

func (t *taker) open() error {
	for _, name := range []string{"XdndAware", "XdndSelection", "XdndPosition", "XdndStatus", "XdndDrop", "XdndFinished",
		"XdndActionCopy", "text/uri-list"} {
		a, err := xproto.InternAtom(t.x, false, uint16(len(name)), name).Reply()
		if err != nil {
			return err
		}
		t.atoms[name] = a.Atom
	}
	screen := xproto.Setup(t.x).DefaultScreen(t.x)
	var err error
	if t.win, err = xproto.NewWindowId(t.x); err != nil {
		return err
	}
	err = xproto.CreateWindowChecked(t.x, screen.RootDepth, t.win, screen.Root, takerX, takerY, takerSize, takerSize, 0,
		xproto.WindowClassInputOutput, screen.RootVisual, xproto.CwBackPixel|xproto.CwOverrideRedirect,
		[]uint32{screen.WhitePixel, 1}).Check()
	if err != nil {
		return err
	}
	xproto.ChangeProperty(t.x, xproto.PropModeReplace, t.win, t.atoms["XdndAware"], xproto.AtomAtom, 32, 1, []byte{5, 0, 0, 0})
	return xproto.MapWindowChecked(t.x, t.win).Check()
}

// serve ends with the connection.
func (t *taker) serve() {
	for {
		ev, err := t.x.WaitForEvent()
		if ev == nil && err == nil {
			return
		}
		switch ev := ev.(type) {
		case xproto.ClientMessageEvent:
			t.hear(ev)
		case xproto.SelectionNotifyEvent:
			p, err := xproto.GetProperty(t.x, true, t.win, t.atoms["XdndSelection"], xproto.GetPropertyTypeAny, 0, 1<<16).Reply()
			if err == nil {
				t.say("XdndFinished", 1, uint32(t.atoms["XdndActionCopy"]), 0, 0)
				t.got <- string(p.Value)
			}
		}
	}
}

func (t *taker) hear(ev xproto.ClientMessageEvent) {
	t.from = xproto.Window(ev.Data.Data32[0])
	switch ev.Type {
	case t.atoms["XdndPosition"]:
		t.say("XdndStatus", 1, 0, 0, uint32(t.atoms["XdndActionCopy"]))
	case t.atoms["XdndDrop"]:
		xproto.ConvertSelection(t.x, t.win, t.atoms["XdndSelection"], t.atoms["text/uri-list"], t.atoms["XdndSelection"], xproto.TimeCurrentTime)
	}
}

func (t *taker) say(kind string, data ...uint32) {
	ev := xproto.ClientMessageEvent{Format: 32, Window: t.from, Type: t.atoms[kind],
		Data: xproto.ClientMessageDataUnionData32New(append([]uint32{uint32(t.win)}, data...))}
	xproto.SendEvent(t.x, false, t.from, 0, string(ev.Bytes()))
}

// sceneDragOut drags a file to another program.
func sceneDragOut(ctx context.Context, s *stage) (string, error) {
	w, err := s.robot.state()
	if err != nil {
		return "", err
	}
	t, err := s.besideWindow()
	if err != nil {
		return "", err
	}
	defer t.x.Close()
	x, y, err := s.robot.middle("row/local/about.html")
	if err != nil {
		return "", err
	}
	if err := s.robot.carry(x, y, takerX+takerSize/2, takerY+takerSize/2); err != nil {
		return "", err
	}
	if err := s.robot.xdo("mouseup", "1"); err != nil {
		return "", err
	}
	want := (&url.URL{Scheme: "file", Path: filepath.Join(w.LocalDir, "about.html")}).String()
	select {
	case got := <-t.got:
		if strings.TrimSpace(got) != want {
			return "", fmt.Errorf("the other program was given %q, not %q", got, want)
		}
		return "the other program was told its URI", nil
	case <-time.After(5 * time.Second):
		return "", fmt.Errorf("the other program was given nothing")
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// sceneDragIn drags a file of another program into the window. Its URI has an
// even number of bytes, which GLFW gives back as its answer.
func sceneDragIn(ctx context.Context, s *stage) (string, error) {
	name := "from elsewhere ü#%.txt"
	file := url.URL{Scheme: "file", Path: filepath.Join(s.work, "home", name)}
	if len(file.String())%2 == 1 {
		name, file.Path = name+"t", file.Path+"t"
	}
	if err := os.WriteFile(file.Path, []byte("hello"), 0o600); err != nil {
		return "", err
	}
	t, err := s.besideWindow()
	if err != nil {
		return "", err
	}
	defer t.x.Close()
	x, y, err := s.robot.middle("pane/remote")
	if err != nil {
		return "", err
	}
	if err := os.Setenv("DISPLAY", s.robot.display); err != nil {
		return "", err
	}
	if err := s.robot.move(takerX+20, takerY+20); err != nil {
		return "", err
	}
	if err := s.robot.xdo("mousedown", "1"); err != nil {
		return "", err
	}
	ended := make(chan error, 1)
	go func() {
		taken, err := xdnd.Drag(ctx, uint32(t.win), []string{file.String()})
		if err == nil && !taken {
			err = fmt.Errorf("the window did not take the file")
		}
		ended <- err
	}()
	if err := s.robot.carry(takerX+20, takerY+20, x, y); err != nil {
		return "", err
	}
	if err := s.robot.xdo("mouseup", "1"); err != nil {
		return "", err
	}
	if err := <-ended; err != nil {
		return "", err
	}
	_, err = s.robot.until(ctx, "the file at the server", 20*time.Second, func(w seen) bool { return slices.Contains(w.Remote, name) })
	return "uploaded", err
}

// besideWindow makes room for another program's window.
func (s *stage) besideWindow() (*taker, error) {
	if err := s.robot.resize(takerX-40, 760); err != nil {
		return nil, err
	}
	time.Sleep(toDraw)
	return openTaker(s.robot.display)
}

// carry moves with the button down, which it presses first, as a hand does.
func (r *robot) carry(x, y, tx, ty int) error {
	if err := r.move(x, y); err != nil {
		return err
	}
	time.Sleep(400 * time.Millisecond)
	if err := r.xdo("mousedown", "1"); err != nil {
		return err
	}
	for i := 1; i <= dragSteps; i++ {
		if err := r.move(x+(tx-x)*i/dragSteps, y+(ty-y)*i/dragSteps); err != nil {
			return err
		}
	}
	time.Sleep(afterClick)
	return r.shot("outside")
}
