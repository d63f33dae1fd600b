package kit

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"longshore/assets"
)

// icon is a drawing of assets in a colour of the theme. Fyne recolours fills
// only, so the colour is put into the text of the SVG; the name carries the
// colour, because Fyne caches pictures by name.
type icon struct {
	name  string
	color fyne.ThemeColorName
}

// Icon is a stroke icon of assets ("refresh", "lock") in the colour of text,
// or in another colour of the theme. It follows a change of the theme when its
// widget is refreshed. An unknown name is an empty picture; a test of the
// program's own tables is where that should be caught (HasIcon).
func Icon(name string, in ...fyne.ThemeColorName) fyne.Resource {
	c := fyne.ThemeColorName("")
	if len(in) > 0 {
		c = in[0]
	}
	return icon{name: name, color: c}
}

// FileIcon is one of the coloured 16 px pictures for rows: folder,
// folder-link, file, link, hidden, text, code, image, video, audio, pdf,
// archive, sheet, exec, font, disk.
func FileIcon(kind string) fyne.Resource { return fileIcon("file/" + kind) }

// AppIcon is the program's own picture, 512 px.
func AppIcon() fyne.Resource {
	data, err := assets.Icons.ReadFile("icons/longshore.png")
	if err != nil {
		return fyne.NewStaticResource("longshore.svg", emptyIcon)
	}
	return fyne.NewStaticResource("longshore.png", data)
}

// HasIcon says whether assets has an icon of this name.
func HasIcon(name string) bool {
	_, err := assets.Icons.ReadFile("icons/" + name + ".svg")
	return err == nil
}

var emptyIcon = []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24"></svg>`)

func (i icon) Name() string {
	return strings.ReplaceAll(i.name, "/", "-") + "-" + svgColor(colorOf(i.color)) + ".svg"
}

func (i icon) Content() []byte {
	c := colorOf(i.color)
	data := bytes.ReplaceAll(iconFile(i.name), []byte("#000000"), []byte(svgColor(c)))
	if _, _, _, a := c.RGBA(); a < 0xffff {
		opacity := fmt.Sprintf(`<g opacity="%.2f" `, float64(a)/0xffff)
		data = bytes.Replace(data, []byte("<g "), []byte(opacity), 1)
	}
	return data
}

type fileIcon string

func (f fileIcon) Name() string    { return strings.ReplaceAll(string(f), "/", "-") + ".svg" }
func (f fileIcon) Content() []byte { return iconFile(string(f)) }

func iconFile(name string) []byte {
	data, err := assets.Icons.ReadFile("icons/" + name + ".svg")
	if err != nil {
		return emptyIcon
	}
	return data
}

// svgColor writes a colour without its opacity, as SVG wants it.
func svgColor(c color.Color) string {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	return fmt.Sprintf("#%02x%02x%02x", n.R, n.G, n.B)
}

// pictures keeps icons drawn at a size, so that a row that scrolls into view
// does not parse its SVG again. It belongs to the UI goroutine and is small:
// (icons in use) × (colours) × (scales seen).
var pictures = map[string]image.Image{}

// picture draws a resource at px × px pixels, or takes it from the cache.
func picture(res fyne.Resource, px int) image.Image {
	if res == nil || px < 2 {
		return nil
	}
	key := fmt.Sprintf("%s@%d", res.Name(), px)
	if img, ok := pictures[key]; ok {
		return img
	}
	img := canvas.NewImageFromResource(res)
	// An image that is on no canvas is drawn by Fyne at twice its size; where
	// the driver names a canvas nevertheless, it comes out too small.
	img.Resize(fyne.NewSquareSize(float32((px + 1) / 2)))
	if img.Image != nil && img.Image.Bounds().Dx() < px {
		img.Resize(fyne.NewSquareSize(float32(px)))
	}
	if len(pictures) > 2000 {
		clear(pictures)
	}
	pictures[key] = img.Image
	return img.Image
}
