package kit

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// Times of tool tips: how long the pointer rests before one appears, and how
// soon after one the next comes at once.
const (
	tipDelay = 600 * time.Millisecond
	tipWarm  = 500 * time.Millisecond
)

// tips is the one tool tip of the program. It belongs to the UI goroutine.
var tips tipState

type tipState struct {
	owner  fyne.CanvasObject
	text   string
	x      float32 // where the part begins that it is about
	timer  *time.Timer
	box    *fyne.Container
	layer  *fyne.Container
	hidden time.Time
}

// hoverTip is called when the pointer comes over a widget. Lines are divided
// by \n; the first is the name, the others are set fainter.
func hoverTip(owner fyne.CanvasObject, text string) { hoverTipAt(owner, 0, text) }

// hoverTipAt is hoverTip for a part of a widget that begins at x.
func hoverTipAt(owner fyne.CanvasObject, x float32, text string) {
	hideTip()
	if text == "" {
		return
	}
	tips.owner, tips.text, tips.x = owner, text, x
	if time.Since(tips.hidden) < tipWarm {
		showTip()
		return
	}
	tips.timer = time.AfterFunc(tipDelay, func() {
		fyne.Do(func() {
			if tips.owner == owner {
				showTip()
			}
		})
	})
}

// hideTip is called when the pointer leaves, or a button is pressed.
func hideTip() {
	if tips.timer != nil {
		tips.timer.Stop()
		tips.timer = nil
	}
	if tips.box != nil {
		takeOff(tips.layer, tips.box)
		tips.box, tips.hidden = nil, time.Now()
	}
	tips.owner = nil
}

func showTip() {
	layer := layerFor(tips.owner)
	if layer == nil || tips.box != nil {
		return
	}
	driver := fyne.CurrentApp().Driver()
	box, size := tipBox(tips.text)
	at := driver.AbsolutePositionForObject(tips.owner).Subtract(driver.AbsolutePositionForObject(layer))
	owner := tips.owner.Size()
	x, y := at.X+tips.x, at.Y+owner.Height+dp(5)
	if y+size.Height > layer.Size().Height {
		y = at.Y - size.Height - dp(5)
	}
	x = max(dp(4), min(x, layer.Size().Width-size.Width-dp(4)))
	put(box, x, max(y, 0), size.Width, size.Height)
	tips.box, tips.layer = box, layer
	showOn(layer, box)
}

func tipBox(text string) (*fyne.Container, fyne.Size) {
	ground := newRect()
	fillRect(ground, theme.ColorNameOverlayBackground, 4)
	strokeRect(ground, theme.ColorNameInputBorder, 1)
	box := newBox(ground)
	line, width := dp(17), float32(0)
	for i, s := range strings.Split(text, "\n") {
		t := newText(fyne.TextAlignLeading)
		name := fyne.ThemeColorName("")
		if i > 0 {
			name = ColorSecondary
		}
		styleText(t, s, name, theme.SizeNameText)
		t.TextSize = dp(12)
		put(t, dp(8), dp(4)+float32(i)*line, t.MinSize().Width, line)
		width = max(width, t.MinSize().Width)
		box.Add(t)
	}
	size := fyne.NewSize(width+dp(16), dp(8)+float32(strings.Count(text, "\n")+1)*line)
	ground.Resize(size)
	canvas.Refresh(ground)
	return box, size
}
