package sites

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"longshore/transfer/session"
)

func isCyberduck(_ string, data []byte) bool {
	head := data[:min(len(data), 4096)]
	return bytes.HasPrefix(data, []byte("bplist")) || bytes.Contains(head, []byte("<plist"))
}

// readCyberduck reads a .duck file: an XML property list of one site, in
// which every value is a string. Passwords are never in it.
func readCyberduck(data []byte, _ importOptions) ([]ImportedSite, error) {
	if bytes.HasPrefix(data, []byte("bplist")) {
		return nil, errors.New("it is a binary property list; export the bookmark from Cyberduck instead")
	}
	v, err := readPlist(data)
	if err != nil {
		return nil, err
	}
	if v["Hostname"] == "" && v["Protocol"] == "" {
		return nil, errors.New("it is a property list without a host")
	}
	s := ImportedSite{Site: NewSite(v["Nickname"], v["Hostname"])}
	s.Site.User, s.Site.Logon, s.Site.Comment = v["Username"], Normal, v["Comment"]
	s.Site.RemoteDir, s.Site.Charset, s.Site.ServerTZ = v["Path"], v["Encoding"], v["Timezone"]
	s.Site.LocalDir = v["Download Folder Dictionary/Path"]
	if s.Site.LocalDir == "" {
		s.Site.LocalDir = v["Download Folder"]
	}
	s.Site.Port, _ = strconv.Atoi(v["Port"])
	if label := v["Labels/0"]; label != "" {
		s.Site.Folder = []string{label}
	}
	switch v["Protocol"] {
	case "ftp":
		s.Site.Security = session.TLSIfOffered // it offers to change to TLS
	case "ftps":
		s.Site.Security = session.ExplicitTLS
	default:
		s.Site.Security = ""
		s.skip("%s is not supported (protocol %s)", v["Protocol"], v["Protocol"])
	}
	if v["FTP Connect Mode"] == "active" {
		s.Site.Data = session.DataActive
	}
	if v["Transfer Connection"] == "browser" {
		s.Site.MaxSessions = 1
	}
	return []ImportedSite{s}, nil
}

// readPlist flattens an XML property list: the key of a value in a dict or
// array inside is "outer/inner" or "outer/0".
func readPlist(data []byte) (map[string]string, error) {
	type level struct {
		key   string
		index int // -1 in a dict
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = xmlCharset
	values := map[string]string{}
	var path []level
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return values, nil
		}
		if err != nil {
			return nil, err
		}
		if end, ok := token.(xml.EndElement); ok {
			if (end.Name.Local == "dict" || end.Name.Local == "array") && len(path) > 0 {
				path = path[:len(path)-1]
			}
			continue
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local == "plist" {
			continue
		}
		if start.Name.Local == "dict" || start.Name.Local == "array" {
			if len(path) > 8 {
				return nil, fmt.Errorf("it is more than %d deep", 8)
			}
			path = append(path, level{index: map[bool]int{true: 0, false: -1}[start.Name.Local == "array"]})
			continue
		}
		var text string
		if err := d.DecodeElement(&text, &start); err != nil {
			return nil, err
		}
		if len(path) == 0 || len(values) > 10_000 {
			continue
		}
		top := &path[len(path)-1]
		if start.Name.Local == "key" {
			top.key = text
			continue
		}
		if top.index >= 0 {
			top.key = strconv.Itoa(top.index)
			top.index++
		}
		var keys []string
		for _, l := range path {
			keys = append(keys, l.key)
		}
		values[strings.Join(keys, "/")] = text
	}
}
