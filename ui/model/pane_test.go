package model

import (
	"fmt"
	"strings"
	"testing"
)

func TestPaneShowsAndHides(t *testing.T) {
	b := connected(t)
	p := b.Tab().Remote
	p.SetHidden(true)
	if got := shownNames(p); got != "css .hidden a.html b9.txt b10.txt" {
		t.Errorf("all: %q", got)
	}
	p.SetHidden(false)
	p.SetFilter("b*")
	if got := shownNames(p); got != "b9.txt b10.txt" {
		t.Errorf("filtered: %q", got)
	}
	p.SetFilter("")
	p.SortBy(BySize)
	p.SortBy(BySize)
	if got := shownNames(p); got != "css b9.txt a.html b10.txt" {
		t.Errorf("largest first: %q", got)
	}
}

// A refresh keeps what is chosen by name, also when rows come and go round it.
func TestSelectionSurvivesRefresh(t *testing.T) {
	b := connected(t)
	p := b.Tab().Remote
	p.SelectNames([]string{"a.html", "b9.txt"}, "b9.txt")
	b.server.files["/web/aa"] = 1
	delete(b.server.files, "/web/a.html")
	p.Refresh()
	b.loop.settle()
	if got := strings.Join(p.SelectedNames(), " "); got != "b9.txt" || p.Cursor() != "b9.txt" {
		t.Errorf("selected %q, cursor %q", got, p.Cursor())
	}
	p.SetFilter("aa")
	if n := len(p.Selected()); n != 0 {
		t.Errorf("%d entries that the filter hides are acted on", n)
	}
}

// What comes late, for a folder the user has left already, is dropped.
func TestLateListingIsDropped(t *testing.T) {
	b := connected(t)
	p := b.Tab().Remote
	p.Open("/web/css")
	p.Open("/web")
	for len(b.loop.work) > 0 {
		b.loop.stepWork(len(b.loop.work) - 1) // the second one answers first
	}
	b.loop.settle()
	if p.Dir != "/web" || p.Len() < 4 {
		t.Errorf("shows %q with %d rows", p.Dir, p.Len())
	}
}

func TestRefusedFolderLosesNothing(t *testing.T) {
	b := connected(t)
	p := b.Tab().Remote
	before := shownNames(p)
	p.Open("/nowhere")
	b.loop.settle()
	if p.Dir != "/web" || shownNames(p) != before || p.CanBack() {
		t.Errorf("in %q with %q", p.Dir, shownNames(p))
	}
	if len(b.Toasts) != 1 || !strings.Contains(b.Toasts[0].What, "/nowhere") {
		t.Errorf("nothing was said: %+v", b.Toasts)
	}
}

func TestHistory(t *testing.T) {
	b := connected(t)
	p := b.Tab().Remote
	steps := func(do func()) { do(); b.loop.settle() }
	steps(func() { p.Open("/web/css") })
	steps(p.OpenParent)
	if p.Dir != "/web" || strings.Join(p.SelectedNames(), "") != "css" {
		t.Errorf("up: in %q on %q", p.Dir, p.SelectedNames())
	}
	steps(p.Back)
	if p.Dir != "/web/css" || !p.CanForward() {
		t.Errorf("back: in %q", p.Dir)
	}
	steps(p.Forward)
	steps(p.Back)
	steps(p.Back)
	if p.Dir != "/web" || p.CanBack() {
		t.Errorf("in %q, back %v", p.Dir, p.CanBack())
	}
}

// A folder of 20,000 files is sorted beside the UI goroutine, and no row names
// another file than it shows while the old order is on the screen.
func TestBigFolder(t *testing.T) {
	b := connected(t)
	b.server.files["/big"] = -1
	for i := range 20000 {
		b.server.files[fmt.Sprintf("/big/f%d", i)] = int64(i)
	}
	p := b.Tab().Remote
	p.Open("/big")
	b.loop.settle()
	if p.Len() != 20000 || p.Row(10).Name != "f10" {
		t.Fatalf("%d rows, row 10 is %q", p.Len(), p.Row(min(10, p.Len()-1)).Name)
	}
	delete(b.server.files, "/big/f3")
	p.Refresh()
	for len(b.loop.work) > 0 || len(b.loop.ui) > 0 {
		b.loop.stepWork(0)
		b.loop.stepUI()
		if s := p.Shown(); s.Len() > 0 && s.Row(s.Len()-1).Name != "f19999" {
			t.Fatalf("last row shows %q", s.Row(s.Len()-1).Name)
		}
	}
	if p.Len() != 19999 {
		t.Errorf("%d rows", p.Len())
	}
}

func TestMakeRenameAndSelect(t *testing.T) {
	b := connected(t)
	p := b.Tab().Remote
	p.MakeFolder("new")
	b.loop.settle()
	if got := strings.Join(p.SelectedNames(), " "); got != "new" {
		t.Errorf("after making it, %q is chosen", got)
	}
	p.Rename(p.RowOf("new"), "newer")
	b.loop.settle()
	if got := strings.Join(p.SelectedNames(), " "); got != "newer" || p.RowOf("new") >= 0 {
		t.Errorf("after renaming it, %q is chosen", got)
	}
	for _, bad := range []string{"", "..", "a/b", "x\n", strings.Repeat("x", 256)} {
		if p.CheckNewName(bad) == "" {
			t.Errorf("%q is taken as a name", bad)
		}
	}
	before := len(b.server.did)
	p.Rename(p.RowOf("newer"), "a.html")
	b.loop.settle()
	if len(b.server.did) != before {
		t.Error("a rename replaced another file")
	}
}
