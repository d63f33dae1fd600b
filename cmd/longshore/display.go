package main

import (
	"errors"
	"runtime"
)

// needDisplay says what is missing before the toolkit would panic about it.
func needDisplay(getenv func(string) string) error {
	switch runtime.GOOS {
	case "windows", "darwin", "ios", "android":
		return nil
	}
	if getenv("DISPLAY") != "" {
		return nil
	}
	if getenv("WAYLAND_DISPLAY") != "" {
		return errors.New("this desktop runs Wayland without XWayland, which Longshore needs: install xwayland, or use longshorectl")
	}
	return errors.New("there is no display to open a window on (DISPLAY is not set); on a machine without one, use longshorectl")
}
