package ui

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"
)

// probe answers a robot that drives the window from outside: where things
// are, and what is shown. It is off unless --probe asks for it, and it changes
// nothing but what a look at a row needs: the row is scrolled into view.
//
// One line in, one line out: "where NAME" gives x y width height in pixels of
// the window; "state" gives JSON; "frames" gives JSON about the frames drawn
// since it was last asked, and begins to measure the first time.
type probe struct {
	w      *Window
	l      net.Listener
	path   string
	done   sync.WaitGroup
	frames *frames

	mu    sync.Mutex
	conns map[net.Conn]bool
	ended bool
}

// Probe listens on a unix socket.
func (w *Window) Probe(path string) error {
	_ = os.Remove(path)
	l, err := net.Listen("unix", path)
	if err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	w.probe = &probe{w: w, l: l, path: path, conns: map[net.Conn]bool{}}
	w.probe.done.Go(w.probe.listen)
	return nil
}

func (p *probe) listen() {
	for {
		c, err := p.l.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		if p.ended {
			p.mu.Unlock()
			c.Close()
			return
		}
		p.conns[c] = true
		p.done.Go(func() { p.serve(c) })
		p.mu.Unlock()
	}
}

func (p *probe) serve(c net.Conn) {
	defer func() {
		p.mu.Lock()
		delete(p.conns, c)
		p.mu.Unlock()
		c.Close()
	}()
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		answer := make(chan string, 1)
		line := lines.Text()
		fyne.Do(func() { answer <- p.answer(line) })
		select {
		case a := <-answer:
			fmt.Fprintln(c, a)
		case <-time.After(5 * time.Second):
			fmt.Fprintln(c, "error the window does not answer")
		case <-p.w.deps.Context.Done():
			return
		}
	}
}

// close ends it. A nil probe is one that was never asked for.
func (p *probe) close() {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.ended = true
	for c := range p.conns {
		c.Close()
	}
	p.mu.Unlock()
	p.l.Close()
	os.Remove(p.path)
	if p.frames != nil {
		p.frames.report()
	}
}

func (p *probe) answer(line string) string {
	word, name, _ := strings.Cut(line, " ")
	switch word {
	case "state":
		b, err := json.Marshal(p.state())
		if err != nil {
			return "error " + err.Error()
		}
		return string(b)
	case "frames":
		return p.measured()
	case "where":
		pos, size, ok := p.where(name)
		if !ok {
			return "error nothing is called " + strconv.Quote(name)
		}
		scale := p.w.win.Canvas().Scale()
		return fmt.Sprintf("%.0f %.0f %.0f %.0f", pos.X*scale, pos.Y*scale, size.Width*scale, size.Height*scale)
	}
	return "error not understood"
}

// measured tells about the time since it was last asked, and begins anew.
func (p *probe) measured() string {
	var r frameReport
	if p.frames != nil {
		r = p.frames.report()
	} else {
		p.w.content.Layout = watched{p.w.content.Layout, func() { p.frames.drawn = true }}
	}
	p.frames = startFrames()
	b, err := json.Marshal(r)
	if err != nil {
		return "error " + err.Error()
	}
	return string(b)
}
