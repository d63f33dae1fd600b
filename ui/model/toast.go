package model

import "time"

// Grade is how serious a message is.
type Grade uint8

// The grades.
const (
	GradeInfo Grade = iota
	GradeGood
	GradeWarning
	GradeError
)

// Message is something to tell: what happened, the server's own words, one
// hint, and at most one thing to do about it.
type Message struct {
	Grade  Grade
	What   string
	Server string // the server's words, escaped
	Hint   string
	Button string
	Do     func()
}

// Toast is a Message on the screen.
type Toast struct {
	ID int
	Message
	Until time.Time // zero: until it is closed
}

const (
	maxToasts  = 4
	toastShort = 6 * time.Second
	toastLong  = 14 * time.Second
)

// Alert shows a message; errors stay longer. The same words twice are shown
// once.
func (a *App) Alert(m Message) {
	for i := range a.Toasts {
		if a.Toasts[i].What == m.What && a.Toasts[i].Server == m.Server {
			return
		}
	}
	stay := toastShort
	if m.Grade >= GradeWarning || m.Button != "" {
		stay = toastLong
	}
	a.nextToast++
	id := a.nextToast
	a.Toasts = append(a.Toasts, Toast{ID: id, Message: m, Until: a.deps.Now().Add(stay)})
	if len(a.Toasts) > maxToasts {
		a.Toasts = a.Toasts[1:]
	}
	a.deps.After(stay, func() { a.Dismiss(id) })
	a.touch(PartToasts)
}

// Dismiss takes a message off the screen.
func (a *App) Dismiss(id int) {
	for i := range a.Toasts {
		if a.Toasts[i].ID == id {
			a.Toasts = append(a.Toasts[:i:i], a.Toasts[i+1:]...)
			a.touch(PartToasts)
			return
		}
	}
}

// Press does what the message offers and takes it off the screen.
func (a *App) Press(id int) {
	for _, t := range a.Toasts {
		if t.ID == id {
			a.Dismiss(id)
			if t.Do != nil {
				t.Do()
			}
			return
		}
	}
}
