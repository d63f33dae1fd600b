package model

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"longshore/sites"
	"longshore/transfer"
	"longshore/transfer/session"
)

// clashes puts uploads into the queue that wait for an answer: for each kind
// the source is newer, older, of another size, the same.
func clashes(t *testing.T, b *bench, kinds ...int) {
	t.Helper()
	old, late := b.now.Add(-time.Hour), b.now
	for _, kind := range kinds {
		n := b.queue.last + 1
		_, _ = b.queue.Add(t.Context(), transfer.Request{Target: demoTarget, Local: fmt.Sprintf("/l/%d", n), Remote: fmt.Sprintf("/r/%d", n)})
		q := &transfer.Question{ID: transfer.QuestionID(n), Kind: transfer.AskExists, SourceSize: 1, TargetSize: 1, SourceTime: old, TargetTime: old}
		switch kind {
		case sourceNewer:
			q.SourceTime = late
		case targetNewer:
			q.TargetTime = late
		case sizeDiffers:
			q.SourceSize = 2
		}
		b.queue.set(n, transfer.Asking, func(i *transfer.Item) { i.Question = q })
	}
	b.Apply()
}

func TestOneSheetForManyFiles(t *testing.T) {
	b := connected(t)
	clashes(t, b, sourceNewer, sourceNewer, targetNewer, lookSame)
	clashes(t, b, sizeDiffers)
	q := b.Questions.Current()
	if q == nil || b.Questions.Len() != 1 || q.Sheet.Len() != 5 || len(q.Sheet.Groups()) != 4 {
		t.Fatalf("%d questions, %+v", b.Questions.Len(), q)
	}
	b.Questions.Answer(q.ID, len(q.Choices)-1, Reply{Choices: []transfer.Exists{transfer.Overwrite, transfer.Skip, transfer.Rename, transfer.Skip}})
	want := []transfer.Exists{1: transfer.Overwrite, 2: transfer.Overwrite, 3: transfer.Skip, 4: transfer.Skip, 5: transfer.Rename}
	for id, a := range b.queue.answers {
		if a.Exists != want[id] || a.All {
			t.Errorf("question %d: %+v, want %v", id, a, want[id])
		}
	}
	if len(b.queue.answers) != 5 {
		t.Errorf("%d answers", len(b.queue.answers))
	}
	b.Apply()
	if b.Questions.Len() != 0 {
		t.Error("the sheet is still there")
	}
}

func TestSheetPutAside(t *testing.T) {
	b := connected(t)
	clashes(t, b, lookSame)
	q := b.Questions.Current()
	b.Questions.PutAside(q.ID)
	clashes(t, b, lookSame)
	if b.Questions.Current() != nil || len(b.Questions.Waiting()) != 1 || q.Sheet.Len() != 2 || len(b.queue.answers) != 0 {
		t.Error("putting aside changed something")
	}
	b.Questions.Take(q.ID)
	if b.Questions.Current() != q {
		t.Error("it does not come back")
	}
}

// Items that are cancelled, or answered by somebody else, leave the sheet.
func TestSheetForgets(t *testing.T) {
	b := connected(t)
	clashes(t, b, lookSame, lookSame)
	b.queue.Cancel(1)
	b.Apply()
	if q := b.Questions.Current(); q == nil || q.Sheet.Len() != 1 {
		t.Fatalf("sheet %+v", q)
	}
	b.queue.Cancel(2)
	b.queue.Forget(2)
	b.Apply()
	if b.Questions.Len() != 0 {
		t.Error("an empty sheet is shown")
	}
}

func TestSheetCancel(t *testing.T) {
	b := connected(t)
	clashes(t, b, lookSame, sourceNewer)
	q := b.Questions.Current()
	i := slices.IndexFunc(q.Choices, func(c Choice) bool { return c.Role == Danger })
	b.Questions.Answer(q.ID, i, Reply{})
	if len(b.queue.answers) != 0 || b.queue.items[1].State != transfer.Cancelled || b.queue.items[2].State != transfer.Cancelled {
		t.Error("not cancelled")
	}
}

// "The same for later ones" must not say more than the user saw.
func TestRuleForLaterFiles(t *testing.T) {
	for _, c := range []struct {
		kinds   []int
		choices []transfer.Exists
		want    transfer.Exists
		one     bool
	}{
		{[]int{sourceNewer, targetNewer}, []transfer.Exists{transfer.Overwrite, transfer.Skip}, transfer.Newer, true},
		{[]int{sourceNewer}, []transfer.Exists{transfer.Overwrite}, transfer.Newer, true},
		{[]int{sourceNewer, targetNewer}, []transfer.Exists{transfer.Overwrite, transfer.Overwrite}, transfer.Overwrite, true},
		{[]int{lookSame}, []transfer.Exists{transfer.Skip}, transfer.Skip, true},
		{[]int{sourceNewer, targetNewer}, []transfer.Exists{transfer.Rename, transfer.Skip}, 0, false},
		{[]int{sourceNewer}, nil, 0, false},
	} {
		b := connected(t)
		clashes(t, b, c.kinds...)
		rule, one := b.Questions.Current().Sheet.rule(c.choices)
		if one != c.one || one && rule != c.want {
			t.Errorf("%v %v: %v %v", c.kinds, c.choices, rule, one)
		}
	}
}

// The tab and the queue ask for the same certificate: one question, one answer.
func TestOneQuestionAboutAServer(t *testing.T) {
	b := newBench(t)
	cert := session.Certificate{Host: demoTarget.Host, Port: 21, SHA256: "aa"}
	b.server.refuse = &session.Error{Kind: session.TLS, Err: &session.CertificateError{Certificate: cert}}
	b.Connect(demoTarget, sites.Site{}, "")
	b.loop.settle()
	_, _ = b.queue.Add(t.Context(), transfer.Request{Target: demoTarget}, transfer.Request{Target: demoTarget})
	for id := range transfer.ItemID(2) {
		b.queue.set(id+1, transfer.Asking, func(i *transfer.Item) {
			i.Question = &transfer.Question{ID: 7, Kind: transfer.AskCertificate, Target: demoTarget, Certificate: &cert}
		})
	}
	b.Apply()
	if b.Questions.Len() != 1 {
		t.Fatalf("%d questions", b.Questions.Len())
	}
	b.server.refuse = nil
	b.Questions.Answer(b.Questions.Current().ID, 2, Reply{})
	b.loop.settle()
	b.Apply()
	if !b.queue.answers[7].Retry || b.Tab().State != Connected || b.Questions.Len() != 0 {
		t.Errorf("answers %v, tab %v, %d questions", b.queue.answers, b.Tab().State, b.Questions.Len())
	}
}

// A question about another server than the one in front waits in the strip.
func TestQuestionElsewhereWaits(t *testing.T) {
	b := connected(t)
	_, _ = b.queue.Add(t.Context(), transfer.Request{Target: session.Target{Host: "elsewhere", User: "x"}})
	b.queue.set(1, transfer.Asking, func(i *transfer.Item) {
		i.Question = &transfer.Question{ID: 1, Kind: transfer.AskPassword, Target: i.Target}
	})
	b.Apply()
	if b.Questions.Current() != nil || len(b.Questions.Waiting()) != 1 {
		t.Error("it was put over the user's work")
	}
}

func TestDeleteAsks(t *testing.T) {
	b := connected(t)
	p := b.Tab().Remote
	b.SetFocus(Remote)
	p.SelectNames([]string{"css", "a.html"}, "css")
	b.Actions.Run("delete")
	q := b.Questions.Current()
	if q == nil || !q.Warning || len(b.queue.requests) != 0 {
		t.Fatal("it was not asked")
	}
	b.Questions.PutAside(q.ID)
	b.loop.settle()
	if len(b.queue.requests) != 0 {
		t.Fatal("Escape deleted")
	}
	b.Actions.Run("delete")
	b.Questions.Answer(b.Questions.Current().ID, 1, Reply{})
	b.loop.settle()
	if len(b.queue.requests) != 2 || b.queue.requests[0].Direction != transfer.Remove {
		t.Errorf("%+v", b.queue.requests)
	}
}

func TestQuitAsksWhileBusy(t *testing.T) {
	b := connected(t)
	quits := 0
	b.SetScreen(quitCounter{n: &quits})
	b.RequestQuit()
	_, _ = b.queue.Add(t.Context(), transfer.Request{Target: demoTarget})
	b.queue.set(1, transfer.Running)
	b.Apply()
	b.RequestQuit()
	b.RequestQuit()
	if quits != 1 || b.Questions.Len() != 1 {
		t.Fatalf("quit %d times, %d questions", quits, b.Questions.Len())
	}
	b.Questions.Answer(b.Questions.Current().ID, 1, Reply{})
	if quits != 2 {
		t.Error("did not quit")
	}
}

// quitCounter is a window that only counts.
type quitCounter struct {
	noScreen
	n *int
}

func (q quitCounter) Quit() { *q.n++ }
