//go:build !cgo || ci

package main

// flatSurface is for builds without a screen.
func flatSurface() {}
