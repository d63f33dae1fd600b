package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// A message that is on the screen while the theme changes is as readable after.
func TestThemeChangeReachesToasts(t *testing.T) {
	newApp(t, true)
	_, stage := newWindow(t, newBox(), 600, 400)
	stage.Toast(Toast{Tone: ToneGood, Text: "200 files uploaded", Detail: "all sizes match"})
	fyne.CurrentApp().Settings().SetTheme(NewTheme(false, 1))
	stage.Refresh()
	shown := stage.toasts[0]
	if got := shown.ground.FillColor; !sameColor(got, lightColors[theme.ColorNameOverlayBackground]) {
		t.Errorf("the ground is %v", got)
	}
	for _, o := range shown.box.Objects {
		if text, ok := o.(*canvas.Text); ok && text.Text == "200 files uploaded" &&
			!sameColor(text.Color, lightColors[theme.ColorNameForeground]) {
			t.Errorf("the text is %v", text.Color)
		}
	}
}
