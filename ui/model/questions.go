package model

import (
	"errors"
	"slices"

	"longshore/sites"
	"longshore/transfer"
	"longshore/transfer/listing"
	"longshore/transfer/session"
)

// Ask is what a question is about.
type Ask uint8

// The questions.
const (
	AskPassword Ask = iota
	AskCertificate
	AskPlain
	AskDowngrade
	AskExists
	AskDelete
	AskQuit
	AskName   // a name for a new folder or file
	AskMode   // permissions
	AskText   // one line: a bookmark's name, a raw command
	AskMaster // the vault's master password
	AskStore  // where passwords go without a keyring
)

// Fact is a line of a question that the user compares or reads out.
type Fact struct{ Label, Value string }

// Role is what a button of a question means for the keyboard.
type Role uint8

// The roles.
const (
	Plain   Role = iota
	Default      // Enter
	Decline      // Escape
	Danger
)

// Choice is a button of a question.
type Choice struct {
	Label string
	Role  Role
	Do    func(Reply)
}

// Reply is what the user filled in.
type Reply struct {
	Text    string
	Check   bool
	Choices []transfer.Exists // one for each group of the sheet
}

// Question is something only the user can decide. While it is out everything
// else goes on.
type Question struct {
	ID       int
	About    Ask
	Title    string
	Text     []string
	Facts    []Fact
	Warning  bool   // the safe answer is to decline
	Field    string // label of the entry; "" for none
	Secret   bool   // the entry hides what is typed
	Value    string // what the entry starts with
	CheckBox string // label of the check box; "" for none
	Checked  bool   // what the check box starts with
	CheckOff string // why the check box cannot be ticked; "" if it can
	Check    func(text string) (problem string)
	Sheet    *Sheet // AskExists
	Choices  []Choice
	Deferred bool // put aside; waits in the strip over the queue

	tab    *Tab
	then   func()      // what goes on after an answer, besides tab and queue
	locked sites.Store // that must be unlocked for this to be answered by itself
	stop   func()      // ends the wait for that
	target session.Target
	ids    map[transfer.QuestionID]bool
}

// Questions are those that wait, the oldest first. One at a time is shown.
type Questions struct {
	app    *App
	list   []*Question
	nextID int
}

func newQuestions(a *App) *Questions { return &Questions{app: a} }

// Current is the question to show now, or nil.
func (q *Questions) Current() *Question {
	for _, x := range q.list {
		if !x.Deferred {
			return x
		}
	}
	return nil
}

// Waiting are the questions that were put aside. One that a keyring may yet
// answer has a bar of its own.
func (q *Questions) Waiting() []*Question {
	var out []*Question
	for _, x := range q.list {
		if x.Deferred && x.stop == nil {
			out = append(out, x)
		}
	}
	return out
}

// Len is the number of open questions.
func (q *Questions) Len() int { return len(q.list) }

func (q *Questions) add(x *Question) *Question {
	q.nextID++
	x.ID = q.nextID
	q.list = append(q.list, x)
	q.app.touch(PartQuestion | PartQueue)
	return x
}

func (q *Questions) drop(x *Question) {
	if x.stop != nil { // nobody waits for it any more
		x.stop()
		x.stop, q.app.Waiting = nil, nil
	}
	if i := slices.Index(q.list, x); i >= 0 {
		q.list = slices.Delete(q.list, i, i+1)
		q.app.touch(PartQuestion | PartQueue)
	}
}

// Answer gives the user's answer to a question; one that was answered already
// is not answered again.
func (q *Questions) Answer(id, choice int, r Reply) {
	for _, x := range q.list {
		if x.ID != id {
			continue
		}
		if choice < 0 || choice >= len(x.Choices) {
			return
		}
		q.drop(x)
		if do := x.Choices[choice].Do; do != nil {
			do(r)
		}
		return
	}
}

// PutAside closes a question without an answer. Questions of the queue wait;
// the others are declined.
func (q *Questions) PutAside(id int) {
	for _, x := range q.list {
		if x.ID != id {
			continue
		}
		if x.ids != nil {
			x.Deferred = true
			q.app.touch(PartQuestion | PartQueue)
			return
		}
		for i, c := range x.Choices {
			if c.Role == Decline {
				q.Answer(id, i, Reply{})
				return
			}
		}
		q.drop(x)
		return
	}
}

// Take shows a question that was put aside.
func (q *Questions) Take(id int) {
	for _, x := range q.list {
		if x.ID == id {
			x.Deferred = false
			q.app.touch(PartQuestion | PartQueue)
		}
	}
}

func (q *Questions) dropTab(t *Tab) {
	for _, x := range slices.Clone(q.list) {
		if x.tab == t && len(x.ids) == 0 {
			q.drop(x)
		} else if x.tab == t {
			x.tab = nil
		}
	}
}

// fromTab turns an error of a tab's connection into a question where the user
// can help, and reports whether it did.
func (q *Questions) fromTab(t *Tab, err error) bool {
	about, cert, words, ok := askedBy(err)
	if !ok {
		return false
	}
	if about == AskPassword && words != "" {
		t.tries++
		q.refused(t.Target)
	}
	x := q.server(about, t.Target, cert, words)
	x.tab = t
	x.Deferred = false
	if about == AskPassword && words == "" && x.locked == "" {
		q.behindLock(x)
	}
	return true
}

// askedBy finds what an error asks the user.
func askedBy(err error) (about Ask, cert *session.Certificate, words string, ok bool) {
	var c *session.CertificateError
	var plain *session.PlainError
	var down *session.DowngradeError
	var e *session.Error
	switch {
	case errors.As(err, &c):
		return AskCertificate, &c.Certificate, "", true
	case errors.As(err, &plain):
		return AskPlain, nil, "", true
	case errors.As(err, &down):
		return AskDowngrade, nil, "", true
	case errors.Is(err, session.ErrNoPassword):
		return AskPassword, nil, "", true
	case errors.As(err, &e) && e.Kind == session.Auth:
		return AskPassword, nil, e.Text, true
	}
	return 0, nil, "", false
}

// server is the one question of its kind about a server, old or new.
func (q *Questions) server(about Ask, t session.Target, cert *session.Certificate, words string) *Question {
	for _, x := range q.list {
		if (x.About == about || x.About == AskMaster && about == AskPassword) && x.target.Key() == t.Key() {
			return x
		}
	}
	var x *Question
	switch about {
	case AskCertificate:
		x = q.certificate(t, cert)
	case AskPlain:
		x = q.plain(t)
	case AskDowngrade:
		x = q.downgrade(t)
	default:
		x = q.password(t, words)
	}
	x.About, x.target = about, t
	return q.add(x)
}

// settle goes on after an answer: the tab connects again and the queue's items
// are tried again.
func (q *Questions) settle(x *Question) {
	for id := range x.ids {
		_ = q.app.deps.Queue.Answer(id, transfer.Answer{Retry: true}) // an answered one is refused, rightly
	}
	if x.tab != nil {
		x.tab.Reconnect()
	}
	if x.then != nil {
		x.then()
	}
}

func (q *Questions) decline(x *Question) {
	for id := range x.ids {
		_ = q.app.deps.Queue.Answer(id, transfer.Answer{Decline: true})
	}
}

func (q *Questions) password(t session.Target, words string) *Question {
	x := &Question{Title: wordPasswordTitle(t), Field: wordPassword, Secret: true, CheckBox: wordSaveIn(q.app.storeOf(t))}
	if words != "" {
		x.Text = []string{wordPasswordRefused, listing.Escape(words)}
	} else {
		x.Text = []string{wordPasswordNeeded(t)}
	}
	if t.Site == "" {
		x.CheckOff = wordSaveNeedsSite
	}
	x.Choices = []Choice{
		{Label: wordCancel, Role: Decline, Do: func(Reply) { q.decline(x) }},
		{Label: wordConnect, Role: Default, Do: func(r Reply) { q.usePassword(x, r) }},
	}
	return x
}

func (q *Questions) usePassword(x *Question, r Reply) {
	p, t := q.app.deps.Passwords, x.target
	if p == nil {
		return
	}
	p.Type(t, r.Text)
	if r.Check && x.CheckOff == "" {
		q.app.savePassword(t.Site, r.Text)
	}
	q.settle(x)
}

func (q *Questions) certificate(t session.Target, c *session.Certificate) *Question {
	x := certificateQuestion(c)
	if trust := q.app.deps.Trust; trust != nil {
		if v := trust.Judge(*c); v.Changed() {
			certificateChanged(x, c, v.Old)
		}
	}
	accept := func(always bool) func(Reply) {
		return func(Reply) {
			q.decide(x, func() error { return q.app.deps.Trust.Trust(*c, always) })
		}
	}
	x.Choices = []Choice{
		{Label: wordCancel, Role: Decline, Do: func(Reply) { q.decline(x) }},
		{Label: wordTrustAlways, Do: accept(true)},
		{Label: wordTrustOnce, Do: accept(false)},
	}
	return x
}

// decide stores a decision, which waits for the disk, and then goes on.
func (q *Questions) decide(x *Question, store func() error) {
	q.app.deps.Go(func() {
		err := store()
		q.app.deps.Do(func() {
			if err != nil {
				q.app.Alert(wordSaveFailed(wordDecision, err))
			}
			q.settle(x)
		})
	})
}

func (q *Questions) plain(t session.Target) *Question {
	x := &Question{Title: wordPlainTitle, Text: wordPlainText(t), Warning: true, CheckBox: wordRememberServer}
	x.Choices = []Choice{
		{Label: wordCancel, Role: Decline, Do: func(Reply) { q.decline(x) }},
		{Label: wordConnectAnyway, Role: Danger, Do: func(r Reply) {
			q.decide(x, func() error { return q.app.deps.Trust.AllowPlain(t, r.Check) })
		}},
	}
	return x
}

func (q *Questions) downgrade(t session.Target) *Question {
	x := &Question{Title: wordDowngradeTitle, Text: wordDowngradeText(t), Warning: true}
	x.Choices = []Choice{
		{Label: wordCancel, Role: Decline, Do: func(Reply) { q.decline(x) }},
		{Label: wordConnectAnyway, Role: Danger, Do: func(Reply) {
			q.decide(x, func() error { return q.app.deps.Trust.AllowNoTLS(t) })
		}},
	}
	return x
}
