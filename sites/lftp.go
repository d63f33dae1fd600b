package sites

import (
	"bytes"
	"net"
	"regexp"
	"strconv"
	"strings"

	"longshore/transfer/session"
)

// lftpLine is one bookmark: a name, blanks, and a URL.
var lftpLine = regexp.MustCompile(`^\S+[ \t]+[a-z][a-z0-9+.-]*://\S*\s*$`)

func isLftp(base string, data []byte) bool {
	for line := range bytes.Lines(data[:min(len(data), 1<<16)]) {
		if lftpLine.Match(line) {
			return true
		}
	}
	return base == "bookmarks" && len(bytes.TrimSpace(data)) > 0
}

// readLftp reads lftp's bookmarks. A line may hold any text after the name;
// what is no URL is skipped.
func readLftp(data []byte, _ importOptions) ([]ImportedSite, error) {
	var found []ImportedSite
	for line := range strings.Lines(string(data)) {
		name, place, ok := strings.Cut(strings.TrimSpace(strings.ReplaceAll(line, "\t", " ")), " ")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		found = append(found, lftpSite(name, strings.TrimSpace(place)))
		if len(found) >= maxSites {
			break
		}
	}
	return found, nil
}

func lftpSite(name, place string) ImportedSite {
	s := ImportedSite{Site: NewSite(name, "")}
	s.Site.Security, s.Site.Logon = "", AskLogon
	scheme, rest, ok := strings.Cut(place, "://")
	if !ok {
		s.skip("%q is not a URL", place)
		return s
	}
	switch scheme {
	case "ftp":
		s.Site.Security = session.TLSIfOffered // lftp's own default
	case "ftps":
		s.Site.Security = session.ImplicitTLS
	default:
		s.skip("%s is not supported (scheme %s)", scheme, scheme)
	}
	server, path, _ := strings.Cut(rest, "/")
	if at := strings.LastIndex(server, "@"); at >= 0 {
		user, password, saved := strings.Cut(server[:at], ":")
		s.Site.User, s.Password = unescapePercent(user), unescapePercent(password)
		if saved {
			s.Site.Logon = Normal
		}
		server = server[at+1:]
	} else if s.Skipped == "" {
		s.Site.Logon = Anonymous
	}
	s.Site.Host, s.Site.Port = splitHostPort(server)
	s.Site.Host = unescapePercent(s.Site.Host)
	s.Site.RemoteDir = lftpDir(path)
	return s
}

// lftpDir reads the path of a URL as RFC 1738 §3.2.2 means it: from the
// folder after login, unless it starts with %2F.
func lftpDir(path string) string {
	dir := unescapePercent(path)
	if short := strings.TrimRight(dir, "/"); short != "" {
		return short
	}
	if dir != "" {
		return "/"
	}
	return ""
}

// splitHostPort bears a missing port and an IPv6 address in brackets.
func splitHostPort(server string) (host string, port int) {
	host, text, err := net.SplitHostPort(server)
	if err != nil {
		return strings.Trim(server, "[]"), 0
	}
	port, _ = strconv.Atoi(text)
	return host, port
}
