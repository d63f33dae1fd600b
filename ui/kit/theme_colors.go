package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

var darkColors = map[fyne.ThemeColorName]color.Color{
	theme.ColorNameBackground:          hex(0x1b1d22ff),
	theme.ColorNameForeground:          textInk(0xdf, 0xe2, 0xe8),
	theme.ColorNamePrimary:             hex(0x4a9effff),
	theme.ColorNameHyperlink:           hex(0x4a9effff),
	theme.ColorNameFocus:               hex(0x4a9eff55),
	theme.ColorNameSelection:           hex(0x2b4a73ff),
	theme.ColorNameButton:              hex(0x30343cff),
	theme.ColorNameDisabledButton:      hex(0x25282eff),
	theme.ColorNameDisabled:            hex(0x6b727fff),
	theme.ColorNamePlaceHolder:         hex(0x868e9cff),
	theme.ColorNameHover:               hex(0xffffff12),
	theme.ColorNamePressed:             hex(0xffffff22),
	theme.ColorNameInputBackground:     hex(0x16181cff),
	theme.ColorNameInputBorder:         hex(0x3a3f49ff),
	theme.ColorNameSeparator:           hex(0x33373fff),
	theme.ColorNameShadow:              hex(0x00000066),
	theme.ColorNameScrollBar:           hex(0x8b92a0a0),
	theme.ColorNameScrollBarBackground: hex(0x00000000),
	theme.ColorNameHeaderBackground:    hex(0x25282eff),
	theme.ColorNameMenuBackground:      hex(0x25282eff),
	theme.ColorNameOverlayBackground:   hex(0x25282eff),
	theme.ColorNameSuccess:             hex(0x3fb950ff),
	theme.ColorNameWarning:             hex(0xd29922ff),
	theme.ColorNameError:               hex(0xf0605aff),
	theme.ColorNameForegroundOnPrimary: hex(0xffffffff),
	theme.ColorNameForegroundOnSuccess: hex(0xffffffff),
	theme.ColorNameForegroundOnWarning: hex(0x1b1d22ff),
	theme.ColorNameForegroundOnError:   hex(0xffffffff),
	ColorSecondary:                     hex(0xa4abb8ff),
	ColorFaint:                         hex(0x868e9cff),
	ColorPanel:                         hex(0x1f2127ff),
	ColorChrome:                        hex(0x25282eff),
	ColorHardLine:                      hex(0x101216ff),
	ColorZebra:                         hex(0xffffff06),
	ColorSelectionIdle:                 hex(0x353a44ff),
	ColorBar:                           hex(0x2f6fbfff),
	ColorBarTrack:                      hex(0x30343cff),
	ColorTintNew:                       hex(0x3fb95020),
	ColorTintDiffers:                   hex(0xd2992224),
	ColorTintWrong:                     hex(0xf0605a26),
	ColorBadge:                         hex(0x3c414bff),
	ColorScrim:                         hex(0x00000088),
	ColorLink:                          hex(0x6cb0ffff),
}

var lightColors = map[fyne.ThemeColorName]color.Color{
	theme.ColorNameBackground:          hex(0xeef0f3ff),
	theme.ColorNameForeground:          textInk(0x1d, 0x21, 0x29),
	theme.ColorNamePrimary:             hex(0x1a6fe0ff),
	theme.ColorNameHyperlink:           hex(0x1a6fe0ff),
	theme.ColorNameFocus:               hex(0x1a6fe044),
	theme.ColorNameSelection:           hex(0xcce2ffff),
	theme.ColorNameButton:              hex(0xffffffff),
	theme.ColorNameDisabledButton:      hex(0xeef0f3ff),
	theme.ColorNameDisabled:            hex(0x9aa2aeff),
	theme.ColorNamePlaceHolder:         hex(0x7a8290ff),
	theme.ColorNameHover:               hex(0x0b1f3a0f),
	theme.ColorNamePressed:             hex(0x0b1f3a22),
	theme.ColorNameInputBackground:     hex(0xffffffff),
	theme.ColorNameInputBorder:         hex(0xb9c0ccff),
	theme.ColorNameSeparator:           hex(0xd6dae0ff),
	theme.ColorNameShadow:              hex(0x00000033),
	theme.ColorNameScrollBar:           hex(0x6b7686a0),
	theme.ColorNameScrollBarBackground: hex(0x00000000),
	theme.ColorNameHeaderBackground:    hex(0xf7f8faff),
	theme.ColorNameMenuBackground:      hex(0xffffffff),
	theme.ColorNameOverlayBackground:   hex(0xffffffff),
	theme.ColorNameSuccess:             hex(0x1a8f3cff),
	theme.ColorNameWarning:             hex(0xb57a0aff),
	theme.ColorNameError:               hex(0xcf3038ff),
	theme.ColorNameForegroundOnPrimary: hex(0xffffffff),
	theme.ColorNameForegroundOnSuccess: hex(0xffffffff),
	theme.ColorNameForegroundOnWarning: hex(0xffffffff),
	theme.ColorNameForegroundOnError:   hex(0xffffffff),
	ColorSecondary:                     hex(0x56606dff),
	ColorFaint:                         hex(0x7a8290ff),
	ColorPanel:                         hex(0xffffffff),
	ColorChrome:                        hex(0xf7f8faff),
	ColorHardLine:                      hex(0xc4c9d1ff),
	ColorZebra:                         hex(0xf6f8faff),
	ColorSelectionIdle:                 hex(0xe2e5eaff),
	ColorBar:                           hex(0x8fc0ffff),
	ColorBarTrack:                      hex(0xe4e8edff),
	ColorTintNew:                       hex(0x1a8f3c1c),
	ColorTintDiffers:                   hex(0xd299222c),
	ColorTintWrong:                     hex(0xcf30381e),
	ColorBadge:                         hex(0xdde1e7ff),
	ColorScrim:                         hex(0x1d212955),
	ColorLink:                          hex(0x1a5fc4ff),
}

// hex reads 0xRRGGBBAA.
func hex(v uint32) color.Color {
	return color.NRGBA{R: uint8(v >> 24), G: uint8(v >> 16), B: uint8(v >> 8), A: uint8(v)}
}

// textInk is an opaque colour for text, a hair below full opacity. Fyne 2.7.1
// takes the low byte of 0.95 times its 16-bit opacity as that of the keys in
// the menu bar: of 0xffff that makes a fifth, hardly to be read; of this, four
// fifths.
func textInk(r, g, b uint8) color.Color {
	const opacity = 0xff98
	return color.RGBA64{R: uint16(r) * 0x101, G: uint16(g) * 0x101, B: uint16(b) * 0x101, A: opacity}
}
