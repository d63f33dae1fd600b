package kit

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// golden compares a picture with the one kept under testdata. One pixel in
// two hundred may differ, since fonts are drawn a little differently on other
// processors. KIT_UPDATE=1 keeps the new one; look at it before committing.
func golden(t *testing.T, name string, got image.Image) {
	t.Helper()
	path := filepath.Join("testdata", name+".png")
	if os.Getenv("KIT_UPDATE") != "" {
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := png.Encode(f, got); err != nil {
			t.Fatal(err)
		}
		return
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if got.Bounds() != want.Bounds() {
		t.Fatalf("size %v, want %v", got.Bounds(), want.Bounds())
	}
	if n, all := differing(got, want), got.Bounds().Dx()*got.Bounds().Dy(); n > all/200 {
		t.Errorf("%d of %d pixels differ from %s", n, all, path)
	}
}

func TestGoldenPictures(t *testing.T) {
	for _, dark := range []bool{true, false} {
		variant := map[bool]string{true: "-dark", false: "-light"}[dark]
		t.Run("table"+variant, func(t *testing.T) {
			newApp(t, dark)
			table := NewFileTable(fileColumns())
			win, _ := newWindow(t, table, 560, 290)
			table.SetRows(localRows())
			table.SetSort(1, true)
			win.Canvas().Focus(table)
			table.ScrollBy(50)
			table.SelectKeys("about.html", "hero-banner.jpg")
			golden(t, "table"+variant, win.Canvas().Capture())
		})
		t.Run("bars"+variant, func(t *testing.T) {
			newApp(t, dark)
			tabs := NewTabBar(NewSmallButton("pause", "", nil))
			tabs.SetTabs([]Tab{{ID: "q", Title: "Queue", Count: 7}, {ID: "f", Title: "Failed", Count: 1, CountOn: theme.ColorNameError}, {ID: "a", Title: "anna", Icon: "lock", Closable: true}}, "q")
			crumbs := NewCrumbs("computer")
			crumbs.SetPath([]Crumb{{"home", ""}, {"anna", ""}, {"Projects", ""}}, "")
			off := NewToolButton("upload", "", nil)
			off.SetWhy("no")
			on := NewToolButton("compare", "", nil)
			on.SetToggled(true)
			box := NewCheck("Passive mode", nil)
			box.Set(true)
			mode := NewSelect([]string{"FTPS"}, 80, nil)
			mode.SetIndex(0)
			badge := NewBadge("failed", theme.ColorNameError)
			bars := VBox(0, NewToolbar(NewToolButton("refresh", "", nil), off, on, Gap(), mode, NewEntry("Host", 90), NewPasswordEntry("Password", 100), NewButton("Connect", ButtonPrimary, nil)),
				tabs, NewPaneBar(crumbs, NewSmallButton("up", "", nil), crumbs),
				NewStatusBar(NewStatusText("4 of 19 selected", ColorSecondary), Spacer(), badge), box, NewRadio([]string{"Skip", "Resume"}, nil), progressAt(0.4))
			win, _ := newWindow(t, bars, 560, 240)
			golden(t, "bars"+variant, win.Canvas().Capture())
		})
		t.Run("menu"+variant, func(t *testing.T) {
			newApp(t, dark)
			win, _ := newWindow(t, newBox(), 260, 260)
			var done string
			ShowMenu(win.Canvas(), fyne.NewPos(8, 8), demoMenu(&done)).heat(0, 3)
			golden(t, "menu"+variant, win.Canvas().Capture())
		})
	}
}
