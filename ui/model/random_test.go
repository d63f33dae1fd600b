package model

import (
	"fmt"
	"testing"
	"time"

	"longshore/sites"
	"longshore/transfer"
	"longshore/transfer/session"
)

// FuzzRandomPlay plays what people and engines do, in any order and with any
// interleaving of the work beside, and checks what must always hold.
func FuzzRandomPlay(f *testing.F) {
	for seed := range byte(12) {
		var script []byte
		for i := range 120 {
			script = append(script, byte(i)*seed+seed*17, byte(i*i)+seed)
		}
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		b := newBench(t)
		for len(script) >= 2 {
			play(t, b, script[0], int(script[1]))
			script = script[2:]
			invariants(t, b)
			if t.Failed() {
				return
			}
		}
		b.loop.settle()
		b.Apply()
		invariants(t, b)
		checkView(t, b.QueueView, b.queue)
		b.Close()
		b.loop.settle()
	})
}

func play(t *testing.T, b *bench, what byte, n int) {
	p := b.Tab().Pane(Side(n % 2))
	switch what % 22 {
	case 0, 1, 2:
		b.loop.stepWork(n % max(len(b.loop.work), 1))
	case 3, 4, 5:
		b.loop.stepUI()
	case 6:
		all := b.Actions.All()
		b.Actions.Run(all[n%len(all)].Name)
	case 7:
		p.Activate(n%(p.Len()+3) - 2)
	case 8:
		var names []string
		for i := range p.Len() {
			if i%3 == n%3 {
				names = append(names, p.Row(i).Raw)
			}
		}
		p.SelectNames(names, "")
		b.SetFocus(p.Side)
	case 9:
		b.Tab().Pane(p.Side.Other()).Drop(p.DragSelected(), n%(p.Len()+3)-2, n%5 == 0)
	case 10:
		b.Connect(session.Target{Host: fmt.Sprintf("h%d", n%3), User: "anna", Security: session.ExplicitTLS}, sites.Site{}, "")
	case 11:
		b.server.refuse = [...]error{nil, nil, &session.Error{Kind: session.Auth, Code: 530, Text: "no\x1b[2J"},
			&session.Error{Kind: session.TLS, Err: &session.CertificateError{Certificate: session.Certificate{Host: "h1", SHA256: "ab"}}},
			&session.Error{Kind: session.Network}, &session.Error{Kind: session.TLS, Err: &session.PlainError{Host: "h"}}}[n%6]
	case 12:
		b.server.listErr = [...]error{nil, nil, &session.Error{Kind: session.Network, Dead: true}}[n%3]
	case 13:
		if q := b.Questions.Current(); q != nil {
			if n%4 == 0 {
				b.Questions.PutAside(q.ID)
			} else {
				b.Questions.Answer(q.ID, n%len(q.Choices), Reply{Text: "answer", Check: n%2 == 0})
			}
		} else if w := b.Questions.Waiting(); len(w) > 0 {
			b.Questions.Take(w[0].ID)
		}
	case 14:
		playQueue(b, n)
	case 15:
		b.Apply()
	case 16:
		b.loop.fire()
	case 17:
		p.SortBy(Column(n % 5))
	case 18:
		p.SetFilter([]string{"", "b", "*.html", "["}[n%4])
	case 19:
		b.now = b.now.Add(time.Duration(n) * time.Minute)
		b.Tick()
	case 20:
		b.SetRows([]int{0, n % 7})
		b.ShowBottom(Bottom(n % 4))
	case 21:
		b.CloseTab(n % 3)
	}
}

// playQueue is the engine's part: an item goes somewhere, perhaps to ask.
func playQueue(b *bench, n int) {
	id := transfer.ItemID(n%9 + 1)
	state := transfer.State(n % int(transfer.Cancelled+1))
	b.queue.set(id, state, func(i *transfer.Item) {
		i.Question = nil
		if state == transfer.Asking {
			b.queue.rev++
			i.Question = &transfer.Question{ID: transfer.QuestionID(b.queue.rev), Kind: transfer.QuestionKind(n % 5), Target: i.Target,
				SourceSize: int64(n % 3), Certificate: &session.Certificate{Host: i.Target.Host, SHA256: "cd"}}
		}
		if state == transfer.Failed {
			i.Err = &transfer.Failure{Kind: session.Kind(n % 12), Text: "words"}
		}
	})
}

// invariants hold after every single step.
func invariants(t *testing.T, b *bench) {
	t.Helper()
	if b.Tab() == nil || len(b.Tabs) == 0 {
		t.Fatal("there is no tab")
	}
	if len(b.Toasts) > maxToasts {
		t.Errorf("%d messages", len(b.Toasts))
	}
	for _, tab := range b.Tabs {
		for _, p := range []*Pane{tab.Local, tab.Remote} {
			for i := range p.rows {
				if int(p.rows[i]) >= len(p.entries) {
					t.Fatalf("row %d of %q shows entry %d of %d", i, p.Dir, p.rows[i], len(p.entries))
				}
			}
			if s := p.Summarise(); s.Selected > p.Len() || s.Hidden < 0 {
				t.Errorf("%q: %+v of %d rows", p.Dir, s, p.Len())
			}
			if p.Dir == "" && p.Len() > 0 {
				t.Error("rows without a folder")
			}
		}
		if (tab.State == Connected || tab.State == Connecting) && tab.server == nil {
			t.Errorf("state %v without a server", tab.State)
		}
		if tab.State == Unconnected && tab.Remote.Ready() {
			t.Errorf("unconnected, but shows %q", tab.Remote.Dir)
		}
	}
	seen := map[int]bool{}
	for _, q := range b.Questions.list {
		if seen[q.ID] || len(q.Choices) == 0 || q.Title == "" {
			t.Errorf("question %+v", q)
		}
		seen[q.ID] = true
		if q.Sheet != nil && q.Sheet.Len() != len(q.ids) {
			t.Errorf("a sheet of %d for %d questions", q.Sheet.Len(), len(q.ids))
		}
	}
	for _, a := range b.Actions.All() {
		a.Why() // must not panic in any state
		if a.On != nil {
			a.On()
		}
	}
}
