//go:build race

package transfer

// slowness is how much longer things may take under the race detector.
const slowness = 40
