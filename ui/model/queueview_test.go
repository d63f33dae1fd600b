package model

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"longshore/transfer"
	"longshore/transfer/session"
)

// checkView compares the view with the whole truth.
func checkView(t testing.TB, v *QueueView, q *fakeQueue) {
	t.Helper()
	want := map[Shelf]int{}
	for _, i := range q.items {
		want[shelfOf(i.State)]++
	}
	seen := map[transfer.ItemID]bool{}
	for s := range shelfCount {
		if v.Len(s) != want[s] {
			t.Errorf("shelf %d has %d rows, want %d", s, v.Len(s), want[s])
		}
		for i := range v.Len(s) {
			row := v.Row(s, i)
			if seen[row.ID] {
				t.Errorf("item %d is shown twice", row.ID)
			}
			seen[row.ID] = true
			if q.items[row.ID] == nil || q.items[row.ID].State != row.State {
				t.Errorf("item %d is shown as %v", row.ID, row.State)
			}
		}
	}
	if got := v.AllIDs(OnQueue); !slices.Equal(got, q.order) && len(got)+len(q.order) > 0 {
		t.Errorf("order %v, want %v", got, q.order)
	}
}

func TestQueueViewFollows(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 1))
		q, v := newFakeQueue(), NewQueueView(time.Time{})
		var rev transfer.Rev
		for range 200 {
			switch id := transfer.ItemID(r.IntN(30) + 1); r.IntN(6) {
			case 0, 1:
				_, _ = q.Add(t.Context(), transfer.Request{Local: "/x", Remote: "/y"})
			case 2:
				q.set(id, transfer.State(r.IntN(int(transfer.Cancelled)+1)))
			case 3:
				q.Forget(id)
			case 4:
				r.Shuffle(len(q.order), func(i, j int) { q.order[i], q.order[j] = q.order[j], q.order[i] })
			case 5:
				d := q.Since(rev)
				rev = d.Rev
				v.Apply(d)
				checkView(t, v, q)
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// What comes out of a folder stands behind the folder's other files, also when
// more was asked for since.
func TestNewItemsStandBehindTheirFolder(t *testing.T) {
	v := NewQueueView(time.Time{})
	item := func(id, parent transfer.ItemID) transfer.Item { return transfer.Item{ID: id, Parent: parent} }
	v.Apply(transfer.Delta{Items: []transfer.Item{item(1, 0), item(2, 0)}})
	v.Apply(transfer.Delta{Items: []transfer.Item{item(3, 1), item(4, 1), item(5, 3), item(6, 0), item(7, 2)}})
	v.Apply(transfer.Delta{Items: []transfer.Item{item(8, 5), item(9, 6), item(10, 2)}})
	if got := v.AllIDs(OnQueue); !slices.Equal(got, []transfer.ItemID{1, 3, 4, 5, 8, 2, 7, 10, 6, 9}) {
		t.Errorf("order %v", got)
	}
}

// The engine tells of what was stamped last at the end: a folder after its
// files.
func TestFolderStandsBeforeItsFiles(t *testing.T) {
	v := NewQueueView(time.Time{})
	item := func(id, parent transfer.ItemID) transfer.Item { return transfer.Item{ID: id, Parent: parent} }
	v.Apply(transfer.Delta{Items: []transfer.Item{item(5, 2), item(4, 3), item(3, 2), item(2, 0), item(1, 0)}})
	if got := v.AllIDs(OnQueue); !slices.Equal(got, []transfer.ItemID{1, 2, 3, 4, 5}) {
		t.Errorf("order %v", got)
	}
}

func TestShortPath(t *testing.T) {
	for in, want := range map[string]string{"": "", "/var/www": "/var/www",
		"/home/anna/projects/some/website/very/deep/in/it":    "…/some/website/very/deep/in/it",
		"/a-name-without-any-slash-that-is-longer-than-shown": "…y-slash-that-is-longer-than-shown"} {
		if got := shortPath(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// A full delta replaces what was known.
func TestQueueViewFullDelta(t *testing.T) {
	q, v := newFakeQueue(), NewQueueView(time.Time{})
	_, _ = q.Add(t.Context(), make([]transfer.Request, 5)...)
	v.Apply(q.Since(0))
	delete(q.items, 2)
	q.order = slices.DeleteFunc(q.order, func(id transfer.ItemID) bool { return id == 2 })
	d := q.Since(0)
	d.Full = true
	v.Apply(d)
	checkView(t, v, q)
}

func TestEndedIsToldOnce(t *testing.T) {
	q, v := newFakeQueue(), NewQueueView(time.Time{})
	_, _ = q.Add(t.Context(), make([]transfer.Request, 2)...)
	v.Apply(q.Since(0))
	q.set(1, transfer.Done)
	d := q.Since(0)
	if ended := v.Apply(d); len(ended) != 1 || ended[0].ID != 1 {
		t.Errorf("%d ended", len(ended))
	}
	if ended := v.Apply(d); len(ended) != 0 {
		t.Errorf("%d ended again", len(ended))
	}
	// What had ended before the program began is history, not news.
	if ended := NewQueueView(time.Now()).Apply(d); len(ended) != 0 {
		t.Errorf("%d ended in a new view", len(ended))
	}
	// What came and ended between two looks is news.
	begun := time.Now()
	quick := transfer.Item{ID: 9, State: transfer.Failed, Ended: begun.Add(time.Millisecond)}
	if ended := NewQueueView(begun).Apply(transfer.Delta{Items: []transfer.Item{quick}}); len(ended) != 1 {
		t.Errorf("%d ended: a quick failure was not told", len(ended))
	}
}

func TestProgress(t *testing.T) {
	total := transfer.Totals{Files: 4, Done: 1}
	for _, c := range []struct {
		name string
		item transfer.Item
		part float64
		show bool
	}{
		{"waits", transfer.Item{Request: transfer.Request{Size: 100}}, 0, false},
		{"half", transfer.Item{Request: transfer.Request{Size: 100}, State: transfer.Running, Moved: 50}, 0.5, true},
		{"more than was said", transfer.Item{Request: transfer.Request{Size: 100}, State: transfer.Running, Moved: 150}, 1, true},
		{"size unknown", transfer.Item{Request: transfer.Request{Size: -1}, State: transfer.Running, Moved: 150}, 0, false},
		{"empty file", transfer.Item{State: transfer.Running}, 0, true},
		{"folder of empty files", transfer.Item{Request: transfer.Request{Folder: true}, State: transfer.Running, Total: &total}, 0.25, true},
		{"done", transfer.Item{State: transfer.Done}, 1, true},
	} {
		row := Transfer{Item: c.item}
		if part, show := row.Progress(); part != c.part || show != c.show {
			t.Errorf("%s: %v %v", c.name, part, show)
		}
	}
}

func TestStateWord(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for want, i := range map[string]transfer.Item{
		"Queued":            {},
		"00:05 left":        {Request: transfer.Request{Size: 100}, State: transfer.Running, Moved: 50, Rate: 10},
		"Finishing":         {Request: transfer.Request{Size: 100}, State: transfer.Running, Moved: 100, Rate: 10},
		"Size matches":      {State: transfer.Done, Check: transfer.SizeMatches},
		"Tries again in 9s": {State: transfer.Retrying, NotBefore: now.Add(9 * time.Second)},
		"Deleted":           {Request: transfer.Request{Direction: transfer.Remove}, State: transfer.Done},
	} {
		if got := StateWord(&Transfer{Item: i}, now); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// BenchmarkQueueView measures a beat of a queue of 100,000 items in which two
// run and one ends.
func BenchmarkQueueView(b *testing.B) {
	const n = 100_000
	v := NewQueueView(time.Time{})
	items := make([]transfer.Item, n)
	order := make([]transfer.ItemID, n)
	for i := range items {
		items[i] = transfer.Item{ID: transfer.ItemID(i + 1), Request: transfer.Request{Local: "/a", Remote: "/b", Size: 10}}
		order[i] = items[i].ID
	}
	v.Apply(transfer.Delta{Items: items, Order: order})
	b.ResetTimer()
	for i := 0; b.Loop(); i = (i + 1) % (n - 3) {
		for k := range 3 {
			items[i+k].State = transfer.Running
		}
		items[i].State = transfer.Done
		v.Apply(transfer.Delta{Items: items[i : i+3]})
	}
}

func TestSearchInWhatHasEnded(t *testing.T) {
	b := newBench(t)
	add := func(name string, s transfer.State, edit ...func(*transfer.Item)) {
		ids, err := b.queue.Add(t.Context(), transfer.Request{Local: "/home/anna/" + name, Remote: "/web/" + name,
			Target: session.Target{Host: "ftp.example.com", Name: "Work"}})
		if err != nil {
			t.Fatal(err)
		}
		b.queue.set(ids[0], s, edit...)
	}
	private := func(i *transfer.Item) { i.Target.Name, i.Target.Host = "Private", "ftp.other.net" }
	add("index.html", transfer.Done)
	add("logo.png", transfer.Done, private)
	add("Index-2.html", transfer.Skipped)
	add("index.php", transfer.Failed)
	add("index.css", transfer.Waiting)
	b.Apply()
	b.ShowBottom(BottomDone)
	v := b.QueueView
	shows := func(s Shelf) (names []string) {
		for i := range v.Len(s) {
			names = append(names, v.Row(s, i).Name())
			if got := v.Find(s, v.Row(s, i).ID); got != i {
				t.Errorf("row %d is found at %d", i, got)
			}
		}
		return names
	}
	for text, want := range map[string][]string{ // newest first
		"": {"Index-2.html", "logo.png", "index.html"}, "  ": {"Index-2.html", "logo.png", "index.html"},
		"INDEX": {"Index-2.html", "index.html"}, "private": {"logo.png"}, "other.net": {"logo.png"},
		"skipped": {"Index-2.html"}, "index work skipped": {"Index-2.html"}, "index private": nil,
	} {
		b.SearchEnded(text)
		if got := shows(OnDone); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if v.Count(OnDone) != 3 || v.Len(OnQueue) != 1 {
			t.Errorf("%q: %d are counted, %d in the queue", text, v.Count(OnDone), v.Len(OnQueue))
		}
	}

	b.SearchEnded("index")
	add("index-3.html", transfer.Done) // comes while the search is open
	add("other.html", transfer.Done)
	b.Apply()
	if got := shows(OnDone); !slices.Equal(got, []string{"index-3.html", "Index-2.html", "index.html"}) {
		t.Errorf("after more came: %q", got)
	}
	file := filepath.Join(t.TempDir(), "list.csv")
	b.Actions.Run("export-history")
	x := b.Questions.Current()
	if x == nil || !strings.Contains(x.Text[0], "search") || !strings.Contains(x.Text[0], "3 completed transfers and 1 failed") {
		t.Fatalf("the question tells %+v", x)
	}
	b.Questions.Answer(x.ID, 1, Reply{Text: file})
	b.loop.settle()
	text, err := os.ReadFile(file)
	if err != nil || strings.Count(string(text), "\n") != 5 || strings.Contains(string(text), "other.html") {
		t.Errorf("%v, written:\n%s", err, text)
	}

	b.Actions.Run("clear-done") // only what is seen
	b.loop.settle()
	if !slices.Equal(b.queue.removed, []transfer.ItemID{6, 3, 1}) {
		t.Errorf("the queue was told to forget %v", b.queue.removed)
	}
	b.ShowBottom(BottomFailed)
	if v.Searching() {
		t.Error("a search goes on where its field is empty")
	}
}

func BenchmarkSearch(b *testing.B) {
	v := NewQueueView(time.Time{})
	for i := range 100_000 {
		item := transfer.Item{ID: transfer.ItemID(i + 1), State: transfer.Done}
		item.Remote = fmt.Sprintf("/web/folder/file-%d.html", i)
		v.Apply(transfer.Delta{Items: []transfer.Item{item}})
	}
	for b.Loop() {
		v.Search("file-99 web")
		if v.Len(OnDone) != 1111 {
			b.Fatal(v.Len(OnDone))
		}
	}
}
