package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"longshore/transfer"
	"longshore/ui/kit"
	"longshore/ui/model"
)

// asks shows the model's questions, one at a time, as cards.
type asks struct {
	w    *Window
	id   int // of the question on the screen, 0: none
	card *kit.Modal

	entry   *kit.Entry
	problem *canvas.Text
	check   *kit.Check
	sheet   *sheetView
	buttons map[string]int
}

func newAsks(w *Window) *asks { return &asks{w: w} }

// update shows the question that is next, or takes an answered one away.
func (a *asks) update() {
	q := a.w.model.Questions.Current()
	switch {
	case q == nil && a.id == 0:
	case q == nil:
		a.close()
	case q.ID == a.id:
		if a.sheet != nil && a.sheet.update(q.Sheet) {
			a.card.Relayout()
		}
	default:
		a.close()
		a.show(q)
	}
}

func (a *asks) close() {
	if a.card != nil {
		card := a.card
		a.card, a.id = nil, 0
		card.OnClosed = nil
		card.Close()
	}
}

func (a *asks) show(q *model.Question) {
	a.id, a.entry, a.check, a.sheet, a.problem = q.ID, nil, nil, nil, nil
	icon, color := "question", fyne.ThemeColorName("")
	if len(q.Choices) == 1 {
		icon = "info"
	}
	if q.Warning {
		icon, color = "warning", theme.ColorNameWarning
	}
	card := &kit.Modal{Title: q.Title, Icon: icon, Color: color, Content: a.content(q), Width: 540, Over: true}
	if a.entry != nil {
		card.Focus = a.entry
	}
	card.Buttons = a.choices(q)
	a.card = card
	a.w.stage.ShowModal(card)
	if a.entry != nil && q.Value != "" {
		a.entry.SelectAllText()
	}
}

func (a *asks) choices(q *model.Question) []kit.ModalButton {
	a.buttons = map[string]int{}
	var out []kit.ModalButton
	for i, c := range q.Choices {
		b := kit.ModalButton{Label: c.Label, Do: func() bool { return a.answer(q, i) }}
		a.buttons[c.Label] = i
		switch c.Role {
		case model.Default:
			b.Kind, b.Default, b.Cancel = kit.ButtonPrimary, true, len(q.Choices) == 1
		case model.Decline:
			// Where the safe answer is no, Enter says no as well.
			b.Cancel, b.Default = true, q.Warning
			b.Do = func() bool { a.forget(); a.w.model.Questions.PutAside(q.ID); return true }
		case model.Danger:
			b.Kind = kit.ButtonDanger
			b.Left = q.Sheet != nil
		}
		out = append(out, b)
	}
	return out
}

// answer gives what was filled in, unless it cannot be right.
func (a *asks) answer(q *model.Question, choice int) bool {
	r := model.Reply{}
	if a.entry != nil {
		r.Text = a.entry.Text
		if q.Check != nil {
			if why := q.Check(r.Text); why != "" {
				a.problem.Text = why
				a.problem.Refresh()
				return false
			}
		}
		if q.Secret {
			a.entry.SetText("")
		}
	}
	if a.check != nil {
		r.Check = a.check.On()
	}
	if a.sheet != nil {
		r.Choices = a.sheet.choices()
	}
	a.forget()
	a.w.model.Questions.Answer(q.ID, choice, r)
	return true
}

// forget lets the card close by itself; the model may show the next at once.
func (a *asks) forget() { a.id, a.card = 0, nil }

func (a *asks) content(q *model.Question) fyne.CanvasObject {
	box := container.New(layout.NewCustomPaddedVBoxLayout(theme.Padding() * 2.4))
	for _, text := range q.Text {
		box.Add(flush(paragraph(text)))
	}
	if len(q.Facts) > 0 {
		box.Add(flush(factTable(q.Facts)))
	}
	if q.Sheet != nil {
		a.sheet = newSheetView(q.Sheet)
		box.Add(flush(a.sheet.box))
	}
	if q.Field != "" {
		a.addEntry(q, box)
	}
	if q.CheckBox != "" {
		a.check = kit.NewCheck(q.CheckBox, nil)
		a.check.Set(q.Checked)
		box.Add(a.check)
		if q.CheckOff != "" {
			a.check.Disable()
			box.Add(newNote(q.CheckOff))
		}
	}
	return box
}

func (a *asks) addEntry(q *model.Question, box *fyne.Container) {
	if q.Secret {
		a.entry = kit.NewPasswordEntry("", 300)
	} else {
		a.entry = kit.NewEntry("", 300)
	}
	a.entry.SetText(q.Value)
	a.entry.OnSubmitted = func(string) {
		if a.card == nil {
			return
		}
		for i, b := range a.card.Buttons {
			if b.Default {
				a.card.Press(i)
				return
			}
		}
	}
	a.problem = canvas.NewText("", themed(theme.ColorNameError))
	a.problem.TextSize = theme.CaptionTextSize()
	box.Add(container.New(layout.NewCustomPaddedVBoxLayout(theme.Padding()), newNote(q.Field), a.entry, a.problem))
}

// paragraph is text that wraps to the card.
func paragraph(text string) fyne.CanvasObject {
	l := widget.NewLabel(text)
	l.Wrapping = fyne.TextWrapWord
	return l
}

// newNote is a small secondary line.
func newNote(text string) *canvas.Text {
	t := newCaption(fyne.TextAlignLeading)
	t.Text = text
	return t
}

// factTable sets names and values in two columns; values can be selected.
func factTable(facts []model.Fact) fyne.CanvasObject {
	form := container.New(layout.NewFormLayout())
	for _, f := range facts {
		if f.Value == "" {
			continue
		}
		name := newFine(f.Label)
		name.Wrapping = fyne.TextWrapOff
		value := widget.NewLabel(f.Value)
		value.Wrapping = fyne.TextWrapWord
		if !strings.Contains(f.Value, " ") {
			value.Wrapping = fyne.TextWrapBreak
		}
		value.Selectable = true
		if len(f.Value) > 60 || f.Label == "SHA-256" {
			value.TextStyle.Monospace = f.Label == "SHA-256" || f.Label == "Trusted before"
		}
		form.Add(name)
		form.Add(value)
	}
	return form
}

// sheetView is the table of the question about files that exist.
type sheetView struct {
	box   *fyne.Container
	head  *widget.Label
	rows  *fyne.Container
	seen  []*model.Group
	sizes []int
	picks []*widget.Select
	kept  map[*model.Group]transfer.Exists
}

func newSheetView(s *model.Sheet) *sheetView {
	v := &sheetView{head: widget.NewLabel(""), rows: container.NewVBox(), kept: map[*model.Group]transfer.Exists{}}
	v.box = container.NewVBox(v.head, v.rows)
	v.update(s)
	return v
}

// update follows the sheet while files are added to it, and keeps what the
// user chose. It reports whether anything changed.
func (v *sheetView) update(s *model.Sheet) bool {
	groups := s.Groups()
	if v.same(groups) {
		return false
	}
	v.head.SetText(s.Heading())
	v.rows.RemoveAll()
	v.seen, v.sizes, v.picks = groups, nil, nil
	for _, g := range groups {
		v.sizes = append(v.sizes, g.Len())
		v.rows.Add(v.row(g))
	}
	return true
}

func (v *sheetView) same(groups []*model.Group) bool {
	if len(groups) != len(v.seen) {
		return false
	}
	for i, g := range groups {
		if v.seen[i] != g || v.sizes[i] != g.Len() {
			return false
		}
	}
	return true
}

func (v *sheetView) row(g *model.Group) fyne.CanvasObject {
	options := g.Options()
	var words []string
	chosen := 0
	want, ok := v.kept[g]
	if !ok {
		want = g.Suggested
	}
	for i, o := range options {
		words = append(words, model.ExistsWord(o))
		if o == want {
			chosen = i
		}
	}
	pick := widget.NewSelect(words, nil)
	pick.SetSelectedIndex(chosen)
	pick.OnChanged = func(string) { v.kept[g] = options[pick.SelectedIndex()] }
	v.picks = append(v.picks, pick)
	name, source, target := g.Example()
	count := widget.NewLabel(g.Heading())
	count.TextStyle.Bold = true
	count.Truncation = fyne.TextTruncateEllipsis
	lines := container.New(layout.NewCustomPaddedVBoxLayout(-7), count, newFineLine("Such as "+name),
		newFineLine("New:   "+source), newFineLine("There: "+target))
	return container.NewBorder(nil, nil, nil, container.NewCenter(framed(pick)), lines)
}

func (v *sheetView) choices() []transfer.Exists {
	out := make([]transfer.Exists, len(v.picks))
	for i, p := range v.picks {
		out[i] = v.seen[i].Options()[p.SelectedIndex()]
	}
	return out
}
