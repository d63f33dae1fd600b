package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// rowSlot is the set of objects that draw one row at a time.
type rowSlot struct {
	row    int
	y      float32
	ground *canvas.Rectangle
	icon   *canvas.Image
	res    string // name of the icon that is drawn
	cells  []cellSlot
}

// cellSlot draws one cell. Bars are made when a column first has one.
type cellSlot struct {
	text        *canvas.Text
	track, fill *canvas.Rectangle
	value       float64
	kind        CellKind
}

func newRowSlot(cols int) *rowSlot {
	s := &rowSlot{row: noRow, ground: canvas.NewRectangle(color.Transparent), icon: &canvas.Image{}}
	s.cells = make([]cellSlot, cols)
	for i := range s.cells {
		s.cells[i].text = newText(fyne.TextAlignLeading)
	}
	s.hide()
	return s
}

func (s *rowSlot) bars() []fyne.CanvasObject {
	var o []fyne.CanvasObject
	for i := range s.cells {
		if c := &s.cells[i]; c.track != nil {
			o = append(o, c.track, c.fill)
		}
	}
	return o
}

func (s *rowSlot) hide() {
	s.row = noRow
	s.ground.Hide()
	s.icon.Hide()
	for i := range s.cells {
		c := &s.cells[i]
		c.text.Hide()
		if c.track != nil {
			c.track.Hide()
			c.fill.Hide()
		}
	}
}

// forget makes the next bind draw everything anew, after a change of theme.
func (s *rowSlot) forget() {
	s.res = "\x00"
	for i := range s.cells {
		s.cells[i].text.TextSize = 0
	}
}

// bind fills a slot with a row.
func (r *tableRenderer) bind(s *rowSlot, row int) {
	r.bound++
	t := r.t
	s.row = row
	s.style(t)
	s.setIcon(t.rows.Icon(row), t.NoIcons)
	for i := range t.cols {
		if t.cols[i].Hidden {
			s.cells[i].text.Hide()
			continue
		}
		cell := t.rows.Cell(row, i)
		if cell.Kind != CellText && s.cells[i].track == nil {
			s.cells[i].addBars()
			r.collect()
		}
		s.cells[i].set(t, i, cell)
	}
}

// style chooses the ground. A ground that would be clear is hidden: it would
// cost a pass over all its pixels all the same.
func (s *rowSlot) style(t *FileTable) {
	fill := groundOf(t, s.row)
	if fill == "" {
		s.ground.Hide()
		return
	}
	s.ground.Show()
	if c := colorOf(fill); s.ground.FillColor != c {
		s.ground.FillColor = c
		canvas.Refresh(s.ground)
	}
}

func groundOf(t *FileTable, row int) fyne.ThemeColorName {
	switch {
	case t.sel.has(row) && (t.focused || t.rename != nil && t.rename.row != row):
		return theme.ColorNameSelection
	case t.sel.has(row):
		return ColorSelectionIdle
	case row == t.hover:
		return theme.ColorNameHover
	}
	if tinter, ok := t.rows.(Tinter); ok {
		if tint := tinter.Tint(row); tint != "" {
			return tint
		}
	}
	if row%2 == 1 {
		return ColorZebra
	}
	return ""
}

func (s *rowSlot) setIcon(res fyne.Resource, none bool) {
	if none || res == nil {
		s.icon.Hide()
		return
	}
	s.icon.Show()
	px := iconPixels(s.icon)
	if name := res.Name(); s.res != name {
		s.res = name
		s.icon.Image = picture(res, px)
		canvas.Refresh(s.icon)
	}
}

// iconPixels is the size of a row's icon in pixels of its display.
func iconPixels(o fyne.CanvasObject) int {
	size := dp(rowIcon)
	if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil {
		w, _ := c.PixelCoordinateForPosition(fyne.NewPos(size, size))
		return max(w, 2)
	}
	return int(size)
}

func (c *cellSlot) addBars() {
	c.track, c.fill = canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent)
	c.track.Hide()
	c.fill.Hide()
}

// set puts a cell's text and bar; what has not changed is not touched.
func (c *cellSlot) set(t *FileTable, col int, cell Cell) {
	column, style := t.cols[col], fyne.TextStyle{Bold: cell.Bold}
	c.kind, c.value = cell.Kind, cell.Value
	name, align := cell.Color, column.Align
	if name == "" {
		name = column.Color
	}
	if cell.Kind != CellText {
		c.colourBars(cell)
		if cell.Kind == CellBadge || cell.Value >= 0 {
			name, align = "", fyne.TextAlignCenter
		}
	}
	text := t.cut.fit(cell.Text, textWidth(t, col), style)
	size, col2 := theme.Size(theme.SizeNameText), colorOf(name)
	c.showBars()
	if text == "" {
		c.text.Hide()
	} else {
		c.text.Show()
	}
	x := c.text
	if x.Text == text && x.Color == col2 && x.TextSize == size && x.Alignment == align && x.TextStyle == style {
		return
	}
	x.Text, x.Color, x.TextSize, x.Alignment, x.TextStyle = text, col2, size, align, style
	canvas.Refresh(x)
}

func (c *cellSlot) colourBars(cell Cell) {
	track, fill := ColorBarTrack, ColorBar
	if cell.Color != "" {
		fill = cell.Color
	}
	if cell.Kind == CellBadge {
		track = fill
	}
	for _, b := range []struct {
		r *canvas.Rectangle
		c fyne.ThemeColorName
	}{{c.track, track}, {c.fill, fill}} {
		if want := colorOf(b.c); b.r.FillColor != want {
			b.r.FillColor, b.r.CornerRadius = want, dp(2)
			canvas.Refresh(b.r)
		}
	}
}

func (c *cellSlot) showBars() {
	if c.track == nil {
		return
	}
	bar := c.kind == CellProgress && c.value >= 0
	showIf(c.track, bar || c.kind == CellBadge)
	showIf(c.fill, bar && c.value > 0)
}

// textLeft is where the text of a column begins, from the column's left.
func textLeft(t *FileTable, col int) float32 {
	if col == firstShown(t.cols) && !t.NoIcons {
		return dp(cellPad + rowIcon + cellPad)
	}
	return dp(cellPad)
}

func firstShown(cols []Column) int {
	for i := range cols {
		if !cols[i].Hidden {
			return i
		}
	}
	return 0
}

func textWidth(t *FileTable, col int) float32 {
	if col >= len(t.spans) {
		return 0
	}
	return t.spans[col].w - textLeft(t, col) - dp(cellPad)
}

// move puts the objects of a slot at a height.
func (s *rowSlot) move(t *FileTable, y float32) {
	s.y = y
	h, left := dp(rowHeight), -float32(t.horz.offset)
	s.ground.Move(fyne.NewPos(0, y))
	s.ground.Resize(fyne.NewSize(t.viewWidth(), h))
	first := firstShown(t.cols)
	s.icon.Move(fyne.NewPos(left+t.spans[first].x+dp(cellPad), y+(h-dp(rowIcon))/2))
	s.icon.Resize(fyne.NewSquareSize(dp(rowIcon)))
	for i := range s.cells {
		if t.cols[i].Hidden {
			continue
		}
		x := left + t.spans[i].x
		c := &s.cells[i]
		c.text.Move(fyne.NewPos(x+textLeft(t, i), y))
		c.text.Resize(fyne.NewSize(max(textWidth(t, i), 0), h))
		c.moveBars(x, y, t.spans[i].w)
	}
}

func (c *cellSlot) moveBars(x, y, w float32) {
	if c.track == nil {
		return
	}
	h := dp(rowHeight)
	pad, inset := dp(cellPad), dp(4)
	width := max(w-2*pad, 0)
	if c.kind == CellBadge {
		width = min(width, c.text.MinSize().Width+dp(12))
		pad = (w - width) / 2
		inset = dp(3)
	}
	c.track.Move(fyne.NewPos(x+pad, y+inset))
	c.track.Resize(fyne.NewSize(width, h-2*inset))
	c.fill.Move(fyne.NewPos(x+pad, y+inset))
	c.fill.Resize(fyne.NewSize(width*float32(min(max(c.value, 0), 1)), h-2*inset))
}
