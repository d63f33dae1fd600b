package ftptest

import (
	"io"
	"math/rand/v2"
	"strings"
	"time"
)

// before applies the faults that keep a command from being carried out, and
// reports whether one did.
func (c *session) before() bool {
	if a := take(c.armed, Delayed); a != nil {
		c.wait(a.Delay)
	}
	if a := take(c.armed, Say); a != nil {
		c.send(a.Text)
		c.quit = c.quit || strings.HasPrefix(a.Text, "421")
		return true
	}
	if take(c.armed, Silence) != nil {
		return true
	}
	if a := take(c.armed, DropBefore); a != nil {
		c.drop(a.Hard)
		return true
	}
	return c.babble()
}

// babble sends what is no reply at all.
func (c *session) babble() bool {
	chunk := []byte(strings.Repeat("x", 32<<10))
	switch {
	case take(c.armed, EndlessLine) != nil:
		io.WriteString(c.conn, "220 ")
	case take(c.armed, EndlessLines) != nil:
		chunk = []byte(strings.Repeat("220-and on it goes\r\n", 1500))
	case take(c.armed, Garbage) != nil:
		garbage := make([]byte, 64<<10)
		r := rand.NewChaCha8([32]byte{7})
		r.Read(garbage)
		c.conn.Write(garbage)
		return true
	default:
		return false
	}
	for {
		if _, err := c.conn.Write(chunk); err != nil {
			c.quit = true
			return true
		}
	}
}

// finalFaults changes a final reply, or swallows it and returns false.
func (c *session) finalFaults(text string) (string, bool) {
	if a := take(c.armed, SayAfter); a != nil {
		text = a.Text
	}
	if a := take(c.armed, Late); a != nil {
		c.wait(a.Delay)
	}
	if take(c.armed, SilenceAfter) != nil {
		return "", false
	}
	if a := take(c.armed, DropInstead); a != nil {
		c.drop(a.Hard)
		return "", false
	}
	return text, true
}

// after applies what follows a command's final reply.
func (c *session) after() {
	if a := take(c.armed, DropAfter); a != nil {
		c.drop(a.Hard)
	}
}

// drop ends the control connection, and with it the session.
func (c *session) drop(hard bool) {
	c.quit = true
	closeConn(c.raw, hard)
}

// trickle finds the fault without counting each of several replies as a strike.
func (c *session) trickle() *armed {
	for _, a := range c.armed {
		if a.Do == Trickle && (a.done || a.claim()) {
			return a
		}
	}
	return nil
}

func (c *session) drip(text string, gap time.Duration) {
	for i := range len(text) {
		if _, err := io.WriteString(c.conn, text[i:i+1]); err != nil {
			return
		}
		if gap > 0 {
			c.wait(gap)
		}
	}
}
