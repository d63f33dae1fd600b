package sites

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"

	"longshore/transfer/session"
)

func isNcFTP(_ string, data []byte) bool {
	return bytes.HasPrefix(data, []byte("NcFTP bookmark-file version:"))
}

// The fields of a line of ~/.ncftp/bookmarks, version 8.
const (
	ncName, ncHost, ncUser, ncPassword, ncAccount, ncRemote = 0, 1, 2, 3, 4, 5
	ncPort, ncComment, ncLocal                              = 7, 14, 21
)

// readNcFTP reads NcFTP's bookmarks: two lines of header, then one a site.
func readNcFTP(data []byte, _ importOptions) ([]ImportedSite, error) {
	var found []ImportedSite
	n := 0
	for line := range strings.Lines(string(data)) {
		if n++; n <= 2 {
			continue
		}
		if f := ncFields(strings.TrimRight(line, "\r\n")); len(f) > ncHost {
			found = append(found, ncSite(f))
		}
		if len(found) >= maxSites {
			break
		}
	}
	return found, nil
}

func ncSite(f []string) ImportedSite {
	field := func(i int) string {
		if i < len(f) {
			return f[i]
		}
		return ""
	}
	s := ImportedSite{Site: NewSite(field(ncName), field(ncHost))}
	s.Site.User, s.Site.Account, s.Site.Comment = field(ncUser), field(ncAccount), field(ncComment)
	s.Site.RemoteDir, s.Site.LocalDir = field(ncRemote), field(ncLocal)
	s.Site.Security, s.Site.Logon = session.PlainFTP, Normal
	s.Site.Port, _ = strconv.Atoi(field(ncPort))
	if s.Site.User == "" {
		s.Site.Logon = Anonymous
	}
	s.Password = field(ncPassword)
	if hidden, ok := strings.CutPrefix(s.Password, "*encoded*"); ok {
		raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(hidden, "="))
		if err != nil {
			s.note("its password was not taken over: %v", errBroken)
		}
		s.Password = string(bytes.TrimRight(raw, "\x00"))
	}
	return s
}

// ncFields splits at commas; a backslash takes the next character as it is.
func ncFields(line string) []string {
	var fields []string
	var b strings.Builder
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && i+1 < len(line):
			i++
			b.WriteByte(line[i])
		case c == ',':
			fields = append(fields, b.String())
			b.Reset()
			if len(fields) > 100 {
				return fields
			}
		default:
			b.WriteByte(c)
		}
	}
	return append(fields, b.String())
}
