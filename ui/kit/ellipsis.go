package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// ellipsis shortens texts that do not fit, and remembers what it found. A
// table shows the same names again and again.
type ellipsis struct {
	cut map[cutKey]string
}

type cutKey struct {
	text  string
	width float32
	style fyne.TextStyle
}

const maxCuts = 8192

// fit returns text, or its longest beginning that fits into width with "…".
func (e *ellipsis) fit(text string, width float32, style fyne.TextStyle) string {
	if text == "" || width <= 0 {
		return ""
	}
	key := cutKey{text, width, style}
	if s, ok := e.cut[key]; ok {
		return s
	}
	if e.cut == nil || len(e.cut) >= maxCuts {
		e.cut = make(map[cutKey]string, 256)
	}
	s := shorten(text, width, style)
	e.cut[key] = s
	return s
}

func (e *ellipsis) forget() { e.cut = nil }

// shorten cuts a text to a width in the theme's size of text.
func shorten(text string, width float32, style fyne.TextStyle) string {
	return shortenSized(text, width, theme.Size(theme.SizeNameText), style)
}

// longestText is how much of a text is looked at at all: no column shows more,
// and a name of megabytes must not be measured.
const longestText = 400

// shortenSized cuts a text to a width. Shaping a string costs Fyne a third of
// a millisecond, so widths are added up from those of single characters; they
// are no less than the whole, since kerning only draws characters together.
// Only a text that is near the limit is measured as one.
func shortenSized(text string, width, size float32, style fyne.TextStyle) string {
	text = oneLine(text)
	widths := runeWidths(size, style)
	total, cutAt, n := float32(0), 0, 0
	room := width - widths.of('…')
	for i, r := range text {
		if total <= room {
			cutAt = i
		}
		total += widths.of(r)
		if n++; n > longestText || total > 2*width {
			break
		}
	}
	if total <= width || total < 1.06*width && fyne.MeasureText(text, size, style).Width <= width {
		return text
	}
	if room < 0 {
		return ""
	}
	return text[:cutAt] + "…"
}

// runeTable is the width of single characters in one size and style. It
// belongs to the UI goroutine.
type runeTable struct {
	size  float32
	style fyne.TextStyle
	width map[rune]float32
}

type runeKey struct {
	size  float32
	style fyne.TextStyle
}

var runeTables = map[runeKey]*runeTable{}

func runeWidths(size float32, style fyne.TextStyle) *runeTable {
	key := runeKey{size, style}
	t := runeTables[key]
	if t == nil {
		if len(runeTables) > 32 { // a person trying out zoom factors
			clear(runeTables)
		}
		t = &runeTable{size: size, style: style, width: map[rune]float32{}}
		runeTables[key] = t
	}
	return t
}

func (t *runeTable) of(r rune) float32 {
	w, ok := t.width[r]
	if !ok {
		if len(t.width) > 20000 {
			clear(t.width)
		}
		w = fyne.MeasureText(string(r), t.size, t.style).Width
		t.width[r] = w
	}
	return w
}
