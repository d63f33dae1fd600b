package sites

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"longshore/transfer/session"
)

// Logon says which credentials a Site uses.
type Logon string

// The ways to log in.
const (
	Anonymous Logon = "anonymous" // RFC 1635, no password asked
	AskLogon  Logon = "ask"       // a user name; the password is asked for once a session
	Normal    Logon = "normal"    // user and saved password
	WithAcct  Logon = "account"   // user, saved password and ACCT (RFC 959 §4.1.1)
)

// Store names where a password is kept.
type Store string

// The stores. There is none in clear.
const (
	StoreNone    Store = "none"    // ask each session
	StoreKeyring Store = "keyring" // the operating system's
	StoreVault   Store = "vault"   // vault.json, encrypted by a master password
)

// Ref points to a password; it is all of it that sites.json holds.
type Ref struct {
	Store Store  `json:"store"`
	Ref   string `json:"ref,omitempty"` // made once by NewRef, never computed again
}

// Saved reports whether a password is kept somewhere.
func (r Ref) Saved() bool { return r.Ref != "" && (r.Store == StoreKeyring || r.Store == StoreVault) }

// The rules for a target that exists; "" is what the settings say.
const (
	ExistsAsk         = "ask"
	ExistsOverwrite   = "overwrite"
	ExistsNewer       = "newer"
	ExistsSize        = "size"
	ExistsNewerOrSize = "newer-or-size"
	ExistsResume      = "resume"
	ExistsRename      = "rename"
	ExistsSkip        = "skip"
)

// ExistsRules lists the rules in the order to show them.
var ExistsRules = []string{ExistsAsk, ExistsOverwrite, ExistsNewer, ExistsSize, ExistsNewerOrSize,
	ExistsResume, ExistsRename, ExistsSkip}

// What becomes of symbolic links in folders: a link to a file is that file and
// others are left out, all are followed, all are left out, or they arrive as
// links.
const (
	LinksFiles  = ""
	LinksFollow = "follow"
	LinksSkip   = "skip"
	LinksAsIs   = "as-is"
)

// LinkRules are the values of Site.Links in the order to show them.
var LinkRules = []string{LinksFiles, LinksFollow, LinksSkip, LinksAsIs}

// Bookmark is a pair of folders of a Site.
type Bookmark struct {
	Name      string `json:"name"`
	RemoteDir string `json:"remote_dir,omitempty"`
	LocalDir  string `json:"local_dir,omitempty"`
}

// Site is a saved server: plain data without secrets. Make new ones with
// NewSite, which knows the defaults.
type Site struct {
	ID     string   `json:"id"` // made by Book.Put
	Name   string   `json:"name"`
	Folder []string `json:"folder,omitempty"` // from the top down

	Host     string           `json:"host"`
	Port     int              `json:"port,omitempty"` // 0: the usual one of Security
	Security session.Security `json:"protocol"`
	Logon    Logon            `json:"logon"`
	User     string           `json:"user,omitempty"`
	Account  string           `json:"account,omitempty"`
	Password Ref              `json:"password"`

	RemoteDir string     `json:"remote_dir,omitempty"` // without a leading slash: below the folder after login
	LocalDir  string     `json:"local_dir,omitempty"`
	Bookmarks []Bookmark `json:"bookmarks,omitempty"`
	Comment   string     `json:"comment,omitempty"`
	Colour    string     `json:"colour,omitempty"` // a name of Colours or #rrggbb

	Charset       string           `json:"charset,omitempty"`
	Data          session.DataMode `json:"mode,omitempty"`
	List          session.ListMode `json:"list,omitempty"`
	TrustPASVHost bool             `json:"trust_pasv_host,omitempty"`
	TLSMax        string           `json:"tls_max,omitempty"`
	ServerTZ      string           `json:"server_tz,omitempty"`       // IANA name; LIST times are in it
	TimeAdjust    int              `json:"time_adjust_min,omitempty"` // minutes to add to LIST times to get UTC
	MaxSessions   int              `json:"max_connections,omitempty"` // 0: as many as the queue wants
	Proxy         string           `json:"proxy,omitempty"`
	ClientCert    string           `json:"client_cert,omitempty"`

	SafeUpload     bool     `json:"safe_upload,omitempty"` // temporary name, then rename
	KeepBackup     bool     `json:"keep_backup,omitempty"` // of what SafeUpload replaces
	KeepTimes      bool     `json:"keep_times"`
	KeepMode       bool     `json:"keep_mode,omitempty"` // permissions
	Digest         bool     `json:"digest,omitempty"`
	ExistsUpload   string   `json:"exists_upload,omitempty"`   // one of ExistsRules
	ExistsDownload string   `json:"exists_download,omitempty"` // one of ExistsRules
	Skip           []string `json:"skip,omitempty"`            // gitignore patterns
	Links          string   `json:"links,omitempty"`           // one of LinkRules
	ReadBack       bool     `json:"read_back,omitempty"`       // uploads are read again where there is no digest
	LimitUp        int64    `json:"limit_up,omitempty"`        // bytes a second, 0: none
	LimitDown      int64    `json:"limit_down,omitempty"`      // bytes a second, 0: none
	Schedule       string   `json:"schedule,omitempty"`        // other limits at times of the week, as in Settings
	Segments       int      `json:"segments,omitempty"`        // connections for one big download, 1 to 8; 0: as many as make it faster

	rest unknown
}

// NewSite is a Site with the defaults: explicit TLS required, file times kept.
func NewSite(name, host string) Site {
	return Site{Name: name, Host: host, Security: session.ExplicitTLS, Logon: Anonymous,
		Password: Ref{Store: StoreNone}, KeepTimes: true}
}

// Colours are the names a Site's Colour may have.
var Colours = []string{"red", "green", "blue", "yellow", "cyan", "magenta", "orange"}

// TargetOf is where the Site's connections go.
func (s Site) TargetOf() session.Target {
	t := session.Target{
		Site: s.ID, Name: s.Name, Host: s.Host, Port: s.Port, Security: s.Security,
		Charset: s.Charset, Data: s.Data, List: s.List, TrustPASVHost: s.TrustPASVHost,
		TLSMax: s.TLSMax, ClockOffset: s.clockOffset(time.Now()), MaxSessions: s.MaxSessions,
		Proxy: s.Proxy, ClientCert: s.ClientCert,
	}
	if s.Logon != Anonymous {
		t.User = s.User
	}
	if s.Logon == WithAcct {
		t.Account = s.Account
	}
	return t
}

// clockOffset is LIST time minus UTC, or nil when it shall be measured. A
// zone's offset is that of now: LIST does not say whether summer time is meant.
func (s Site) clockOffset(now time.Time) *time.Duration {
	offset := -time.Duration(s.TimeAdjust) * time.Minute
	if s.ServerTZ != "" {
		zone, err := time.LoadLocation(s.ServerTZ)
		if err != nil {
			return nil
		}
		_, seconds := now.In(zone).Zone()
		offset += time.Duration(seconds) * time.Second
	} else if s.TimeAdjust == 0 {
		return nil
	}
	return &offset
}

// Path is the Site's full name, "Folder/Sub/Name".
func (s Site) Path() string { return strings.Join(append(slices.Clone(s.Folder), s.Name), "/") }

// clone shares nothing with s.
func (s Site) clone() Site {
	s.Folder, s.Skip = slices.Clone(s.Folder), slices.Clone(s.Skip)
	s.Bookmarks, s.rest = slices.Clone(s.Bookmarks), maps.Clone(s.rest)
	return s
}

// UnmarshalJSON reads a Site and keeps the fields it does not know.
func (s *Site) UnmarshalJSON(data []byte) error {
	type plain Site
	p := plain(NewSite("", ""))
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	rest, err := splitUnknown(data, &p)
	if err != nil {
		return err
	}
	*s = Site(p)
	s.rest = rest
	return nil
}

// MarshalJSON writes the fields that were not known back.
func (s Site) MarshalJSON() ([]byte, error) {
	type plain Site
	p := plain(s)
	return joinUnknown(&p, s.rest)
}

// newID makes a name for a Site that no other has.
func newID() string {
	b := make([]byte, 8)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// ServerKey is the name under which facts about a server are kept: host and
// port, in lower case.
func ServerKey(host string, port int) string {
	host = strings.TrimSuffix(strings.ToLower(strings.Trim(host, "[]")), ".")
	return net.JoinHostPort(host, strconv.Itoa(port))
}
