package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Crumb is one folder of a path bar.
type Crumb struct {
	Label string
	Path  string // what OnGo is given
}

// Crumbs is a path bar: folders to click, and an entry for the whole path when
// the empty part is clicked or Edit is called.
type Crumbs struct {
	widget.BaseWidget
	OnGo   func(path string)
	OnMenu func(path string, at fyne.Position) // right click on a folder

	icon   string
	crumbs []Crumb
	text   string
	hover  int
	entry  *Entry
	before fyne.Focusable
	r      *crumbRenderer
}

var (
	_ desktop.Mouseable = (*Crumbs)(nil)
	_ desktop.Hoverable = (*Crumbs)(nil)
)

// NewCrumbs makes a path bar with an icon of assets before the path.
func NewCrumbs(icon string) *Crumbs {
	c := &Crumbs{icon: icon, hover: -1}
	c.ExtendBaseWidget(c)
	return c
}

// SetPath shows a path: its folders, and the text that Edit starts with. It
// closes the entry.
func (c *Crumbs) SetPath(crumbs []Crumb, text string) {
	same := c.text == text && len(c.crumbs) == len(crumbs)
	for i := range crumbs {
		same = same && c.crumbs[i] == crumbs[i]
	}
	if same {
		return
	}
	c.crumbs, c.text, c.hover = append([]Crumb(nil), crumbs...), text, -1
	c.closeEdit(false)
	c.Refresh()
}

// SetIcon changes the icon.
func (c *Crumbs) SetIcon(icon string) {
	if c.icon != icon {
		c.icon = icon
		c.Refresh()
	}
}

// Text is the path as Edit shows it.
func (c *Crumbs) Text() string { return c.text }

// Editing says whether the entry is open.
func (c *Crumbs) Editing() bool { return c.entry != nil }

// Edit opens the entry with the whole path chosen.
func (c *Crumbs) Edit() {
	if c.entry != nil {
		return
	}
	e := NewEntry("", 80)
	e.SetText(c.text)
	e.OnSubmitted = func(s string) {
		c.closeEdit(true)
		if s != "" && c.OnGo != nil {
			c.OnGo(s)
		}
	}
	e.OnCancel = func() bool { c.closeEdit(true); return true }
	e.OnFocus = func(on bool) {
		if !on {
			c.closeEdit(false)
		}
	}
	c.entry = e
	c.Refresh()
	if cv := canvasOf(c); cv != nil {
		c.before = cv.Focused()
		cv.Focus(e)
		e.SelectAllText()
	}
}

// closeEdit shows the folders again; back gives the keyboard to who had it.
func (c *Crumbs) closeEdit(back bool) {
	if c.entry == nil {
		return
	}
	c.entry.OnFocus = nil
	c.entry = nil
	c.Refresh()
	cv := canvasOf(c)
	if s := StageFor(c); c.before == nil && s != nil && s.last != nil {
		c.before = s.last
	}
	switch {
	case !back || cv == nil:
	case c.before != nil:
		cv.Focus(c.before)
	default:
		cv.Unfocus()
	}
	c.before = nil
}

func (c *Crumbs) at(pos fyne.Position) int {
	if c.r == nil || c.entry != nil {
		return -1
	}
	for i, cell := range c.r.cells {
		if !cell.text.Hidden && i < len(c.crumbs) && pos.X >= cell.x && pos.X < cell.x+cell.w {
			return i
		}
	}
	return -1
}

// MouseDown is called by Fyne.
func (c *Crumbs) MouseDown(*desktop.MouseEvent) {
	hideTip()
	settle(c)
}

// MouseUp is called by Fyne.
func (c *Crumbs) MouseUp(ev *desktop.MouseEvent) {
	i := c.at(ev.Position)
	switch {
	case i >= 0 && ev.Button == desktop.MouseButtonSecondary:
		if c.OnMenu != nil {
			c.OnMenu(c.crumbs[i].Path, ev.AbsolutePosition)
		}
	case ev.Button != desktop.MouseButtonPrimary:
	case i >= 0 && i < len(c.crumbs)-1:
		if c.OnGo != nil {
			c.OnGo(c.crumbs[i].Path)
		}
	default:
		c.Edit()
	}
}

// MouseIn is called by Fyne.
func (c *Crumbs) MouseIn(ev *desktop.MouseEvent) { c.MouseMoved(ev) }

// MouseMoved is called by Fyne.
func (c *Crumbs) MouseMoved(ev *desktop.MouseEvent) { c.setHover(c.at(ev.Position)) }

// MouseOut is called by Fyne.
func (c *Crumbs) MouseOut() { c.setHover(-1) }

func (c *Crumbs) setHover(i int) {
	if i != c.hover {
		c.hover = i
		if c.r != nil {
			c.r.mark()
		}
	}
}

// Cursor is the shape of the pointer, asked by Fyne.
func (c *Crumbs) Cursor() desktop.Cursor {
	if c.hover < 0 && c.entry == nil {
		return desktop.TextCursor
	}
	return desktop.DefaultCursor
}

// CreateRenderer makes the drawing part; Fyne calls it.
func (c *Crumbs) CreateRenderer() fyne.WidgetRenderer {
	c.r = &crumbRenderer{c: c, box: newRect(), over: newRect(), icon: &canvas.Image{}, more: newText(fyne.TextAlignLeading)}
	c.r.build()
	return c.r
}

type crumbCell struct {
	x, w    float32
	text    *canvas.Text
	chevron *canvas.Image
	full    string
}

type crumbRenderer struct {
	c         *Crumbs
	box, over *canvas.Rectangle
	icon      *canvas.Image
	more      *canvas.Text
	cells     []*crumbCell
	objects   []fyne.CanvasObject
}

func (r *crumbRenderer) Destroy()                     {}
func (r *crumbRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *crumbRenderer) MinSize() fyne.Size           { return fyne.NewSize(dp(80), dp(26)) }

func (r *crumbRenderer) build() {
	c := r.c
	if c.entry != nil {
		r.objects = []fyne.CanvasObject{c.entry}
		return
	}
	fillRect(r.box, theme.ColorNameInputBackground, 4)
	strokeRect(r.box, theme.ColorNameInputBorder, 1)
	fillRect(r.over, theme.ColorNameHover, 3)
	r.over.Hide()
	r.icon.Resource = Icon(c.icon, ColorSecondary)
	r.icon.Refresh()
	styleText(r.more, "…", ColorSecondary, theme.SizeNameText)
	for len(r.cells) < len(c.crumbs) {
		r.cells = append(r.cells, &crumbCell{text: newText(fyne.TextAlignLeading), chevron: &canvas.Image{}})
	}
	r.cells = r.cells[:len(c.crumbs)]
	r.objects = []fyne.CanvasObject{r.box, r.over, r.icon, r.more}
	for i, cell := range r.cells {
		ink := ColorSecondary
		if i == len(r.cells)-1 {
			ink = theme.ColorNameForeground
		}
		cell.full = shorten(c.crumbs[i].Label, dp(240), fyne.TextStyle{})
		styleText(cell.text, cell.full, ink, theme.SizeNameText)
		cell.chevron.Resource = Icon("chevron-right", ColorSecondary)
		cell.chevron.Refresh()
		r.objects = append(r.objects, cell.text, cell.chevron)
	}
}

// Layout leaves out folders from the left when there is too little room.
func (r *crumbRenderer) Layout(size fyne.Size) {
	if r.c.entry != nil {
		put(r.c.entry, 0, 0, size.Width, size.Height)
		return
	}
	put(r.box, 0, 0, size.Width, size.Height)
	put(r.icon, dp(8), (size.Height-dp(15))/2, dp(15), dp(15))
	left, room := dp(29), size.Width-dp(34)
	first := r.firstShown(room)
	r.more.Hidden = first == 0
	x := left
	if first > 0 {
		put(r.more, x, 0, dp(12), size.Height)
		x += dp(16)
	}
	for i, cell := range r.cells {
		cell.text.Hidden = i < first
		cell.chevron.Hidden = i < first || i == len(r.cells)-1
		if i < first {
			continue
		}
		w := cell.text.MinSize().Width
		if i == len(r.cells)-1 {
			cell.text.Text = shorten(cell.full, left+room-x, fyne.TextStyle{})
			w = cell.text.MinSize().Width
		}
		cell.x, cell.w = x-dp(3), w+dp(6)
		put(cell.text, x, 0, w, size.Height)
		put(cell.chevron, x+w+dp(2), (size.Height-dp(14))/2, dp(14), dp(14))
		x += w + dp(18)
	}
}

func (r *crumbRenderer) firstShown(room float32) int {
	total := float32(0)
	for i := len(r.cells) - 1; i >= 0; i-- {
		total += fyne.MeasureText(r.cells[i].full, r.cells[i].text.TextSize, fyne.TextStyle{}).Width + dp(18)
		if total > room+dp(18) && i < len(r.cells)-1 {
			return i + 1
		}
	}
	return 0
}

// mark shows which folder is under the pointer. The last is where one is.
func (r *crumbRenderer) mark() {
	i := r.c.hover
	if i < 0 || i >= len(r.cells)-1 || r.c.entry != nil {
		r.over.Hide()
		return
	}
	put(r.over, r.cells[i].x, dp(3), r.cells[i].w, r.c.Size().Height-dp(6))
	r.over.Show()
	canvas.Refresh(r.over)
}

func (r *crumbRenderer) Refresh() {
	r.build()
	r.Layout(r.c.Size())
	canvas.Refresh(r.c)
}
