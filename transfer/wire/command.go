package wire

import (
	"bytes"
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
	Part    bool   // the writer may end it by ErrEnough: nothing is sent ahead with it
	Small   bool   // a download that is soon over: see EndFirst
	Then    string // a command to send right behind a download, where that is borne; see Control.Then
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
		if c.ahead.then != "" {
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
	case "RETR", "STOR":
		if c.transfer.Command != "" {
			line = c.transfer.Command
		}
		for _, l := range []string{line, c.transfer.Then} {
			if err := CheckLine(l); err != nil {
				return err
			}
		}
		c.then = nil
		err := c.writeLines(c.cfg.Timeout, c.withAhead(line)...)
		c.phase = asked
		if err == nil {
			c.sayNoMore()
		}
		return err
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
		return c.answerEnd()
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
