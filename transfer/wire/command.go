package wire

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// Transfer is the next data command. The library knows RETR and STOR; what
// goes out instead is Command: MLSD, "LIST -a", APPE name.
type Transfer struct {
	Command string
	Upload  bool
	Part    bool     // the writer may end it by ErrEnough: nothing is sent ahead with it
	Small   bool     // it is soon over: see EndFirst
	Then    []string // commands to send right behind it, where that is borne; see Control.Then
	Tap     Tap
}

// Expect says what the library's next RETR or STOR really is.
func (c *Control) Expect(t Transfer) { c.transfer = t }

// Command sends a line and gives the reply, without the library. It must not
// open a data connection. Preliminary replies are passed over.
func (c *Control) Command(line string) (Reply, error) {
	return c.CommandWithin(line, c.cfg.Timeout)
}

// CommandWithin is Command for slow work: a digest of a big file.
func (c *Control) CommandWithin(line string, patience time.Duration) (Reply, error) {
	if err := c.write(line, c.cfg.Timeout); err != nil {
		return Reply{}, err
	}
	r, err := c.receive(patience)
	for err == nil && r.Preliminary() {
		r, err = c.receive(patience)
	}
	if err == nil {
		err = c.keepStep(verbOf(line), r)
	}
	return r, err
}

// Pair sends two lines in one packet and gives both replies, in their order.
// It is for servers that bear commands sent ahead.
func (c *Control) Pair(first, second string) (a, b Reply, err error) {
	for _, line := range []string{first, second} {
		if err := CheckLine(line); err != nil {
			return a, b, err
		}
	}
	if err := c.writeLines(c.cfg.Timeout, first, second); err != nil {
		return a, b, err
	}
	if a, err = c.final(verbOf(first)); err != nil {
		return a, b, err
	}
	c.sent = true // the second is still to be answered
	b, err = c.final(verbOf(second))
	return a, b, err
}

// final reads the reply to a command, past preliminary ones.
func (c *Control) final(verb string) (Reply, error) {
	r, err := c.receive(c.cfg.Timeout)
	for err == nil && r.Preliminary() {
		r, err = c.receive(c.cfg.Timeout)
	}
	if err == nil {
		err = c.keepStep(verb, r)
	}
	return r, err
}

// CheckLine refuses what would be more than one command: CR, LF, NUL.
func CheckLine(line string) error {
	if i := strings.IndexAny(line, "\r\n\x00"); i >= 0 {
		return fmt.Errorf("%q holds a line end or a NUL and cannot be sent to a server", clip(line, 200))
	}
	if len(line) > MaxLine {
		return errors.New("the command is too long")
	}
	return nil
}

func (c *Control) write(line string, patience time.Duration) error {
	if err := CheckLine(line); err != nil {
		return err
	}
	return c.writeLines(patience, line)
}

// writeLines sends lines in one packet.
func (c *Control) writeLines(patience time.Duration, lines ...string) error {
	if err := c.tidy(); err != nil {
		return err
	}
	if err := c.arm(patience); err != nil {
		return err
	}
	for _, line := range lines {
		c.keepSecret(line)
		c.log(Sent, mask(line))
	}
	c.sent = true
	if _, err := c.conn.Write([]byte(strings.Join(lines, "\r\n") + "\r\n")); err != nil {
		return c.fail(c.lastWord(err))
	}
	return nil
}

// idleSuspect is how long a silent connection is taken for alive.
const idleSuspect = 5 * time.Second

// tidy looks for what the server said without being asked: a 421 before it
// hangs up, or a second reply to an earlier command, which would be taken for
// the answer to the next. It makes a command that went to a dead connection
// rare, so that "it may have been done" is, too.
func (c *Control) tidy() error {
	if len(c.burst) > 0 {
		return nil // their answers are still to come
	}
	if c.Err() == nil && c.br.Buffered() == 0 && !c.heard.IsZero() && time.Since(c.heard) > idleSuspect {
		if err := c.peek(); err != nil {
			return err
		}
	}
	for c.Err() == nil && c.br.Buffered() > 0 {
		if c.ahead.pending {
			if err := c.collect(); err != nil {
				return err
			}
			continue
		}
		r, err := c.readOne(c.cfg.Timeout)
		if err != nil {
			return err
		}
		c.note("The server said %d without being asked", r.Code)
		if r.Code == 421 {
			return c.fail(&ReplyError{Step: StepCommand, Reply: r})
		}
	}
	return nil
}

// peek reads what has arrived, without waiting.
func (c *Control) peek() error {
	if err := c.arm(time.Millisecond); err != nil {
		return err
	}
	if _, err := c.br.Peek(1); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		return c.fail(err)
	}
	return nil
}

// mask hides what only the server may know.
func mask(line string) string {
	verb, arg, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "PASS", "ACCT":
		if arg != "" {
			return verb + " ****"
		}
	case "SITE":
		if sub, _, ok := strings.Cut(arg, " "); ok && strings.Contains(strings.ToUpper(sub), "PSW") {
			return verb + " " + sub + " ****"
		}
	}
	return line
}

// shortSecret is the length below which a password is not looked for in
// replies: every other word would be one.
const shortSecret = 4

// keepSecret remembers a password, to blot it out should the server repeat it.
// One that is also the user's name is no secret to keep from replies.
func (c *Control) keepSecret(line string) {
	switch verb, arg, _ := strings.Cut(line, " "); {
	case strings.EqualFold(verb, "USER"):
		c.user = arg
	case strings.EqualFold(verb, "PASS") && len(arg) >= shortSecret && arg != c.user:
		c.secret = arg
	}
}

func (c *Control) logReply(r Reply) {
	if c.cfg.Log == nil {
		return
	}
	for i, l := range r.Lines {
		sep := "-"
		if i == len(r.Lines)-1 {
			sep = " "
		}
		c.log(Received, fmt.Sprintf("%03d%s%s", r.Code, sep, l))
	}
}

// blot hides the password in a reply, wherever the text goes later.
func (c *Control) blot(r Reply) Reply {
	if c.secret == "" || c.settled {
		return r
	}
	for i, l := range r.Lines {
		r.Lines[i] = strings.ReplaceAll(l, c.secret, "****")
	}
	return r
}

// receive reads the reply to the present command. What was sent ahead is
// answered before it, once the transfer is over.
func (c *Control) receive(patience time.Duration) (Reply, error) {
	if c.ahead.pending && c.phase == idle {
		if err := c.collect(); err != nil {
			return Reply{}, err
		}
	}
	for {
		r, err := c.readOne(patience)
		if err != nil || c.phase == idle || !c.isAheads(r) {
			return r, err
		}
		c.earlyFailed()
		if len(c.ahead.then) > 0 {
			return Reply{}, c.fail(fmt.Errorf("%w: the server mixed up commands sent together", ErrProtocol))
		}
	}
}

// readOne reads the next reply and keeps it.
func (c *Control) readOne(patience time.Duration) (Reply, error) {
	if err := c.arm(patience); err != nil {
		return Reply{}, err
	}
	r, err := readReply(c.br)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = fmt.Errorf("the server did not answer within %v: %w", patience, err)
	}
	if err != nil {
		return Reply{}, c.fail(err)
	}
	r = c.blot(r)
	c.logReply(r)
	c.last, c.heard = r, time.Now()
	if !r.Preliminary() {
		c.sent = false
	}
	return r, nil
}
