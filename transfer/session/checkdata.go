package session

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"longshore/transfer/listing"
	"longshore/transfer/wire"
)

// features tells what the server can do beyond RFC 959, and what it lacks.
func (c *checker) features(s *CheckStep) {
	has := map[string]bool{}
	for _, f := range c.session.Info().Features {
		verb, _, _ := strings.Cut(strings.ToUpper(f), " ")
		has[verb] = true
	}
	var lacks []string
	if !has["MLST"] && !has["MLSD"] {
		lacks = append(lacks, "no MLSD, so times and sizes come from LIST and are less exact")
	}
	if !has["UTF8"] && c.target.Charset == "" {
		lacks = append(lacks, "no UTF8, so names with other letters than English ones may need a character set")
	}
	if !has["MDTM"] {
		lacks = append(lacks, "no MDTM, so times are not exact")
	}
	if !has["REST"] {
		lacks = append(lacks, "no REST, so broken transfers may have to start over")
	}
	if len(lacks) > 0 {
		s.warn("the server has " + strings.Join(lacks, "; "))
		return
	}
	s.Text = "exact listings (MLSD), exact times, resuming and UTF-8 names"
	if best := c.session.Digests(); len(best) > 0 {
		s.Text += ", checksums (" + best[0] + ")"
	}
}

// reachPatience is how long a passive port may take to answer.
const reachPatience = 10 * time.Second

func (c *checker) epsv(s *CheckStep) {
	port, err := c.offer(s, wire.EPSV)
	if err != nil {
		return
	}
	if err := c.reach(c.session.ctl.Peer(), port.port); err != nil {
		s.fail(err)
		s.Text = fmt.Sprintf("the server opened port %d, but %s", port.port, s.Text)
		s.Advice = []Advice{advise(UsePASV, "")}
		c.unused(s, DataEPSV)
		return
	}
	s.Text = fmt.Sprintf("port %d was offered and can be reached", port.port)
}

// pasv tries the server's own address first, as transfers do, and if that is
// not the one it names, that one too.
func (c *checker) pasv(s *CheckStep) {
	if c.session != nil && isIPv6(c.session.ctl.Peer()) {
		s.skip("PASV cannot name an IPv6 address")
		return
	}
	offer, err := c.offer(s, wire.PASV)
	if err != nil {
		return
	}
	peer := c.session.ctl.Peer()
	same := offer.ip.String() == peer || c.session.ctl.Proxied()
	err = c.reach(peer, offer.port)
	switch {
	case err == nil && same:
		s.Text = fmt.Sprintf("port %d was offered and can be reached", offer.port)
	case err == nil:
		s.warn(fmt.Sprintf("the server names %s for data, which is not its address %s; the program uses the server's own address, and that works", offer.ip, peer))
		if c.target.TrustPASVHost {
			s.Advice = append(s.Advice, advise(IgnorePASVHost, ""))
		}
		s.Next = "whoever runs the server could correct its passive address"
	case !same && c.session.ctl.MayGoTo(offer.ip) && c.reach(offer.ip.String(), offer.port) == nil:
		s.warn(fmt.Sprintf("data has to go to %s, the address that the server names, since %s does not answer there", offer.ip, peer))
		if !c.target.TrustPASVHost {
			s.Grade = Red
			s.Advice = append(s.Advice, advise(TrustPASVHost, ""))
		}
	default:
		s.fail(err)
		s.Text = fmt.Sprintf("the server opened port %d at %s, but %s", offer.port, offer.ip, s.Text)
		s.Advice = []Advice{advise(UseEPSV, "")}
		c.unused(s, DataPASV)
	}
}

// unused takes the edge off a passive mode that does not get through, where the
// site is set to another.
func (c *checker) unused(s *CheckStep, mode DataMode) {
	if now := c.target.Data; now != DataAuto && now != mode {
		c.closed = append(c.closed, s.Name)
		s.warn(s.Text + "; it does no harm, for this site is set to " + modeNames[now])
		s.Advice, s.Next = nil, ""
	}
}

var modeNames = map[DataMode]string{DataEPSV: "EPSV", DataPASV: "PASV", DataActive: "active mode"}

func isIPv6(host string) bool {
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().Is6()
}

// blocked advises active mode where neither passive mode gets through. A
// proxy cannot be dialled back through.
func (c *checker) blocked() {
	for i := range c.report.Steps {
		s := &c.report.Steps[i]
		dropAdvice(s, UseEPSV)
		dropAdvice(s, UsePASV)
		switch {
		case s.Name != "pasv" || c.target.Data == DataActive:
		case c.target.Proxy != "":
			s.Next = "the proxy must let connections to the server's passive ports through, or the site must do without it"
			s.Advice = append(s.Advice, advise(EditSite, ""))
		default:
			s.Advice = append(s.Advice, advise(UseActive, ""))
			s.Next = "whoever runs the server must open its passive ports; active mode may help until then"
		}
	}
}

type offered struct {
	ip   net.IP
	port int
}

// offer asks for a port.
func (c *checker) offer(s *CheckStep, mode wire.Mode) (offered, error) {
	var o offered
	session, err := c.again()
	if err == nil {
		err = session.do(c.ctx, "passive", "", func() (err error) {
			o.ip, o.port, err = session.ctl.Offer(mode)
			return err
		})
	}
	if err == nil {
		return o, nil
	}
	s.fail(err)
	verb := strings.ToUpper(string(mode))
	if e := wrap("", "", err); e.Code/100 == 5 && !e.Dead {
		s.warn(fmt.Sprintf("the server refuses %s; the other passive mode is used", verb))
		s.Advice, s.Next, s.Grade = nil, "", Skipped
	}
	return o, err
}

func (c *checker) reach(host string, port int) error {
	ctx, cancel := context.WithTimeout(c.ctx, min(reachPatience, c.session.timeout()))
	defer cancel()
	if err := c.session.ctl.Reach(ctx, host, port); err != nil {
		return wrap("data", "", err)
	}
	return nil
}

// works is the passive mode of a step that went well, the session's own choice
// if both did.
func (c *checker) works() wire.Mode {
	good := map[string]bool{}
	for _, s := range c.report.Steps {
		good[s.Name] = (s.Grade == Green || s.Grade == Amber) && !slices.Contains(c.closed, s.Name)
	}
	switch {
	case c.target.Data == DataActive || good["epsv"] && good["pasv"]:
		return wire.Mode(c.target.Data)
	case good["epsv"]:
		return wire.EPSV
	}
	return wire.PASV
}

// list reads the folder after login.
func (c *checker) list(s *CheckStep) {
	session, err := c.again()
	if err != nil {
		s.fail(err)
		return
	}
	session.ctl.Use(c.works())
	n := 0
	home := session.Home()
	r, err := session.List(c.ctx, home, func(rows []listing.Entry) {
		n += len(rows)
	})
	switch {
	case err != nil:
		s.fail(err)
	case r.Truncated:
		s.warn(fmt.Sprintf("%d names in %q, and the server says that it left some out", n, escape(home)))
	case r.Unreadable > 0:
		s.warn(fmt.Sprintf("%d names in %q, and %d lines that could not be read", n, escape(home), r.Unreadable))
		if session.Info().ListMode == ListMLSD {
			s.Advice = append(s.Advice, advise(UseLIST, ""))
		}
	default:
		s.Text = fmt.Sprintf("%d names in %q by %s", n, escape(home), strings.ToUpper(string(session.Info().ListMode)))
	}
}

// reuse tells whether data connections go on with the login's TLS session,
// and whether the server insists on it: it is asked once without.
func (c *checker) reuse(s *CheckStep) {
	session, err := c.again()
	if err != nil {
		s.fail(err)
		return
	}
	if session.Info().TLS == "" {
		s.skip("there is no TLS")
		return
	}
	session.ctl.Use(c.works())
	resumed, ok, err := c.listHome(session)
	if err != nil {
		s.fail(err)
		return
	}
	switch {
	case session.tls12 && c.target.TLSMax == "":
		s.warn("data connections work with TLS 1.2 only", advise(StayTLS12, ""))
	case ok && !resumed:
		s.Text = "data connections begin a TLS session of their own, and the server accepts that"
	case ok:
		s.Text = "data connections go on with the login's TLS session"
		if c.insists(session) {
			s.Text = "the server requires data connections to go on with the login's TLS session (session reuse), and they do"
		}
	default:
		s.warn("data connections are not encrypted")
	}
}

// insists lists once with a TLS session of its own. The session may be lost
// by it: vsftpd hangs up.
func (c *checker) insists(session *Session) bool {
	if session.tls12 && c.target.TLSMax == "" {
		return true
	}
	session.ctl.ForgetTLS()
	quiet := *session.env
	quiet.Memory = nil // what is learned now would be wrong
	session.env = &quiet
	_, _, err := c.listHome(session)
	session.dead.Store(true)
	c.lost()
	k := causeIn(err)
	return k == causeReuse || k == causeDataTLS || k == causeData || err != nil && KindOf(err) == TLS
}

// listHome lists the folder after login and tells whether its data connection
// went on with the login's TLS session.
func (c *checker) listHome(session *Session) (resumed, ok bool, err error) {
	err = session.do(c.ctx, "list", session.Home(), func() error {
		_, err := session.listDir(session.Home(), func([]listing.Entry) {})
		resumed, ok = session.ctl.Data().Resumed()
		return err
	})
	return resumed, ok, err
}
