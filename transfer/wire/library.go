package wire

import (
	"bytes"
	"errors"
	"strings"
)

// Write takes commands from the library; it may get them in pieces.
func (c *Control) Write(p []byte) (int, error) {
	c.line = append(c.line, p...)
	if len(c.line) > MaxLine {
		return 0, c.fail(errors.New("the command is too long"))
	}
	if !bytes.HasSuffix(c.line, []byte("\r\n")) {
		return len(p), nil
	}
	line := string(c.line[:len(c.line)-2])
	c.line = c.line[:0]
	if err := c.command(line); err != nil {
		return 0, err
	}
	return len(p), nil
}

// command is what the library says. EPSV is answered here: openData chooses
// the command when the library dials.
func (c *Control) command(line string) error {
	c.verb = verbOf(line)
	switch c.verb {
	case "EPSV":
		c.local = append(c.local, Reply{Code: 229, Lines: []string{"(|||1|)"}})
		return nil
	case "QUIT":
		return nil
	case "REST":
		if c.restWaits(line) {
			return nil
		}
	case "RETR", "STOR":
		if c.transfer.Command != "" {
			line = c.transfer.Command
		}
		for _, l := range append([]string{line}, c.transfer.Then...) {
			if err := CheckLine(l); err != nil {
				return err
			}
		}
		c.then = nil
		err := c.writeLines(c.cfg.Timeout, c.withRest(c.withAhead(line))...)
		c.phase = asked
		if err == nil {
			c.sayNoMore()
			c.hello()
		}
		return err
	}
	if c.begins(line) {
		if err := c.sendBurst(); err != nil {
			return err
		}
	}
	if known, err := c.wasSent(line); known || err != nil {
		return err
	}
	return c.write(line, c.cfg.Timeout)
}

// Read gives the library one reply at a time, so that nothing is ever left in
// its buffer between commands.
func (c *Control) Read(p []byte) (int, error) {
	if len(c.replay) == 0 {
		r, err := c.answer()
		if err != nil {
			return 0, err
		}
		c.replay = r
	}
	n := copy(p, c.replay)
	c.replay = c.replay[n:]
	return n, nil
}

func (c *Control) answer() ([]byte, error) {
	if len(c.local) > 0 {
		r := c.local[0]
		c.local = c.local[1:]
		return r.wire(), nil
	}
	switch c.phase {
	case asked:
		if d := c.Data(); d != nil && d.unsure {
			return c.answerUnsure(d)
		}
		return c.answerStart()
	case running:
		if d := c.Data(); d != nil && d.cut {
			return c.answerCut()
		}
		r, err := c.answerEnd()
		if err == nil {
			c.afterTransfer()
		}
		return r, err
	}
	r, err := c.receive(c.cfg.Timeout)
	for err == nil && r.Preliminary() {
		r, err = c.receive(c.cfg.Timeout)
	}
	if err == nil {
		err = c.keepStep(c.verb, r)
	}
	if err == nil && r.Code == 332 && c.cfg.Account != "" && (c.verb == "USER" || c.verb == "PASS") {
		r, err = c.Command("ACCT " + c.cfg.Account)
	}
	if err == nil && (c.verb == "PASS" || c.verb == "USER") && r.OK() {
		err = c.sendBurst()
	}
	if err != nil {
		return nil, err
	}
	if c.verb == "FEAT" && r.OK() {
		return c.keepFeatures(r), nil
	}
	return forLibrary(c.verb, r).wire(), nil
}

// answerStart reads the reply to RETR, STOR and the like. A server that has
// nothing to send may answer with the final code at once.
func (c *Control) answerStart() ([]byte, error) {
	opened := Reply{Code: 150, Lines: []string{"ok"}}
	if c.startEarly() {
		return opened.wire(), nil
	}
	if err := c.answerRest(); err != nil {
		return nil, err
	}
	r, err := c.receive(c.cfg.Timeout)
	if err == nil {
		err = c.keepStep(c.verb, r)
	}
	if err != nil {
		return nil, err
	}
	switch {
	case r.Preliminary():
		c.phase = running
		return opened.wire(), nil
	case r.OK():
		c.phase = idle
		c.finished()
		c.local = append(c.local, Reply{Code: 226, Lines: []string{"ok"}})
		return opened.wire(), nil
	}
	c.phase, c.ahead.streak = idle, 0
	if err := c.refused(r); err != nil {
		return nil, err
	}
	if r.Code == 425 && c.early {
		c.earlyFailed()
	}
	return r.wire(), nil
}

// answerEnd reads the final reply. It may take long: the server may still be
// writing to its disk. After a failure there is less to wait for.
func (c *Control) answerEnd() ([]byte, error) {
	defer func() { c.phase = idle }()
	patience := 3 * c.cfg.Timeout
	if d := c.Data(); d != nil && d.failed {
		patience = c.cfg.Timeout
	}
	r, err := c.receive(patience)
	for err == nil && r.Preliminary() {
		r, err = c.receive(patience)
	}
	if err == nil {
		err = c.keepStep(c.verb, r)
	}
	if err != nil {
		return nil, err
	}
	c.ahead.streak++
	if r.OK() {
		r = Reply{Code: 226, Lines: []string{"ok"}}
	} else {
		c.ahead.streak, c.ahead.lost = 0, true
	}
	return r.wire(), nil
}

// expected is the one code for success that the library knows for a command.
var expected = map[string]int{
	"USER": 230, "PASS": 230, "TYPE": 200, "OPTS": 200, "PBSZ": 200, "PROT": 200, "NOOP": 200,
	"CWD": 250, "CDUP": 250, "DELE": 250, "RMD": 250, "RNTO": 250, "MKD": 257, "PWD": 257,
	"SIZE": 213, "MDTM": 213, "MFMT": 213,
}

// forLibrary rewrites a reply so that the library takes 2xx for success
// (RFC 959 §4.2) and does not stumble over texts: a PWD reply with one quote
// makes it panic, "213 12 " is no number to it, OPTS UTF8 refused by 500 ends
// its login.
func forLibrary(verb string, r Reply) Reply {
	want, known := expected[verb]
	switch {
	case verb == "OPTS" && r.Code/100 == 5:
		return Reply{Code: 501, Lines: r.Lines}
	case verb == "PBSZ" && r.Code/100 == 5: // PROT decides
		return Reply{Code: 200, Lines: r.Lines}
	case !known || !r.OK():
		return r
	case verb == "PWD":
		return Reply{Code: 257, Lines: []string{`"/"`}}
	case verb == "SIZE":
		return Reply{Code: 213, Lines: []string{strings.TrimSpace(r.First())}}
	}
	return Reply{Code: want, Lines: r.Lines}
}

// keepFeatures keeps what FEAT said (RFC 2389) and tells the library only what
// it needs: PRET would cost a round trip before each transfer, and MLST is ours.
func (c *Control) keepFeatures(r Reply) []byte {
	c.features = c.features[:0]
	utf8 := false
	for i, l := range r.Lines {
		l = strings.TrimSpace(l)
		if i == 0 || i == len(r.Lines)-1 || l == "" || len(c.features) >= 200 {
			continue
		}
		c.features = append(c.features, clip(l, 512))
		utf8 = utf8 || strings.EqualFold(l, "UTF8")
	}
	if utf8 {
		return []byte("211-Features:\r\n UTF8\r\n211 End\r\n")
	}
	return []byte("211 none\r\n")
}

// Feature gives the rest of the FEAT line that starts with name.
func (c *Control) Feature(name string) (rest string, ok bool) {
	for _, l := range c.features {
		verb, rest, _ := strings.Cut(l, " ")
		if strings.EqualFold(verb, name) {
			return rest, true
		}
	}
	return "", false
}
