package session

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"path"
	"strings"
	"sync"
	"time"
)

// testSize is the length of the file that the check uploads: long enough to
// be cut where servers cut, short enough for a telephone line.
const testSize = 256 << 10

// write uploads, resumes, renames and deletes a file of its own in the folder
// that the user chose. It leaves nothing behind if it can help it.
func (c *checker) write() {
	if c.options.Folder == "" {
		for _, n := range []string{"upload", "resume", "rename", "delete"} {
			s := CheckStep{Name: n, Title: titleOf(n)}
			s.skip("not asked for: choose a folder to try it in")
			c.add(s)
		}
		return
	}
	name := path.Join(c.options.Folder, "longshore-check-"+strings.ToLower(rand.Text()[:8])+".tmp")
	w := &writeTest{checker: c, name: name, content: make([]byte, testSize)}
	rand.Read(w.content)
	defer w.tidy()
	if !c.step("upload", w.upload) {
		return
	}
	c.fresh = name
	c.step("clock", c.clock)
	c.step("resume", w.resume)
	c.step("rename", w.rename)
	c.step("delete", w.remove)
}

// writeTest is one test file; name is "" once it is deleted.
type writeTest struct {
	*checker
	name    string
	content []byte
}

// upload stores the whole file and reads it back: 226 proves nothing.
func (w *writeTest) upload(s *CheckStep) {
	session, err := w.again()
	if err == nil {
		_, err = session.Store(w.ctx, w.name, 0, bytes.NewReader(w.content), Tap{})
	}
	if err != nil {
		s.fail(err)
		return
	}
	w.compare(s, "a file of 256 KiB went up and came back the same")
}

// compare reads the file back.
func (w *writeTest) compare(s *CheckStep, fine string) {
	session, err := w.again()
	var back bytes.Buffer
	if err == nil {
		_, err = session.Retrieve(w.ctx, w.name, 0, &limitedBuffer{&back, 2 * testSize}, Tap{})
	}
	switch {
	case err != nil:
		s.fail(err)
	case !bytes.Equal(back.Bytes(), w.content):
		s.Grade = Red
		s.Text = fmt.Sprintf("the file that came back is not the one that went up: %d bytes of %d", back.Len(), len(w.content))
		s.Advice = []Advice{advise(StayTLS12, "")}
	default:
		s.Text = fine
	}
}

// limitedBuffer takes no more than the test file can have.
type limitedBuffer struct {
	*bytes.Buffer
	left int
}

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, fmt.Errorf("more came back than %d bytes", testSize)
	}
	return b.Buffer.Write(p)
}

// resume uploads a half and then the rest, as after a broken connection.
func (w *writeTest) resume(s *CheckStep) {
	half := len(w.content) / 2
	session, err := w.again()
	if err == nil {
		if err = session.Delete(w.ctx, w.name); err == nil {
			_, err = session.Store(w.ctx, w.name, 0, bytes.NewReader(w.content[:half]), Tap{})
		}
	}
	if err != nil {
		s.fail(err)
		return
	}
	if _, err = session.Store(w.ctx, w.name, int64(half), bytes.NewReader(w.content[half:]), Tap{}); err != nil {
		s.fail(err)
		if KindOf(err) != Network {
			s.warn("the server cannot go on with a broken upload: it starts over instead")
		}
		return
	}
	w.compare(s, "a broken upload can go on where it ended")
}

func (w *writeTest) rename(s *CheckStep) {
	session, err := w.again()
	if err == nil {
		err = session.Rename(w.ctx, w.name, w.name+"-2")
	}
	if err != nil {
		s.fail(err)
		return
	}
	w.name += "-2"
	s.Text = "files can be renamed"
	at := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	if err := session.SetTime(w.ctx, w.name, at); err != nil {
		s.warn("files can be renamed, but the server does not let their time be set")
	} else {
		s.Text = "files can be renamed and keep their time"
	}
}

func (w *writeTest) remove(s *CheckStep) {
	session, err := w.again()
	if err == nil {
		err = session.Delete(w.ctx, w.name)
	}
	if err != nil {
		s.fail(err)
		s.Next = fmt.Sprintf("delete %q by hand", escape(w.name))
		return
	}
	w.name = ""
	s.Text = "files can be deleted"
}

// tidy deletes what a step that failed, or a cancel, left behind.
func (w *writeTest) tidy() {
	if w.name == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), 3*time.Second)
	defer cancel()
	session := w.session
	if w.lost() {
		var err error
		if session, err = Open(ctx, w.target, w.env); err != nil {
			return
		}
		defer session.Close()
	}
	session.Delete(ctx, w.name)
}

// parallel opens more connections beside the one there is, until the server
// refuses, and remembers how many it bore.
func (c *checker) parallel(s *CheckStep) {
	want := min(c.options.Parallel, MaxSessions)
	if want < 2 {
		s.skip("not asked for")
		return
	}
	if own := c.target.MaxSessions; own > 0 && own < want {
		if want = own; want == 1 {
			s.Text = "this site is set to a single connection"
			return
		}
	}
	first, err := c.again()
	if err != nil {
		s.fail(err)
		return
	}
	n, err := c.openMore(want - 1)
	n++
	first.Noop(c.ctx)
	switch {
	case err == nil:
		s.Text = fmt.Sprintf("%d connections at once are allowed", n)
	case KindOf(err) == Busy:
		s.fail(err)
		s.Grade, s.Next = Amber, ""
		s.Text = fmt.Sprintf("the server allows %s at once", countOf(n))
		s.Advice = []Advice{limitTo(n)}
		if c.env.Memory != nil {
			c.env.Memory.Learn(c.target, func(l *Learned) { l.MaxSessions, l.LimitedAt = n, time.Now() })
		}
	default:
		s.fail(err)
	}
}

func countOf(n int) string {
	if n == 1 {
		return "1 connection"
	}
	return fmt.Sprintf("%d connections", n)
}

func limitTo(n int) Advice {
	if n == 1 {
		return advise(OneConnection, "")
	}
	return advise(FewerConnections, fmt.Sprint(n))
}

// openMore opens sessions one after the other, closes them all, and gives how
// many stood and what the server said to the next.
func (c *checker) openMore(want int) (n int, err error) {
	var closing sync.WaitGroup
	defer closing.Wait()
	for ; n < want; n++ {
		s, err := Open(c.ctx, c.target, c.env)
		if err != nil {
			return n, err
		}
		defer closing.Go(func() { s.Close() })
	}
	return n, nil
}
