package sites

import (
	"bytes"
	"strconv"
	"strings"

	"longshore/transfer/session"
)

func isGFTP(_ string, data []byte) bool {
	if bytes.HasPrefix(data, []byte("# gFTP Bookmarks")) {
		return true
	}
	for _, section := range readINI(data) {
		if section.Values["hostname"] != "" && section.Values["protocol"] != "" {
			return true
		}
	}
	return false
}

// readGFTP reads gFTP's bookmarks: a section is a site, its name a path.
func readGFTP(data []byte, _ importOptions) ([]ImportedSite, error) {
	var found []ImportedSite
	for _, section := range readINI(data) {
		if section.Values["hostname"] != "" {
			found = append(found, gftpSite(section.Name, section.Values))
		}
	}
	return found, nil
}

func gftpSite(name string, v map[string]string) ImportedSite {
	path := strings.Split(name, "/")
	s := ImportedSite{Site: NewSite(path[len(path)-1], v["hostname"])}
	s.Site.Folder, s.Site.User, s.Site.Account, s.Site.Logon = path[:len(path)-1], v["username"], v["account"], Normal
	s.Site.RemoteDir, s.Site.LocalDir = v["remote directory"], v["local directory"]
	s.Site.Port, _ = strconv.Atoi(v["port"])
	switch v["protocol"] {
	case "FTP", "":
		s.Site.Security = session.PlainFTP
	case "FTPS":
		s.Site.Security = session.ExplicitTLS
	case "FTPSi":
		s.Site.Security = session.ImplicitTLS
	default:
		s.Site.Security = ""
		s.skip("%s is not supported", v["protocol"])
	}
	if v["passive_transfer"] == "0" {
		s.Site.Data = session.DataActive
	}
	switch password := v["password"]; {
	case password == "@EMAIL@":
		s.Site.Logon = Anonymous
	case strings.HasPrefix(password, "$"):
		plain, err := gftpReveal(password[1:])
		if err != nil {
			s.note("its password was not taken over: %v", err)
		}
		s.Password = plain
	default:
		s.Password = password
	}
	return s
}

// gftpReveal undoes gFTP's scrambling (lib/misc.c): six bits of each pair of
// letters are half a byte.
func gftpReveal(text string) (string, error) {
	if len(text)%2 != 0 {
		return "", errBroken
	}
	var b strings.Builder
	for i := 0; i < len(text); i += 2 {
		b.WriteByte((text[i]&0x3c)<<2 | (text[i+1]&0x3c)>>2)
	}
	return b.String(), nil
}
