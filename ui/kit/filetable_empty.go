package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// emptyLines is how long a table without rows may speak.
const emptyLines = 4

// emptyText is what a table without rows says, in as many lines as it needs.
type emptyText struct {
	lines [emptyLines]*canvas.Text
	said  string
	width float32
}

func (e *emptyText) build() {
	for i := range e.lines {
		e.lines[i] = newText(fyne.TextAlignCenter)
	}
}

func (e *emptyText) objects() []fyne.CanvasObject {
	o := make([]fyne.CanvasObject, emptyLines)
	for i, l := range e.lines {
		o[i] = l
	}
	return o
}

func (e *emptyText) recolour(text string) {
	for _, l := range e.lines {
		l.Color, l.TextSize = colorOf(ColorFaint), theme.Size(theme.SizeNameText)
	}
	e.said, e.width = text, -1
}

// layout breaks the text for a width; each line is as high as a row.
func (e *emptyText) layout(width, height float32) {
	room := width - 4*dp(cellPad)
	if e.width != room {
		e.width = room
		broken := breakLines(e.said, room, e.lines[0].TextSize)
		for i, l := range e.lines {
			text := ""
			if i < len(broken) {
				text = broken[i]
			}
			if l.Text != text {
				l.Text = text
				canvas.Refresh(l)
			}
		}
	}
	top := dp(headerHeight) + min(height, dp(4*rowHeight))/2 - dp(rowHeight)/2
	for i, l := range e.lines {
		put(l, 2*dp(cellPad), top+float32(i)*dp(rowHeight-4), room, dp(rowHeight))
	}
}

func (e *emptyText) show(on bool) {
	for _, l := range e.lines {
		l.Hidden = !on || l.Text == ""
	}
}

// breakLines breaks a text between words; the last line is cut if there is
// more to say than there is room.
func breakLines(text string, width, size float32) []string {
	var lines []string
	line := ""
	words := strings.Fields(text)
	for i, word := range words {
		longer := strings.TrimSpace(line + " " + word)
		if line == "" || fyne.MeasureText(longer, size, fyne.TextStyle{}).Width <= width {
			line = longer
			continue
		}
		if len(lines) == emptyLines-1 {
			line = strings.Join(append([]string{line}, words[i:]...), " ")
			break
		}
		lines, line = append(lines, shortenSized(line, width, size, fyne.TextStyle{})), word
	}
	return append(lines, shortenSized(line, width, size, fyne.TextStyle{}))
}
