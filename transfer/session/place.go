package session

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// schemes are the ways to write a Security in a place.
var schemes = map[string]Security{
	"ftp":       TLSIfOffered,
	"ftpes":     ExplicitTLS,
	"ftps":      ImplicitTLS,
	"ftp+plain": PlainFTP,
}

// maxPlace bounds what is read: longer than any path a server accepts.
const maxPlace = 16 << 10

// ParsePlace reads SCHEME://[user[:password]@]host[:port][/path], where
// SCHEME is ftp (TLS if the server has it), ftpes (explicit TLS), ftps
// (implicit TLS) or ftp+plain (never TLS). Paths are absolute from "/", a
// slash at the end is kept, and ? and # belong to the path, as FTP has
// neither queries nor fragments. User, password and path are percent-decoded
// to raw bytes; an IPv6 address stands in brackets and may have a zone
// (RFC 6874 %25 or a plain %). The password is given apart and is never part
// of an error.
func ParsePlace(s string) (Target, string, string, error) {
	if len(s) > maxPlace {
		return Target{}, "", "", errors.New("the place is too long")
	}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok || strings.ContainsAny(scheme, "/@") {
		return Target{}, "", "", errors.New("a place starts with ftp://, ftpes://, ftps:// or ftp+plain://")
	}
	security, ok := schemes[strings.ToLower(scheme)]
	if !ok {
		return Target{}, "", "", unknownScheme(scheme)
	}
	authority, file := rest, ""
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		authority, file = rest[:i], rest[i:]
	}
	t := Target{Security: security}
	password := ""
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		var err error
		if t.User, password, err = parseUser(authority[:i]); err != nil {
			return Target{}, "", "", err
		}
		authority = authority[i+1:]
	}
	var err error
	if t.Host, t.Port, err = parseHost(authority); err != nil {
		return Target{}, "", "", err
	}
	if file, err = parsePath(file); err != nil {
		return Target{}, "", "", err
	}
	return t, file, password, nil
}

func unknownScheme(scheme string) error {
	switch strings.ToLower(scheme) {
	case "sftp", "ssh", "scp", "fish":
		return fmt.Errorf("%q is SSH, another protocol: FTP over TLS is ftpes:// or ftps://", scheme)
	}
	return fmt.Errorf("%q is not one of ftp://, ftpes://, ftps://, ftp+plain://", printable(scheme))
}

func parseUser(s string) (user, password string, err error) {
	user, password, _ = strings.Cut(s, ":")
	user, err = decode(user)
	if err != nil {
		return "", "", errors.New("the user's name has a percent sign that starts no %XX: write %25 for it")
	}
	password, err = decode(password)
	if err != nil {
		return "", "", errors.New("the password has a percent sign that starts no %XX: write %25 for it")
	}
	if hasControl(user) || hasControl(password) {
		return "", "", errors.New("user or password hold a line end or another control character")
	}
	return user, password, nil
}

func parseHost(s string) (string, int, error) {
	host, port := s, ""
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return "", 0, fmt.Errorf("the address %q lacks its closing bracket", printable(s))
		}
		host, port = s[1:end], s[end+1:]
		if port != "" && port[0] != ':' {
			return "", 0, fmt.Errorf("after the address stands %q where a port was expected", printable(port))
		}
		host = strings.Replace(host, "%25", "%", 1)
		if a, err := netip.ParseAddr(host); err != nil || !a.Is6() || strings.ContainsFunc(a.Zone(), notInName) {
			return "", 0, fmt.Errorf("%q is not an IPv6 address", printable(host))
		}
		port = strings.TrimPrefix(port, ":")
	} else if strings.Count(s, ":") > 1 {
		return "", 0, fmt.Errorf("%q looks like an IPv6 address: write it in brackets", printable(s))
	} else {
		host, port, _ = strings.Cut(s, ":")
		var err error
		if host, err = hostName(host); err != nil {
			return "", 0, err
		}
	}
	if strings.HasSuffix(s, ":") || port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return "", 0, fmt.Errorf("port %q is not a number from 1 to 65535", printable(port))
		}
		return host, int(n), nil
	}
	return host, 0, nil
}

// hostName checks a host's name and gives it as DNS wants it: lower case,
// letters beyond ASCII in their xn-- form (RFC 5891).
func hostName(host string) (string, error) {
	name := strings.ToLower(host)
	if strings.ContainsFunc(name, func(r rune) bool { return r >= 0x80 }) {
		ascii, err := idna.Lookup.ToASCII(name)
		if err != nil {
			return "", fmt.Errorf("%q is not a host's name", printable(host))
		}
		name = ascii
	}
	switch {
	case name == "":
		return "", errors.New("the host's name is missing")
	case len(name) > 253:
		return "", errors.New("the host's name is longer than 253 characters")
	case strings.ContainsFunc(name, notInName):
		return "", fmt.Errorf("%q is not a host's name", printable(host))
	}
	return name, nil
}

func notInName(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return false
	}
	return r != '.' && r != '-' && r != '_'
}

// parsePath makes a path absolute and plain. A leading %2F, by which
// RFC 1738 §3.2.2 means "from the root", is the same as none here; its
// ";type=X" is dropped.
func parsePath(s string) (string, error) {
	p, err := decode(s)
	if err != nil {
		return "", fmt.Errorf("the path %q has a percent sign that starts no %%XX: write %%25 for it", printable(s))
	}
	if strings.ContainsAny(p, "\x00\r\n") {
		return "", fmt.Errorf("the path %q holds a line end or NUL, which no FTP command can carry", printable(p))
	}
	for _, c := range []string{";type=i", ";type=a", ";type=d"} {
		p = strings.TrimSuffix(p, c)
	}
	folder := strings.HasSuffix(p, "/") || strings.HasSuffix(p, "/.") || strings.HasSuffix(p, "/..")
	p = path.Clean("/" + p)
	if folder && p != "/" {
		p += "/"
	}
	return p, nil
}

// decode undoes percent-encoding; a plus stays a plus.
func decode(s string) (string, error) { return url.PathUnescape(s) }

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// printable cuts and escapes what an error repeats.
func printable(s string) string {
	if len(s) > 100 {
		s = s[:100] + "…"
	}
	return escape(s)
}

// Schemes lists the ways a place may start, for messages and completion.
func Schemes() []string {
	var all []string
	for s := range schemes {
		all = append(all, s+"://")
	}
	slices.Sort(all)
	return all
}
