//go:build !(linux || freebsd || netbsd || openbsd)

package xdnd

import (
	"context"
	"errors"
)

// Drag cannot be had here.
func Drag(context.Context, uint32, []string) (bool, error) {
	return false, errors.New("files are dragged out of the window on X11 only")
}
