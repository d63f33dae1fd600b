package sites

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strconv"
	"strings"

	"longshore/transfer/session"
)

// exportFormat marks our own file; sites.json itself has no such field.
const exportFormat = "longshore sites"

// exported is the file that Export writes.
type exported struct {
	Format  string     `json:"format"`
	Version int        `json:"version"`
	Folders [][]string `json:"folders,omitempty"`
	Sites   []Site     `json:"sites"`
}

// Export writes sites as JSON for another Longshore. There are no passwords
// in it and no way to put them in: sites that had one will ask.
func Export(sites []Site, folders [][]string) ([]byte, error) {
	out := exported{Format: exportFormat, Version: BookVersion, Folders: folders, Sites: []Site{}}
	for _, s := range sites {
		s = s.clone()
		s.ID, s.Password = "", Ref{Store: StoreNone}
		if s.Logon == Normal {
			s.Logon = AskLogon
		}
		out.Sites = append(out.Sites, s)
	}
	data, err := json.MarshalIndent(out, "", " ")
	return append(data, '\n'), err
}

func isLongshore(_ string, data []byte) bool {
	var head struct {
		Format string           `json:"format"`
		Sites  *json.RawMessage `json:"sites"`
	}
	return bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) && json.Unmarshal(data, &head) == nil && head.Sites != nil
}

// readLongshore reads what Export wrote, and a sites.json.
func readLongshore(data []byte, _ importOptions) ([]ImportedSite, error) {
	st, err := parseShelf(data)
	if err != nil {
		return nil, err
	}
	var found []ImportedSite
	for _, s := range st.Sites {
		found = append(found, ImportedSite{Site: s})
	}
	return found, nil
}

// xmlNode is an element to be written; encoding/xml keeps the order.
type xmlNode struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []xmlNode
}

func element(name, text string, children ...xmlNode) xmlNode {
	return xmlNode{XMLName: xml.Name{Local: name}, Text: text, Children: children}
}

// ExportFileZilla writes sites in the form of FileZilla's own export, without
// passwords: each will ask for its own.
func ExportFileZilla(sites []Site) ([]byte, error) {
	root := element("FileZilla3", "", element("Servers", "", fzNodes(sites, nil)...))
	data, err := xml.MarshalIndent(root, "", "\t")
	if err != nil {
		return nil, err
	}
	return append(append([]byte(xml.Header), data...), '\n'), nil
}

// fzNodes are the folders and sites directly in a folder.
func fzNodes(sites []Site, folder []string) []xmlNode {
	var nodes []xmlNode
	done := map[string]bool{}
	for _, s := range sites {
		if !within(s.Folder, folder) {
			continue
		}
		if len(s.Folder) == len(folder) {
			nodes = append(nodes, fzNode(s))
			continue
		}
		if name := s.Folder[len(folder)]; !done[name] {
			done[name] = true
			inner := append(append([]string(nil), folder...), name)
			nodes = append(nodes, element("Folder", name, fzNodes(sites, inner)...))
		}
	}
	return nodes
}

func fzNode(s Site) xmlNode {
	var fields []xmlNode
	add := func(name, value string) {
		if value != "" {
			fields = append(fields, element(name, value))
		}
	}
	add("Host", s.Host)
	add("Port", strconv.Itoa(s.TargetOf().PortOrDefault()))
	add("Protocol", map[session.Security]string{session.TLSIfOffered: "0", session.ImplicitTLS: "3",
		session.ExplicitTLS: "4", session.PlainFTP: "6"}[s.Security])
	add("Type", "0")
	if s.Logon == Anonymous {
		add("Logontype", "0")
	} else {
		add("User", s.User)
		add("Logontype", "2")
	}
	if s.TimeAdjust != 0 {
		add("TimezoneOffset", strconv.Itoa(s.TimeAdjust))
	}
	add("PasvMode", map[bool]string{true: "MODE_ACTIVE", false: "MODE_DEFAULT"}[s.Data == session.DataActive])
	add("MaximumMultipleConnections", strconv.Itoa(s.MaxSessions))
	switch {
	case s.Charset == "":
		add("EncodingType", "Auto")
	case strings.EqualFold(s.Charset, "utf-8"):
		add("EncodingType", "UTF-8")
	default:
		add("EncodingType", "Custom")
		add("CustomEncoding", s.Charset)
	}
	add("Name", s.Name)
	add("Comments", s.Comment)
	add("Colour", fzColour(s.Colour))
	add("LocalDir", s.LocalDir)
	add("RemoteDir", fzPath(s.RemoteDir))
	for _, b := range s.Bookmarks {
		fields = append(fields, element("Bookmark", "", element("Name", b.Name),
			element("LocalDir", b.LocalDir), element("RemoteDir", fzPath(b.RemoteDir))))
	}
	return element("Server", "", fields...)
}

func fzColour(name string) string {
	for i, c := range Colours {
		if c == name {
			return strconv.Itoa(i + 1)
		}
	}
	return ""
}
