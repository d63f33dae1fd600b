// Package wire is the two connections under github.com/jlaffaye/ftp: the
// control connection and the data connections. The library asks for both
// through its dial function and keeps the order of commands (login, REST,
// RETR, STOR); everything that goes over the network is decided here.
//
// Connect dials, reads the greeting and does AUTH TLS (RFC 4217). The Control
// it returns is given to the library by its DialFunc: the first call hands over
// the Control itself, which replays the greeting, every later one a Data.
//
//	ctl, err := wire.Connect(ctx, cfg)
//	lib, err := ftp.Dial(addr, ftp.DialWithDialFunc(ctl.DialFunc), ftp.DialWithTLS(…))
//	end := ctl.Begin(ctx)
//	err = lib.Login(user, password)
//	end()
//
// What is promised:
//
//   - Nothing waits without a deadline: Timeout for each reply and for each
//     read or write of data, three times that for a transfer's final reply.
//   - When the context given to Begin ends, data connections stop at once and
//     the control connection within Grace.
//   - A server cannot fill memory: lines end at MaxLine, replies at MaxReply.
//   - The library sees replies rewritten to the one code it knows for success
//     (RFC 959 allows 250 where it wants 226) and texts it cannot trip over;
//     Last keeps what the server really said.
//   - A download may be ended by ErrEnough; the connection is used again only if
//     the server is found in step after it (cut.go).
//   - TLS is never given up by itself. A data connection must show the control
//     connection's certificate. An upload over TLS ends with close_notify, a
//     half-close and reading to the end: servers cut files otherwise.
//   - The address in a PASV reply is not used unless Config.TrustPASVHost says so.
//
// These save round trips, each only on servers that were tested to bear it (the
// caller says so) and off at the first oddity: all commands of the login in one
// packet (login.go), the next PASV together with the running transfer, and
// with it the questions for the file's size and time (ahead.go), the end of our
// half of a small download's connection before the server waits for it
// (endfirst.go), a plain upload's first bytes before the 150 (start.go), and
// those of a small file with the end of the stream (ending_linux.go); over
// distance the first PASV together with the login, connections to ports that
// were asked for ahead before they are needed, REST together with its RETR
// (far.go), and a data connection's TLS handshake with its command (hello.go).
//
// A Control is owned by one goroutine at a time; only the end of the context
// reaches in from outside.
package wire
