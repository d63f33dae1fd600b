package model

import (
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"longshore/sites"
	"longshore/transfer"
)

// Each field of the form is typed, saved in a file, read by another start, and
// has its one effect on what the queue is given.
func TestSiteFormReachesTheQueue(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*SiteTransfers)
		up   func(*transfer.Options) // the change to the options of an upload
		down func(*transfer.Options) // nil: the same
	}{
		"nothing": {func(*SiteTransfers) {}, func(*transfer.Options) {}, nil},
		"upload rule": {func(f *SiteTransfers) { f.ExistsUpload = sites.ExistsNewerOrSize },
			func(o *transfer.Options) { o.Exists = transfer.NewerOrSize }, func(*transfer.Options) {}},
		"download rule": {func(f *SiteTransfers) { f.ExistsDownload = sites.ExistsResume },
			func(*transfer.Options) {}, func(o *transfer.Options) { o.Exists = transfer.Resume }},
		"links":     {func(f *SiteTransfers) { f.Links = sites.LinksAsIs }, func(o *transfer.Options) { o.Links = transfer.LinksAsIs }, nil},
		"safe":      {func(f *SiteTransfers) { f.Safe = true }, func(o *transfer.Options) { o.SafeUpload = true }, nil},
		"backup":    {func(f *SiteTransfers) { f.Backup = true }, func(o *transfer.Options) { o.KeepBackup = true }, nil},
		"times":     {func(f *SiteTransfers) { f.Times = false }, func(o *transfer.Options) { o.KeepTimes = false }, nil},
		"mode":      {func(f *SiteTransfers) { f.Mode = true }, func(o *transfer.Options) { o.KeepMode = true }, nil},
		"digest":    {func(f *SiteTransfers) { f.Digest = true }, func(o *transfer.Options) { o.Digest = true }, nil},
		"read back": {func(f *SiteTransfers) { f.ReadBack = true }, func(o *transfer.Options) { o.ReadBack = true }, nil},
		"segments":  {func(f *SiteTransfers) { f.Segments = " 3 " }, func(o *transfer.Options) { o.Segments = 3 }, nil},
		"skip": {func(f *SiteTransfers) { f.Skip = "*.tmp\r\n\n  \n/my files/\n!keep.tmp" },
			func(o *transfer.Options) { o.Skip = append(o.Skip, "*.tmp", "/my files/", "!keep.tmp") }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			saved := saveInForm(t, c.edit)
			if c.down == nil {
				c.down = c.up
			}
			for d, change := range map[transfer.Direction]func(*transfer.Options){transfer.Upload: c.up, transfer.Download: c.down} {
				want := transfer.Options{KeepTimes: true}
				if d == transfer.Upload {
					want.Skip = sites.DefaultSettings().Skip
				}
				change(&want)
				if got := transferOptions(sites.DefaultSettings(), saved, d); !reflect.DeepEqual(got, want) {
					t.Errorf("%v: %+v, want %+v", d, got, want)
				}
			}
		})
	}
}

// saveInForm saves a site as the form does and gives what the next start reads.
func saveInForm(t *testing.T, edit func(*SiteTransfers)) sites.Site {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sites.json")
	book, err := sites.LoadBook(path)
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	b.deps.Sites = book
	s := sites.NewSite("Work", "ftp.example.com")
	fields := TransfersOf(s)
	edit(&fields)
	if problem := fields.Into(&s); problem != "" {
		t.Fatal(problem)
	}
	b.NewSiteTree().Save(s, "", false, func(_, text string) { t.Error(text) }, func(sites.Site) {})
	b.loop.settle()
	again, err := sites.LoadBook(path)
	if err != nil || len(again.Sites()) != 1 {
		t.Fatalf("%d sites, %v", len(again.Sites()), err)
	}
	saved := again.Sites()[0]
	if got := TransfersOf(saved); !reflect.DeepEqual(patterns(got.Skip), patterns(fields.Skip)) {
		t.Errorf("the form shows %q, was %q", got.Skip, fields.Skip)
	}
	return saved
}

func TestSiteFormNumbers(t *testing.T) {
	saved := saveInForm(t, func(f *SiteTransfers) {
		f.Sessions, f.LimitUp, f.LimitDown, f.Schedule = "4", "100", "2000", " mon-fri 08:00-18:00 10/20 "
	})
	if n := saved.TargetOf().MaxSessions; n != 4 {
		t.Errorf("%d sessions", n)
	}
	if saved.LimitUp != 100<<10 || saved.LimitDown != 2000<<10 || saved.Schedule != "mon-fri 08:00-18:00 10/20" {
		t.Errorf("limits %d, %d, %q", saved.LimitUp, saved.LimitDown, saved.Schedule)
	}
	saved.LimitUp = 1500 // from a file; the form shows 1 KB
	fields := TransfersOf(saved)
	if problem := fields.Into(&saved); problem != "" || saved.LimitUp != 1500 {
		t.Errorf("%q, the limit became %d", problem, saved.LimitUp)
	}
	for what, edit := range map[string]func(*SiteTransfers){
		"sessions":   func(f *SiteTransfers) { f.Sessions = "11" },
		"no number":  func(f *SiteTransfers) { f.Sessions = "two" },
		"segments":   func(f *SiteTransfers) { f.Segments = "9" },
		"up":         func(f *SiteTransfers) { f.LimitUp = "-1" },
		"down":       func(f *SiteTransfers) { f.LimitDown = "1.5" },
		"schedule":   func(f *SiteTransfers) { f.Schedule = "always 5" },
		"no segment": func(f *SiteTransfers) { f.Segments = "0" },
	} {
		s := sites.NewSite("Work", "ftp.example.com")
		fields := TransfersOf(s)
		edit(&fields)
		if fields.Into(&s) == "" {
			t.Errorf("%s: taken", what)
		}
	}
}

// What is changed in the form holds for the next transfer of an open tab.
func TestSiteChangedWhileConnected(t *testing.T) {
	b, local, remote := withLocal(t)
	site, err := b.book.Put(sites.NewSite("Work", "ftp.example.com"))
	if err != nil {
		t.Fatal(err)
	}
	b.Tab().Site = site
	fields := TransfersOf(site)
	fields.Skip, fields.Digest = "*.jpg", true
	if problem := fields.Into(&site); problem != "" {
		t.Fatal(problem)
	}
	if _, err := b.book.Put(site); err != nil {
		t.Fatal(err)
	}
	local.SelectNames([]string{"docs"}, "docs")
	remote.Drop(local.DragSelected(), -1, false)
	b.loop.settle()
	if len(b.queue.requests) != 1 {
		t.Fatalf("%d requests", len(b.queue.requests))
	}
	if o := b.queue.requests[0].Options; !o.Digest || !slices.Contains(o.Skip, "*.jpg") {
		t.Errorf("the queue was given %+v", o)
	}
}
