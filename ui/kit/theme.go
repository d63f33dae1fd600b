package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Names of the colours that Fyne's own list lacks. Status colours are Fyne's:
// theme.ColorNameSuccess, ColorNameWarning, ColorNameError.
const (
	ColorSecondary     fyne.ThemeColorName = "longshore.secondary"     // text that is read second
	ColorFaint         fyne.ThemeColorName = "longshore.faint"         // text that may be overlooked: hidden files, waiting rows
	ColorPanel         fyne.ThemeColorName = "longshore.panel"         // ground of tables and lists; the window is cleared to the same
	ColorChrome        fyne.ThemeColorName = "longshore.chrome"        // ground of bars and headers
	ColorFront         fyne.ThemeColorName = "longshore.front"         // ground of the tab in front
	ColorHardLine      fyne.ThemeColorName = "longshore.hardLine"      // between the large parts of the window
	ColorZebra         fyne.ThemeColorName = "longshore.zebra"         // every second row
	ColorSelectionIdle fyne.ThemeColorName = "longshore.selectionIdle" // selection of a table without focus
	ColorBar           fyne.ThemeColorName = "longshore.bar"           // the part of a progress bar that is done
	ColorBarTrack      fyne.ThemeColorName = "longshore.barTrack"      // the part that is not
	ColorTintNew       fyne.ThemeColorName = "longshore.tintNew"       // compare: only on this side
	ColorTintDiffers   fyne.ThemeColorName = "longshore.tintDiffers"   // compare: on both, not equal
	ColorTintWrong     fyne.ThemeColorName = "longshore.tintWrong"     // compare: cannot be equal, or failed
	ColorBadge         fyne.ThemeColorName = "longshore.badge"         // ground of a count
	ColorScrim         fyne.ThemeColorName = "longshore.scrim"         // over the window behind a modal card
	ColorLink          fyne.ThemeColorName = "longshore.link"          // commands in the log
)

// sizeUnit asks a theme for the length of one unit; themes of others say 0.
const sizeUnit fyne.ThemeSizeName = "longshore.unit"

// sizeStatus is the size of text in status bars.
const sizeStatus fyne.ThemeSizeName = "longshore.statusText"

// Theme is the look of the program: one of two sets of colours, and all
// lengths times a zoom factor.
type Theme struct {
	dark   bool
	zoom   float32
	colors map[fyne.ThemeColorName]color.Color
}

// NewTheme makes the dark or the light theme. The zoom is 1 for the normal
// size and is held between 0.5 and 4.
func NewTheme(dark bool, zoom float32) *Theme {
	t := &Theme{dark: dark, zoom: min(max(zoom, 0.5), 4), colors: lightColors}
	if dark {
		t.colors = darkColors
	}
	return t
}

// Dark says which of the two sets of colours this is.
func (t *Theme) Dark() bool { return t.dark }

// Zoom is the factor on all lengths.
func (t *Theme) Zoom() float32 { return t.zoom }

// Variant is what Fyne calls dark and light.
func (t *Theme) Variant() fyne.ThemeVariant {
	if t.dark {
		return theme.VariantDark
	}
	return theme.VariantLight
}

// Color looks a colour up; the system's own variant is not asked, since the
// theme is the person's choice.
func (t *Theme) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	if c, ok := t.colors[name]; ok {
		return c
	}
	return theme.DefaultTheme().Color(name, t.Variant())
}

// Font is Fyne's bundled Noto Sans, which has figures of one width.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource {
	return theme.DefaultTheme().Font(style)
}

// Icon gives Fyne's own icons, used inside its stock widgets only.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource {
	return theme.DefaultTheme().Icon(name)
}

// Size gives a length, zoomed.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	if s, ok := themeSizes[name]; ok {
		return s * t.zoom
	}
	return theme.DefaultTheme().Size(name) * t.zoom
}

var themeSizes = map[fyne.ThemeSizeName]float32{
	sizeStatus:                       11.5,
	sizeUnit:                         1,
	theme.SizeNameText:               12.5,
	theme.SizeNameCaptionText:        11,
	theme.SizeNameHeadingText:        18,
	theme.SizeNameSubHeadingText:     14.5,
	theme.SizeNamePadding:            3,
	theme.SizeNameInnerPadding:       5,
	theme.SizeNameLineSpacing:        3,
	theme.SizeNameInlineIcon:         16,
	theme.SizeNameScrollBar:          10,
	theme.SizeNameScrollBarSmall:     4,
	theme.SizeNameScrollBarRadius:    3,
	theme.SizeNameInputRadius:        4,
	theme.SizeNameSelectionRadius:    3,
	theme.SizeNameInputBorder:        1,
	theme.SizeNameSeparatorThickness: 1,
}

// dp turns units of a display at 100 % into Fyne's units under the theme's
// zoom.
func dp(v float32) float32 { return v * unit() }

func unit() float32 {
	if u := theme.Size(sizeUnit); u > 0 {
		return u
	}
	return 1
}

// colorOf is the colour a theme name means now; an empty name is the colour
// of text.
func colorOf(name fyne.ThemeColorName) color.Color {
	if name == "" {
		name = theme.ColorNameForeground
	}
	if fyne.CurrentApp() == nil {
		return lightColors[name]
	}
	return theme.Color(name)
}
