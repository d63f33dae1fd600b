package kit

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

func TestShorten(t *testing.T) {
	newApp(t, true)
	size := theme.Size(theme.SizeNameText)
	width := func(s string) float32 { return fyne.MeasureText(s, size, fyne.TextStyle{}).Width }
	long := "newsletter-subscribers-export-final.csv"
	for _, c := range []struct {
		name, text string
		width      float32
		whole      bool
	}{
		{"fits", long, 400, true},
		{"fits exactly", long, width(long), true},
		{"too long", long, 120, false},
		{"kerned", "Various Towns, Waving To You", width("Various Towns, Waving To You"), true},
		{"umlauts", "Übergrößenträger äöü ÄÖÜ ß", 90, false},
		{"cjk", "日本語のファイル名がとても長い場合.txt", 100, false},
		{"arabic", "ملف طويل جدا للاختبار فقط", 60, false},
		{"broken utf-8", "abc\xff\xfe\xfddef-long-name-that-goes-on", 70, false},
		{"line break", "two\nlines", 200, false},
		{"megabytes", strings.Repeat("x", 1<<20), 100, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := shorten(c.text, c.width, fyne.TextStyle{})
			if (got == c.text) != c.whole {
				t.Errorf("got %.60q", got)
			}
			if w := width(got); w > c.width+1 {
				t.Errorf("%q is %v wide, room is %v", got, w, c.width)
			}
			if strings.ContainsAny(got, "\n\r") {
				t.Errorf("%q has a line break", got)
			}
		})
	}
	if got := shorten(long, 3, fyne.TextStyle{}); got != "" {
		t.Errorf("without room there is %q", got)
	}
}

func TestEllipsisRemembersAndForgets(t *testing.T) {
	newApp(t, true)
	var e ellipsis
	a := e.fit("a rather long text for so little room", 60, fyne.TextStyle{})
	if b := e.fit("a rather long text for so little room", 60, fyne.TextStyle{}); a != b || len(e.cut) != 1 {
		t.Errorf("%q, then %q, %d kept", a, b, len(e.cut))
	}
	for i := range maxCuts + 5 {
		e.fit(strings.Repeat("i", i%97)+string(rune('a'+i%26)), float32(i), fyne.TextStyle{})
	}
	if len(e.cut) > maxCuts {
		t.Errorf("%d texts are kept", len(e.cut))
	}
}

func TestSpans(t *testing.T) {
	newApp(t, true)
	cols := fileColumns()
	s, total := spans(cols, 600)
	if total != 600 || s[0].w != 600-74-84-122-88 || s[4].end() != 600 {
		t.Errorf("%v, total %v", s, total)
	}
	s, total = spans(cols, 300)
	if s[0].w != flexColumnMin || total != flexColumnMin+74+84+122+88 {
		t.Errorf("narrow: %v, total %v", s, total)
	}
	cols[2].Hidden = true
	s, _ = spans(cols, 600)
	if s[2].w != 0 || s[3].x != s[1].end() {
		t.Errorf("hidden: %v", s)
	}
	if borderAt(s, cols, s[1].end()+2) != 1 || borderAt(s, cols, s[1].x+20) != -1 {
		t.Error("borders are found in the wrong places")
	}
	if columnAt(s, s[3].x) != 3 || columnAt(s, -1) != -1 || columnAt(s, 601) != -1 {
		t.Error("columns are found in the wrong places")
	}
}

func TestDragBorder(t *testing.T) {
	cols := fileColumns()
	if !dragBorder(cols, 0, 20) || cols[1].Width != 54 {
		t.Errorf("dragging the flexible column's border left the next at %v", cols[1].Width)
	}
	if !dragBorder(cols, 3, -500) || cols[3].Width != defaultColumnMin {
		t.Errorf("a column shrank to %v", cols[3].Width)
	}
	if dragBorder(cols, 3, -1) {
		t.Error("a column at its least width changed")
	}
	cols[4].Flex, cols[0].Flex = true, false
	if dragBorder(cols, 4, 10) {
		t.Error("the last flexible column has no neighbour to take from")
	}
}

func TestScrollbarArithmetic(t *testing.T) {
	s := scrollbar{content: 2_200_000, view: 220, least: 24}
	if pos, length := s.thumb(200); pos != 0 || length != 24 {
		t.Errorf("thumb at %v, %v long", pos, length)
	}
	s.scrollTo(1e9)
	if pos, length := s.thumb(200); pos+length != 200 || s.offset != s.limit() {
		t.Errorf("at the end: %v + %v", pos, length)
	}
	s.scrollTo(-5)
	if s.press(10, 200) || !s.grabbed {
		t.Error("the thumb was not taken")
	}
	s.drag(98, 200)
	if got := s.offset / s.limit(); got < 0.49 || got > 0.51 {
		t.Errorf("dragged to the middle: %v", got)
	}
	s.release()
	if s.drag(0, 200) {
		t.Error("a released thumb moved")
	}
	short := scrollbar{content: 100, view: 220}
	if short.needed() || short.scrollTo(50) || short.drag(3, 100) {
		t.Error("a short list scrolls")
	}
}
