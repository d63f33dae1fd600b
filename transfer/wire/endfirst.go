package wire

import "net"

// EndFirst lets the client say that it sends nothing, by a half-close, as soon
// as a small download was asked for. ProFTPD closes its half after the last
// byte and then waits for the client's before it says 226: a whole round trip
// in which nothing moves. The bytes are not touched by it, and their count is
// what decides. It is not for large files, whose connections firewalls would
// take for half dead, nor for TLS, which has an end of its own.
func (c *Control) EndFirst(ok bool) { c.endFirst = ok }

// sayNoMore is the half-close of a small download.
func (c *Control) sayNoMore() {
	d := c.Data()
	if !c.endFirst || !c.ahead.allowed || !c.transfer.Small || c.transfer.Upload || c.tls != nil || d == nil {
		return
	}
	if tcp, ok := d.tcp.(*net.TCPConn); ok {
		tcp.CloseWrite()
	}
}
