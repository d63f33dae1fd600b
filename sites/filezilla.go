package sites

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"longshore/transfer/session"
)

// fzServer is <Server> in FileZilla's sitemanager.xml and in its exports.
type fzServer struct {
	Host           string
	Port           string
	Protocol       string
	User           string
	Pass           fzPass
	Account        string
	Logontype      string
	TimezoneOffset string
	PasvMode       string
	MaxConnections string `xml:"MaximumMultipleConnections"`
	EncodingType   string
	CustomEncoding string
	Commands       []string `xml:"PostLoginCommands>Command"`
	Name           string
	Comments       string
	Colour         string
	LocalDir       string
	RemoteDir      string
	Bookmarks      []fzBookmark `xml:"Bookmark"`
	Text           string       `xml:",chardata"` // the name in old files
}

type fzPass struct {
	Encoding string `xml:"encoding,attr"`
	PubKey   string `xml:"pubkey,attr"`
	Text     string `xml:",chardata"`
}

type fzBookmark struct{ Name, LocalDir, RemoteDir string }

func isFileZilla(_ string, data []byte) bool {
	head := data[:min(len(data), 4096)]
	return bytes.Contains(head, []byte("<FileZilla")) || bytes.Contains(head, []byte("<Servers"))
}

// readFileZilla walks the file as a stream: only one server is in memory.
func readFileZilla(data []byte, o importOptions) ([]ImportedSite, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = xmlCharset
	keys := newFZKeys(o.master)
	var found []ImportedSite
	var open []string // names of the elements we are in
	var folder []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local == "Server" {
				s, err := fzSite(d, &e, folder, keys)
				if err != nil {
					return nil, err
				}
				if found = append(found, s); len(found) >= maxSites {
					return found, nil
				}
				continue
			}
			if open = append(open, e.Name.Local); len(open) > 4*maxDepth {
				return nil, fmt.Errorf("its folders are more than %d deep", 4*maxDepth)
			}
			if e.Name.Local == "Folder" {
				folder = append(folder, "")
			}
		case xml.EndElement:
			if open[len(open)-1] == "Folder" {
				folder = folder[:len(folder)-1]
			}
			open = open[:len(open)-1]
		case xml.CharData:
			if text := strings.TrimSpace(string(e)); text != "" && len(open) > 0 && open[len(open)-1] == "Folder" {
				folder[len(folder)-1] = text
			}
		}
	}
}

func fzSite(d *xml.Decoder, e *xml.StartElement, folder []string, keys *fzKeys) (ImportedSite, error) {
	var f fzServer
	if err := d.DecodeElement(&f, e); err != nil {
		return ImportedSite{}, err
	}
	name := f.Name
	if name == "" {
		name = strings.TrimSpace(f.Text)
	}
	s := ImportedSite{Site: NewSite(name, f.Host)}
	s.Site.Folder = append([]string(nil), folder...)
	s.Site.User, s.Site.Comment, s.Site.LocalDir = f.User, f.Comments, f.LocalDir
	s.Site.Port, _ = strconv.Atoi(f.Port)
	s.Site.TimeAdjust, _ = strconv.Atoi(f.TimezoneOffset)
	s.Site.MaxSessions, _ = strconv.Atoi(f.MaxConnections)
	s.Site.MaxSessions = max(s.Site.MaxSessions, 0)
	if i, _ := strconv.Atoi(f.Colour); i > 0 && i <= len(Colours) {
		s.Site.Colour = Colours[i-1]
	}
	if f.PasvMode == "MODE_ACTIVE" {
		s.Site.Data = session.DataActive
	}
	switch f.EncodingType {
	case "UTF-8":
		s.Site.Charset = "utf-8"
	case "Custom":
		s.Site.Charset = f.CustomEncoding
	}
	s.fzProtocol(f)
	s.fzFolders(f)
	return s, s.fzLogon(f, keys)
}

func (s *ImportedSite) fzProtocol(f fzServer) {
	switch f.Protocol {
	case "", "0":
		s.Site.Security = session.TLSIfOffered
	case "3":
		s.Site.Security = session.ImplicitTLS
	case "4":
		s.Site.Security = session.ExplicitTLS
	case "6":
		s.Site.Security = session.PlainFTP
	default:
		names := map[string]string{"1": "SFTP", "2": "HTTP", "5": "HTTPS", "7": "S3", "8": "a storj server",
			"9": "WebDAV", "10": "Azure files", "11": "Azure blobs", "12": "Swift", "13": "Google cloud",
			"14": "Google drive", "15": "Dropbox", "16": "OneDrive", "17": "B2", "18": "Box"}
		what := names[f.Protocol]
		if what == "" {
			what = "its kind of server"
		}
		s.skip("%s is not supported (protocol %s)", what, f.Protocol)
		s.Site.Security = ""
	}
	if len(f.Commands) > 0 {
		s.note("commands after login are not taken over: %s", strings.Join(f.Commands[:min(len(f.Commands), 10)], "; "))
	}
}

func (s *ImportedSite) fzFolders(f fzServer) {
	path, err := fzSafePath(f.RemoteDir)
	if err != nil {
		s.note("the remote folder was left out: %v", err)
	}
	s.Site.RemoteDir = path
	for _, b := range f.Bookmarks {
		path, err := fzSafePath(b.RemoteDir)
		if err != nil {
			s.note("the remote folder of bookmark %q was left out: %v", b.Name, err)
		}
		s.Site.Bookmarks = append(s.Site.Bookmarks, Bookmark{Name: b.Name, RemoteDir: path, LocalDir: b.LocalDir})
	}
}

func (s *ImportedSite) fzLogon(f fzServer, keys *fzKeys) error {
	switch f.Logontype {
	case "0":
		s.Site.Logon = Anonymous
		return nil
	case "", "1":
		s.Site.Logon = Normal
	case "4":
		s.Site.Logon, s.Site.Account = WithAcct, f.Account
	default: // ask, interactive, key, profile
		s.Site.Logon = AskLogon
		return nil
	}
	switch f.Pass.Encoding {
	case "":
		s.Password = f.Pass.Text
	case "base64":
		text, err := base64.StdEncoding.DecodeString(strings.TrimSpace(f.Pass.Text))
		if err != nil {
			s.note("its password cannot be read: %v", err)
		}
		s.Password = string(text)
	case "crypt":
		return s.fzCrypt(f.Pass, keys)
	default:
		s.note("its password is stored in a way %q that is not known", f.Pass.Encoding)
	}
	return nil
}

func (s *ImportedSite) fzCrypt(p fzPass, keys *fzKeys) error {
	if keys.master == "" {
		s.note(needsMaster)
		return nil
	}
	password, err := keys.open(p.PubKey, p.Text)
	if errors.Is(err, ErrMaster) {
		return err
	}
	if err != nil {
		s.note("its password cannot be read: %v", err)
	}
	s.Password = password
	return nil
}

func xmlCharset(label string, r io.Reader) (io.Reader, error) {
	if strings.EqualFold(label, "utf-16") {
		return r, nil // toUTF8 was quicker
	}
	enc, err := htmlindex.Get(label)
	if err != nil {
		return nil, err
	}
	return enc.NewDecoder().Reader(r), nil
}
