package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// tableHead draws the titles, the lines between them and the triangle of the
// sorted column.
type tableHead struct {
	ground, line *canvas.Rectangle
	hover        *canvas.Rectangle
	sort         *canvas.Image
	titles       []*canvas.Text
	lines        []*canvas.Rectangle
}

func (h *tableHead) build() {
	h.ground, h.line = newRect(), newRect()
	h.hover = newRect()
	h.hover.Hide()
	h.sort = canvas.NewImageFromResource(Icon("sort-up", ColorSecondary))
	h.recolour()
}

// fit makes as many titles as there are columns.
func (h *tableHead) fit(cols int) {
	for len(h.titles) < cols {
		h.titles = append(h.titles, newText(fyne.TextAlignLeading))
		h.lines = append(h.lines, canvas.NewRectangle(color.Transparent))
	}
	h.titles, h.lines = h.titles[:cols], h.lines[:cols]
	h.recolour()
}

func (h *tableHead) objects() []fyne.CanvasObject {
	o := []fyne.CanvasObject{h.ground, h.hover, h.line}
	for i := range h.titles {
		o = append(o, h.titles[i], h.lines[i])
	}
	return append(o, h.sort)
}

func (h *tableHead) recolour() {
	h.ground.FillColor = colorOf(ColorChrome)
	h.line.FillColor = colorOf(theme.ColorNameSeparator)
	h.hover.FillColor = colorOf(theme.ColorNameHover)
	for i := range h.titles {
		h.titles[i].Color = colorOf(ColorSecondary)
		h.titles[i].TextSize = theme.Size(theme.SizeNameText)
		h.lines[i].FillColor = colorOf(theme.ColorNameSeparator)
	}
	h.sort.Refresh()
}

func (h *tableHead) layout(t *FileTable, size fyne.Size) {
	height := dp(headerHeight)
	h.ground.Resize(fyne.NewSize(size.Width, height))
	h.line.Move(fyne.NewPos(0, height-1))
	h.line.Resize(fyne.NewSize(size.Width, 1))
	h.sort.Hide()
	h.hover.Hide()
	for i, c := range t.cols {
		if c.Hidden {
			h.titles[i].Hide()
			h.lines[i].Hide()
			continue
		}
		h.layoutTitle(t, i, height)
	}
}

func (h *tableHead) layoutTitle(t *FileTable, i int, height float32) {
	c, s := t.cols[i], t.spans[i]
	x, pad := s.x-float32(t.horz.offset), dp(cellPad)
	room := s.w - 2*pad
	sorted := i == t.sortCol
	if sorted {
		room -= dp(12)
	}
	title := h.titles[i]
	if text := t.cut.fit(c.Title, room, title.TextStyle); text != title.Text {
		title.Text = text
		canvas.Refresh(title)
	}
	title.Alignment = c.Align
	title.Show()
	title.Move(fyne.NewPos(x+pad, 0))
	title.Resize(fyne.NewSize(max(s.w-2*pad, 0), height-1))
	h.lines[i].Show()
	h.lines[i].Move(fyne.NewPos(x+s.w-1, dp(4)))
	h.lines[i].Resize(fyne.NewSize(1, height-dp(8)))
	if i == t.hoverHead && !c.NoSort {
		h.hover.Move(fyne.NewPos(x, 0))
		h.hover.Resize(fyne.NewSize(s.w, height-1))
		h.hover.Show()
	}
	if sorted {
		h.layoutSort(t, title, x, s.w, height)
	}
}

// layoutSort puts the triangle after a title, or before one that is aligned
// to the right.
func (h *tableHead) layoutSort(t *FileTable, title *canvas.Text, x, w, height float32) {
	name := "sort-up"
	if t.sortDesc {
		name = "sort-down"
	}
	if res := Icon(name, ColorSecondary); h.sort.Resource != res {
		h.sort.Resource = res
		h.sort.Refresh()
	}
	side, text, pad := dp(11), title.MinSize().Width, dp(cellPad)
	at := x + pad + text + dp(4)
	switch title.Alignment {
	case fyne.TextAlignTrailing:
		at = x + w - pad - text - dp(4) - side
	case fyne.TextAlignCenter:
		at = x + (w+text)/2 + dp(4)
	}
	h.sort.Move(fyne.NewPos(at, (height-side)/2))
	h.sort.Resize(fyne.NewSquareSize(side))
	h.sort.Show()
}
