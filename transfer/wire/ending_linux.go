package wire

import (
	"net"
	"syscall"
)

// writeWithEnd writes what Close follows at once: the kernel keeps the last
// bytes back for its FIN, so that both reach the server in one packet, and a
// server that waits for bytes wakes once.
func writeWithEnd(tcp *net.TCPConn, p []byte) (n int, err error) {
	raw, err := tcp.SyscallConn()
	if err != nil {
		return 0, err
	}
	werr := raw.Write(func(fd uintptr) bool {
		for n < len(p) && err == nil {
			var m int
			m, err = syscall.SendmsgN(int(fd), p[n:], nil, nil, syscall.MSG_MORE|syscall.MSG_NOSIGNAL)
			n += max(m, 0)
			if err == syscall.EINTR {
				err = nil
			}
		}
		if err == syscall.EAGAIN {
			err = nil
			return false
		}
		return true
	})
	if werr != nil {
		err = werr
	}
	return n, err
}
