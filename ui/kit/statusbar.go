package kit

import "fyne.io/fyne/v2"

// NewStatusBar is the line at the bottom of the window or a pane: 24 units
// high. What follows a Spacer is at the right end.
func NewStatusBar(items ...fyne.CanvasObject) *Toolbar {
	t := newToolbar(24, ColorChrome, 8, items)
	t.lineAbove = true
	return t
}

// NewStatusText is a label for a status bar, set a little smaller.
func NewStatusText(text string, color fyne.ThemeColorName) *Label {
	l := NewLabel(text, color)
	l.size = sizeStatus
	return l
}
