package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"time"
)

// freePorts is how many of the kernel's 28,000 local ports a client must find
// free of the connections of those before it, which are kept for a minute:
// ncftp fails without them, the others get slower.
const (
	freePorts   = 16000
	localPorts  = 28000
	portsWithin = 70 * time.Second
)

// waitForPorts waits until the next client may begin like the first.
func waitForPorts(ctx context.Context) {
	until := time.Now().Add(portsWithin)
	for inTimeWait() > localPorts-freePorts && time.Now().Before(until) && ctx.Err() == nil {
		time.Sleep(time.Second)
	}
}

// inTimeWait counts this machine's connections in TIME_WAIT; 0 where the
// system does not tell.
func inTimeWait() (n int) {
	data, err := os.ReadFile("/proc/net/sockstat")
	if err != nil {
		return 0
	}
	if _, rest, ok := bytes.Cut(data, []byte(" tw ")); ok {
		_, _ = fmt.Sscan(string(rest), &n)
	}
	return n
}
