package wire

import (
	"errors"
	"time"
)

// ErrEnough is what the writer of a download returns when it needs no more:
// the transfer is broken off, and the connection is brought back into step.
var ErrEnough = errors.New("enough was received")

// cutPatience is how long the final reply of a transfer that we broke off may
// take. Servers notice at their next write.
const cutPatience = 5 * time.Second

// answerCut reads the reply to a download that we broke off by closing its
// data connection. vsftpd, ProFTPD and pyftpdlib say 426; Pure-FTPd says 150
// for the second time and nothing more. ABOR is not sent: it brings one reply
// or two, in either order. Pure-FTPd says nothing at all if that happens right
// after the TLS handshake: such a connection is given up.
func (c *Control) answerCut() ([]byte, error) {
	defer func() { c.phase = idle }()
	r, err := c.receive(min(cutPatience, c.cfg.Timeout))
	if err != nil {
		return nil, err
	}
	if r.Code == 421 {
		return nil, c.fail(&ReplyError{Step: StepTransfer, Reply: r})
	}
	return Reply{Code: 226, Lines: []string{"ok"}}.wire(), nil
}
