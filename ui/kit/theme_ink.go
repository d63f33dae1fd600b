package kit

import "image/color"

// ink is the colour of text, with a second colour in its low bytes. Fyne 2.7.1
// draws the keys in the main menu in the colour of text at 95 %, but reads the
// low byte of each 16-bit value: of an ordinary colour that leaves the text at
// a fifth of its strength, which nobody can read. The low bytes here are
// chosen so that this reading gives the colour of secondary text. Everyone who
// reads the colour as the interface says sees the colour of text, exactly.
type ink struct{ text, keys color.NRGBA }

// inkAlpha is opaque by its high byte, and 0xc0 by the low byte of 95 % of it.
const inkAlpha = 0xff87

// RGBA is asked by whoever draws.
func (i ink) RGBA() (r, g, b, a uint32) {
	return inkValue(i.text.R, i.keys.R), inkValue(i.text.G, i.keys.G), inkValue(i.text.B, i.keys.B), inkAlpha
}

// inkValue is the value whose low byte is low, and which is high when it is
// divided by the alpha.
func inkValue(high, low uint8) uint32 {
	v := uint32(high)<<8 | uint32(low)
	if v*0xffff/inkAlpha>>8 != uint32(high) {
		v -= 0x100
	}
	return v
}

// inkOf makes an ink of the colours of text and of keys, both opaque.
func inkOf(text, keys uint32) color.Color {
	return ink{hex(text).(color.NRGBA), hex(keys).(color.NRGBA)}
}
