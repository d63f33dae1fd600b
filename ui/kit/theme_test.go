package kit

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

func TestThemeValues(t *testing.T) {
	for _, c := range []struct {
		name        fyne.ThemeColorName
		dark, light uint32
	}{
		{theme.ColorNameBackground, 0x1f2127ff, 0xffffffff},
		{theme.ColorNameForeground, 0xdfe2e8ff, 0x1d2129ff},
		{theme.ColorNamePrimary, 0x4a9effff, 0x1a6fe0ff},
		{theme.ColorNameSelection, 0x2b4a73ff, 0xcce2ffff},
		{theme.ColorNameSeparator, 0x33373fff, 0xd6dae0ff},
		{theme.ColorNameSuccess, 0x3fb950ff, 0x1a8f3cff},
		{theme.ColorNameError, 0xf0605aff, 0xcf3038ff},
		{ColorPanel, 0x1f2127ff, 0xffffffff},
		{ColorChrome, 0x25282eff, 0xf7f8faff},
		{ColorFront, 0x1b1d22ff, 0xeef0f3ff},
		{ColorSecondary, 0xa4abb8ff, 0x56606dff},
		{ColorZebra, 0xffffff06, 0xf6f8faff},
		{ColorSelectionIdle, 0x353a44ff, 0xe2e5eaff},
		{ColorBar, 0x2f6fbfff, 0x8fc0ffff},
		{ColorBarTrack, 0x30343cff, 0xe4e8edff},
	} {
		for dark, want := range map[bool]uint32{true: c.dark, false: c.light} {
			got := color.NRGBAModel.Convert(NewTheme(dark, 1).Color(c.name, 0))
			if got != hex(want) {
				t.Errorf("%s, dark %v: %v, want %v", c.name, dark, got, hex(want))
			}
		}
	}
}

func TestBothThemesHaveAllColors(t *testing.T) {
	for name := range darkColors {
		if lightColors[name] == nil {
			t.Errorf("light has no %s", name)
		}
	}
	if len(lightColors) != len(darkColors) {
		t.Errorf("%d light, %d dark", len(lightColors), len(darkColors))
	}
}

// TestBareTablesShowTheirGround holds the window's colour and that of tables
// together: those that are Bare paint none.
func TestBareTablesShowTheirGround(t *testing.T) {
	for _, dark := range []bool{true, false} {
		newApp(t, dark)
		th := NewTheme(dark, 1)
		if th.Color(theme.ColorNameBackground, 0) != th.Color(ColorPanel, 0) {
			t.Errorf("dark %v: the window is not cleared to the colour of tables", dark)
		}
		for bare, want := range map[bool]color.Color{true: color.Transparent, false: th.Color(ColorPanel, 0)} {
			table := NewFileTable(fileColumns())
			table.Bare = bare
			newWindow(t, table, 300, 200)
			table.Refresh()
			if got := table.r.ground.FillColor; got != want {
				t.Errorf("dark %v, bare %v: the ground is %v", dark, bare, got)
			}
		}
	}
}

// contrast is the ratio of WCAG 2 between two opaque colours.
func contrast(a, b color.Color) float64 {
	l := func(c color.Color) float64 {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		lin := func(v uint8) float64 {
			f := float64(v) / 255
			if f <= 0.04 {
				return f / 12.92
			}
			f = (f + 0.055) / 1.055
			return f * f * (0.6 + 0.4*f) // close to the power of 2.4
		}
		return 0.2126*lin(n.R) + 0.7152*lin(n.G) + 0.0722*lin(n.B)
	}
	x, y := l(a)+0.05, l(b)+0.05
	return max(x, y) / min(x, y)
}

func TestTextCanBeRead(t *testing.T) {
	for _, colors := range []map[fyne.ThemeColorName]color.Color{darkColors, lightColors} {
		for _, ground := range []fyne.ThemeColorName{ColorPanel, ColorChrome, theme.ColorNameSelection, ColorFront} {
			for text, least := range map[fyne.ThemeColorName]float64{"foreground": 6.4, ColorSecondary: 3.6} {
				if got := contrast(colors[text], colors[ground]); got < least {
					t.Errorf("%s on %s has a contrast of only %.1f", text, ground, got)
				}
			}
		}
		if got := contrast(colors[ColorFaint], colors[ColorPanel]); got < 3.5 {
			t.Errorf("faint text has a contrast of only %.1f", got)
		}
	}
}

// TestMenuKeysCanBeRead does what Fyne does with the colour of text for the
// keys in its menus.
func TestMenuKeysCanBeRead(t *testing.T) {
	for _, dark := range []bool{true, false} {
		th := NewTheme(dark, 1)
		r, g, b, a := th.Color(theme.ColorNameForeground, 0).RGBA()
		a = uint32(float32(a) * 0.95)
		got := color.NRGBA{R: uint8(r), G: uint8(g), B: uint8(b), A: uint8(a)}
		want := th.Color(ColorSecondary, 0).(color.NRGBA)
		if got.R != want.R || got.G != want.G || got.B != want.B || got.A < 0xb0 {
			t.Errorf("dark %v: keys are drawn in %v", dark, got)
		}
	}
}

func TestZoom(t *testing.T) {
	app := newApp(t, true)
	for _, c := range []struct{ zoom, want float32 }{{1, 12.5}, {1.5, 18.75}, {0.01, 6.25}, {99, 50}} {
		th := NewTheme(true, c.zoom)
		app.Settings().SetTheme(th)
		if got := theme.Size(theme.SizeNameText); got != c.want || dp(10) != 10*th.Zoom() {
			t.Errorf("zoom %v: text is %v high, a unit %v", c.zoom, got, dp(1))
		}
	}
}
