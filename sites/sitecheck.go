package sites

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"longshore/transfer/session"
)

// FieldError says which field of a Site is wrong; Field is its JSON name.
type FieldError struct{ Field, Text string }

func (e *FieldError) Error() string { return e.Text }

// Check says what is wrong with the Site, as a *FieldError, or nil.
func (s Site) Check() error {
	bad := func(field, format string, args ...any) error {
		return &FieldError{field, fmt.Sprintf(format, args...)}
	}
	switch {
	case strings.TrimSpace(s.Name) == "":
		return bad("name", "the site needs a name")
	case s.Host == "":
		return bad("host", "the site needs a host")
	case !validHost(s.Host):
		return bad("host", "%q is not a host name or address", s.Host)
	case s.Port < 0 || s.Port > 65535:
		return bad("port", "port %d is not between 1 and 65535", s.Port)
	case !slices.Contains([]session.Security{session.ExplicitTLS, session.TLSIfOffered, session.ImplicitTLS, session.PlainFTP}, s.Security):
		return bad("protocol", "%q is not a protocol Longshore speaks", s.Security)
	case !slices.Contains([]Logon{Anonymous, AskLogon, Normal, WithAcct}, s.Logon):
		return bad("logon", "%q is not a way to log in", s.Logon)
	case s.Logon != Anonymous && s.User == "":
		return bad("user", "a user name is needed unless the logon is anonymous")
	case !slices.Contains([]session.DataMode{session.DataAuto, session.DataEPSV, session.DataPASV, session.DataActive}, s.Data):
		return bad("mode", "%q is not a data mode", s.Data)
	case !slices.Contains([]session.ListMode{session.ListAuto, session.ListMLSD, session.ListLIST, session.ListAll}, s.List):
		return bad("list", "%q is not a way to list a folder", s.List)
	case !slices.Contains(LinkRules, s.Links):
		return bad("links", "%q is not a rule for symbolic links", s.Links)
	case s.ExistsUpload != "" && !slices.Contains(ExistsRules, s.ExistsUpload):
		return bad("exists_upload", "%q is not a rule for files that exist", s.ExistsUpload)
	case s.ExistsDownload != "" && !slices.Contains(ExistsRules, s.ExistsDownload):
		return bad("exists_download", "%q is not a rule for files that exist", s.ExistsDownload)
	case s.MaxSessions < 0 || s.LimitUp < 0 || s.LimitDown < 0:
		return bad("max_connections", "limits are not negative")
	case s.Segments < 0 || s.Segments > 8:
		return bad("segments", "a big download has from 1 to 8 connections, or 0 for as many as make it faster")
	case !validProxy(s.Proxy):
		return bad("proxy", "the proxy is \"system\" or a URL like socks5://user@host:1080 or http://host:3128, without a password")
	case s.TLSMax != "" && s.TLSMax != "1.2":
		return bad("tls_max", "%q is not a TLS version to stay at", s.TLSMax)
	}
	return s.checkText()
}

// checkText refuses control characters in whatever becomes part of a command.
func (s Site) checkText() error {
	fields := map[string]string{"name": s.Name, "user": s.User, "account": s.Account,
		"remote_dir": s.RemoteDir, "charset": s.Charset, "proxy": s.Proxy}
	for field, text := range fields {
		if strings.ContainsFunc(text, unicode.IsControl) {
			return &FieldError{field, fmt.Sprintf("%s %q holds a control character", field, text)}
		}
	}
	for _, f := range s.Folder {
		if f == "" || strings.ContainsFunc(f, unicode.IsControl) {
			return &FieldError{"folder", fmt.Sprintf("%q is not a name for a folder", f)}
		}
	}
	if s.ServerTZ != "" {
		if _, err := time.LoadLocation(s.ServerTZ); err != nil {
			return &FieldError{"server_tz", fmt.Sprintf("%q is not a known time zone", s.ServerTZ)}
		}
	}
	return nil
}

// validHost refuses what can be neither a name nor an address, so that no
// port, path or user name hides in the host.
func validHost(host string) bool {
	if len(host) > 255 {
		return false
	}
	inner := strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if addr, _, _ := strings.Cut(inner, "%"); net.ParseIP(addr) != nil {
		return true
	}
	return !strings.ContainsFunc(host, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("/\\@:[]%?#", r)
	})
}

// validProxy refuses a password above all: sites.json and the queue would
// keep it in clear.
func validProxy(proxy string) bool {
	if proxy == "" || proxy == "system" {
		return true
	}
	u, err := url.Parse(proxy)
	if err != nil || u.Host == "" || !slices.Contains([]string{"socks5", "socks5h", "http", "https"}, u.Scheme) {
		return false
	}
	_, password := u.User.Password()
	return !password
}
