package session

import (
	"path"
	"strings"
	"time"

	"longshore/transfer/listing"
)

// clock compares the time of a file in LIST, which is the server's local
// clock, with MDTM, which is UTC (RFC 3659 §3). Some servers give local time
// there, too (vsftpd's use_localtime); a file that was uploaded just now shows it.
func (c *checker) clock(s *CheckStep) {
	session, err := c.again()
	if err != nil {
		s.fail(err)
		return
	}
	session.ctl.Use(c.works())
	var offset time.Duration
	var ok bool
	err = session.do(c.ctx, "list", c.clockDir(), func() (err error) {
		offset, ok, err = c.measure(session)
		return err
	})
	switch {
	case err != nil && session.Dead():
		s.fail(err)
	case err != nil:
		s.skip("the server does not list by LIST")
	case !ok:
		s.skip("there is no recent file in the folder to measure the clock by")
	default:
		c.judgeClock(s, session, offset)
	}
}

// clockDir is where there is a file to measure by: the test file's folder.
func (c *checker) clockDir() string {
	if c.options.Folder != "" {
		return c.options.Folder
	}
	return c.session.Home()
}

// measure gives LIST's clock minus UTC in quarters of an hour, as zones are.
// What is known of it already is left aside.
func (c *checker) measure(session *Session) (offset time.Duration, ok bool, err error) {
	was, target := session.offset, session.target
	defer func() { session.offset, session.target = was, target }()
	session.offset, session.target.ClockOffset = new(time.Duration), nil
	if err := session.enter(c.clockDir()); err != nil {
		return 0, false, err
	}
	if _, err := session.listBy(ListLIST, c.collect); err != nil {
		return 0, false, err
	}
	for _, f := range c.files {
		exact, err := session.modified(session.bare(f.name))
		if err == nil {
			if f.name == path.Base(c.fresh) {
				c.skew = time.Until(exact).Round(15 * time.Minute)
			}
			return f.time.Sub(exact.Truncate(time.Minute)).Round(15 * time.Minute), true, nil
		}
		if session.ctl.Err() != nil {
			return 0, false, err
		}
	}
	return 0, false, nil
}

// collect keeps files whose time LIST gives to the minute: those of the last
// six months, whatever the zone.
func (c *checker) collect(rows []listing.Entry) {
	for _, e := range rows {
		if c.fresh != "" && e.Raw == path.Base(c.fresh) {
			c.files = append([]file{{e.Raw, e.Time}}, c.files...)
			continue
		}
		age := time.Since(e.Time)
		if e.Type == listing.File && !e.Exact && age < 170*24*time.Hour && age > -24*time.Hour && len(c.files) < 5 {
			c.files = append(c.files, file{e.Raw, e.Time})
		}
	}
}

// judgeClock is told how far LIST is from MDTM. Where MDTM is off as well,
// LIST is off by both.
func (c *checker) judgeClock(s *CheckStep, session *Session, offset time.Duration) {
	known, local := c.target.ClockOffset, offset+c.skew
	switch {
	case session.listMode() == ListMLSD && c.skew != 0:
		s.warn("the clock by which the server gives times is " + clockName(c.skew) + "; they cannot be corrected here")
		s.Next = "whoever runs the server could correct its clock or time zone"
	case session.listMode() == ListMLSD:
		s.Text = "times come exact from MLSD; LIST's clock is " + clockName(offset)
	case local != 0 && (known == nil || *known != local):
		s.warn("LIST gives times by a clock that is "+clockName(local)+"; they are corrected", advise(SetClock, plusDuration(local)))
		session.learn(func(l *Learned) { l.ClockOffset = &local })
	default:
		s.Text = "LIST's clock is " + clockName(local)
	}
}

func clockName(d time.Duration) string {
	if d == 0 {
		return "UTC"
	}
	return "UTC" + plusDuration(d)
}

// plusDuration writes +1h, -3h30m.
func plusDuration(d time.Duration) string {
	text := d.String()
	if d > 0 {
		text = "+" + text
	}
	text = strings.TrimSuffix(text, "0s")
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
