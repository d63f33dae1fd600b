//go:build !unix

package transfer

import "time"

var begun = time.Now()

// spent is the time since the start, where there is no better measure.
func spent() time.Duration { return time.Since(begun) }
