package kit

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// Measures of a table, in units at 100 %.
const (
	rowHeight    = 22
	headerHeight = 24
	cellPad      = 6
	rowIcon      = 16
	barWidth     = 12
)

// CreateRenderer makes the drawing part; Fyne calls it.
func (t *FileTable) CreateRenderer() fyne.WidgetRenderer {
	r := &tableRenderer{t: t}
	r.head.build()
	r.frame = newFrame(theme.ColorNamePrimary, 1)
	r.drop = newFrame(theme.ColorNamePrimary, 2)
	r.thumb, r.hthumb = newRect(), newRect()
	r.empty.build()
	r.ground = newRect()
	r.find.build()
	r.recolour()
	t.r = r
	return r
}

// tableRenderer keeps a pool of row slots; row n is drawn by slot n modulo the
// size of the pool, so that scrolling moves most slots and fills only those
// whose row is new. bound counts the slots that were filled, laid how often it
// was laid out; tests hold them still.
type tableRenderer struct {
	t             *FileTable
	ground        *canvas.Rectangle
	slots         []*rowSlot
	objects       []fyne.CanvasObject
	head          tableHead
	frame, drop   *canvas.Rectangle
	thumb, hthumb *canvas.Rectangle
	empty         emptyText
	find          findBubble
	width         float32
	bound, laid   int
}

func newFrame(c fyne.ThemeColorName, stroke float32) *canvas.Rectangle {
	r := canvas.NewRectangle(color.Transparent)
	r.StrokeColor, r.StrokeWidth = colorOf(c), stroke
	r.Hide()
	return r
}

// IsClip tells Fyne to cut what reaches over the edge.
func (r *tableRenderer) IsClip() {}

func (r *tableRenderer) Destroy() {}

func (r *tableRenderer) MinSize() fyne.Size { return r.t.MinSize() }

func (r *tableRenderer) Objects() []fyne.CanvasObject { return r.objects }

// Layout fits columns, scroll bars and pool to a size.
func (r *tableRenderer) Layout(size fyne.Size) {
	r.laid++
	t := r.t
	rowsView := size.Height - dp(headerHeight)
	t.vert.content = float64(t.length()) * float64(dp(rowHeight))
	t.vert.view = math.Max(0, float64(rowsView))
	t.vert.least = float64(dp(24))
	t.vert.scrollTo(t.vert.offset)
	width := t.viewWidth()
	if width != r.width {
		t.cut.forget()
		r.width = width
	}
	t.spans, t.total = spans(t.cols, width)
	t.horz.content, t.horz.view, t.horz.least = float64(t.total), float64(width), float64(dp(24))
	t.horz.scrollTo(t.horz.offset)

	need := int(rowsView/dp(rowHeight)) + 2
	if len(r.slots) < need || len(r.slots) > 0 && len(r.slots[0].cells) != len(t.cols) {
		r.grow(need)
	}
	r.ground.Resize(size)
	r.head.layout(t, size)
	r.empty.layout(size.Width, rowsView)
	for _, s := range r.slots {
		s.row = noRow
	}
	r.place()
}

// grow makes the pool larger, or anew when the columns are others.
func (r *tableRenderer) grow(need int) {
	if len(r.slots) > 0 && len(r.slots[0].cells) != len(r.t.cols) {
		r.slots = nil
	}
	for len(r.slots) < need {
		r.slots = append(r.slots, newRowSlot(len(r.t.cols)))
	}
	r.head.fit(len(r.t.cols))
	r.collect()
}

// collect puts all objects in the order they are painted.
func (r *tableRenderer) collect() {
	o := []fyne.CanvasObject{r.ground}
	for _, s := range r.slots {
		o = append(o, s.ground)
	}
	for _, s := range r.slots {
		o = append(o, s.bars()...)
		o = append(o, s.icon)
		for i := range s.cells {
			o = append(o, s.cells[i].text)
		}
	}
	o = append(append(o, r.empty.objects()...), r.frame, r.drop)
	if r.t.rename != nil {
		o = append(o, r.t.rename)
	}
	o = append(o, r.head.objects()...)
	o = append(o, r.thumb, r.hthumb)
	r.objects = append(o, r.find.objects()...)
}

// place moves the slots to where the offset puts their rows, and fills those
// that have a new one.
func (r *tableRenderer) place() {
	t := r.t
	if len(r.slots) == 0 {
		return
	}
	h, n := float64(dp(rowHeight)), t.length()
	first := int(t.vert.offset / h)
	for i := range r.slots {
		row := first + i
		s := r.slots[row%len(r.slots)]
		y := float32(float64(row)*h - t.vert.offset + float64(dp(headerHeight)))
		// What lies below the edge would be drawn all the same, and cut.
		if row >= n || y >= t.Size().Height {
			s.hide()
			continue
		}
		if s.row != row {
			r.bind(s, row)
		}
		s.move(t, y)
	}
	r.placeMarks()
	r.placeBars()
	r.repaint()
}

// placeMarks puts the frames at cursor and drop place, and the rename entry.
func (r *tableRenderer) placeMarks() {
	t := r.t
	showFrame := t.focused && t.sel.cursor >= 0 && t.sel.cursor < t.length() && t.rename == nil
	putFrame(r.frame, showFrame, t, t.sel.cursor)
	putFrame(r.drop, t.dropRow != noRow, t, t.dropRow)
	r.empty.show(t.length() == 0)
	if t.rename != nil {
		pos, size := t.renameRect()
		t.rename.Move(pos)
		t.rename.Resize(size)
	}
}

func putFrame(f *canvas.Rectangle, show bool, t *FileTable, row int) {
	if !show {
		f.Hide()
		return
	}
	pos, size := t.RowRect(row)
	if row == wholeRow {
		pos = fyne.NewPos(0, dp(headerHeight))
		size = fyne.NewSize(t.viewWidth(), t.Size().Height-dp(headerHeight))
	}
	f.Move(pos)
	f.Resize(size)
	f.Show()
}

func (r *tableRenderer) placeBars() {
	t, size, top := r.t, r.t.Size(), dp(headerHeight)
	track := float64(size.Height-top) - float64(dp(4))
	pos, length := t.vert.thumb(track)
	showIf(r.thumb, t.vert.needed())
	r.thumb.Move(fyne.NewPos(size.Width-dp(9), top+dp(2)+float32(pos)))
	r.thumb.Resize(fyne.NewSize(dp(6), float32(length)))
	wide := t.horz.needed()
	showIf(r.hthumb, wide)
	if wide {
		hpos, hlen := t.horz.thumb(float64(t.viewWidth() - dp(4)))
		r.hthumb.Move(fyne.NewPos(dp(2)+float32(hpos), size.Height-dp(6)))
		r.hthumb.Resize(fyne.NewSize(float32(hlen), dp(4)))
	}
}

func showIf(o fyne.CanvasObject, show bool) {
	if show {
		o.Show()
	} else {
		o.Hide()
	}
}

// repaint asks for a frame without freeing the textures of anything else, as
// refreshing the whole widget would. It also reaches objects that were never
// painted and so do not know their canvas yet.
func (r *tableRenderer) repaint() { canvas.Refresh(r.ground) }

// rebind fills every slot in view again.
func (r *tableRenderer) rebind() {
	for _, s := range r.slots {
		if s.row >= 0 && s.row < r.t.length() {
			r.bind(s, s.row)
			s.move(r.t, s.y)
		}
	}
	r.placeMarks()
	r.repaint()
}

// restyle sets the grounds of the rows in view: chosen, hovered, striped.
func (r *tableRenderer) restyle() {
	for _, s := range r.slots {
		if s.row >= 0 && s.row < r.t.length() {
			s.style(r.t)
		}
	}
	r.placeMarks()
	r.repaint()
}

func (r *tableRenderer) recolour() {
	t := r.t
	if !t.Bare {
		r.ground.FillColor = colorOf(ColorPanel)
	}
	for _, f := range []*canvas.Rectangle{r.frame, r.drop} {
		f.StrokeColor = colorOf(theme.ColorNamePrimary)
		f.CornerRadius = dp(1)
	}
	for _, b := range []*canvas.Rectangle{r.thumb, r.hthumb} {
		b.FillColor = colorOf(theme.ColorNameScrollBar)
		b.CornerRadius = dp(2)
	}
	r.empty.recolour(t.Empty)
	r.head.recolour()
	r.find.recolour()
}

// Refresh takes over a changed theme, and everything else.
func (r *tableRenderer) Refresh() {
	t := r.t
	t.cut.forget()
	r.recolour()
	if t.rename != nil {
		t.rename.Refresh()
	}
	r.Layout(t.Size())
	for _, s := range r.slots {
		s.forget()
	}
	r.rebind()
	canvas.Refresh(t)
}
