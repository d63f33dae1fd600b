package ui

import (
	"context"
	"net/url"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"

	"longshore/ui/kit"
	"longshore/ui/model"
	"longshore/ui/xdnd"
)

// offered is the drag that has left the window, and how to give it up.
type offered struct {
	drag *kit.Drag
	stop context.CancelFunc
}

func (o *offered) end() {
	if o.stop != nil {
		o.stop()
		o.stop = nil
	}
}

// offer hands files of this machine to the program under the pointer, once for
// each drag that leaves the window. A drag that comes back is dropped inside.
func (w *Window) offer(d *kit.Drag) {
	held, _ := d.Data.(*model.Drag)
	window := x11Window(w.win)
	if w.offered.drag == d || window == 0 || len(held.LocalPaths()) == 0 {
		return
	}
	w.offered.end()
	ctx, stop := context.WithCancel(w.deps.Context)
	w.offered = offered{d, stop}
	var uris []string
	for _, path := range held.LocalPaths() {
		u := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
		uris = append(uris, u.String())
	}
	w.work.Go(func() {
		defer stop()
		if _, err := xdnd.Drag(ctx, window, uris); err != nil && ctx.Err() == nil {
			w.do(func() { w.model.Alert(model.Message{Grade: model.GradeWarning, What: model.Sentence(err.Error())}) })
		}
	})
}

// x11Window is the window's number at the X server, 0 where there is none.
func x11Window(win fyne.Window) uint32 {
	native, ok := win.(driver.NativeWindow)
	if !ok {
		return 0
	}
	var number uint32
	native.RunNative(func(c any) {
		if x, ok := c.(driver.X11WindowContext); ok {
			number = uint32(x.WindowHandle)
		}
	})
	return number
}
