//go:build !race

package transfer

// slowness is how much longer things may take.
const slowness = 8
