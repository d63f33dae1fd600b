package wire

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"
)

// Over distance a round trip costs more than a connection that turns out
// needless. So a port for data is asked for with the login, connections to
// ports that were asked for ahead are opened before they are needed, and REST
// goes out together with its RETR. All of it only where commands sent ahead are
// borne.

// Far is the round trip from which on a server is far where Config says nothing.
const Far = 5 * time.Millisecond

// Far reports that the server is.
func (c *Control) Far() bool { return c.round >= cmp.Or(c.cfg.Far, Far) }

// opening is a data connection that is being opened ahead.
type opening struct {
	addr   string
	cancel context.CancelFunc
	done   chan opened // capacity 1
}

type opened struct {
	conn net.Conn
	err  error
}

// drop gives it up.
func (o *opening) drop() {
	o.cancel()
	if got := <-o.done; got.conn != nil {
		got.conn.Close()
	}
}

// wait gives the connection when it is there.
func (o *opening) wait(ctx context.Context) (net.Conn, error) {
	select {
	case got := <-o.done:
		o.cancel()
		return got.conn, got.err
	case <-ctx.Done():
		o.drop()
		return nil, context.Cause(ctx)
	}
}

// dialAhead begins to open the connection to the port that was asked for ahead.
func (c *Control) dialAhead() {
	a := &c.ahead
	if !a.ready || a.opening != nil || !c.Far() || c.dialPort != nil || c.cfg.Proxied {
		return
	}
	addr, err := c.portOf(a.mode, a.reply)
	if err != nil {
		return // it is told when the port is needed
	}
	ctx, cancel := context.WithCancel(context.Background())
	o := &opening{addr, cancel, make(chan opened, 1)}
	a.opening = o
	go func() {
		conn, err := dialDirect(ctx, addr, firstDial)
		o.done <- opened{conn, err}
	}()
}

// dropAhead gives the port up that was asked for ahead, and its connection: the
// server will not listen there any more.
func (c *Control) dropAhead() {
	a := &c.ahead
	a.ready = false
	if a.opening != nil {
		a.opening.drop()
		a.opening = nil
	}
}

// afterTransfer reads the answer to what was sent ahead, which comes right
// behind the final reply, to open the connection while the caller is busy with
// the file.
func (c *Control) afterTransfer() {
	if c.ahead.pending && !c.ahead.lost && c.Far() && c.collect() == nil {
		c.dialAhead()
	}
}

// PortCommand is the command that asks for a port together with a login; "" where
// that is not worth it.
func (c *Control) PortCommand() string {
	if mode := c.order()[0]; mode != Active && c.Far() {
		return strings.ToUpper(string(mode))
	}
	return ""
}

// KeepPort reads the answer to the PortCommand that was the last command of
// PipelineLogin. A refusal is nothing to remember: the mode may be unknown here.
func (c *Control) KeepPort() error {
	if len(c.burst) != 1 {
		return nil
	}
	verb := c.burst[0]
	c.burst = nil
	r, err := c.readOne(c.cfg.Timeout)
	if err == nil && r.Preliminary() {
		err = c.betweenTwo(r)
	}
	if err == nil {
		err = c.keepStep(verb, r)
	}
	if err != nil || !r.OK() {
		return err
	}
	a := &c.ahead
	a.ready, a.reply, a.at, a.mode = true, r, time.Now(), Mode(strings.ToLower(verb))
	a.streak, a.first = 1, true
	c.dialAhead()
	return nil
}

// firewalled reports that the port that was asked for with the login did not
// answer. That says nothing of commands sent ahead.
func (c *Control) firewalled(err error) bool {
	return c.early && c.ahead.first && errors.Is(err, os.ErrDeadlineExceeded)
}

// restWaits keeps a REST until its RETR goes out.
func (c *Control) restWaits(line string) bool {
	if !c.ahead.allowed || c.transfer.Upload || !c.Far() {
		return false
	}
	c.rest = line
	c.local = append(c.local, Reply{Code: 350, Lines: []string{"ok"}})
	return true
}

// withRest puts it before the RETR.
func (c *Control) withRest(lines []string) []string {
	if c.rest == "" {
		return lines
	}
	lines = slices.Insert(lines, 0, c.rest)
	c.rest, c.rested = "", true
	return lines
}

// answerRest reads the reply to a REST that went out with its RETR. A server
// that refuses it now sends the file from its beginning: nothing of that may be
// taken for the part that was wanted.
func (c *Control) answerRest() error {
	if !c.rested {
		return nil
	}
	c.rested = false
	r, err := c.receive(c.cfg.Timeout)
	if err == nil && r.Code != 350 {
		c.offStep()
		err = c.fail(fmt.Errorf("%w: REST, sent together with RETR, was answered %d %q", ErrProtocol, r.Code, clip(r.First(), 200)))
	}
	return err
}

// InStep makes sure that the server is in step after a download that was broken
// off: NOOP must get its own reply (RFC 959: 200). Over distance the next port
// is asked for in the same packet.
func (c *Control) InStep() (Reply, error) {
	lines := []string{"NOOP"}
	ask := c.PortCommand()
	if _, pret := c.Feature("PRET"); !c.ahead.allowed || pret && !c.pureFTPd() {
		ask = ""
	}
	if ask != "" {
		c.dropAhead()
		lines = append(lines, ask)
	}
	if err := c.writeLines(c.cfg.Timeout, lines...); err != nil {
		return Reply{}, err
	}
	r, err := c.final("NOOP")
	if err != nil || r.Code != 200 || ask == "" {
		return r, err
	}
	a := &c.ahead
	a.pending, a.lost, a.mode, a.first = true, false, Mode(strings.ToLower(ask)), false
	if err := c.collect(); err != nil {
		return r, err
	}
	c.dialAhead()
	return r, nil
}
