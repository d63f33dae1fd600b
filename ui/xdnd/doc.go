// Package xdnd carries files out of the window to other programs on X11, which
// Fyne cannot. It speaks the XDND protocol, version 5
// (freedesktop.org/wiki/Specifications/XDND), on a connection of its own.
//
//	taken, err := xdnd.Drag(ctx, window, []string{"file:///home/anna/a.txt"})
//
// The window keeps the pointer while its button is down, so that the drag goes
// on there as well: Drag only looks where the pointer is. Files stay where
// they are; whoever takes them copies.
package xdnd
