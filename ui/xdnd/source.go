//go:build linux || freebsd || netbsd || openbsd

package xdnd

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"strings"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

const (
	version  = 5
	look     = 15 * time.Millisecond // how often the pointer is asked for
	answers  = 500 * time.Millisecond
	finishes = 10 * time.Second // a program that copies before it says so
)

// The library would tell the terminal of each display without a password.
func init() { xgb.Logger = log.New(io.Discard, "", 0) }

// source is one drag.
type source struct {
	x     *xgb.Conn
	root  xproto.Window
	win   xproto.Window // speaks for us
	own   xproto.Window // is no target
	atoms map[string]xproto.Atom
	text  []byte // text/uri-list

	target   xproto.Window // 0 for none
	speaks   uint32        // the version that the target and we both know
	asked    time.Time     // a position that was not answered yet; zero for none
	accepted bool
	aware    map[xproto.Window]uint32
	events   chan xgb.Event
	end      chan struct{}
}

// Drag follows the pointer until its first button is let go, offers the files
// to what lies under it, and reports whether a program took them. It returns
// early when ctx ends. own is the window that they come from.
func Drag(ctx context.Context, own uint32, uris []string) (taken bool, err error) {
	s := &source{own: xproto.Window(own), aware: map[xproto.Window]uint32{},
		end: make(chan struct{}), text: []byte(strings.Join(uris, "\r\n") + "\r\n")}
	if s.x, err = xgb.NewConn(); err != nil {
		return false, fmt.Errorf("drag: %w", err)
	}
	defer s.x.Close()
	defer close(s.end)
	if err := s.open(); err != nil {
		return false, fmt.Errorf("drag: %w", err)
	}
	dropped, err := s.follow(ctx)
	if err != nil || !dropped {
		return false, err
	}
	return s.drop(ctx)
}

// open makes the window that speaks for us, and has it own the selection.
func (s *source) open() error {
	s.root = xproto.Setup(s.x).DefaultScreen(s.x).Root
	s.atoms = map[string]xproto.Atom{}
	for _, name := range []string{"XdndAware", "XdndSelection", "XdndEnter", "XdndLeave", "XdndPosition", "XdndStatus",
		"XdndDrop", "XdndFinished", "XdndActionCopy", "text/uri-list", "TARGETS"} {
		a, err := xproto.InternAtom(s.x, false, uint16(len(name)), name).Reply()
		if err != nil {
			return err
		}
		s.atoms[name] = a.Atom
	}
	var err error
	if s.win, err = xproto.NewWindowId(s.x); err != nil {
		return err
	}
	if err := xproto.CreateWindowChecked(s.x, 0, s.win, s.root, -10, -10, 1, 1, 0, xproto.WindowClassInputOnly, 0, 0, nil).Check(); err != nil {
		return err
	}
	if err := xproto.SetSelectionOwnerChecked(s.x, s.win, s.atoms["XdndSelection"], xproto.TimeCurrentTime).Check(); err != nil {
		return err
	}
	s.events = make(chan xgb.Event, 16)
	go s.read()
	return nil
}

// read ends with the connection, which Drag closes.
func (s *source) read() {
	defer close(s.events)
	for {
		ev, err := s.x.WaitForEvent()
		if ev == nil && err == nil {
			return
		}
		if ev == nil {
			continue
		}
		select {
		case s.events <- ev:
		case <-s.end:
			return
		}
	}
}

// follow goes with the pointer until the button is let go over a program that
// takes the files (true) or over anything else.
func (s *source) follow(ctx context.Context) (bool, error) {
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			s.leave()
			return false, nil
		case ev, ok := <-s.events:
			if !ok {
				return false, fmt.Errorf("drag: the display went away")
			}
			s.hear(ev)
		case <-tick.C:
			p, err := xproto.QueryPointer(s.x, s.root).Reply()
			if err != nil {
				return false, fmt.Errorf("drag: %w", err)
			}
			if p.Mask&xproto.KeyButMaskButton1 == 0 && (s.asked.IsZero() || time.Since(s.asked) > answers) {
				if !s.accepted {
					s.leave()
				}
				return s.accepted, nil
			}
			if p.Mask&xproto.KeyButMaskButton1 != 0 {
				s.moved(p.RootX, p.RootY)
			}
		}
	}
}

// moved tells what lies under the pointer where it is.
func (s *source) moved(x, y int16) {
	if to := s.under(x, y); to != s.target {
		s.leave()
		if s.target = to; to != 0 {
			s.speaks = min(version, s.aware[to])
			s.say("XdndEnter", s.speaks<<24, uint32(s.atoms["text/uri-list"]), 0, 0)
		}
	}
	if s.target == 0 || !s.asked.IsZero() && time.Since(s.asked) < answers {
		return
	}
	s.asked = time.Now()
	s.say("XdndPosition", 0, uint32(uint16(x))<<16|uint32(uint16(y)), xproto.TimeCurrentTime, uint32(s.atoms["XdndActionCopy"]))
}

// under is the window at a place that understands XDND, 0 for none.
func (s *source) under(x, y int16) xproto.Window {
	at := s.root
	for range 32 {
		r, err := xproto.TranslateCoordinates(s.x, s.root, at, x, y).Reply()
		if err != nil || r.Child == 0 || r.Child == s.own {
			return 0
		}
		if at = r.Child; s.knows(at) {
			return at
		}
	}
	return 0
}

func (s *source) knows(w xproto.Window) bool {
	v, seen := s.aware[w]
	if !seen {
		p, err := xproto.GetProperty(s.x, false, w, s.atoms["XdndAware"], xproto.GetPropertyTypeAny, 0, 1).Reply()
		if err == nil && p.Format == 32 && len(p.Value) >= 4 {
			v = binary.LittleEndian.Uint32(p.Value)
		}
		s.aware[w] = v
	}
	return v >= 3
}

func (s *source) leave() {
	if s.target != 0 {
		s.say("XdndLeave", 0, 0, 0, 0)
	}
	s.target, s.accepted, s.asked = 0, false, time.Time{}
}

// say sends a message to the target; the first of its data is our window.
func (s *source) say(kind string, data ...uint32) {
	ev := xproto.ClientMessageEvent{Format: 32, Window: s.target, Type: s.atoms[kind],
		Data: xproto.ClientMessageDataUnionData32New(append([]uint32{uint32(s.win)}, data...))}
	xproto.SendEvent(s.x, false, s.target, 0, string(ev.Bytes()))
}

// hear takes an event in and reports whether it was the end.
func (s *source) hear(ev xgb.Event) (finished, taken bool) {
	switch ev := ev.(type) {
	case xproto.ClientMessageEvent:
		d := ev.Data.Data32
		if xproto.Window(d[0]) != s.target {
			break
		}
		switch ev.Type {
		case s.atoms["XdndStatus"]:
			s.accepted, s.asked = d[1]&1 != 0, time.Time{}
		case s.atoms["XdndFinished"]:
			// The first bit says so, but GLFW writes the number of bytes there.
			return true, s.speaks < 5 || d[1] != 0
		}
	case xproto.SelectionRequestEvent:
		s.hand(ev)
	}
	return false, false
}

// hand gives the files' URIs to who asks for them.
func (s *source) hand(ev xproto.SelectionRequestEvent) {
	property := ev.Property
	if property == 0 {
		property = ev.Target
	}
	switch ev.Target {
	case s.atoms["text/uri-list"]:
		xproto.ChangeProperty(s.x, xproto.PropModeReplace, ev.Requestor, property, ev.Target, 8, uint32(len(s.text)), s.text)
	case s.atoms["TARGETS"]:
		list := make([]byte, 8)
		binary.LittleEndian.PutUint32(list, uint32(s.atoms["TARGETS"]))
		binary.LittleEndian.PutUint32(list[4:], uint32(s.atoms["text/uri-list"]))
		xproto.ChangeProperty(s.x, xproto.PropModeReplace, ev.Requestor, property, xproto.AtomAtom, 32, 2, list)
	default:
		property = 0
	}
	answer := xproto.SelectionNotifyEvent{Time: ev.Time, Requestor: ev.Requestor, Selection: ev.Selection, Target: ev.Target, Property: property}
	xproto.SendEvent(s.x, false, ev.Requestor, 0, string(answer.Bytes()))
}

// drop lets go and serves the target until it says that it has finished.
func (s *source) drop(ctx context.Context) (bool, error) {
	s.say("XdndDrop", 0, xproto.TimeCurrentTime, 0, 0)
	end := time.NewTimer(finishes)
	defer end.Stop()
	for {
		select {
		case <-ctx.Done():
			return false, nil
		case <-end.C:
			return false, fmt.Errorf("drag: the program under the pointer did not say that it took the files")
		case ev, ok := <-s.events:
			if !ok {
				return false, fmt.Errorf("drag: the display went away")
			}
			if finished, taken := s.hear(ev); finished {
				return taken, nil
			}
		}
	}
}
