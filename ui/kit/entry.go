package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Entry is Fyne's entry in a compact frame, which also says when its text is
// final: at Enter, and when the keyboard leaves it.
type Entry struct {
	widget.Entry
	OnCommit func(text string) // the text was changed and is final now
	OnCancel func() bool       // Esc; true if it was used
	OnFocus  func(focused bool)

	width     float32
	committed string
	eye       *ToolButton
}

// NewEntry makes an entry with a placeholder and a least width in units.
func NewEntry(placeholder string, width float32) *Entry {
	e := &Entry{width: width}
	e.ExtendBaseWidget(e)
	e.PlaceHolder = placeholder
	e.Wrapping = fyne.TextWrapOff
	return e
}

// NewPasswordEntry hides its text, with an eye to show it. The text is the
// caller's to clear.
func NewPasswordEntry(placeholder string, width float32) *Entry {
	e := NewEntry(placeholder, width)
	e.Password = true
	e.eye = newToolButton("eye-off", "Show the password", 22, 15, e.toggleEye)
	e.eye.inEntry = true
	e.ActionItem = e.eye
	return e
}

func (e *Entry) toggleEye() {
	e.Password = !e.Password
	if e.Password {
		e.eye.SetIcon("eye-off", "")
		e.eye.SetTip("Show the password")
	} else {
		e.eye.SetIcon("eye", "")
		e.eye.SetTip("Hide the password")
	}
	e.Refresh()
}

// SetText sets the text without calling OnCommit for it.
func (e *Entry) SetText(text string) {
	e.committed = text
	e.Entry.SetText(text)
}

// MinSize is the width it was made with and 28 units of height.
func (e *Entry) MinSize() fyne.Size {
	e.ExtendBaseWidget(e)
	m := e.Entry.MinSize()
	if e.MultiLine {
		return fyne.NewSize(max(dp(e.width), m.Width), m.Height)
	}
	return fyne.NewSize(max(dp(e.width), dp(40)), dp(28))
}

// FocusGained is called by Fyne.
func (e *Entry) FocusGained() {
	e.committed = e.Text
	e.Entry.FocusGained()
	if e.OnFocus != nil {
		e.OnFocus(true)
	}
}

// FocusLost is called by Fyne.
func (e *Entry) FocusLost() {
	e.Entry.FocusLost()
	e.Commit()
	if e.OnFocus != nil {
		e.OnFocus(false)
	}
}

// Commit calls OnCommit if the text has changed since the last time.
func (e *Entry) Commit() {
	if e.Text == e.committed {
		return
	}
	e.committed = e.Text
	if e.OnCommit != nil {
		e.OnCommit(e.Text)
	}
}

// TypedKey is called by Fyne.
func (e *Entry) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeyEscape:
		if e.OnCancel != nil && e.OnCancel() {
			return
		}
		topKeys(e, ev)
	case fyne.KeyReturn, fyne.KeyEnter:
		if e.MultiLine {
			e.Entry.TypedKey(ev)
			return
		}
		e.Commit()
		if e.OnSubmitted != nil {
			e.OnSubmitted(e.Text)
			return
		}
		topKeys(e, ev)
	default:
		e.Entry.TypedKey(ev)
	}
}

// SelectAllText chooses the whole text, as a click into an address bar does.
func (e *Entry) SelectAllText() { e.TypedShortcut(&fyne.ShortcutSelectAll{}) }
