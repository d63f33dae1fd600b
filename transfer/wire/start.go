package wire

import "fmt"

// startEarly lets a plain upload begin before the server's 150, which saves a
// round trip: up to firstChunk goes out, then confirm waits for the reply. TLS
// uploads wait at once: their handshake needs the server, and one that refuses
// the file would let it hang. Only where commands sent ahead are borne.
func (c *Control) startEarly() bool {
	d := c.Data()
	if d == nil || !c.transfer.Upload || !c.ahead.allowed || c.tls != nil || d.listener != nil {
		return false
	}
	d.unsure = true
	return true
}

// answerUnsure gives the library the final reply of an upload that ended
// before the server's 150 was read: all of it went at once, our own file
// failed, or the user's wish.
func (c *Control) answerUnsure(d *Data) ([]byte, error) {
	d.unsure = false
	r, err := c.receive(c.cfg.Timeout)
	if err != nil {
		return nil, err
	}
	if r.Preliminary() {
		return c.answerEnd()
	}
	if err := c.keepStep(c.verb, r); err != nil {
		return nil, err
	}
	c.phase = idle
	if !r.OK() {
		d.takeBack()
		if err := c.refused(r); err != nil {
			return nil, err
		}
	}
	return r.wire(), nil
}

// takeBack is for bytes that went to a server which had not yet said that it
// wants none.
func (d *Data) takeBack() {
	if n := d.moved.Swap(0); n > 0 && d.tap.Moved != nil {
		d.tap.Moved(-int(n))
	}
}

// confirm reads the reply to STOR. A refusal is kept for the library, which
// asks for the final reply after the error.
func (d *Data) confirm() error {
	d.unsure = false
	c := d.ctl
	r, err := c.receive(c.cfg.Timeout)
	if err != nil {
		return err
	}
	if r.Preliminary() {
		c.phase = running
		return nil
	}
	if err := c.keepStep(c.verb, r); err != nil {
		return err
	}
	c.phase = idle
	if err := c.refused(r); err != nil {
		return err
	}
	if r.OK() {
		err = fmt.Errorf("%w: the server ended the upload before it began", ErrProtocol)
	} else {
		err = &ReplyError{Step: StepTransfer, Reply: r}
	}
	c.local = append(c.local, r)
	d.takeBack()
	d.abort(err)
	return err
}
