package ui

import (
	"fyne.io/fyne/v2"

	"longshore/ui/kit"
	"longshore/ui/model"
)

// bindDrops registers where things can be dropped: both panes with their
// folder rows, and the queue; from inside the window and from other programs.
func (w *Window) bindDrops() {
	drags := w.stage.Drags()
	for _, p := range w.panes {
		name := "pane/local"
		if p.side == model.Remote {
			name = "pane/remote"
		}
		drags.AddTable(name, p.table, p.accepts, p.drop)
	}
	drags.Add(&kit.DropTarget{Name: "queue", Object: w.bottom.box,
		Accept: func(d *kit.Drag, _ int) bool { return w.queueAccepts(carried(d)) },
		OnDrop: func(d kit.Drop) { w.model.DropOnQueue(carried(d.Drag)) }})
	drags.AddTable("queue/rows", w.bottom.table, w.bottom.takesRows, w.bottom.drop)
	drags.OnOutside = w.offer
	drags.OnCancel = func() { w.offered.end() }
	w.win.SetOnDropped(func(at fyne.Position, uris []fyne.URI) { drags.DropURIs(at, uris) })
}

// carried is what a drag holds: rows of ours, or another program's files.
func carried(d *kit.Drag) *model.Drag {
	if held, ok := d.Data.(*model.Drag); ok {
		return held
	}
	if len(d.URIs) == 0 {
		return nil
	}
	var paths []string
	for _, u := range d.URIs {
		if u.Scheme() == "file" {
			paths = append(paths, u.Path())
		}
	}
	held := model.DragFiles(paths)
	d.Data = held
	return held
}

func (p *pane) accepts(d *kit.Drag, row int) bool {
	target := model.NoRow
	if row >= 0 {
		e := p.rows().entry(row)
		if e != nil && !model.IsFolder(*e) {
			return false // the row is no place of its own; the pane is
		}
		target = p.targetRow(row)
	}
	held := carried(d)
	effect, _ := p.model().EffectOf(held, target, p.copying())
	return effect != model.NoEffect
}

// copying reports whether the user holds the key for a copy.
func (p *pane) copying() bool {
	return p.w.modifiers()&fyne.KeyModifierControl != 0
}

func (p *pane) drop(d kit.Drop) {
	p.model().Drop(carried(d.Drag), p.targetRow(d.Row), d.Modifier&fyne.KeyModifierControl != 0)
}

func (w *Window) queueAccepts(d *model.Drag) bool {
	if d == nil {
		return false
	}
	effect, _ := w.model.Tab().Pane(d.From.Other()).EffectOf(d, model.NoRow, false)
	return effect == model.WillUpload || effect == model.WillDownload
}
