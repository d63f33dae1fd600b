package wire

import (
	"fmt"
	"strings"
	"time"
)

// ahead is a PASV or EPSV that is sent together with a data command, for the
// transfer after it: its answer comes right behind the final reply and saves a
// round trip. vsftpd, ProFTPD and Pure-FTPd bear it; pyftpdlib breaks the
// running transfer off. It is only done where the caller allows it, after a
// transfer that went well, and never again after the first oddity.
type ahead struct {
	allowed bool
	streak  int      // transfers in a row that went well
	pending bool     // it was sent, its reply was not read
	then    []string // the verbs of Transfer.Then that went with it and are not answered
	lost    bool     // the transfer that it was sent with broke off
	mode    Mode     // by which it was sent
	ready   bool     // reply holds a port that nobody used yet
	first   bool     // it was asked for with the login
	opening *opening // the connection to it; nil: none
	reply   Reply
	at      time.Time
}

// aheadFresh is how long a port is believed to be open. Firewalls forget.
const aheadFresh = 20 * time.Second

// AllowEarly says whether the server is known to bear PASV sent ahead.
func (c *Control) AllowEarly(ok bool) { c.ahead.allowed = ok }

// EarlyLost reports that a PASV was sent ahead with a transfer that then broke
// off: its answer cannot be told from other replies.
func (c *Control) EarlyLost() bool { return c.ahead.pending && c.ahead.lost }

// withAhead gives the lines to send for a data command.
func (c *Control) withAhead(line string) []string {
	a := &c.ahead
	mode := c.order()[0]
	if _, pret := c.Feature("PRET"); !a.allowed || a.streak == 0 || a.pending || c.transfer.Part || mode == Active ||
		pret && !c.pureFTPd() {
		return []string{line}
	}
	c.dropAhead()
	a.pending, a.lost, a.first, a.mode = true, false, false, mode
	lines := []string{line}
	for _, then := range c.transfer.Then {
		a.then = append(a.then, verbOf(then))
		lines = append(lines, then)
	}
	return append(lines, strings.ToUpper(string(mode)))
}

// Then gives the replies to the last transfer's Transfer.Then. It is false
// where that was not sent along.
func (c *Control) Then() ([]Reply, bool) {
	if len(c.ahead.then) > 0 && c.ahead.pending && c.phase == idle && c.collect() != nil {
		return nil, false
	}
	r := c.then
	c.then = nil
	return r, len(r) > 0
}

// collectThen reads the replies to Transfer.Then, which come before the port.
func (c *Control) collectThen() error {
	for len(c.ahead.then) > 0 {
		r, err := c.readOne(c.cfg.Timeout)
		if err != nil {
			return err
		}
		verb := c.ahead.then[0]
		c.ahead.then = c.ahead.then[1:]
		if r.Preliminary() {
			return c.betweenTwo(r)
		}
		if err := c.keepStep(verb, r); err != nil {
			return err
		}
		c.then = append(c.then, r)
	}
	return nil
}

// refused reads the answers to what went along with a command that r refuses.
// Only where each comes in its place is the refusal this command's: of a server
// that swallowed the command it is the next one's.
func (c *Control) refused(r Reply) error {
	if len(c.ahead.then) == 0 || !c.ahead.pending {
		return nil
	}
	err := c.collect()
	c.last = r
	return err
}

// betweenTwo ends a connection on which a transfer begins that nobody asked for.
func (c *Control) betweenTwo(r Reply) error {
	c.offStep()
	return c.fail(fmt.Errorf("%w: the server said %d %q between two commands", ErrProtocol, r.Code, clip(r.First(), 200)))
}

// collect reads the reply to what was sent ahead. It is the next one once the
// transfer is over.
func (c *Control) collect() error {
	if err := c.collectThen(); err != nil {
		return err
	}
	r, err := c.readOne(c.cfg.Timeout)
	if err != nil {
		return err
	}
	a := &c.ahead
	a.pending = false
	if r.Preliminary() {
		return c.betweenTwo(r)
	}
	if err := c.keepStep(strings.ToUpper(string(a.mode)), r); err != nil {
		return err
	}
	if !r.OK() {
		c.earlyFailed()
		return nil
	}
	a.ready, a.reply, a.at = true, r, time.Now()
	return nil
}

// isAheads reports, and notes, that a reply which comes while a transfer runs answers the
// command sent ahead. ProFTPD refuses it by 450 when the two commands reach it
// in separate packets.
func (c *Control) isAheads(r Reply) bool {
	if !c.ahead.pending {
		return false
	}
	text := strings.ToUpper(r.First())
	is := r.Code == 227 || r.Code == 229 || r.Code/100 > 3 &&
		(strings.HasPrefix(text, strings.ToUpper(string(c.ahead.mode))) || strings.Contains(text, "TRANSFER IN PROGRESS"))
	c.ahead.pending = !is
	return is
}

// take gives the reply that was asked for ahead, if it is of use.
func (c *Control) take(mode Mode) (Reply, bool, error) {
	a := &c.ahead
	if a.pending {
		if err := c.collect(); err != nil {
			return Reply{}, false, err
		}
	}
	ok := a.ready && a.mode == mode && time.Since(a.at) < aheadFresh
	if a.ready = false; !ok {
		c.dropAhead()
	}
	return a.reply, ok, nil
}

// earlyFailed ends it for this connection and tells the caller. An answer that
// is still to come must be read all the same.
func (c *Control) earlyFailed() {
	c.dropAhead()
	c.ahead = ahead{pending: c.ahead.pending, then: c.ahead.then, lost: c.ahead.lost, mode: c.ahead.mode}
	c.note("The server does not bear commands sent ahead")
	if c.cfg.EarlyFailed != nil {
		c.cfg.EarlyFailed()
	}
}

func (c *Control) pureFTPd() bool { return strings.Contains(c.greeting.Text(), "Pure-FTPd") }
