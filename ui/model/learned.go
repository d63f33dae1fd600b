package model

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"longshore/sites"
	"longshore/transfer/session"
)

// Memory is what was learned about servers; sites.KnownServers is one. Recall
// and All are quick, the others wait for the disk.
type Memory interface {
	Recall(t session.Target) session.Learned
	SetLearned(t session.Target, l session.Learned) error
	All() map[string]sites.Known
	Distrust(key string) error
	Forget(key string) error
}

// The values of what can be learned, in the order to show them.
var (
	DataModes = []session.DataMode{session.DataAuto, session.DataEPSV, session.DataPASV, session.DataActive}
	ListModes = []session.ListMode{session.ListAuto, session.ListMLSD, session.ListLIST, session.ListAll}
)

// DataModeWord names a way to open data connections.
func DataModeWord(m session.DataMode) string {
	switch m {
	case session.DataEPSV:
		return "Passive (EPSV)"
	case session.DataPASV:
		return "Passive (PASV)"
	case session.DataActive:
		return "Active"
	}
	return "Automatic"
}

// ListModeWord names a way to list folders.
func ListModeWord(m session.ListMode) string {
	switch m {
	case session.ListMLSD:
		return "MLSD"
	case session.ListLIST:
		return "LIST"
	case session.ListAll:
		return "LIST -a"
	}
	return "Automatic"
}

// Learned is what was learned about a server, for the user to look at and to
// correct. Numbers are texts as they are typed.
type Learned struct {
	app    *App
	target session.Target
	was    session.Learned

	Software    string
	TLSSeen     bool
	TLS12       bool
	Data        session.DataMode
	List        session.ListMode
	MaxSessions string // "" for not known
	Clock       string // minutes ahead of UTC; "" for not known
	Charset     string
	Pin         *sites.Pin // the trusted certificate, nil for none
}

// Learned reads what is known about a server; nil if nothing is remembered by
// this program at all.
func (a *App) Learned(t session.Target) *Learned {
	if a.deps.Memory == nil {
		return nil
	}
	l := a.deps.Memory.Recall(t)
	e := &Learned{app: a, target: t, was: l, Software: l.Software, TLSSeen: l.TLSSeen, TLS12: l.TLS12, Data: l.Data, List: l.List, Charset: l.Charset}
	if l.MaxSessions > 0 {
		e.MaxSessions = strconv.Itoa(l.MaxSessions)
	}
	if l.ClockOffset != nil {
		e.Clock = strconv.Itoa(int(l.ClockOffset.Minutes()))
	}
	e.Pin = a.deps.Memory.All()[e.key()].Certificate
	return e
}

func (e *Learned) key() string { return sites.ServerKey(e.target.Host, e.target.PortOrDefault()) }

// Server names the server that this is about.
func (e *Learned) Server() string {
	return fmt.Sprintf("%s, port %d", e.target.Host, e.target.PortOrDefault())
}

// Read checks what was filled in; problem says in words what is wrong.
func (e *Learned) Read() (l session.Learned, problem string) {
	l = e.was
	l.TLSSeen, l.TLS12, l.Data, l.List, l.Charset = e.TLSSeen, e.TLS12, e.Data, e.List, strings.TrimSpace(e.Charset)
	l.MaxSessions, l.ClockOffset = 0, nil
	if text := strings.TrimSpace(e.MaxSessions); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > session.MaxSessions {
			return l, fmt.Sprintf("The number of connections is from 1 to %d, or empty", session.MaxSessions)
		}
		l.MaxSessions = n
	}
	if l.MaxSessions != e.was.MaxSessions {
		l.LimitedAt = time.Time{}
		if l.MaxSessions > 0 {
			l.LimitedAt = e.app.deps.Now()
		}
	}
	if text := strings.TrimSpace(e.Clock); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < -26*60 || n > 26*60 {
			return l, "The clock is a number of minutes, or empty"
		}
		d := time.Duration(n) * time.Minute
		if e.was.ClockOffset != nil && int(e.was.ClockOffset.Minutes()) == n {
			d = *e.was.ClockOffset // seconds are not shown, and not lost
		}
		l.ClockOffset = &d
	}
	if _, err := session.EncodeName(l.Charset, "x"); err != nil {
		return l, fmt.Sprintf("%q is no character set that is known here", l.Charset)
	}
	return l, ""
}

// Save keeps what was filled in and then calls then; problem gets what is
// wrong with it.
func (e *Learned) Save(problem func(string), then func()) {
	l, wrong := e.Read()
	if wrong != "" {
		problem(wrong)
		return
	}
	e.store(func(m Memory) error { return m.SetLearned(e.target, l) }, then)
}

// ForgetText says what ForgetAll would take away.
func (e *Learned) ForgetText() string { return wordForgetLearned(e) }

// ForgetAll drops everything known about the server, its trusted certificate
// among it.
func (e *Learned) ForgetAll(then func()) {
	e.store(func(m Memory) error { return m.Forget(e.key()) }, then)
}

// Distrust drops the trusted certificate: it is asked about again.
func (e *Learned) Distrust(then func()) {
	e.store(func(m Memory) error { return m.Distrust(e.key()) }, func() { e.Pin = nil; then() })
}

func (e *Learned) store(do func(Memory) error, then func()) {
	a := e.app
	a.deps.Go(func() {
		err := do(a.deps.Memory)
		a.deps.Do(func() {
			if err != nil {
				a.Alert(wordSaveFailed(wordLearned, err))
				return
			}
			then()
		})
	})
}

// Vouched tells that a certificate which the user once trusted is now vouched
// for by the system, and that the decision was dropped.
func (a *App) Vouched(t session.Target, err error) {
	if err != nil {
		a.Alert(wordSaveFailed(wordDecision, err))
		return
	}
	a.Alert(wordVouched(t))
}
