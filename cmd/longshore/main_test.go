package main

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"longshore/sites"
	"longshore/transfer"
	"longshore/ui/model"
)

func TestFlags(t *testing.T) {
	for _, c := range []struct {
		args []string
		want options
		bad  bool
	}{
		{nil, options{}, false},
		{[]string{"--demo", "--state", "/x", "--probe", "/y"}, options{demo: true, state: "/x", probe: "/y"}, false},
		{[]string{"ftp://h/"}, options{place: "ftp://h/"}, false},
		{[]string{"a", "b"}, options{}, true},
		{[]string{"/a/../b", "Work/Web", "/c"}, options{place: "Work/Web", files: []string{"/b", "/c"}}, false},
		{[]string{"--nothing"}, options{}, true},
	} {
		got, err := parseFlags(c.args)
		if (err != nil) != c.bad || !c.bad && !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v: %+v, %v", c.args, got, err)
		}
	}
	if _, err := parseFlags([]string{"--version"}); !errors.Is(err, errDone) {
		t.Errorf("--version: %v", err)
	}
}

// TestSlotsOf: what was not chosen is left to the queue.
func TestSlotsOf(t *testing.T) {
	if n := slotsOf(sites.DefaultSettings()); n != transfer.Auto {
		t.Errorf("at first there are %d slots", n)
	}
	if n := slotsOf(sites.Settings{Slots: 5}); n != 5 {
		t.Errorf("5 were chosen, there are %d", n)
	}
}

func TestNeedDisplay(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Setenv("DISPLAY", ":0")
	}
	env := func(pairs map[string]string) func(string) string {
		return func(name string) string { return pairs[name] }
	}
	if err := needDisplay(env(map[string]string{"DISPLAY": ":0"})); err != nil {
		t.Error(err)
	}
	if runtime.GOOS != "linux" {
		return
	}
	for _, e := range []map[string]string{{}, {"WAYLAND_DISPLAY": "wayland-0"}} {
		if err := needDisplay(env(e)); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: %v", e, err)
		}
	}
}

// The command line without a screen ends with one sentence and 2, not with
// the toolkit's panic.
func TestNoDisplayIsExitTwo(t *testing.T) {
	if runtime.GOOS != "linux" {
		return
	}
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	if code := run([]string{"--state", t.TempDir()}); code != exitDisplay {
		t.Errorf("exit %d", code)
	}
}

func TestVersionIsThePackages(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "FyneApp.toml"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^\s*Version = "(.*)"`).FindStringSubmatch(string(data))
	if found == nil || found[1] != version {
		t.Errorf("version %q, FyneApp.toml has %v", version, found)
	}
	if id := regexp.MustCompile(`(?m)^\s*ID = "(.*)"`).FindStringSubmatch(string(data)); id == nil || id[1] != appID {
		t.Errorf("id %q, FyneApp.toml has %v", appID, id)
	}
}

// A tree is made once, whole, and the same each time; what the user changed in
// it stays.
func TestDemoTree(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "website")
	if err := os.MkdirAll(dir+".new", 0o755); err != nil { // an interrupted start
		t.Fatal(err)
	}
	if err := makeOnce(dir, localTree); err != nil {
		t.Fatal(err)
	}
	n := 0
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			n++
		}
		return err
	})
	if err != nil || n != len(localTree) {
		t.Errorf("%d files of %d, %v", n, len(localTree), err)
	}
	changed := filepath.Join(dir, "index.html")
	if err := os.WriteFile(changed, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := makeOnce(dir, localTree); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(changed); err != nil || string(data) != "mine" {
		t.Errorf("%q, %v", data, err)
	}
	for _, s := range localTree {
		if a, b := sha256.Sum256(s.content()), sha256.Sum256(s.content()); a != b || len(s.content()) != s.size {
			t.Errorf("%s: %d bytes, wanted %d", s.name, len(s.content()), s.size)
		}
	}
}

// The whole engine starts with a demo, and once more on the same port.
func TestEngineWithDemo(t *testing.T) {
	dir := t.TempDir()
	addr := ""
	for i := range 2 {
		e, err := openEngine(options{demo: true, state: dir})
		if err != nil {
			t.Fatal(err)
		}
		now := net.JoinHostPort(e.demo.server.Host(), "") + e.demo.server.Addr()
		if i > 0 && now != addr {
			t.Errorf("the demo moved from %s to %s: a queue could not go on", addr, now)
		}
		addr = now
		server := e.deps().Open(e.demo.site.TargetOf())
		home, info, err := server.Connect(t.Context())
		if err != nil || home != demoFolder || info.TLS == "" {
			t.Errorf("home %q, TLS %q, %v", home, info.TLS, err)
		}
		server.Close()
		e.close()
	}
	book, err := sites.LoadBook(sites.PathsUnder(dir).SitesFile())
	if err != nil || len(book.Sites()) != 1 {
		t.Errorf("%d sites, %v", len(book.Sites()), err)
	}
}

func TestPlaces(t *testing.T) {
	for place, want := range map[string]bool{"ftp://h/": true, "ftpes://u@h:2121/x": true, "Work/Web": false, "sftp://h": false} {
		if isURL(place) != want {
			t.Errorf("%q: %v", place, !want)
		}
	}
	if !strings.HasPrefix(model.VersionLine(version), "Longshore "+version) {
		t.Error(model.VersionLine(version))
	}
}

func TestLimitsOfSites(t *testing.T) {
	week := "mon-fri 08:00-18:00 10/20"
	windows, err := model.ParseSchedule(week)
	if err != nil {
		t.Fatal(err)
	}
	l := limitsOf(sites.Settings{LimitUp: 1, LimitDown: 2, Schedule: week},
		[]sites.Site{{ID: "a", LimitUp: 3}, {ID: "b", Schedule: week}, {ID: "c"}, {ID: "d", Schedule: "nonsense"}})
	want := transfer.Limits{Rate: transfer.Rate{Up: 1, Down: 2}, Schedule: windows,
		Sites: map[string]transfer.Rate{"a": {Up: 3}}, SiteSchedules: map[string][]transfer.Window{"b": windows}}
	if !reflect.DeepEqual(l, want) {
		t.Errorf("%+v, want %+v", l, want)
	}
}

func TestHistoryOfSettings(t *testing.T) {
	if h := historyOf(sites.Settings{HistoryDays: 7, HistoryItems: 500}); h != (transfer.History{Items: 500, Age: 7 * 24 * time.Hour}) {
		t.Errorf("%+v", h)
	}
}
