package wire

import (
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// roundTrip is what the kernel measured with the first packets: neither a slow
// name lookup nor a busy machine is in it. Where it does not tell, dialled is
// taken, the time that the dial took.
func roundTrip(conn net.Conn, dialled time.Duration) time.Duration {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return dialled
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return dialled
	}
	took := dialled
	_ = raw.Control(func(fd uintptr) {
		info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		if err == nil && info.Rtt > 0 {
			took = min(dialled, time.Duration(info.Rtt)*time.Microsecond)
		}
	})
	return took
}
