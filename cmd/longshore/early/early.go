// Package early sets what Fyne reads from the environment while it is
// initialised. It imports nothing but os, so that Go initialises it first
// (packages are taken in the order of their paths as soon as what they import
// is ready); a test holds that.
package early

import "os"

func init() {
	// Fyne keeps the picture of each text for a minute and without a bound:
	// 40 s of scrolling took 866 MB, with this 395 MB (fyne issue 5486).
	if os.Getenv("FYNE_CACHE") == "" {
		os.Setenv("FYNE_CACHE", "10s")
	}
	// Fyne logs an error for a locale without a language.
	for _, name := range []string{"LC_ALL", "LANG"} {
		if v := os.Getenv(name); v == "C" || v == "POSIX" || v == "C.UTF-8" {
			os.Setenv(name, "en_US.UTF-8")
		}
	}
	if os.Getenv("LANG") == "" {
		os.Setenv("LANG", "en_US.UTF-8")
	}
}
