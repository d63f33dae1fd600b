package ftptest

import "strings"

func anonymous(user string) bool {
	return strings.EqualFold(user, "anonymous") || strings.EqualFold(user, "ftp")
}

func (c *session) userName() {
	if c.srv.opt.RequireTLS && c.conn == c.raw {
		c.reply(530, "Non-anonymous sessions must use encryption.")
		return
	}
	c.logout()
	c.user, c.passed = c.arg, false
	c.reply(331, "Please specify the password.")
}

func (c *session) password() {
	switch {
	case c.user == "":
		c.reply(503, "Login with USER first.")
	case !c.right():
		c.reply(530, "Login incorrect.")
	case c.srv.opt.Account != "":
		c.passed = true
		c.reply(332, "Need account for login.")
	default:
		c.login()
	}
}

func (c *session) right() bool {
	if c.srv.opt.Users == nil {
		return anonymous(c.user)
	}
	want, ok := c.srv.opt.Users[c.user]
	return ok && (want == c.arg || anonymous(c.user) && want == "")
}

func (c *session) account() {
	switch {
	case !c.passed:
		c.reply(503, "Login with USER and PASS first.")
	case c.arg != c.srv.opt.Account:
		c.reply(530, "Login incorrect.")
	default:
		c.login()
	}
}

// login counts those inside, for servers that refuse at PASS.
func (c *session) login() {
	s := c.srv
	s.mu.Lock()
	full := s.opt.MaxAtPASS && s.opt.MaxSessions > 0 && s.loggedIn >= s.opt.MaxSessions
	if !full {
		s.loggedIn++
	}
	s.mu.Unlock()
	if full {
		c.send(s.opt.MaxText)
		c.quit = strings.HasPrefix(s.opt.MaxText, "421")
		return
	}
	c.loggedIn, c.passed, c.cwd = true, false, s.opt.Home
	c.reply(230, "Login successful.")
}

func (c *session) logout() {
	if !c.loggedIn {
		return
	}
	c.loggedIn = false
	c.srv.mu.Lock()
	c.srv.loggedIn--
	c.srv.mu.Unlock()
}

func (c *session) reinitialize() {
	c.logout()
	c.user, c.rest = "", 0
	c.reply(220, "Service ready for new user.")
}

// auth is AUTH TLS (RFC 4217). Bytes that came with it in clear are refused:
// they would be commands injected by somebody else.
func (c *session) auth() {
	switch what := strings.ToUpper(c.arg); {
	case c.srv.tls == nil:
		c.reply(530, "Please login with USER and PASS.")
		return
	case c.conn != c.raw:
		c.reply(503, "Already protected.")
		return
	case what != "TLS" && what != "SSL" && what != "TLS-C" && what != "TLS-P":
		c.reply(504, "Unknown AUTH type.")
		return
	}
	if c.in.Buffered() > 0 {
		c.drop(false)
		return
	}
	c.reply(234, "Proceed with negotiation.")
	if !c.handshake() {
		c.drop(false)
		return
	}
	c.logout()
}

func (c *session) pbszSize() {
	if c.conn == c.raw {
		c.reply(503, "PBSZ needs a secure connection.")
		return
	}
	c.pbsz = true
	c.reply(200, "PBSZ set to 0.")
}

func (c *session) protection() {
	switch {
	case !c.pbsz:
		c.reply(503, "PBSZ needed before PROT.")
	case c.arg == "P":
		c.prot = true
		c.reply(200, "PROT now Private.")
	case c.arg == "C" && c.srv.opt.RequireTLS:
		c.reply(534, "Data connections must be protected.")
	case c.arg == "C":
		c.prot = false
		c.reply(200, "PROT now Clear.")
	default:
		c.reply(536, "Protection level not supported.")
	}
}
