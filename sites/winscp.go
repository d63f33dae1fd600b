package sites

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"longshore/transfer/session"
)

const (
	winSection  = `Sessions\`
	winRegistry = `HKEY_CURRENT_USER\Software\Martin Prikryl\WinSCP 2\Sessions\`
)

func isWinSCP(_ string, data []byte) bool {
	return bytes.Contains(data, []byte("["+winSection)) || bytes.Contains(data, []byte("["+winRegistry))
}

// readWinSCP reads WinSCP.ini and an export of its registry key. Only values
// that differ from WinSCP's defaults stand in either.
func readWinSCP(data []byte, _ importOptions) ([]ImportedSite, error) {
	var found []ImportedSite
	for _, section := range readINI(data) {
		name, isINI := strings.CutPrefix(section.Name, winSection)
		if !isINI {
			var ok bool
			if name, ok = strings.CutPrefix(section.Name, winRegistry); !ok {
				continue
			}
			section.Values = regValues(section.Values)
		}
		path := strings.Split(winUnescape(name), "/")
		if path[len(path)-1] == "Default Settings" {
			continue
		}
		found = append(found, winSite(path, section.Values))
	}
	return found, nil
}

// regValues reads the values of a .reg file: names and strings in quotes,
// numbers as dword:hex.
func regValues(in map[string]string) map[string]string {
	out := map[string]string{}
	for key, value := range in {
		if number, ok := strings.CutPrefix(value, "dword:"); ok {
			n, err := strconv.ParseUint(number, 16, 32)
			if err != nil {
				continue
			}
			value = strconv.FormatUint(n, 10)
		} else if text, err := strconv.Unquote(value); err == nil {
			value = text
		}
		out[strings.Trim(key, `"`)] = value
	}
	return out
}

func winSite(path []string, v map[string]string) ImportedSite {
	text := func(key string) string { return winUnescape(v[key]) }
	s := ImportedSite{Site: NewSite(path[len(path)-1], text("hostname"))}
	s.Site.Folder, s.Site.User = path[:len(path)-1], text("username")
	s.Site.RemoteDir, s.Site.LocalDir = text("remotedirectory"), text("localdirectory")
	s.Site.Account, s.Site.Comment = text("ftpaccount"), text("note")
	s.Site.Port, _ = strconv.Atoi(v["portnumber"])
	s.Site.Logon = Normal
	s.winProtocol(v)
	if v["ftppasvmode"] == "0" {
		s.Site.Data = session.DataActive
	}
	if v["utf"] == "1" {
		s.Site.Charset = "utf-8"
	}
	if v["ftpusemlsd"] == "0" { // 0 on, 1 off, 2 auto, as WinSCP's TAutoSwitch has it
		s.Site.List = session.ListMLSD
	} else if v["ftpusemlsd"] == "1" {
		s.Site.List = session.ListLIST
	}
	if days, err := strconv.ParseFloat(v["timedifference"], 64); err == nil && math.Abs(days) < 2 {
		s.Site.TimeAdjust = int(math.Round(days * 24 * 60))
	}
	if bgr, err := strconv.ParseUint(v["color"], 10, 24); err == nil && bgr != 0 {
		s.Site.Colour = fmt.Sprintf("#%02x%02x%02x", bgr&0xff, bgr>>8&0xff, bgr>>16)
	}
	if commands := text("postlogincommands"); commands != "" {
		s.note("commands after login are not taken over: %s", commands)
	}
	if m := v["proxymethod"]; m != "" && m != "0" {
		s.note("its proxy %s is not taken over", text("proxyhost"))
	}
	s.winPassword(v, text("username")+text("hostname"))
	return s
}

func (s *ImportedSite) winProtocol(v map[string]string) {
	protocol := v["fsprotocol"]
	if protocol == "" {
		protocol = "1"
	}
	if protocol != "5" {
		names := map[string]string{"0": "SCP", "1": "SFTP", "2": "SFTP", "6": "WebDAV", "7": "S3"}
		what := names[protocol]
		if what == "" {
			what = "its protocol"
		}
		s.skip("%s is not supported (FSProtocol %s)", what, protocol)
		s.Site.Security = ""
		if s.Site.Port == 0 && strings.HasPrefix(what, "S") && what != "S3" {
			s.Site.Port = 22
		}
		return
	}
	switch v["ftps"] {
	case "", "0":
		s.Site.Security = session.PlainFTP
	case "1":
		s.Site.Security = session.ImplicitTLS
	default:
		s.Site.Security = session.ExplicitTLS
	}
}

func (s *ImportedSite) winPassword(v map[string]string, key string) {
	if plain := v["passwordplain"]; plain != "" {
		s.Password = winUnescape(plain)
		return
	}
	if v["password"] == "" {
		return
	}
	password, err := winReveal(v["password"], key)
	if err != nil {
		s.note("its password was not taken over: %v", err)
	}
	s.Password = password
}

// winReveal undoes WinSCP's hiding of passwords (source/core/Security.cpp):
// each byte is ~(b ^ 0xA3), after a header, some noise, and user and host.
func winReveal(text, key string) (string, error) {
	raw, err := hex.DecodeString(text)
	if err != nil {
		return "", errBroken
	}
	for i := range raw {
		raw[i] = ^(raw[i] ^ 0xa3)
	}
	next := func() (b byte) {
		if len(raw) == 0 {
			err = errBroken
			return 0
		}
		b, raw = raw[0], raw[1:]
		return b
	}
	length, flagged := int(next()), false
	if length == 0xff {
		flagged = true
		switch next() {
		case 0:
			length = int(next())
		case 2:
			length = int(next())<<8 | int(next())
		default:
			return "", errors.New("it is protected by WinSCP's master password")
		}
	}
	noise := int(next())
	if err != nil || noise+length > len(raw) {
		return "", errBroken
	}
	password := string(raw[noise : noise+length])
	if flagged {
		if !strings.HasPrefix(password, key) {
			return "", errors.New("it belongs to another user or host")
		}
		password = password[len(key):]
	}
	return password, nil
}

// winUnescape undoes %XX. Text that starts with a byte order mark is UTF-8,
// other text is of Windows' western code page.
func winUnescape(text string) string {
	raw := unescapePercent(text)
	if utf8, ok := strings.CutPrefix(raw, "\ufeff"); ok {
		return utf8
	}
	if isASCII(raw) || strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 }) {
		return raw
	}
	if out, err := charmap.Windows1252.NewDecoder().String(raw); err == nil {
		return out
	}
	return raw
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 })
}

// unescapePercent decodes every %XX and leaves a lone % as it is.
func unescapePercent(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if n, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
