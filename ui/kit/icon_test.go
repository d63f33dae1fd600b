package kit

import (
	"bytes"
	"encoding/xml"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"longshore/assets"
)

func iconNames(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := fs.ReadDir(assets.Icons, dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if n, ok := strings.CutSuffix(e.Name(), ".svg"); ok && n != "longshore" {
			names = append(names, n)
		}
	}
	return names
}

// inked counts the pixels that are drawn at all.
func inked(img image.Image) int {
	n := 0
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			if _, _, _, a := img.At(x, y).RGBA(); a > 0x8000 {
				n++
			}
		}
	}
	return n
}

// TestEveryIconDraws catches a path that the renderer cannot read: it would
// leave an empty button.
func TestEveryIconDraws(t *testing.T) {
	newApp(t, true)
	sheet := image.NewNRGBA(image.Rect(0, 0, 14*56, 9*56))
	draw.Draw(sheet, sheet.Bounds(), image.NewUniform(colorOf(ColorChrome)), image.Point{}, draw.Src)
	var all []fyne.Resource
	for _, n := range iconNames(t, "icons") {
		all = append(all, Icon(n))
	}
	for _, n := range iconNames(t, "icons/file") {
		all = append(all, FileIcon(n))
	}
	for i, res := range all {
		d := xml.NewDecoder(bytes.NewReader(res.Content()))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", res.Name(), err)
			}
		}
		img := picture(res, 48)
		if img == nil || inked(img) < 20 || inked(img) > 48*44 {
			t.Errorf("%s is blank or full", res.Name())
			continue
		}
		at := image.Pt(4+i%14*56, 4+i/14*56)
		draw.Draw(sheet, img.Bounds().Add(at), img, image.Point{}, draw.Over)
	}
	savePicture(t, "icons", sheet)
}

func TestIconTakesThemeColor(t *testing.T) {
	app := newApp(t, true)
	red := Icon("lock", theme.ColorNameError)
	dark, content := red.Name(), string(red.Content())
	if !strings.Contains(content, "#f0605a") || strings.Contains(content, "#000000") {
		t.Errorf("the colour is not in %s", content)
	}
	app.Settings().SetTheme(NewTheme(false, 1))
	if red.Name() == dark || !strings.Contains(string(red.Content()), "#cf3038") {
		t.Errorf("%s does not follow the theme", red.Name())
	}
	if HasIcon("no such icon") || !HasIcon("lock") {
		t.Error("HasIcon is wrong")
	}
	if len(Icon("no such icon").Content()) == 0 {
		t.Error("an unknown icon is not even an empty picture")
	}
}

// TestAppIconIsDrawnFromItsSVG compares the PNG that desktops want with the
// drawing it comes from. KIT_UPDATE=1 draws it anew.
func TestAppIconIsDrawnFromItsSVG(t *testing.T) {
	newApp(t, true)
	svg, err := assets.Icons.ReadFile("icons/longshore.svg")
	if err != nil {
		t.Fatal(err)
	}
	want := picture(fyne.NewStaticResource("longshore.svg", svg), 512)
	const path = "../../assets/icons/longshore.png"
	if os.Getenv("KIT_UPDATE") != "" {
		var b bytes.Buffer
		if err := png.Encode(&b, want); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if n := differing(got, want); got.Bounds() != want.Bounds() || n > 512*512/200 {
		t.Errorf("%d pixels differ, size %v", n, got.Bounds())
	}
}

// differing counts pixels whose colours are not nearly the same.
func differing(a, b image.Image) int {
	n := 0
	r := a.Bounds().Intersect(b.Bounds())
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if !nearColor(a.At(x, y), b.At(x, y), 0x1800) {
				n++
			}
		}
	}
	return n
}

func nearColor(a, b color.Color, by uint32) bool {
	r1, g1, b1, a1 := a.RGBA()
	r2, g2, b2, a2 := b.RGBA()
	near := func(x, y uint32) bool { return max(x, y)-min(x, y) <= by }
	return near(r1, r2) && near(g1, g2) && near(b1, b2) && near(a1, a2)
}
