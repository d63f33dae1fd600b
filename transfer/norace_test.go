//go:build !race

package transfer

// slowness is how much longer things may take than on a machine of our own.
const slowness = 3
