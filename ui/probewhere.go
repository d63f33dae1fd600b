package ui

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"longshore/ui/kit"
	"longshore/ui/model"
)

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
