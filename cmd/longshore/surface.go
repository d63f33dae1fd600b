//go:build cgo && !ci

package main

import "github.com/go-gl/glfw/v3.3/glfw"

// flatSurface asks for a window without depth and stencil, of which Fyne
// paints neither but clears both for each frame: four bytes a pixel read and
// written, by the processor where there is no graphics card. Fyne's own
// glfw.Init finds the library initialised and leaves these hints alone.
//
// Call it on the main thread before the app is made.
func flatSurface() {
	if glfw.Init() != nil {
		return // Fyne meets the same and says it
	}
	glfw.WindowHint(glfw.DepthBits, 0)
	glfw.WindowHint(glfw.StencilBits, 0)
}
