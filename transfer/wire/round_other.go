//go:build !linux

package wire

import (
	"net"
	"time"
)

func roundTrip(_ net.Conn, dialled time.Duration) time.Duration { return dialled }
