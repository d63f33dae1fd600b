package transfer

import "bytes"

// copies follows the lines that are written twice, one behind the other, so
// that nothing that happens to one line loses what it tells.
type copies struct {
	first []byte // the copy that was read, while the other may follow
	lost  int    // bad lines right before it
	bad   int    // bad lines in all until it
	open  bool
}

// begin notes a good line of which another copy should follow; of the bad
// lines so far, lost stood right before it.
func (c *copies) begin(line []byte, lost, bad int) {
	*c = copies{append(c.first[:0], line...), lost, bad, true}
}

// is reports whether a line is the other copy.
func (c *copies) is(line []byte) bool {
	if !c.open || !bytes.Equal(c.first, line) {
		return false
	}
	c.open = false
	return true
}

// over ends the wait for the other copy. If it did not come, one of the bad
// lines beside the first was it, and nothing is lost.
func (c *copies) over(n *reading) {
	if c.open && (c.lost > 0 || n.bad > c.bad) {
		n.bad--
		n.repaired++
	}
	c.open = false
}
