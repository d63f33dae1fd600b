package kit

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// newApp starts the software driver with a theme of ours.
func newApp(t testing.TB, dark bool) fyne.App {
	t.Helper()
	app := test.NewApp()
	app.Settings().SetTheme(NewTheme(dark, 1))
	t.Cleanup(func() {
		hideTip()
		app.Quit()
	})
	return app
}

// newWindow shows content on a stage.
func newWindow(t testing.TB, content fyne.CanvasObject, w, h float32) (fyne.Window, *Stage) {
	t.Helper()
	stage := NewStage(content)
	win := test.NewWindow(stage)
	win.SetPadded(false)
	win.Resize(fyne.NewSize(w, h))
	t.Cleanup(win.Close)
	return win, stage
}

// picturesDir is where pictures to look at go: the folder KIT_PICTURES names.
func savePicture(t testing.TB, name string, img image.Image) {
	t.Helper()
	dir := os.Getenv("KIT_PICTURES")
	if dir == "" {
		return
	}
	f, err := os.Create(filepath.Join(dir, name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
}

// fakeRow and fakeRows are a list of files for tests.
type fakeRow struct {
	name, size, kind, time, mode, icon string
	tint                               fyne.ThemeColorName
}

type fakeRows struct{ rows []fakeRow }

func (f *fakeRows) Len() int           { return len(f.rows) }
func (f *fakeRows) Key(row int) string { return f.rows[row].name }
func (f *fakeRows) Icon(row int) fyne.Resource {
	if f.rows[row].icon == "parent" {
		return Icon("parent", ColorFaint)
	}
	return FileIcon(f.rows[row].icon)
}
func (f *fakeRows) Tint(row int) fyne.ThemeColorName { return f.rows[row].tint }
func (f *fakeRows) Selectable(row int) bool          { return f.rows[row].name != ".." }

func (f *fakeRows) Cell(row, col int) Cell {
	r := f.rows[row]
	c := Cell{Text: []string{r.name, r.size, r.kind, r.time, r.mode}[col]}
	if strings.HasPrefix(r.name, ".") && r.name != ".." {
		c.Color = ColorFaint
	}
	return c
}

func fileColumns() []Column {
	return []Column{
		{ID: "name", Title: "Name", Flex: true},
		{ID: "size", Title: "Size", Width: 74, Align: fyne.TextAlignTrailing, Color: ColorSecondary},
		{ID: "type", Title: "Type", Width: 84, Color: ColorSecondary},
		{ID: "time", Title: "Modified", Width: 122, Color: ColorSecondary},
		{ID: "mode", Title: "Permissions", Width: 88, Color: ColorSecondary},
	}
}

func localRows() *fakeRows {
	dir := func(n, d string) fakeRow { return fakeRow{n, "", "Folder", d, "drwxr-xr-x", "folder", ""} }
	return &fakeRows{[]fakeRow{
		{"..", "", "", "", "", "parent", ""},
		dir("assets", "2026-11-18 09:12"), dir("css", "2026-11-21 16:40"), dir("docs", "2026-10-30 11:05"),
		dir("images", "2026-11-21 18:22"), dir("scripts", "2026-11-12 08:51"),
		{".htaccess", "412 B", "HTACCESS file", "2026-09-02 10:00", "-rw-r--r--", "hidden", ""},
		{"about.html", "18.3 KB", "HTML file", "2026-11-20 14:31", "-rw-r--r--", "code", ""},
		{"brochure-2026.pdf", "4.6 MB", "PDF file", "2026-11-03 17:15", "-rw-r--r--", "pdf", ""},
		{"contact.php", "9.0 KB", "PHP file", "2026-11-19 09:20", "-rw-r--r--", "code", ""},
		{"favicon.ico", "5.3 KB", "ICO file", "2025-04-11 12:00", "-rw-r--r--", "image", ""},
		{"hero-banner.jpg", "1.8 MB", "JPG file", "2026-11-21 18:20", "-rw-r--r--", "image", ""},
		{"index.html", "23.6 KB", "HTML file", "2026-11-22 04:48", "-rw-r--r--", "code", ""},
		{"intro-video.mp4", "84.3 MB", "MP4 file", "2026-11-15 13:37", "-rw-r--r--", "video", ""},
		{"main.js", "60.4 KB", "JS file", "2026-11-21 22:03", "-rw-r--r--", "code", ColorTintDiffers},
		{"newsletter-subscribers-export-final.csv", "706.1 KB", "CSV file", "2026-11-17 10:10", "-rw-r-----", "sheet", ColorTintNew},
		{"package.json", "1.8 KB", "JSON file", "2026-11-10 15:55", "-rw-r--r--", "code", ColorTintNew},
		{"README.md", "2.9 KB", "MD file", "2026-11-10 15:55", "-rw-r--r--", "text", ""},
		{"site-backup.tar.gz", "300.0 MB", "GZ file", "2026-11-01 02:00", "-rw-r--r--", "archive", ""},
		{"style.css", "29.7 KB", "CSS file", "2026-11-21 16:40", "-rw-r--r--", "code", ""},
	}}
}

// queueRows are rows with bars.
type queueRows struct{ rows [][6]string }

func (q *queueRows) Len() int         { return len(q.rows) }
func (q *queueRows) Key(r int) string { return q.rows[r][0] }
func (q *queueRows) Icon(r int) fyne.Resource {
	if r%3 == 2 {
		return Icon("download", theme.ColorNamePrimary)
	}
	return Icon("upload", theme.ColorNameSuccess)
}

func (q *queueRows) Cell(r, c int) Cell {
	cell := Cell{Text: q.rows[r][c]}
	if c == 3 {
		cell.Kind, cell.Value = CellProgress, -1
		var percent float64
		if n, _ := fmt.Sscanf(cell.Text, "%f %%", &percent); n == 1 {
			cell.Value = percent / 100
		}
	}
	if cell.Text == "Queued" {
		cell.Color = ColorFaint
	}
	return cell
}

func mockQueue() *FileTable {
	q := NewFileTable([]Column{
		{Title: "File", Width: 260}, {Title: "From  →  To", Flex: true, Color: ColorSecondary},
		{Title: "Size", Width: 80, Align: fyne.TextAlignTrailing, Color: ColorSecondary}, {Title: "Progress", Width: 170},
		{Title: "Speed", Width: 80, Align: fyne.TextAlignTrailing, Color: ColorSecondary}, {Title: "Status", Width: 94, Color: ColorSecondary},
	})
	q.SetRows(&queueRows{[][6]string{
		{"intro-video.mp4", "~/Projects/website  →  /var/www/html/uploads", "84.3 MB", "46 %", "11.2 MB/s", "00:04 left"},
		{"site-backup-2026-11-01.tar.gz", "~/Projects/website  →  /var/www/html/backup", "300.0 MB", "21 %", "9.8 MB/s", "00:24 left"},
		{"error.log", "/var/www/html  →  ~/Projects/website/docs", "125.3 KB", "93 %", "2.1 MB/s", "finishing"},
		{"hero-banner.jpg", "~/Projects/website  →  /var/www/html/images", "1.8 MB", "", "", "Queued"},
		{"brochure-2026.pdf", "~/Projects/website/docs  →  /var/www/html/uploads", "4.6 MB", "", "", "Queued"},
		{"access-2026-11.log.gz", "/var/www/html/logs  →  ~/Downloads", "41.0 MB", "", "", "Queued"},
		{"newsletter-subscribers-export-final.csv", "~/Projects/website  →  /var/www/html/uploads", "706.1 KB", "", "", "Queued"},
	}})
	return q
}

func mockPane(icon string, labels ...string) (*FileTable, fyne.CanvasObject) {
	crumbs := NewCrumbs(icon)
	var path []Crumb
	for _, l := range labels {
		path = append(path, Crumb{l, l})
	}
	crumbs.SetPath(path, "/"+strings.Join(labels, "/"))
	bar := NewPaneBar(crumbs, NewSmallButton("back", "Back", nil), NewSmallButton("up", "Up", nil), NewSmallButton("home", "Home", nil),
		crumbs, NewSmallButton("refresh", "Refresh", nil), NewSmallButton("filter", "Filter", nil))
	table := NewFileTable(fileColumns())
	table.SetRows(localRows())
	table.SetSort(0, false)
	status := NewStatusBar(NewStatusText("4 of 19 selected · 1.8 MB", ColorSecondary), Spacer(), NewStatusText("212 GB free", ColorSecondary))
	return table, Dock(bar, status, nil, nil, table)
}

func mockWindow() (*FileTable, fyne.CanvasObject) {
	tool := func(icon string) *ToolButton { return NewToolButton(icon, icon, nil) }
	power, compare := tool("disconnect"), tool("compare")
	power.SetIcon("disconnect", theme.ColorNameError)
	compare.SetToggled(true)
	upload := tool("upload")
	upload.SetWhy("not connected")
	mode := NewSelect([]string{"FTPS (explicit)", "FTPS (implicit)", "FTP (plain)"}, 120, nil)
	mode.SetIndex(0)
	host, user, port := NewEntry("Host", 198), NewEntry("User", 108), NewEntry("21", 54)
	host.SetText("ftp.example.com")
	user.SetText("anna")
	port.SetText("21")
	bar := NewToolbar(tool("sites"), tool("connect"), power, Gap(), tool("refresh"), upload, tool("download"), Gap(),
		tool("new-folder"), tool("delete"), tool("eye"), Gap(), tool("sync"), compare, tool("filter"), tool("search"), Gap(),
		mode, host, user, NewPasswordEntry("Password", 118), port, NewButton("Connect", ButtonPrimary, nil),
		Spacer(), tool("moon"), tool("settings"))
	tabs := NewTabBar()
	tabs.OnNew = func() {}
	tabs.SetTabs([]Tab{
		{ID: "a", Title: "anna@example.com", Icon: "lock", Closable: true},
		{ID: "b", Title: "backup.internal", Icon: "lock", Closable: true},
		{ID: "c", Title: "mirror.debian.example", Icon: "server", Closable: true},
	}, "a")
	left, leftPane := mockPane("computer", "home", "anna", "Projects", "website")
	_, rightPane := mockPane("server", "example.com", "var", "www", "html")
	lower := NewTabBar(NewSmallButton("pause", "Pause", nil), NewSmallButton("close", "Hide", nil))
	lower.SetTabs([]Tab{
		{ID: "q", Title: "Queue", Count: 7}, {ID: "f", Title: "Failed", Count: 1},
		{ID: "d", Title: "Completed", Count: 34}, {ID: "l", Title: "Log"},
	}, "q")
	panes := NewHSplit(leftPane, rightPane, 0.5)
	queue := Dock(lower, nil, nil, nil, mockQueue())
	state := NewStatusText("Connected to example.com", "")
	state.SetIcon("dot", theme.ColorNameSuccess)
	tls := NewStatusText("TLS 1.3", ColorSecondary)
	tls.SetIcon("lock", theme.ColorNameSuccess)
	down := NewStatusText("2.1 MB/s", ColorSecondary)
	down.SetIcon("download", theme.ColorNamePrimary)
	status := NewStatusBar(state, tls, Spacer(), down, NewStatusText("3 active, 4 queued · 432.6 MB", ColorSecondary))
	top := VBox(0, bar, tabs)
	return left, Dock(top, status, nil, nil, NewVSplit(panes, queue, 0.68))
}

// TestMockWindow composes a whole window of the kit's widgets and checks that
// its parts are where they belong; with KIT_PICTURES the pictures are kept to
// be looked at.
func TestMockWindow(t *testing.T) {
	for _, dark := range []bool{true, false} {
		name := map[bool]string{true: "mock-dark", false: "mock-light"}[dark]
		t.Run(name, func(t *testing.T) {
			newApp(t, dark)
			table, content := mockWindow()
			win, _ := newWindow(t, content, 1280, 776)
			win.Canvas().Focus(table)
			table.SelectKeys("about.html", "hero-banner.jpg", "index.html")
			table.sel.cursor = 12
			table.Refresh()
			img := win.Canvas().Capture()
			savePicture(t, name, img)
			if got := content.MinSize(); got.Width > 1280 || got.Height > 776 {
				t.Errorf("least size %v does not fit the window", got)
			}
			if table.Size().Width < 600 || table.Size().Height < 300 {
				t.Errorf("table is only %v", table.Size())
			}
			pos, _ := table.RowRect(7)
			at := fyne.CurrentApp().Driver().AbsolutePositionForObject(table).Add(pos)
			got, want := img.At(int(at.X)+400, int(at.Y)+3), colorOf(theme.ColorNameSelection)
			if !sameColor(got, want) {
				t.Errorf("chosen row is %v, want %v", got, want)
			}
		})
	}
}

func sameColor(a, b interface{ RGBA() (r, g, b, a uint32) }) bool {
	r1, g1, b1, _ := a.RGBA()
	r2, g2, b2, _ := b.RGBA()
	near := func(x, y uint32) bool { return max(x, y)-min(x, y) < 0x300 }
	return near(r1, r2) && near(g1, g2) && near(b1, b2)
}
