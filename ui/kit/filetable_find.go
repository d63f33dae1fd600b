package kit

import (
	"strings"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// findPause is how long typed characters belong together.
const findPause = 1200 * time.Millisecond

// finder is what was typed to find a row, and when.
type finder struct {
	text  string
	last  time.Time
	timer *time.Timer
}

func (t *FileTable) findOpen() bool {
	return t.finding.text != "" && t.now().Sub(t.finding.last) < findPause
}

// findType adds a character and goes to the next row that begins with what was
// typed. The same character again goes on to the next such row.
func (t *FileTable) findType(r rune) {
	old := t.finding.text
	if !t.findOpen() {
		old = ""
	}
	text := old + string(r)
	from := max(t.sel.cursor, 0)
	if old == "" {
		from++
	}
	row := t.findFrom(text, from)
	if row == noRow && strings.EqualFold(old, string(r)) {
		text = old
		row = t.findFrom(text, from+1)
	}
	t.showFind(text)
	if row != noRow {
		t.chooseOnly(row)
		t.ScrollTo(row)
	}
}

// findFrom looks for a row from one place, round the end.
func (t *FileTable) findFrom(text string, from int) int {
	n, col := t.length(), firstShown(t.cols)
	want := strings.ToLower(text)
	for i := range n {
		row := (from + i) % n
		if strings.HasPrefix(strings.ToLower(t.rows.Cell(row, col).Text), want) {
			return row
		}
	}
	return noRow
}

// findKey gives keys to a search that is going on.
func (t *FileTable) findKey(key fyne.KeyName) bool {
	if !t.findOpen() {
		return false
	}
	switch key {
	case fyne.KeyBackspace:
		_, n := utf8.DecodeLastRuneInString(t.finding.text)
		t.showFind(t.finding.text[:len(t.finding.text)-n])
		return true
	case fyne.KeyEscape:
		t.endFind()
		return true
	case fyne.KeySpace:
		return true // its TypedRune follows
	}
	return false
}

func (t *FileTable) showFind(text string) {
	t.finding.text, t.finding.last = text, t.now()
	if t.finding.timer != nil {
		t.finding.timer.Stop()
	}
	if text != "" {
		t.finding.timer = time.AfterFunc(findPause, func() {
			fyne.Do(func() {
				if !t.findOpen() {
					t.endFind()
				}
			})
		})
	}
	if t.r != nil {
		t.r.find.show(t, text)
		t.r.repaint()
	}
}

func (t *FileTable) endFind() {
	if t.finding.text != "" {
		t.showFind("")
	}
}

// findBubble shows what was typed, in the lower left corner.
type findBubble struct {
	ground *canvas.Rectangle
	text   *canvas.Text
}

func (b *findBubble) build() {
	b.ground, b.text = newRect(), newText(fyne.TextAlignLeading)
	b.ground.Hide()
	b.text.Hide()
	b.recolour()
}

func (b *findBubble) recolour() {
	b.ground.FillColor = colorOf(theme.ColorNameOverlayBackground)
	b.ground.StrokeColor = colorOf(theme.ColorNamePrimary)
	b.ground.StrokeWidth, b.ground.CornerRadius = 1, dp(4)
	b.text.Color, b.text.TextSize = colorOf(""), theme.Size(theme.SizeNameText)
}

func (b *findBubble) objects() []fyne.CanvasObject { return []fyne.CanvasObject{b.ground, b.text} }

func (b *findBubble) show(t *FileTable, text string) {
	showIf(b.ground, text != "")
	showIf(b.text, text != "")
	b.text.Text = text
	canvas.Refresh(b.text)
	w, h := b.text.MinSize().Width+dp(16), dp(24)
	at := fyne.NewPos(dp(8), t.Size().Height-h-dp(10))
	b.ground.Move(at)
	b.ground.Resize(fyne.NewSize(w, h))
	b.text.Move(at.AddXY(dp(8), 0))
	b.text.Resize(fyne.NewSize(w, h))
}
