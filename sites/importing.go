package sites

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	utf16 "golang.org/x/text/encoding/unicode"

	"longshore/transfer/session"
)

// Imported is what was found in another program's file.
type Imported struct {
	Format      string // the program's name
	Sites       []ImportedSite
	Truncated   bool // there were more sites than a Book can hold
	NeedsMaster bool // passwords are in it that a master password would open: see ImportWithMaster
}

// ImportedSite is one site of an imported file. Its Password is in memory
// only; hand it to Secrets.AddImported.
type ImportedSite struct {
	Site     Site
	Password string
	Skipped  string   // why it cannot be used here; "" if it can
	Notes    []string // what was not taken over
}

// Errors of Import.
var (
	ErrFormat    = errors.New("the file is of no kind that can be imported")
	ErrEncrypted = errors.New("the file is encrypted; save it without a password in the other program first")
	ErrMaster    = errors.New("the master password is wrong")
)

// importer knows one program's file: how to recognise it and how to read it.
type importer struct {
	name string
	is   func(base string, data []byte) bool
	read func(data []byte, o importOptions) ([]ImportedSite, error)
}

type importOptions struct {
	base   string // the file's name in lower case
	master string
}

// importers in the order of how sure their test is.
var importers = []importer{
	{"Longshore", isLongshore, readLongshore},
	{"FileZilla", isFileZilla, readFileZilla},
	{"Cyberduck", isCyberduck, readCyberduck},
	{"NcFTP", isNcFTP, readNcFTP},
	{"WinSCP", isWinSCP, readWinSCP},
	{"rclone", isRclone, readRclone},
	{"gFTP", isGFTP, readGFTP},
	{"netrc", isNetrc, readNetrc},
	{"lftp", isLftp, readLftp},
}

// Import reads the sites in another program's file. It finds out by the
// content which program's it is; name is the file's and only helps where the
// content leaves doubt. Nothing in the file is executed, and nothing is kept.
func Import(name string, data []byte) (Imported, error) { return ImportWithMaster(name, data, "") }

// ImportWithMaster is Import for a file whose passwords a master password
// protects (FileZilla). A wrong one is ErrMaster.
func ImportWithMaster(name string, data []byte, master string) (Imported, error) {
	if len(data) > MaxFile {
		return Imported{}, ErrTooLarge
	}
	data, err := toUTF8(data)
	if err != nil {
		return Imported{}, err
	}
	o := importOptions{base: strings.ToLower(filepath.Base(name)), master: master}
	for _, imp := range importers {
		if !imp.is(o.base, data) {
			continue
		}
		found, err := imp.read(data, o)
		if err != nil {
			return Imported{}, fmt.Errorf("import from %s: %w", imp.name, err)
		}
		in := Imported{Format: imp.name, Truncated: len(found) >= maxSites}
		for _, s := range found[:min(len(found), maxSites)] {
			in.NeedsMaster = in.NeedsMaster || s.needsMaster()
			s.finish()
			in.Sites = append(in.Sites, s)
		}
		return in, nil
	}
	return Imported{}, ErrFormat
}

const needsMaster = "its password needs the master password"

func (s *ImportedSite) needsMaster() bool {
	for _, n := range s.Notes {
		if n == needsMaster {
			return true
		}
	}
	return false
}

func (s *ImportedSite) note(format string, args ...any) {
	s.Notes = append(s.Notes, cleanText(fmt.Sprintf(format, args...), 500))
}

func (s *ImportedSite) skip(format string, args ...any) {
	if s.Skipped == "" {
		s.Skipped = cleanText(fmt.Sprintf(format, args...), 500)
	}
}

// finish cleans what a file may hold, fills in what it may leave out, and
// skips what is still no site.
func (s *ImportedSite) finish() {
	site := &s.Site
	site.ID, site.Password = "", Ref{Store: StoreNone} // a file must not claim a saved password
	for _, text := range []*string{&site.Name, &site.Host, &site.User, &site.Account, &site.RemoteDir,
		&site.LocalDir, &site.Charset, &site.ServerTZ, &site.Proxy, &site.ClientCert, &site.Colour} {
		*text = cleanText(*text, 4096)
	}
	site.Comment = cleanLines(site.Comment)
	site.Folder = cleanFolder(site.Folder)
	for i, b := range site.Bookmarks {
		site.Bookmarks[i] = Bookmark{cleanText(b.Name, 4096), cleanText(b.RemoteDir, 4096), cleanText(b.LocalDir, 4096)}
	}
	site.Host = strings.TrimSpace(site.Host)
	if site.Name = strings.TrimSpace(site.Name); site.Name == "" {
		site.Name = site.Host
	}
	s.finishLogon()
	if site.Port == (session.Target{Security: site.Security}).PortOrDefault() && s.Skipped == "" {
		site.Port = 0
	}
	if !validProxy(site.Proxy) {
		s.note("its proxy is not taken over")
		site.Proxy = ""
	}
	if s.Skipped == "" {
		if err := site.Check(); err != nil {
			s.skip("%v", err)
		}
	}
	if s.Skipped != "" {
		s.Password = ""
	}
}

// finishLogon makes user, password and kind of logon fit each other.
func (s *ImportedSite) finishLogon() {
	site := &s.Site
	if site.Logon == "" {
		site.Logon = Normal
	}
	if site.Logon != Anonymous && site.User == "" && s.Skipped == "" {
		s.note("it has no user name and will log in anonymously")
		site.Logon = Anonymous
	}
	if site.Logon != Anonymous && (session.Target{User: site.User}).Anonymous() && s.Skipped == "" {
		site.Logon = Anonymous
	}
	if strings.ContainsAny(s.Password, "\x00\r\n") {
		s.note("its password cannot be sent to any server and was left out")
		s.Password = ""
	}
	switch {
	case site.Logon == Anonymous:
		site.User, site.Account, s.Password = "", "", ""
	case site.Account != "":
		site.Logon = WithAcct
	case site.Logon == Normal && s.Password == "":
		site.Logon = AskLogon
	}
}

// cleanText takes out control characters and what is not UTF-8, and cuts.
func cleanText(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError || isBidi(r) {
			return -1
		}
		return r
	}, text)
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "")
	}
	return text
}

// isBidi finds the marks that make text read as another than it is.
func isBidi(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f
}

func cleanLines(text string) string {
	var lines []string
	for line := range strings.Lines(strings.ReplaceAll(text, "\r\n", "\n")) {
		lines = append(lines, cleanText(strings.ReplaceAll(line, "\t", " "), 4096))
	}
	return strings.Join(lines[:min(len(lines), 1000)], "\n")
}

func cleanFolder(path []string) []string {
	var clean []string
	for _, name := range path {
		if name = strings.TrimSpace(cleanText(name, 255)); name != "" && len(clean) < maxDepth {
			clean = append(clean, name)
		}
	}
	return clean
}

// toUTF8 takes a byte order mark away, and turns UTF-16 into UTF-8.
func toUTF8(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return utf16.UTF16(utf16.LittleEndian, utf16.ExpectBOM).NewDecoder().Bytes(data)
	}
	return bytes.TrimPrefix(data, []byte("\ufeff")), nil
}
