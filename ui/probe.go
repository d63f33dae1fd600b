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

	"longshore/transfer"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// probe answers a robot that drives the window from outside: where things
// are, and what is shown. It is off unless --probe asks for it, and it changes
// nothing but what a look at a row needs: the row is scrolled into view.
//
// One line in, one line out: "where NAME" gives x y width height in pixels of
// the window; "state" gives JSON.
type probe struct {
	w    *Window
	l    net.Listener
	path string
	done sync.WaitGroup

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

// shownState is the answer to "state".
type shownState struct {
	Connected           bool
	TLS                 string
	LocalDir, RemoteDir string
	Local, Remote       []string
	Selected            []string
	Focus               string // "local", "remote" or ""
	Question            string
	QuestionTitle       string
	Card                string // title of another card: settings, site manager
	Bottom              string
	Check, Import       string // the line of the connection check, and of the import
	Queue               shownCounts
	Restoring           bool
	Banner              string
	Toasts              []string
	Tabs                []string
	Tab                 int
	Log                 int
	Dark                bool
	Zoom                float32
	Loading             bool
}

type shownCounts struct {
	Waiting, Active, Asking, Paused, Done, Failed, Skipped int
	Bytes, Moved                                           int64
	Files                                                  int // of them, not folders, ended well
}

var askNames = map[model.Ask]string{model.AskPassword: "password", model.AskCertificate: "certificate", model.AskPlain: "plain",
	model.AskDowngrade: "downgrade", model.AskExists: "exists", model.AskDelete: "delete", model.AskQuit: "quit",
	model.AskName: "name", model.AskMode: "mode", model.AskText: "text", model.AskMaster: "master", model.AskStore: "store"}

// mostNames bounds the lists in an answer.
const mostNames = 5000

func (p *probe) state() shownState {
	w, m := p.w, p.w.model
	t := m.Tab()
	_, tls := t.Lock()
	s := shownState{Connected: t.State == model.Connected || t.State == model.Asleep, TLS: tls, LocalDir: t.Local.Dir, RemoteDir: t.Remote.Dir,
		Local: names(t.Local), Remote: names(t.Remote), Bottom: bottomIDs[m.Bottom()], Queue: p.counts(),
		Restoring: m.QueueView.Restoring, Tab: m.ActiveTab(), Log: m.LogView.Len(), Dark: w.look.dark, Zoom: w.look.zoom,
		Loading: t.Local.Loading() || t.Remote.Loading()}
	if f := m.Focused(); f != nil {
		s.Selected = f.SelectedNames()
	}
	for i, pane := range w.panes {
		if pane.table.Focused() {
			s.Focus = []string{"local", "remote"}[i]
		}
	}
	if q := m.Questions.Current(); q != nil {
		s.Question, s.QuestionTitle = askNames[q.About], q.Title
	}
	if waiting := m.Questions.Waiting(); len(waiting) > 0 {
		s.Banner = waiting[0].StripWord()
	} else if p.w.cut.bar.Visible() {
		s.Banner = p.w.cut.bar.Text()
	}
	if card := w.stage.Modal(); card != nil {
		s.Card = card.Title
	}
	if w.checking != nil {
		s.Check = w.checking.check.CheckLine()
	}
	if w.imports != nil {
		s.Import = w.imports.said()
	}
	for _, toast := range m.Toasts {
		s.Toasts = append(s.Toasts, toast.What)
	}
	for _, tab := range m.Tabs {
		s.Tabs = append(s.Tabs, tab.Title())
	}
	return s
}

func names(p *model.Pane) []string {
	out := []string{}
	for i := range min(p.Len(), mostNames) {
		out = append(out, p.Row(i).Raw)
	}
	return out
}

func (p *probe) counts() shownCounts {
	v := p.w.model.QueueView
	c := shownCounts{Failed: v.Len(model.OnFailed)}
	for i := range v.Len(model.OnDone) {
		row := v.Row(model.OnDone, i)
		switch {
		case row.State == transfer.Skipped:
			c.Skipped++
		case row.Folder || row.Direction == transfer.Remove:
			c.Done++
		default:
			c.Done++
			c.Files++
		}
	}
	for i := range v.Len(model.OnQueue) {
		switch s := v.Row(model.OnQueue, i).State; {
		case s.Active():
			c.Active++
		case s == transfer.Asking:
			c.Asking++
		case s == transfer.Paused:
			c.Paused++
		default:
			c.Waiting++
		}
	}
	c.Bytes, c.Moved = v.Totals.Bytes, v.Totals.Moved
	return c
}

// where finds a named thing on the screen.
func (p *probe) where(name string) (fyne.Position, fyne.Size, bool) {
	kind, rest, _ := strings.Cut(name, "/")
	switch kind {
	case "tool":
		if b, ok := p.w.tools.buttons[rest]; ok {
			return place(b)
		}
	case "pane":
		if side, ok := p.pane(rest); ok {
			return side.ground()
		}
	case "header", "path", "filter", "foot":
		if side, ok := p.pane(rest); ok {
			switch kind {
			case "path":
				return place(side.crumbs)
			case "filter":
				return place(side.filter)
			}
			return place(side.foot.box)
		}
	case "row":
		side, file, _ := strings.Cut(rest, "/")
		if pane, ok := p.pane(side); ok {
			return rowPlace(pane.table, func(i int) bool { return pane.rows().Key(i) == file || file == ".." && pane.rows().Key(i) == parentKey })
		}
	case "tab":
		return p.tab(rest)
	case "queue":
		if rest == "" {
			return place(p.w.bottom.box)
		}
		if n, err := strconv.Atoi(strings.TrimPrefix(rest, "row/")); err == nil {
			return rowPlace(p.w.bottom.table, func(i int) bool { return i == n })
		}
	case "button":
		return p.button(rest)
	case "field":
		return p.field(rest)
	}
	return fyne.Position{}, fyne.Size{}, false
}

func (p *probe) pane(name string) (*pane, bool) {
	switch name {
	case "local":
		return p.w.panes[model.Local], true
	case "remote":
		return p.w.panes[model.Remote], true
	}
	return nil, false
}

// ground is a place in a pane that is no folder's row: the empty part, or a
// file's row where there is none.
func (p *pane) ground() (fyne.Position, fyne.Size, bool) {
	at, size := absolute(p.table), p.table.Size()
	rows := p.rows()
	bottom := float32(0)
	if n := rows.Len(); n > 0 {
		pos, s := p.table.RowRect(n - 1)
		bottom = pos.Y + s.Height
	}
	if room := size.Height - bottom; room > 12 {
		return at.AddXY(0, bottom), fyne.NewSize(size.Width, room), true
	}
	for i := rows.Len() - 1; i >= 0; i-- {
		pos, s := p.table.RowRect(i)
		if e := rows.entry(i); e != nil && !model.IsFolder(*e) && pos.Y > s.Height && pos.Y+s.Height < size.Height {
			return at.Add(pos), s, true
		}
	}
	return at, size, true
}

func rowPlace(t *kit.FileTable, is func(int) bool) (fyne.Position, fyne.Size, bool) {
	for i := range t.Rows().Len() {
		if is(i) {
			t.ScrollTo(i)
			pos, size := t.RowRect(i)
			// The left part is enough for a mouse, and is never under a scroll bar.
			return absolute(t).Add(pos), fyne.NewSize(min(size.Width, 240), size.Height), true
		}
	}
	return fyne.Position{}, fyne.Size{}, false
}

func (p *probe) tab(name string) (fyne.Position, fyne.Size, bool) {
	for _, bar := range []*kit.TabBar{p.w.bottom.bar, p.w.tabs.bar} {
		id := name
		if n, err := strconv.Atoi(name); err == nil && n < len(p.w.model.Tabs) {
			id = strconv.Itoa(p.w.model.Tabs[n].ID)
		}
		if pos, size, ok := bar.TabRect(id); ok {
			return absolute(bar).Add(pos), size, true
		}
	}
	return fyne.Position{}, fyne.Size{}, false
}

// button finds a button of the card on the screen, or one of the window.
func (p *probe) button(label string) (fyne.Position, fyne.Size, bool) {
	if card := p.w.stage.Modal(); card != nil {
		for i, b := range card.Buttons {
			if b.Label == label {
				if o := card.Button(i); o != nil {
					return place(o)
				}
			}
		}
		if o := p.w.setupButton(label); o != nil {
			return place(o)
		}
		if m := p.w.sites; m != nil {
			named := map[string]*kit.ToolButton{"new-site": m.add, "new-folder": m.addFolder, "duplicate": m.copy, "delete-site": m.remove}
			if o := named[label]; o != nil {
				return place(o)
			}
		}
		return fyne.Position{}, fyne.Size{}, false
	}
	if b := p.w.cut.bar; b.Visible() {
		if o := b.Button(label); o != nil {
			return place(o)
		}
	}
	switch label {
	case "Connect":
		return place(p.w.tools.connect)
	case "pause":
		return place(p.w.bottom.pause)
	case "decide":
		return place(p.w.bottom.ask)
	}
	return fyne.Position{}, fyne.Size{}, false
}

func (p *probe) field(name string) (fyne.Position, fyne.Size, bool) {
	t := p.w.tools
	fields := map[string]fyne.CanvasObject{"host": t.host, "user": t.user, "password": t.password, "port": t.port, "security": t.security}
	if p.w.asks.entry != nil && p.w.asks.card != nil {
		fields["answer"] = p.w.asks.entry
	}
	if p.w.asks.check != nil && p.w.asks.card != nil {
		fields["check"] = p.w.asks.check
	}
	if p.w.sites != nil {
		f := p.w.sites.form
		for n, o := range map[string]fyne.CanvasObject{"name": f.name, "host": f.host, "user": f.user, "password": f.password,
			"port": f.port, "remote": f.remote, "local": f.local, "logon": f.logon, "protocol": f.security, "store": f.store} {
			fields["site-"+n] = o
		}
	}
	for n, o := range p.w.setupFields() {
		fields[n] = o
	}
	if o, ok := fields[name]; ok {
		return place(o)
	}
	return fyne.Position{}, fyne.Size{}, false
}

func place(o fyne.CanvasObject) (fyne.Position, fyne.Size, bool) {
	return absolute(o), o.Size(), o.Visible()
}
