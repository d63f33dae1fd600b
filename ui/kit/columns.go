package kit

import "fyne.io/fyne/v2"

// Column describes one column of a FileTable. Widths are in units at 100 %.
type Column struct {
	ID     string // what the caller calls it, for saved widths
	Title  string
	Width  float32
	Min    float32 // a border cannot be dragged below it; 0 means 36
	Flex   bool    // takes what the others leave; one column should
	Align  fyne.TextAlign
	Color  fyne.ThemeColorName // of cells that name none; "" is the colour of text
	NoSort bool                // a click on the title does nothing
	Hidden bool
}

const (
	defaultColumnMin = 36
	flexColumnMin    = 120
	grip             = 4 // reach of a header border to either side
)

func (c Column) least() float32 {
	switch {
	case c.Min > 0:
		return c.Min
	case c.Flex:
		return flexColumnMin
	}
	return defaultColumnMin
}

// span is where a column lies, in Fyne's units, from the left of the content.
type span struct{ x, w float32 }

func (s span) end() float32 { return s.x + s.w }

// spans lays the columns out over a width. The flexible column takes what is
// left, but never less than its least width: then the total is wider than the
// view, and the table scrolls sideways. Hidden columns get a width of 0.
func spans(cols []Column, avail float32) ([]span, float32) {
	out := make([]span, len(cols))
	flex, fixed := -1, float32(0)
	for i, c := range cols {
		switch {
		case c.Hidden:
		case c.Flex && flex < 0:
			flex = i
		default:
			out[i].w = dp(max(c.Width, c.least()))
			fixed += out[i].w
		}
	}
	if flex >= 0 {
		out[flex].w = max(avail-fixed, dp(cols[flex].least()))
	}
	x := float32(0)
	for i := range out {
		out[i].x = x
		x += out[i].w
	}
	return out, x
}

// borderAt finds the column whose right border is within reach of x, or -1.
func borderAt(s []span, cols []Column, x float32) int {
	best, at := dp(grip), -1
	for i := range s {
		if cols[i].Hidden {
			continue
		}
		if d := abs32(s[i].end() - x); d <= best {
			best, at = d, i
		}
	}
	return at
}

// columnAt finds the column under x, or -1.
func columnAt(s []span, x float32) int {
	for i := range s {
		if s[i].w > 0 && x >= s[i].x && x < s[i].end() {
			return i
		}
	}
	return -1
}

// dragBorder moves the right border of column i by dx units. A flexible column
// cannot be widened itself, so the next fixed column after it gives way
// instead. It reports whether anything changed.
func dragBorder(cols []Column, i int, dx float32) bool {
	if cols[i].Flex {
		for j := i + 1; j < len(cols); j++ {
			if !cols[j].Hidden && !cols[j].Flex {
				return setWidth(&cols[j], cols[j].Width-dx)
			}
		}
		return false
	}
	return setWidth(&cols[i], cols[i].Width+dx)
}

func setWidth(c *Column, w float32) bool {
	w = max(w, c.least())
	if w == c.Width {
		return false
	}
	c.Width = w
	return true
}

func abs32(v float32) float32 {
	if v < 0 {
		return -v
	}
	return v
}
