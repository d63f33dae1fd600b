package wire

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
)

// Limits of a burst. The commands fit into the server's receive buffer, so
// that neither side waits for the other; the replies into memory.
const (
	MaxBurst      = 128      // commands
	maxBurstBytes = 12 << 10 // of all of them
	maxBurstReply = 8 << 20  // bytes of all replies
	armEach       = 64 << 10 // bytes that must come within one Timeout
)

// ErrBurst marks replies to a burst that are not in the form of the server
// that was taken for known, or too much. The connection is of no further use.
var ErrBurst = errors.New("the replies to commands sent together are not as expected")

// BurstFits reports whether one more line may go into a burst that has n lines
// of size bytes together.
func BurstFits(n, size int, line string) bool {
	return n < MaxBurst && size+len(line)+2 <= maxBurstBytes
}

// Burst sends commands in one packet and reads their replies in order; row gets
// the lines within the reply of the i-th, without their ends, valid until it
// returns. It is for servers that are known to bear it, and for commands that
// open no data connection. A NOOP follows: only where that is answered in its
// place, and nothing is said behind it, are the replies what they seem to be.
// A name with a line end in it could otherwise pass for the end of a reply. So
// nothing of a burst may be believed before Burst returns nil.
func (c *Control) Burst(lines []string, row func(i int, line []byte)) ([]Reply, error) {
	size := 0
	for i, line := range lines {
		if err := CheckLine(line); err != nil {
			return nil, err
		}
		if !BurstFits(i, size, line) {
			return nil, errors.New("too many commands at once")
		}
		size += len(line) + 2
	}
	if err := c.collectAhead(); err != nil {
		return nil, err
	}
	if err := c.writeLines(c.cfg.Timeout, append(lines[:len(lines):len(lines)], "NOOP")...); err != nil {
		return nil, err
	}
	replies := make([]Reply, len(lines))
	left := maxBurstReply
	for i := range lines {
		r, err := c.burstReply(&left, func(line []byte) { row(i, line) })
		if err != nil {
			return nil, c.fail(err)
		}
		if r.Code == 421 || r.Preliminary() || !belongs(verbOf(lines[i]), r) {
			return nil, c.fail(c.odd(r))
		}
		replies[i] = r
	}
	r, err := c.burstReply(&left, nil)
	if err == nil && (!r.OK() || c.br.Buffered() > 0) {
		err = c.odd(r)
	}
	if err != nil {
		return nil, c.fail(err)
	}
	c.sent = false
	return replies, nil
}

// collectAhead reads the answer to what was sent ahead, which comes first.
func (c *Control) collectAhead() error {
	if !c.ahead.pending || c.phase != idle {
		return nil
	}
	return c.collect()
}

func (c *Control) odd(r Reply) error {
	if r.Code == 421 {
		return &ReplyError{Step: StepCommand, Reply: r}
	}
	return fmt.Errorf("%w: %d %q", ErrBurst, r.Code, clip(r.First(), 200))
}

// burstReply reads one reply, handing on the lines between its first and last.
// With row nil it must have one line.
func (c *Control) burstReply(left *int, row func([]byte)) (Reply, error) {
	if err := c.arm(c.cfg.Timeout); err != nil {
		return Reply{}, err
	}
	line, err := c.burstLine(left)
	if err != nil {
		return Reply{}, err
	}
	code, more, text, ok := parseLine(string(line))
	if !ok || more && row == nil {
		return Reply{}, fmt.Errorf("%w: %q", ErrBurst, clip(string(line), 80))
	}
	r := Reply{Code: code, Lines: []string{text}}
	last := fmt.Sprintf("%03d ", code)
	for n := 0; more; n++ {
		if line, err = c.burstLine(left); err != nil {
			return r, err
		}
		if more = !bytes.HasPrefix(line, []byte(last)); more {
			row(line)
		} else {
			r.Lines = append(r.Lines, string(line[4:]))
		}
	}
	c.logReply(r)
	c.last = r
	return r, nil
}

// burstLine reads one line, without its end, valid until the next read. A line
// without CR is the first half of a name with a line end.
func (c *Control) burstLine(left *int) ([]byte, error) {
	line, err := c.br.ReadSlice('\n')
	before := *left
	if *left -= len(line); before/armEach != *left/armEach {
		if err := c.arm(c.cfg.Timeout); err != nil {
			return nil, err
		}
	}
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, fmt.Errorf("the server did not answer within %v: %w", c.cfg.Timeout, err)
	case err != nil && len(line) == 0:
		return nil, err
	case err != nil || *left < 0 || !bytes.HasSuffix(line, []byte("\r\n")) || bytes.IndexByte(line[:len(line)-2], '\r') >= 0:
		return nil, fmt.Errorf("%w: %q", ErrBurst, clip(strings.ToValidUTF8(string(line[:min(len(line), 80)]), "?"), 80))
	}
	return line[:len(line)-2], nil
}
