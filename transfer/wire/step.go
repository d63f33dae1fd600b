package wire

import (
	"fmt"
	"strings"
)

// keepStep ends the connection when a reply cannot be the answer to the
// command it would be taken for: the server said something once too often, and
// every answer from here on would be taken for another command's.
func (c *Control) keepStep(verb string, r Reply) error {
	if belongs(verb, r) {
		return nil
	}
	c.offStep()
	return c.fail(fmt.Errorf("%w: the server answered %s by %d %q, which is the answer to something else",
		ErrProtocol, verb, r.Code, clip(r.First(), 200)))
}

// offStep gives up commands sent ahead: with them a reply too many is not seen.
func (c *Control) offStep() {
	if c.ahead.allowed {
		c.earlyFailed()
	}
}

// belongs reports whether a server could give the reply to the command (RFC
// 959 §5.4, RFC 2428, RFC 3659). It refuses only what has one meaning: servers
// are free with 200 and 250, and any command may fail with any code.
func belongs(verb string, r Reply) bool {
	switch r.Code / 100 {
	case 3:
		return asksBack[verb]
	case 2:
	default:
		return true
	}
	switch verb {
	case "PASV":
		return r.Code == 227 || r.Code != 226 && hasAddress(r)
	case "EPSV":
		return r.Code == 229
	case "RETR", "STOR", "APPE", "LIST", "MLSD", "NLST":
		return r.Code == 226 || r.Code == 250 || r.Code == 225 || r.Code == 200
	case "SIZE", "MDTM":
		return r.Code == 213 || r.Code != 226 && isNumber(r.First())
	}
	switch r.Code {
	case 226, 225:
		return verb == "ABOR"
	case 227, 228, 229:
		return false
	}
	return true
}

// asksBack are the commands after which a server may want another.
var asksBack = map[string]bool{"USER": true, "PASS": true, "ACCT": true, "REST": true, "RNFR": true, "AUTH": true,
	"ADAT": true, "SITE": true, "HOST": true}

func hasAddress(r Reply) bool {
	_, _, err := parsePASV(r.First())
	return err == nil
}

func isNumber(s string) bool {
	s = strings.TrimSpace(s)
	return s != "" && strings.Trim(s, "0123456789.") == ""
}

// verbOf is the command of a line, in upper case.
func verbOf(line string) string {
	verb, _, _ := strings.Cut(line, " ")
	return strings.ToUpper(verb)
}
