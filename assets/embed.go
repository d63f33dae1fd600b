// Package assets holds what the program carries inside its binary: the icons
// and the program's own picture. It has no logic; ui/kit recolours and caches.
//
// Icons in icons/*.svg are drawn on a grid of 24 with strokes of 1.8 in
// #000000, which ui/kit replaces by a colour of the theme. Icons in
// icons/file/*.svg are 16 wide and keep the colours they have.
package assets

import "embed"

// Icons is the folder icons: NAME.svg, file/KIND.svg, longshore.png.
//
//go:embed icons
var Icons embed.FS
