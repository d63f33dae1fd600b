package ui

import (
	"testing"

	"fyne.io/fyne/v2"
)

func TestSplitKey(t *testing.T) {
	const ctrl, shift, alt = fyne.KeyModifierControl, fyne.KeyModifierShift, fyne.KeyModifierAlt
	for key, want := range map[string]struct {
		name fyne.KeyName
		mods fyne.KeyModifier
	}{
		"F5": {"F5", 0}, "Ctrl+R": {"R", ctrl}, "Ctrl+Shift+O": {"O", ctrl | shift}, "Alt+Up": {fyne.KeyUp, alt},
		"Ctrl++": {fyne.KeyPlus, ctrl}, "Ctrl+-": {fyne.KeyMinus, ctrl}, "Ctrl+.": {".", ctrl}, "Del": {fyne.KeyDelete, 0}, "": {"", 0},
	} {
		if name, mods := splitKey(key); name != want.name || mods != want.mods {
			t.Errorf("%q: %q %v", key, name, mods)
		}
	}
}

// Every key of an Action can be pressed: it is bound as a shortcut, or is one
// that tables pass on or have themselves.
func TestEveryKeyWorks(t *testing.T) {
	s := newStand(t)
	own := map[string]bool{"Del": true, "Enter": true, "Ctrl+A": true}
	for _, a := range s.model.Actions.All() {
		name, _ := splitKey(a.Key)
		if a.Key == "" || own[a.Key] || shortcutOf(a.Key) != nil || name[0] == 'F' && len(name) > 1 {
			continue
		}
		t.Errorf("%s: nothing listens to %q", a.Name, a.Key)
	}
}

func TestFunctionKeys(t *testing.T) {
	s := newStand(t)
	if !s.tableKey(&fyne.KeyEvent{Name: fyne.KeyF7}) || s.model.Questions.Len() != 1 {
		t.Error("F7 does not ask for a folder's name")
	}
	if s.tableKey(&fyne.KeyEvent{Name: fyne.KeyF12}) {
		t.Error("F12 means something")
	}
}
