package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// MenuItem is one line of a Menu. One with Why is shown faint and does
// nothing; the reason is its tool tip.
type MenuItem struct {
	Label     string
	Icon      string // of assets; "" for none
	Key       string // as it is shown: "F5", "Ctrl+C"
	Why       string
	Checked   bool
	Danger    bool
	Separator bool // a line; nothing else counts
	Children  []MenuItem
	Do        func()
}

// Menu is an open context menu.
type Menu struct {
	widget.BaseWidget
	canvas  fyne.Canvas
	panels  []*menuPanel
	layer   *fyne.Container
	OnClose func()
	closed  bool
}

const (
	menuRow  = 24
	menuLine = 9
	menuPad  = 4
)

var (
	_ desktop.Mouseable = (*Menu)(nil)
	_ desktop.Hoverable = (*Menu)(nil)
	_ fyne.Focusable    = (*Menu)(nil)
)

// ShowMenu opens a menu at a place in the window, moved so that all of it is
// seen. It has the keyboard until it is closed.
func ShowMenu(c fyne.Canvas, at fyne.Position, items []MenuItem) *Menu {
	hideTip()
	m := &Menu{canvas: c, layer: newBox()}
	m.ExtendBaseWidget(m)
	m.push(items, at, 0)
	c.Overlays().Add(m)
	m.Resize(c.Size())
	c.Focus(m)
	return m
}

// Close closes the menu without choosing.
func (m *Menu) Close() {
	if m.closed {
		return
	}
	m.closed = true
	hideTip()
	m.canvas.Overlays().Remove(m)
	if m.OnClose != nil {
		m.OnClose()
	}
}

// Items are the lines of the first panel, for tests.
func (m *Menu) Items() []MenuItem { return m.panels[0].items }

// ItemRect is where a line of the first panel lies in the window, for tests.
func (m *Menu) ItemRect(i int) (fyne.Position, fyne.Size) {
	p := m.panels[0]
	return p.pos.AddXY(0, p.top(i)), fyne.NewSize(p.size.Width, dp(menuRow))
}

func (m *Menu) tipLayer() *fyne.Container { return m.layer }

// menuPanel is one open level.
type menuPanel struct {
	items   []MenuItem
	hot     int
	pos     fyne.Position
	size    fyne.Size
	objects []fyne.CanvasObject
	over    *canvas.Rectangle
}

// push opens a level at a place; beside is the width of the panel it comes
// from, on whose other side it opens when there is no room.
func (m *Menu) push(items []MenuItem, at fyne.Position, beside float32) {
	p := &menuPanel{items: items, hot: -1}
	p.measure()
	win := m.canvas.Size()
	if at.X+p.size.Width > win.Width {
		at.X = max(0, at.X-p.size.Width-beside)
	}
	if at.Y+p.size.Height > win.Height {
		at.Y = max(0, win.Height-p.size.Height-dp(2))
	}
	p.pos = at
	p.build()
	m.panels = append(m.panels, p)
}

func (p *menuPanel) measure() {
	label, key, h := float32(0), float32(0), dp(2*menuPad)
	size := theme.Size(theme.SizeNameText)
	for _, it := range p.items {
		if it.Separator {
			h += dp(menuLine)
			continue
		}
		h += dp(menuRow)
		label = max(label, fyne.MeasureText(it.Label, size, fyne.TextStyle{}).Width)
		w := fyne.MeasureText(it.Key, size, fyne.TextStyle{}).Width
		if len(it.Children) > 0 {
			w = dp(16)
		}
		key = max(key, w)
	}
	if key > 0 {
		key += dp(28)
	}
	p.size = fyne.NewSize(max(dp(32)+label+key+dp(14), dp(140)), h)
}

// build makes what is seen; it runs once a level, or when the theme changes.
func (p *menuPanel) build() {
	shadow, ground := newRect(), newRect()
	fillRect(shadow, theme.ColorNameShadow, 7)
	fillRect(ground, theme.ColorNameMenuBackground, 5)
	strokeRect(ground, theme.ColorNameInputBorder, 1)
	p.over = newRect()
	fillRect(p.over, theme.ColorNameSelection, 3)
	put(ground, p.pos.X, p.pos.Y, p.size.Width, p.size.Height)
	put(shadow, p.pos.X-dp(2), p.pos.Y, p.size.Width+dp(4), p.size.Height+dp(5))
	p.objects = []fyne.CanvasObject{shadow, ground, p.over}
	for i, it := range p.items {
		p.buildItem(it, p.pos.Y+p.top(i))
	}
	p.mark()
}

func (p *menuPanel) buildItem(it MenuItem, y float32) {
	x, w, h := p.pos.X, p.size.Width, dp(menuRow)
	if it.Separator {
		line := newRect()
		fillRect(line, theme.ColorNameSeparator, 0)
		put(line, x+dp(8), y+dp(menuLine)/2, w-dp(16), 1)
		p.objects = append(p.objects, line)
		return
	}
	ink, keyInk := fyne.ThemeColorName(""), ColorSecondary
	switch {
	case it.Why != "":
		ink, keyInk = theme.ColorNameDisabled, theme.ColorNameDisabled
	case it.Danger:
		ink = theme.ColorNameError
	}
	icon := it.Icon
	if it.Checked {
		icon = "check"
	}
	if icon != "" {
		img := canvas.NewImageFromResource(Icon(icon, ink))
		put(img, x+dp(9), y+(h-dp(15))/2, dp(15), dp(15))
		p.objects = append(p.objects, img)
	}
	label, key := newText(fyne.TextAlignLeading), newText(fyne.TextAlignTrailing)
	styleText(label, it.Label, ink, theme.SizeNameText)
	styleText(key, it.Key, keyInk, theme.SizeNameText)
	put(label, x+dp(32), y, label.MinSize().Width, h)
	put(key, x, y, w-dp(12), h)
	p.objects = append(p.objects, label, key)
	if len(it.Children) > 0 {
		arrow := canvas.NewImageFromResource(Icon("chevron-right", keyInk))
		put(arrow, x+w-dp(22), y+(h-dp(14))/2, dp(14), dp(14))
		p.objects = append(p.objects, arrow)
	}
}

// top is where a line begins, from the top of its panel.
func (p *menuPanel) top(i int) float32 {
	y := dp(menuPad)
	for _, it := range p.items[:i] {
		if it.Separator {
			y += dp(menuLine)
		} else {
			y += dp(menuRow)
		}
	}
	return y
}

func (p *menuPanel) at(pos fyne.Position) (item int, in bool) {
	rel := pos.Subtract(p.pos)
	if !inside(rel, p.size) {
		return -1, false
	}
	for i, it := range p.items {
		top := p.top(i)
		if !it.Separator && rel.Y >= top && rel.Y < top+dp(menuRow) {
			return i, true
		}
	}
	return -1, true
}

func (p *menuPanel) mark() {
	if p.hot < 0 || p.items[p.hot].Why != "" {
		p.over.Hide()
		return
	}
	put(p.over, p.pos.X+dp(4), p.pos.Y+p.top(p.hot), p.size.Width-dp(8), dp(menuRow))
	p.over.Show()
}

// under finds the panel and line below a place; the topmost panel counts.
func (m *Menu) under(pos fyne.Position) (level, item int) {
	for l := len(m.panels) - 1; l >= 0; l-- {
		if i, in := m.panels[l].at(pos); in {
			return l, i
		}
	}
	return -1, -1
}

// MouseDown is called by Fyne. A press outside closes the menu.
func (m *Menu) MouseDown(ev *desktop.MouseEvent) {
	if level, _ := m.under(ev.Position); level < 0 {
		m.Close()
	}
}

// MouseUp is called by Fyne.
func (m *Menu) MouseUp(ev *desktop.MouseEvent) {
	if level, item := m.under(ev.Position); level >= 0 && item >= 0 {
		m.choose(level, item)
	}
}

// MouseIn is called by Fyne.
func (m *Menu) MouseIn(ev *desktop.MouseEvent) { m.MouseMoved(ev) }

// MouseMoved is called by Fyne.
func (m *Menu) MouseMoved(ev *desktop.MouseEvent) {
	level, item := m.under(ev.Position)
	if level < 0 || item < 0 && level == len(m.panels)-1 && m.panels[level].hot < 0 {
		return
	}
	if m.panels[level].hot == item && level == len(m.panels)-1 {
		return
	}
	m.heat(level, item)
	if item >= 0 && len(m.panels[level].items[item].Children) > 0 {
		m.openChild(level, item)
	}
}

// MouseOut is called by Fyne.
func (m *Menu) MouseOut() { hideTip() }

// heat marks a line and closes the levels after its own.
func (m *Menu) heat(level, item int) {
	m.panels = m.panels[:level+1]
	p := m.panels[level]
	p.hot = item
	p.mark()
	hideTip()
	if item >= 0 && p.items[item].Why != "" {
		m.tip(p, item)
	}
	m.Refresh()
}

// tip shows why a line is disabled, below it.
func (m *Menu) tip(p *menuPanel, item int) {
	box, size := tipBox(p.items[item].Why)
	x := p.pos.X + p.size.Width + dp(4)
	if x+size.Width > m.canvas.Size().Width {
		x = max(0, p.pos.X-size.Width-dp(4))
	}
	put(box, x, p.pos.Y+p.top(item), size.Width, size.Height)
	tips.owner, tips.box, tips.layer = m, box, m.layer
	showOn(m.layer, box)
}

func (m *Menu) openChild(level, item int) {
	p := m.panels[level]
	m.push(p.items[item].Children, p.pos.AddXY(p.size.Width-dp(4), p.top(item)-dp(menuPad)), p.size.Width-dp(8))
	m.Refresh()
}

func (m *Menu) choose(level, item int) {
	it := m.panels[level].items[item]
	switch {
	case it.Why != "" || it.Separator:
	case len(it.Children) > 0:
		m.heat(level, item)
		m.openChild(level, item)
	default:
		m.Close()
		if it.Do != nil {
			it.Do()
		}
	}
}

// FocusGained is called by Fyne.
func (m *Menu) FocusGained() {}

// FocusLost is called by Fyne.
func (m *Menu) FocusLost() {}

// TypedRune chooses the next line that begins with the character.
func (m *Menu) TypedRune(r rune) {
	level := len(m.panels) - 1
	p := m.panels[level]
	for n := range p.items {
		i := (p.hot + 1 + n + len(p.items)) % len(p.items)
		it := p.items[i]
		if !it.Separator && startsWith(it.Label, r) {
			m.heat(level, i)
			return
		}
	}
}

// TypedKey is called by Fyne.
func (m *Menu) TypedKey(ev *fyne.KeyEvent) {
	level := len(m.panels) - 1
	p := m.panels[level]
	switch ev.Name {
	case fyne.KeyEscape, fyne.KeyLeft:
		if level > 0 {
			m.heat(level-1, m.panels[level-1].hot)
		} else if ev.Name == fyne.KeyEscape {
			m.Close()
		}
	case fyne.KeyDown:
		m.heat(level, p.step(1))
	case fyne.KeyUp:
		m.heat(level, p.step(-1))
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace, fyne.KeyRight:
		if p.hot >= 0 && (ev.Name != fyne.KeyRight || len(p.items[p.hot].Children) > 0) {
			m.choose(level, p.hot)
		}
	}
}

// step goes to the next line that is no separator, round the end.
func (p *menuPanel) step(by int) int {
	n := len(p.items)
	i := p.hot
	if i < 0 && by < 0 {
		i = 0
	}
	for range n {
		i = (i + by + n) % n
		if !p.items[i].Separator {
			return i
		}
	}
	return -1
}

// CreateRenderer makes the drawing part; Fyne calls it.
func (m *Menu) CreateRenderer() fyne.WidgetRenderer { return &menuRenderer{m: m} }

type menuRenderer struct{ m *Menu }

func (r *menuRenderer) Destroy()           {}
func (r *menuRenderer) Layout(s fyne.Size) { r.m.layer.Resize(s) }
func (r *menuRenderer) MinSize() fyne.Size { return fyne.NewSize(1, 1) }

func (r *menuRenderer) Objects() []fyne.CanvasObject {
	var o []fyne.CanvasObject
	for _, p := range r.m.panels {
		o = append(o, p.objects...)
	}
	return append(o, r.m.layer)
}

func (r *menuRenderer) Refresh() { canvas.Refresh(r.m) }
