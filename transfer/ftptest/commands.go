package ftptest

import "strings"

// handlers is every command that a session understands. Those in open need
// no login.
var handlers map[string]func(*session)

var open = map[string]bool{"USER": true, "PASS": true, "ACCT": true, "AUTH": true, "PBSZ": true, "PROT": true,
	"FEAT": true, "SYST": true, "NOOP": true, "QUIT": true, "OPTS": true, "HELP": true, "CLNT": true, "CCC": true}

// changing are the commands that a read-only server refuses.
var changing = map[string]bool{"STOR": true, "APPE": true, "MKD": true, "RMD": true, "DELE": true, "RNFR": true,
	"RNTO": true, "MFMT": true, "SITE": true, "XMKD": true, "XRMD": true}

func init() {
	handlers = map[string]func(*session){
		"USER": (*session).userName, "PASS": (*session).password, "ACCT": (*session).account,
		"AUTH": (*session).auth, "PBSZ": (*session).pbszSize, "PROT": (*session).protection,
		"CCC":  func(c *session) { c.reply(533, "Clear command channel is not allowed.") },
		"FEAT": (*session).features, "OPTS": (*session).options, "SYST": func(c *session) { c.reply(215, "%s", c.srv.opt.System) },
		"HELP": func(c *session) { c.reply(214, "Read RFC 959.") },
		"CLNT": func(c *session) { c.reply(200, "Noted.") },
		"NOOP": func(c *session) { c.reply(200, "NOOP ok.") },
		"QUIT": func(c *session) { c.reply(221, "Goodbye."); c.quit = true },
		"REIN": (*session).reinitialize,
		"TYPE": (*session).typeOf, "MODE": only("S"), "STRU": only("F"), "ALLO": func(c *session) { c.reply(202, "No storage allocation necessary.") },
		"EPSV": (*session).epsv, "PASV": (*session).pasv, "EPRT": (*session).eprt, "PORT": (*session).port,
		"ABOR": (*session).abortCommand, "REST": (*session).restart,
		"RETR": (*session).retrieve, "STOR": (*session).store, "APPE": (*session).appendTo,
		"LIST": (*session).list, "NLST": (*session).nameList, "MLSD": (*session).mlsd, "MLST": (*session).mlst, "STAT": (*session).stat,
		"PWD": (*session).pwd, "XPWD": (*session).pwd, "CWD": (*session).cwdTo, "CDUP": func(c *session) { c.arg = ".."; c.cwdTo() },
		"MKD": (*session).mkd, "XMKD": (*session).mkd, "RMD": (*session).rmd, "XRMD": (*session).rmd, "DELE": (*session).dele,
		"RNFR": (*session).rnfr, "RNTO": (*session).rnto,
		"SIZE": (*session).size, "MDTM": (*session).mdtm, "MFMT": (*session).mfmt, "SITE": (*session).site,
		"HASH": (*session).hash, "RANG": (*session).rang,
		"XCRC": digestOf("CRC32"), "XMD5": digestOf("MD5"), "XSHA1": digestOf("SHA-1"), "XSHA256": digestOf("SHA-256"), "XSHA512": digestOf("SHA-512"),
	}
}

// dispatch carries out c.verb.
func (c *session) dispatch() {
	h := handlers[c.verb]
	switch {
	case c.srv.disabled[c.verb]:
		c.reply(502, "Command not implemented.")
	case c.up != nil:
		c.relay()
	case h == nil:
		c.reply(500, "Unknown command.")
	case !c.loggedIn && !open[c.verb]:
		c.reply(530, "Please login with USER and PASS.")
	case c.srv.opt.ReadOnly && changing[c.verb]:
		c.reply(550, "Permission denied.")
	default:
		if c.verb != "RNTO" && c.verb != "RNFR" {
			c.renameFrom = ""
		}
		h(c)
	}
}

func only(value string) func(*session) {
	return func(c *session) {
		if !strings.EqualFold(c.arg, value) {
			c.reply(504, "Only %s is known.", value)
			return
		}
		c.reply(200, "Ok.")
	}
}

func (c *session) typeOf() {
	switch strings.ToUpper(c.arg) {
	case "I", "A", "L 8", "A N":
		c.reply(200, "Type set to %s.", strings.ToUpper(c.arg))
	default:
		c.reply(504, "That type is not known.")
	}
}

// features is FEAT (RFC 2389): what is disabled is not named.
func (c *session) features() {
	all := []struct{ line, verb string }{
		{"AUTH TLS", "AUTH"}, {"PBSZ", "PBSZ"}, {"PROT", "PROT"}, {"EPRT", "EPRT"}, {"EPSV", "EPSV"},
		{"MDTM", "MDTM"}, {"MFMT", "MFMT"}, {"MLST type*;size*;modify*;perm*;unique*;UNIX.mode*;", "MLSD"},
		{"REST STREAM", "REST"}, {"SIZE", "SIZE"}, {"TVFS", ""}, {"UTF8", "UTF8"},
		{"HASH CRC32;MD5;SHA-1;SHA-256*;SHA-512", "HASH"}, {"RANG STREAM", "RANG"},
		{"XCRC", "XCRC"}, {"XMD5", "XMD5"}, {"XSHA1", "XSHA1"}, {"XSHA256", "XSHA256"}, {"XSHA512", "XSHA512"},
		{"SITE CHMOD", "SITE"}, {"SITE UTIME", "SITE"}, {"SITE SYMLINK", "SITE SYMLINK"},
	}
	var lines []string
	for _, f := range all {
		tls := f.verb == "AUTH" || f.verb == "PBSZ" || f.verb == "PROT"
		if c.srv.disabled[f.verb] || tls && c.srv.tls == nil || f.verb == "UTF8" && c.srv.opt.Latin1 {
			continue
		}
		if f.verb == "HASH" {
			f.line = c.hashFeature()
		}
		lines = append(lines, f.line)
	}
	c.send(multi(211, "Features:", lines, "End"))
}

func (c *session) options() {
	name, value, _ := strings.Cut(c.arg, " ")
	switch strings.ToUpper(name) {
	case "UTF8", "UTF-8":
		if c.srv.opt.Latin1 {
			c.reply(501, "Option not understood.")
			return
		}
		c.reply(200, "Always in UTF8 mode.")
	case "HASH":
		c.chooseHash(value)
	case "MLST":
		c.reply(200, "MLST OPTS type;size;modify;perm;unique;UNIX.mode;")
	default:
		c.reply(501, "Option not understood.")
	}
}
