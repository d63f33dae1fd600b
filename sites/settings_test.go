package sites

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func mustSettings(t *testing.T, path string) *SettingsFile {
	t.Helper()
	f, err := LoadSettings(path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestSettingsKeep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	f := mustSettings(t, path)
	if !reflect.DeepEqual(f.Get(), DefaultSettings()) {
		t.Errorf("a first start has %+v", f.Get())
	}
	err := f.Change(func(s *Settings) {
		s.Theme, s.Slots, s.KeepTimes, s.LimitUp = "dark", 5, false, 1<<20
		s.Panes.Local = []Column{{Name: "size", Width: 80, Sort: -1}}
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := mustSettings(t, path).Get(); !reflect.DeepEqual(got, f.Get()) || got.Slots != 5 || got.KeepTimes {
		t.Errorf("%+v", got)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Change(func(s *Settings) { s.Slots = 5 }); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) {
		t.Error("nothing changed and the file was written")
	}
}

func TestSettingsAreWithinRange(t *testing.T) {
	path := filepath.Join(t.TempDir(), "settings.json")
	in := `{"theme":"pink","zoom":1e9,"slots":-3,"per_site":99,"timeout_s":1,"limit_up":-1,"exists_upload":"x",
	 "password_store":"clear","window":{"width":-5,"height":1e30,"split":7},"mine":{"a":1},
	 "recent":["ftp://u:secret@h/","b"]}`
	if err := os.WriteFile(path, []byte(in), 0o600); err != nil {
		t.Fatal(err)
	}
	f := mustSettings(t, path)
	s := f.Get()
	if s.Theme != "system" || s.Zoom != 3 || s.Slots != 0 || s.PerSite != 10 || s.Timeout != 10 || s.LimitUp != 0 ||
		s.ExistsUpload != ExistsAsk || s.PasswordStore != StoreKeyring || s.Window.Width != 640 || s.Window.Split != 0.95 {
		t.Errorf("%+v", s)
	}
	if s.Recent[0] != "ftp://u@h/" || !s.KeepTimes {
		t.Errorf("%+v", s)
	}
	if err := f.Change(func(s *Settings) { s.Hidden = false }); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(path); err != nil || !strings.Contains(string(data), `"mine"`) || strings.Contains(string(data), "secret") {
		t.Errorf("%s, %v", data, err)
	}
}

// TestSlotsAreAutomaticUnlessChosen: a number that was chosen stays.
func TestSlotsAreAutomaticUnlessChosen(t *testing.T) {
	for in, want := range map[string][2]int{
		`{"theme":"dark"}`:           {0, 0},
		`{"slots":0,"per_site":0}`:   {0, 0},
		`{"slots":2,"per_site":2}`:   {2, 2},
		`{"slots":7}`:                {7, 0},
		`{"slots":99,"per_site":-1}`: {10, 0},
	} {
		path := filepath.Join(t.TempDir(), "settings.json")
		if err := os.WriteFile(path, []byte(in), 0o600); err != nil {
			t.Fatal(err)
		}
		if s := mustSettings(t, path).Get(); s.Slots != want[0] || s.PerSite != want[1] {
			t.Errorf("%s: %d at once, %d at one server; want %v", in, s.Slots, s.PerSite, want)
		}
	}
}

func TestAddRecent(t *testing.T) {
	s := DefaultSettings()
	for range 3 {
		for i := range 30 {
			s.AddRecent("ftp://h" + string(rune('a'+i)) + "/")
		}
	}
	s.AddRecent("ftp://hz/")
	if len(s.Recent) != maxRecent || s.Recent[0] != "ftp://hz/" || s.Recent[1] == "ftp://hz/" {
		t.Errorf("%q", s.Recent)
	}
}

func TestWithoutPassword(t *testing.T) {
	for in, want := range map[string]string{
		"ftp://u:p@h/a":       "ftp://u@h/a",
		"ftp://u@h/a":         "ftp://u@h/a",
		"ftp://h/a@b":         "ftp://h/a@b",
		"ftp://h:21/a:b@c":    "ftp://h@c", // cannot be told from a password with a slash
		"ftps://u:p@q:r@h/":   "ftps://u@h/",
		"ftp://u:a/b@h/":      "ftp://u@h/",
		"u:p@h":               "u@h",
		"h":                   "h",
		"":                    "",
		"ftp://u:p%40@[::1]/": "ftp://u@[::1]/",
	} {
		if got := WithoutPassword(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzSettings(f *testing.F) {
	f.Add([]byte(`{"zoom":2,"recent":["a"],"x":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file := mustSettings(t, "")
		if file.parse(data) != nil {
			return
		}
		if err := file.Change(func(s *Settings) { s.AddRecent("ftp://h/") }); err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(file.Get()); err != nil {
			t.Error(err)
		}
	})
}
