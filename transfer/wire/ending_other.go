//go:build !linux

package wire

import "net"

func writeWithEnd(tcp *net.TCPConn, p []byte) (int, error) { return tcp.Write(p) }
