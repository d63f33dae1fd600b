package sites

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"strconv"
	"strings"

	"longshore/transfer/session"
)

func isRclone(base string, data []byte) bool {
	if bytes.HasPrefix(data, []byte("RCLONE_ENCRYPT_V")) || bytes.Contains(data, []byte("\nRCLONE_ENCRYPT_V")) {
		return true
	}
	for _, section := range readINI(data) {
		if section.Values["type"] != "" && !strings.Contains(section.Name, `\`) && section.Values["hostname"] == "" {
			return true
		}
	}
	return base == "rclone.conf"
}

// readRclone reads rclone.conf: a section is a remote.
func readRclone(data []byte, _ importOptions) ([]ImportedSite, error) {
	if bytes.Contains(data[:min(len(data), 4096)], []byte("RCLONE_ENCRYPT_V")) {
		return nil, ErrEncrypted
	}
	var found []ImportedSite
	for _, section := range readINI(data) {
		found = append(found, rcloneSite(section.Name, section.Values))
	}
	return found, nil
}

func rcloneSite(name string, v map[string]string) ImportedSite {
	s := ImportedSite{Site: NewSite(name, v["host"])}
	if v["type"] != "ftp" {
		s.Site.Security = ""
		s.skip("%s is not supported (type %s)", v["type"], v["type"])
		return s
	}
	s.Site.User, s.Site.Logon, s.Site.Security = v["user"], Normal, session.PlainFTP
	s.Site.Port, _ = strconv.Atoi(v["port"])
	s.Site.MaxSessions, _ = strconv.Atoi(v["concurrency"])
	s.Site.MaxSessions = max(s.Site.MaxSessions, 0)
	yes := func(key string) bool { on, _ := strconv.ParseBool(v[key]); return on }
	switch {
	case yes("explicit_tls"):
		s.Site.Security = session.ExplicitTLS
	case yes("tls"):
		s.Site.Security = session.ImplicitTLS
	}
	if yes("disable_epsv") {
		s.Site.Data = session.DataPASV
	}
	if yes("disable_mlsd") {
		s.Site.List = session.ListLIST
	}
	if yes("disable_tls13") {
		s.Site.TLSMax = "1.2"
	}
	if yes("no_check_certificate") {
		s.note("its certificate was not checked; it will be, and you will be asked")
	}
	if v["pass"] != "" {
		password, err := rcloneReveal(v["pass"])
		if err != nil {
			s.note("its password was not taken over: %v", err)
		}
		s.Password = password
	}
	return s
}

// rcloneKey is the one key of all rclones (fs/config/obscure): it hides, and
// does not protect.
var rcloneKey = []byte{
	0x9c, 0x93, 0x5b, 0x48, 0x73, 0x0a, 0x55, 0x4d, 0x6b, 0xfd, 0x7c, 0x63, 0xc8, 0x86, 0xa9, 0x2b,
	0xd3, 0x90, 0x19, 0x8e, 0xb8, 0x12, 0x8a, 0xfb, 0xf4, 0xde, 0x16, 0x2b, 0x8b, 0x95, 0xf6, 0x38,
}

func rcloneReveal(text string) (string, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < aes.BlockSize {
		return "", errBroken
	}
	block, err := aes.NewCipher(rcloneKey)
	if err != nil {
		return "", err
	}
	plain := raw[aes.BlockSize:]
	cipher.NewCTR(block, raw[:aes.BlockSize]).XORKeyStream(plain, plain)
	return string(plain), nil
}
