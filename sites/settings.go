package sites

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// SettingsVersion is the version of settings.json that this program writes.
const SettingsVersion = 1

// Settings are all choices that belong to no site. DefaultSettings has the
// values of a first start; a file need not name what it does not change.
type Settings struct {
	Version int `json:"version"`

	Theme     string  `json:"theme"` // "system", "dark" or "light"
	Zoom      float32 `json:"zoom"`  // of text and controls, 1: the system's
	Language  string  `json:"language,omitempty"`
	Keys      string  `json:"keys"` // "usual", or "commander": F5 copies
	Hidden    bool    `json:"show_hidden"`
	QuickBar  bool    `json:"quick_bar"`
	LogOpen   bool    `json:"log_open"`
	Window    Window  `json:"window"`
	Panes     Panes   `json:"panes"`
	Notify    bool    `json:"notify"`     // tell when the queue is done and the window is not in front
	ConfirmRm bool    `json:"confirm_rm"` // ask before deleting

	Slots     int    `json:"slots"`              // transfers at once, 1 to 10; 0: as many as are fastest
	PerSite   int    `json:"per_site"`           // of them at one server, 1 to 10; 0: no limit of its own
	LimitUp   int64  `json:"limit_up"`           // bytes a second, 0: none
	LimitDown int64  `json:"limit_down"`         // bytes a second, 0: none
	Schedule  string `json:"schedule,omitempty"` // other limits at times of the week, as model.ParseSchedule reads them
	Retries   int    `json:"retries"`            // failed tries without progress
	Timeout   int    `json:"timeout_s"`          // seconds a server may be silent, at least 10
	KeepAlive int    `json:"keepalive_s"`        // seconds between NOOPs while browsing, 0: none

	ExistsUpload   string   `json:"exists_upload"`   // one of ExistsRules
	ExistsDownload string   `json:"exists_download"` // one of ExistsRules
	KeepTimes      bool     `json:"keep_times"`
	Skip           []string `json:"skip"` // gitignore patterns for uploads

	ResumeAfterCrash bool `json:"resume_after_crash,omitempty"` // what was cut off goes on without asking

	PasswordStore Store `json:"password_store"` // what "save password" means; StoreNone after the user chose to be asked
	AskedStore    bool  `json:"asked_store"`    // the user was asked what to do without a keyring
	VaultIdle     int   `json:"vault_idle_min"` // minutes until the vault locks itself, 0: never

	ProxyPasswords map[string]Ref `json:"proxy_passwords,omitempty"` // by the proxy's URL

	HistoryDays  int        `json:"history_days"`
	HistoryItems int        `json:"history_items"`
	Recent       []string   `json:"recent,omitempty"`    // URLs without secrets, newest first
	Bookmarks    []Bookmark `json:"bookmarks,omitempty"` // of folders that belong to no site

	rest unknown
}

// Window is where the main window was.
type Window struct {
	Width     float32 `json:"width"`
	Height    float32 `json:"height"`
	Maximized bool    `json:"maximized,omitempty"`
	Split     float64 `json:"split"`       // share of the left pane
	QueueRows float64 `json:"queue_split"` // share of the panes above the queue
}

// Panes are the two lists of files.
type Panes struct {
	LocalDir string   `json:"local_dir,omitempty"`
	Local    []Column `json:"local,omitempty"`
	Remote   []Column `json:"remote,omitempty"`
	Queue    []Column `json:"queue,omitempty"`
}

// Column is one column of a list, in the order to show them.
type Column struct {
	Name  string  `json:"name"`
	Width float32 `json:"width"`
	Off   bool    `json:"off,omitempty"`
	Sort  int     `json:"sort,omitempty"` // 1 up, -1 down, 0 not sorted by it
}

const maxRecent = 20

// DefaultSettings are those of a first start.
func DefaultSettings() Settings {
	return Settings{
		Version: SettingsVersion, Theme: "system", Zoom: 1, Keys: "usual", Hidden: true, QuickBar: true, LogOpen: true,
		Window: Window{Width: 1280, Height: 800, Split: 0.5, QueueRows: 0.68},
		Notify: true, ConfirmRm: true,
		Retries: 5, Timeout: 20, KeepAlive: 30,
		ExistsUpload: ExistsAsk, ExistsDownload: ExistsAsk, KeepTimes: true,
		Skip:          []string{".DS_Store", "Thumbs.db", "desktop.ini", "*~"},
		PasswordStore: StoreKeyring, VaultIdle: 15,
		HistoryDays: 90, HistoryItems: 10_000,
	}
}

// TimeoutOf is Timeout as the sessions want it.
func (s Settings) TimeoutOf() time.Duration { return time.Duration(s.Timeout) * time.Second }

// AddRecent puts a URL at the top of the recent ones. A password in it is
// taken out first: it must not get into a file.
func (s *Settings) AddRecent(url string) {
	url = WithoutPassword(url)
	kept := slices.DeleteFunc(slices.Clone(s.Recent), func(u string) bool { return u == url })
	s.Recent = append([]string{url}, kept[:min(len(kept), maxRecent-1)]...)
}

// WithoutPassword takes the password out of a URL, also out of one that no
// parser would take.
func WithoutPassword(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		scheme, rest = "", url
	}
	// The last @ counts, and slashes before it may be the password's own:
	// better to lose a piece of a strange path than to keep a secret.
	at := strings.LastIndex(rest, "@")
	if at < 0 {
		return url
	}
	user, _, _ := strings.Cut(rest[:at], ":")
	if strings.Contains(user, "/") {
		return url // the @ is in a path; there is no user
	}
	if ok {
		scheme += "://"
	}
	return scheme + user + rest[at:]
}

// clamp brings what a file says into the range that the program bears.
func (s *Settings) clamp() {
	d := DefaultSettings()
	oneOf := func(v *string, def string, allowed ...string) {
		if !slices.Contains(allowed, *v) {
			*v = def
		}
	}
	oneOf(&s.Theme, d.Theme, "system", "dark", "light")
	oneOf(&s.Keys, d.Keys, "usual", "commander")
	oneOf(&s.ExistsUpload, d.ExistsUpload, ExistsRules...)
	oneOf(&s.ExistsDownload, d.ExistsDownload, ExistsRules...)
	if !slices.Contains([]Store{StoreNone, StoreKeyring, StoreVault}, s.PasswordStore) {
		s.PasswordStore = d.PasswordStore
	}
	s.Zoom = within32(s.Zoom, 0.5, 3)
	s.Slots, s.PerSite = min(max(s.Slots, 0), 10), min(max(s.PerSite, 0), 10)
	s.LimitUp, s.LimitDown = max(s.LimitUp, 0), max(s.LimitDown, 0)
	s.Retries = min(max(s.Retries, 0), 1000)
	s.Timeout, s.KeepAlive = min(max(s.Timeout, 10), 3600), min(max(s.KeepAlive, 0), 3600)
	s.VaultIdle = min(max(s.VaultIdle, 0), 24*60)
	s.HistoryDays, s.HistoryItems = min(max(s.HistoryDays, 0), 3650), min(max(s.HistoryItems, 0), 1_000_000)
	s.Window.Width, s.Window.Height = within32(s.Window.Width, 640, 16384), within32(s.Window.Height, 400, 16384)
	s.Window.Split, s.Window.QueueRows = min(max(s.Window.Split, 0.05), 0.95), min(max(s.Window.QueueRows, 0.05), 0.95)
	s.Recent = s.Recent[:min(len(s.Recent), maxRecent)]
	for i, url := range s.Recent {
		s.Recent[i] = WithoutPassword(url)
	}
}

func within32(v, low, high float32) float32 { return min(max(v, low), high) }

func (s Settings) clone() Settings {
	s.Skip, s.Recent, s.Bookmarks = slices.Clone(s.Skip), slices.Clone(s.Recent), slices.Clone(s.Bookmarks)
	s.Panes.Local, s.Panes.Remote = slices.Clone(s.Panes.Local), slices.Clone(s.Panes.Remote)
	s.Panes.Queue, s.ProxyPasswords = slices.Clone(s.Panes.Queue), maps.Clone(s.ProxyPasswords)
	s.rest = maps.Clone(s.rest)
	return s
}

// UnmarshalJSON starts from the defaults and keeps the fields it does not know.
func (s *Settings) UnmarshalJSON(data []byte) (err error) {
	type plain Settings
	p := plain(DefaultSettings())
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	*s = Settings(p)
	s.rest, err = splitUnknown(data, &p)
	return err
}

// MarshalJSON writes the fields that were not known back.
func (s Settings) MarshalJSON() ([]byte, error) {
	type plain Settings
	p := plain(s)
	return joinUnknown(&p, s.rest)
}

// SettingsFile is settings.json. All methods may be called from any
// goroutine; Get never waits for the disk.
type SettingsFile struct {
	doc   *document
	state atomic.Pointer[Settings]
}

// LoadSettings reads settings.json, as LoadBook does sites.json.
func LoadSettings(path string) (*SettingsFile, error) {
	f := &SettingsFile{doc: newDocument(path)}
	s := DefaultSettings()
	f.state.Store(&s)
	if err := f.doc.load(f.parse); err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	return f, nil
}

// Notice is what the user should know about the file; "" when all is well.
func (f *SettingsFile) Notice() string { return f.doc.noticed() }

// Get returns the settings as they are now.
func (f *SettingsFile) Get() Settings { return f.state.Load().clone() }

// Change edits the settings and writes them if they are different.
func (f *SettingsFile) Change(edit func(*Settings)) error {
	var next Settings
	return f.doc.change(f.parse, func() ([]byte, error) {
		next = f.Get()
		edit(&next)
		next.clamp()
		before, err := json.MarshalIndent(f.state.Load(), "", " ")
		if err != nil {
			return nil, err
		}
		after, err := json.MarshalIndent(next, "", " ")
		if err != nil || bytes.Equal(before, after) {
			return nil, err
		}
		return after, nil
	}, func() { f.state.Store(&next) })
}

func (f *SettingsFile) parse(data []byte) error {
	var s Settings
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &s); err != nil {
		return err
	}
	newer := s.Version > SettingsVersion
	s.clamp()
	f.state.Store(&s)
	if newer {
		return ErrNewer
	}
	return nil
}
