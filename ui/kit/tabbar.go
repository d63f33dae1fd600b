package kit

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Tab is one tab of a TabBar.
type Tab struct {
	ID       string
	Title    string
	Icon     string // of assets; "" for none
	Color    fyne.ThemeColorName
	Count    int                 // shown in a badge when above 0
	CountOn  fyne.ThemeColorName // ground of the badge; "" is grey
	Closable bool
	Tip      string
}

// TabBar is a row of tabs 32 units high. It shows no pages: its owner does
// that when OnSelect is called.
type TabBar struct {
	widget.BaseWidget
	OnSelect func(id string)
	OnClose  func(id string)
	OnNew    func() // shows a "+" at the right end when set before the bar is shown
	OnMenu   func(id string, at fyne.Position)

	tabs     []Tab
	current  string
	hover    int
	onClose  bool // the pointer is on the hovered tab's cross
	pressed  int
	press    desktop.MouseButton
	trailing []fyne.CanvasObject
	r        *tabRenderer
}

var (
	_ desktop.Mouseable = (*TabBar)(nil)
	_ desktop.Hoverable = (*TabBar)(nil)
)

// NewTabBar makes a bar; trailing objects stand at its right end.
func NewTabBar(trailing ...fyne.CanvasObject) *TabBar {
	b := &TabBar{hover: -1, pressed: -1, trailing: trailing}
	b.ExtendBaseWidget(b)
	return b
}

// SetTabs shows these tabs. It is cheap when nothing has changed, and when
// only titles and counts have.
func (b *TabBar) SetTabs(tabs []Tab, current string) {
	if b.current == current && equalTabs(b.tabs, tabs) {
		return
	}
	b.tabs, b.current = append([]Tab(nil), tabs...), current
	b.hover = min(b.hover, len(tabs)-1)
	if b.r != nil {
		b.r.retab()
	}
}

func equalTabs(a, b []Tab) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// Tabs returns what is shown.
func (b *TabBar) Tabs() []Tab { return append([]Tab(nil), b.tabs...) }

// Current is the id of the chosen tab.
func (b *TabBar) Current() string { return b.current }

// TabRect is where a tab lies, for tests; ok is false when there is none.
func (b *TabBar) TabRect(id string) (pos fyne.Position, size fyne.Size, ok bool) {
	if b.r == nil {
		return pos, size, false
	}
	for i, t := range b.tabs {
		if t.ID == id && i < len(b.r.cells) {
			c := b.r.cells[i]
			return fyne.NewPos(c.x, 0), fyne.NewSize(c.w, b.Size().Height), true
		}
	}
	return pos, size, false
}

func (b *TabBar) at(pos fyne.Position) (tab int, cross bool) {
	if b.r == nil {
		return -1, false
	}
	for i, c := range b.r.cells {
		if i < len(b.tabs) && pos.X >= c.x && pos.X < c.x+c.w {
			return i, !c.cross.Hidden && pos.X >= c.x+c.w-dp(24)
		}
	}
	return -1, false
}

// MouseDown is called by Fyne.
func (b *TabBar) MouseDown(ev *desktop.MouseEvent) {
	hideTip()
	settle(b)
	tab, cross := b.at(ev.Position)
	b.pressed, b.press = tab, ev.Button
	if tab >= 0 && !cross && ev.Button == desktop.MouseButtonPrimary && b.tabs[tab].ID != b.current && b.OnSelect != nil {
		b.OnSelect(b.tabs[tab].ID)
	}
}

// MouseUp is called by Fyne.
func (b *TabBar) MouseUp(ev *desktop.MouseEvent) {
	tab, cross := b.at(ev.Position)
	was := b.pressed
	b.pressed = -1
	if tab < 0 || tab != was {
		return
	}
	t := b.tabs[tab]
	switch {
	case b.press == desktop.MouseButtonSecondary:
		if b.OnMenu != nil {
			b.OnMenu(t.ID, ev.AbsolutePosition)
		}
	case t.Closable && (cross || b.press == desktop.MouseButtonTertiary):
		if b.OnClose != nil {
			b.OnClose(t.ID)
		}
	}
}

// MouseIn is called by Fyne.
func (b *TabBar) MouseIn(ev *desktop.MouseEvent) { b.MouseMoved(ev) }

// MouseMoved is called by Fyne.
func (b *TabBar) MouseMoved(ev *desktop.MouseEvent) {
	tab, cross := b.at(ev.Position)
	if tab == b.hover && cross == b.onClose {
		return
	}
	if tab != b.hover {
		x := float32(0)
		if tab >= 0 {
			x = b.r.cells[tab].x
		}
		hoverTipAt(b, x, b.tip(tab))
	}
	b.hover, b.onClose = tab, cross
	if b.r != nil {
		b.r.marks()
	}
}

// MouseOut is called by Fyne.
func (b *TabBar) MouseOut() {
	hideTip()
	b.hover, b.onClose = -1, false
	if b.r != nil {
		b.r.marks()
	}
}

// tip is what a tab has to tell: its title where that is cut, and its own tip.
func (b *TabBar) tip(tab int) string {
	if tab < 0 || b.r == nil {
		return ""
	}
	c := b.r.cells[tab]
	if c.title.Text == c.full {
		return b.tabs[tab].Tip
	}
	return strings.TrimSuffix(c.full+"\n"+b.tabs[tab].Tip, "\n")
}

func (b *TabBar) children() []fyne.CanvasObject { return b.trailing }

// CreateRenderer makes the drawing part; Fyne calls it.
func (b *TabBar) CreateRenderer() fyne.WidgetRenderer {
	if b.OnNew != nil {
		b.trailing = append([]fyne.CanvasObject{NewSmallButton("plus", "New tab", b.OnNew)}, b.trailing...)
	}
	r := &tabRenderer{b: b, ground: newRect(), line: newRect()}
	b.r = r
	r.build()
	return r
}

// tabCell is what draws one tab.
type tabCell struct {
	x, w             float32
	ground, under    *canvas.Rectangle
	badge, crossOver *canvas.Rectangle
	icon, cross      *canvas.Image
	title, count     *canvas.Text
	full             string
	closable         bool
}

type tabRenderer struct {
	b            *TabBar
	ground, line *canvas.Rectangle
	cells        []*tabCell
	objects      []fyne.CanvasObject
	cut          ellipsis
}

func (r *tabRenderer) Destroy()                     {}
func (r *tabRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *tabRenderer) IsClip()                      {}

func (r *tabRenderer) MinSize() fyne.Size {
	w := dp(120)
	for _, o := range r.b.trailing {
		if o.Visible() {
			w += o.MinSize().Width
		}
	}
	return fyne.NewSize(w, dp(32))
}

// build makes and styles the cells; it runs when the tabs or the theme change.
func (r *tabRenderer) build() {
	fillRect(r.ground, ColorChrome, 0)
	fillRect(r.line, theme.ColorNameSeparator, 0)
	for len(r.cells) < len(r.b.tabs) {
		r.cells = append(r.cells, &tabCell{
			ground: newRect(), under: newRect(), badge: newRect(), crossOver: newRect(),
			icon: &canvas.Image{}, cross: &canvas.Image{},
			title: newText(fyne.TextAlignLeading), count: newText(fyne.TextAlignCenter),
		})
	}
	r.cells = r.cells[:len(r.b.tabs)]
	r.objects = []fyne.CanvasObject{r.ground, r.line}
	for i, c := range r.cells {
		c.style(r.b.tabs[i], r.b.tabs[i].ID == r.b.current)
		r.objects = append(r.objects, c.ground, c.under, c.icon, c.title, c.badge, c.count, c.crossOver, c.cross)
	}
	r.objects = append(r.objects, r.b.trailing...)
}

func (c *tabCell) style(t Tab, current bool) {
	ink := ColorSecondary
	ground := fyne.ThemeColorName("")
	if current {
		ink, ground = "", ColorFront
	}
	fillRect(c.ground, ground, 3)
	fillRect(c.under, theme.ColorNamePrimary, 0)
	c.under.Hidden = !current
	c.full = t.Title
	styleText(c.title, t.Title, ink, theme.SizeNameText)
	c.icon.Hidden = t.Icon == ""
	if t.Icon != "" {
		color := t.Color
		if color == "" {
			color = ink
		}
		c.icon.Resource = Icon(t.Icon, color)
		c.icon.Refresh()
	}
	c.styleBadge(t, current)
	c.cross.Hidden, c.closable = !t.Closable, t.Closable
	if t.Closable {
		c.cross.Resource = Icon("close", ink)
		c.cross.Refresh()
	}
}

func (c *tabCell) styleBadge(t Tab, current bool) {
	c.badge.Hidden, c.count.Hidden = t.Count <= 0, t.Count <= 0
	if t.Count <= 0 {
		return
	}
	ground, ink := ColorBadge, ColorSecondary
	if current {
		ink = theme.ColorNameForeground
	}
	if t.CountOn != "" {
		ground, ink = t.CountOn, theme.ColorNameForegroundOnError
	}
	fillRect(c.badge, ground, 8)
	text := strconv.Itoa(t.Count)
	if t.Count > 99999 {
		text = "99999+"
	}
	styleText(c.count, text, ink, theme.SizeNameCaptionText)
}

// crossRoom is the least width of a tab with a cross that is not in front.
const crossRoom = 110

// frontRoom is the width that the tab in front keeps beside many others.
const frontRoom = 150

// want is the width a tab would like.
func (c *tabCell) want() float32 {
	w := dp(13) + fyne.MeasureText(c.full, c.title.TextSize, c.title.TextStyle).Width + dp(13)
	if !c.icon.Hidden {
		w += dp(20)
	}
	if !c.badge.Hidden {
		w += c.badgeWidth() + dp(7)
	}
	if c.closable {
		w += dp(16)
	}
	return w
}

func (c *tabCell) badgeWidth() float32 { return max(c.count.MinSize().Width+dp(9), dp(16)) }

func (r *tabRenderer) Layout(size fyne.Size) {
	r.ground.Resize(size)
	put(r.line, 0, size.Height-1, size.Width, 1)
	right := size.Width - dp(6)
	for i := len(r.b.trailing) - 1; i >= 0; i-- {
		o := r.b.trailing[i]
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		right -= m.Width
		put(o, right, (size.Height-1-m.Height)/2, m.Width, m.Height)
	}
	room, total := right-dp(12), float32(0)
	for _, c := range r.cells {
		total += c.want()
	}
	// Where there is no room for all, the one in front keeps most of its own.
	factor, front := float32(1), float32(0)
	if total > room {
		for i, c := range r.cells {
			if r.b.tabs[i].ID == r.b.current {
				front = min(c.want(), dp(frontRoom))
				total -= c.want()
			}
		}
		factor = max(room-front, 0) / max(total, 1)
	}
	x := dp(6)
	for i, c := range r.cells {
		w := max(c.want()*factor, dp(48))
		if front > 0 && r.b.tabs[i].ID == r.b.current {
			w = front
		}
		// The title matters more than a cross where there is no room for both.
		tab := r.b.tabs[i]
		c.cross.Hidden = !tab.Closable || factor < 1 && w < dp(crossRoom) && tab.ID != r.b.current
		r.placeCell(c, x, w, size.Height)
		x += w
	}
	r.place()
}

func (r *tabRenderer) placeCell(c *tabCell, x, w, h float32) {
	c.x, c.w = x, w
	put(c.ground, x, dp(2), w, h-dp(2))
	put(c.under, x, h-dp(2)-1, w, dp(2))
	at, end := x+dp(13), x+w-dp(13)
	if !c.icon.Hidden {
		put(c.icon, at, (h-dp(14))/2, dp(14), dp(14))
		at += dp(20)
	}
	if !c.cross.Hidden {
		put(c.crossOver, end-dp(10), (h-dp(18))/2, dp(18), dp(18))
		put(c.cross, end-dp(7), (h-dp(12))/2, dp(12), dp(12))
		end -= dp(16)
	}
	if !c.badge.Hidden {
		end -= c.badgeWidth() + dp(7)
	}
	c.title.Text = r.cut.fit(c.full, end-at+1, c.title.TextStyle)
	put(c.title, at, 0, max(end-at, 0), h-1)
	if !c.badge.Hidden {
		bw := c.badgeWidth()
		put(c.badge, end+dp(7), (h-dp(17))/2, bw, dp(17))
		put(c.count, end+dp(7), (h-dp(17))/2, bw, dp(17))
	}
}

// place sets what the pointer changes.
func (r *tabRenderer) place() {
	for i, c := range r.cells {
		current := r.b.tabs[i].ID == r.b.current
		switch {
		case current:
			fillRect(c.ground, ColorFront, 3)
		case i == r.b.hover:
			fillRect(c.ground, theme.ColorNameHover, 3)
		default:
			fillRect(c.ground, "", 3)
		}
		c.crossOver.StrokeWidth = 0
		fillRect(c.crossOver, theme.ColorNameHover, 4)
		c.crossOver.Hidden = !(i == r.b.hover && r.b.onClose)
	}
}

func (r *tabRenderer) marks() {
	r.place()
	canvas.Refresh(r.ground)
}

// retab takes the tabs over. What stands behind them has not changed, and its
// icons would be drawn anew.
func (r *tabRenderer) retab() {
	r.build()
	r.Layout(r.b.Size())
	canvas.Refresh(r.b)
}

func (r *tabRenderer) Refresh() {
	r.cut.forget()
	for _, o := range r.b.trailing {
		o.Refresh()
	}
	r.retab()
}
