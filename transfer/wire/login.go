package wire

import "slices"

// PipelineLogin says that the server takes what the library will send in one
// packet: one round trip instead of many. lines are those commands in the
// library's order; one that it leaves out is passed over. They go out with the
// first of them where that is USER, for servers that bear the password without
// being asked for it, else when the login has succeeded.
func (c *Control) PipelineLogin(lines ...string) { c.login = lines }

// begins reports whether line is the first of those that go out together.
func (c *Control) begins(line string) bool { return len(c.login) > 0 && c.login[0] == line }

// sendBurst sends the lines.
func (c *Control) sendBurst() error {
	if len(c.login) == 0 {
		return nil
	}
	lines := c.login
	c.login = nil
	for _, line := range lines {
		if err := CheckLine(line); err != nil {
			return err
		}
	}
	if err := c.writeLines(c.cfg.Timeout, lines...); err != nil {
		return err
	}
	c.burst = lines
	return nil
}

// wasSent reports that the command went out with the burst, so that only its
// reply is to be read. Replies to what the library left out are dropped.
func (c *Control) wasSent(line string) (bool, error) {
	at := slices.Index(c.burst, line)
	skip := at
	if at < 0 {
		skip = len(c.burst)
	}
	for range skip {
		if _, err := c.readOne(c.cfg.Timeout); err != nil {
			return false, err
		}
		c.burst = c.burst[1:]
	}
	if at >= 0 {
		c.burst = c.burst[1:]
		c.sent = true
	}
	return at >= 0, nil
}
