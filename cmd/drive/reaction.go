package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// eye presses keys and looks at the screen by a connection of its own, since
// starting a program for it takes longer than what is to be measured.
type eye struct {
	x        *xgb.Conn
	root     xproto.Window
	down, up byte // key codes of the arrows
	left     int16
	top      int16
}

// The eye looks at a strip across the first rows of the local pane.
const (
	stripWide   = 2
	stripHigh   = 180
	reactLimit  = 5 * time.Second
	reactPause  = 60 * time.Millisecond // between two key presses
	keysymUp    = 0xff52
	keysymDown  = 0xff54
	belowPath   = 40 // from the path to the first row
	reactPolled = time.Millisecond
)

var errBlind = errors.New("the screen did not change after a key press")

func (s *stage) openEye() (*eye, error) {
	x, err := xgb.NewConnDisplay(s.robot.display)
	if err != nil {
		return nil, err
	}
	e := &eye{x: x, root: xproto.Setup(x).DefaultScreen(x).Root}
	if err := e.open(s.robot); err != nil {
		x.Close()
		return nil, err
	}
	return e, nil
}

func (e *eye) open(r *robot) error {
	if err := xtest.Init(e.x); err != nil {
		return err
	}
	x, y, err := r.middle("path/local")
	if err != nil {
		return err
	}
	e.left, e.top = int16(x), int16(y+belowPath)
	setup := xproto.Setup(e.x)
	codes := int(setup.MaxKeycode-setup.MinKeycode) + 1
	keys, err := xproto.GetKeyboardMapping(e.x, setup.MinKeycode, byte(codes)).Reply()
	if err != nil {
		return err
	}
	for i := range codes {
		switch keys.Keysyms[i*int(keys.KeysymsPerKeycode)] {
		case keysymUp:
			e.up = byte(setup.MinKeycode) + byte(i)
		case keysymDown:
			e.down = byte(setup.MinKeycode) + byte(i)
		}
	}
	if e.up == 0 || e.down == 0 {
		return errors.New("the screen's keyboard has no arrows")
	}
	return nil
}

func (e *eye) look() ([]byte, error) {
	image, err := xproto.GetImage(e.x, xproto.ImageFormatZPixmap, xproto.Drawable(e.root), e.left, e.top, stripWide, stripHigh, ^uint32(0)).Reply()
	if err != nil {
		return nil, err
	}
	return image.Data, nil
}

// press presses a key and waits until the strip looks different.
func (e *eye) press(ctx context.Context, code byte) (time.Duration, error) {
	before, err := e.look()
	if err != nil {
		return 0, err
	}
	pressed := time.Now()
	for _, kind := range []byte{xproto.KeyPress, xproto.KeyRelease} {
		if err := xtest.FakeInputChecked(e.x, kind, code, 0, e.root, 0, 0, 0).Check(); err != nil {
			return 0, err
		}
	}
	for time.Since(pressed) < reactLimit && ctx.Err() == nil {
		now, err := e.look()
		if err != nil {
			return 0, err
		}
		if !bytes.Equal(before, now) {
			return time.Since(pressed), nil
		}
		time.Sleep(reactPolled)
	}
	return 0, errBlind
}

// reactions moves the cursor down and up again in the local pane and says how
// long it took until that was seen on the screen.
func (s *stage) reactions(ctx context.Context, long time.Duration) (string, error) {
	e, err := s.openEye()
	if err != nil {
		return "", err
	}
	defer e.x.Close()
	var took []time.Duration
	for end, i := time.Now().Add(long), 0; time.Now().Before(end); i++ {
		code := e.down
		if i%2 == 1 {
			code = e.up
		}
		d, err := e.press(ctx, code)
		if err != nil {
			return "", err
		}
		took = append(took, d)
		time.Sleep(reactPause)
	}
	slices.Sort(took)
	at := func(part float64) int64 { return took[int(part*float64(len(took)-1))].Milliseconds() }
	return fmt.Sprintf("a key is seen after %d ms, p95 %d ms, longest %d ms", at(0.5), at(0.95), at(1)), nil
}
