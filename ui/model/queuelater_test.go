package model

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"longshore/transfer"
)

func TestStartTime(t *testing.T) {
	now := time.Date(2026, 11, 22, 14, 30, 5, 0, time.Local)
	for text, want := range map[string]string{"22:15": "2026-11-22 22:15", " 9:05 ": "2026-11-23 09:05", "14:30": "2026-11-23 14:30",
		"2026-12-31 23:59": "2026-12-31 23:59", "": "", "25:00": "", "soon": ""} {
		got, ok := startTime(text, now)
		if ok != (want != "") || ok && FormatTime(got) != want {
			t.Errorf("%q: %v, %v; want %q", text, got, ok, want)
		}
	}
}

// chosen puts one item on a shelf and chooses its row.
func chosenItem(t *testing.T, state transfer.State, page Bottom) *bench {
	b := newBench(t)
	if _, err := b.queue.Add(t.Context(), transfer.Request{Direction: transfer.Upload, Target: demoTarget, Local: "/x", Remote: "/x"}); err != nil {
		t.Fatal(err)
	}
	b.queue.set(1, state)
	b.Apply()
	b.ShowBottom(page)
	b.SetRows([]int{0})
	return b
}

func TestStartLaterIsAsked(t *testing.T) {
	b := chosenItem(t, transfer.Waiting, BottomQueue)
	b.Actions.Run("item-later")
	x := b.Questions.Current()
	if x == nil || x.Check("nonsense") == "" || x.Check("23:00") != "" {
		t.Fatalf("asked %+v", x)
	}
	b.Questions.Answer(x.ID, 1, Reply{Text: "2030-01-02 03:04"})
	b.loop.settle()
	if !slices.Contains(b.queue.calls, "start at 2030-01-02 03:04 [1]") {
		t.Errorf("calls %v", b.queue.calls)
	}
	row := &Transfer{Item: transfer.Item{State: transfer.Waiting, NotBefore: time.Date(2030, 1, 2, 3, 4, 0, 0, time.Local)}}
	if word := StateWord(row, time.Now()); word != "Starts 2030-01-02 03:04" {
		t.Errorf("the row says %q", word)
	}
}

func TestVerifyIsForWhatArrived(t *testing.T) {
	b := chosenItem(t, transfer.Done, BottomDone)
	b.Actions.Run("item-verify")
	b.loop.settle()
	if !slices.Contains(b.queue.calls, "verify[1]") {
		t.Errorf("calls %v", b.queue.calls)
	}
	b = chosenItem(t, transfer.Failed, BottomFailed)
	if why := b.Actions.Get("item-verify").Why(); why == "" {
		t.Error("a failed transfer can be verified")
	}
}

func TestExportHistory(t *testing.T) {
	b := chosenItem(t, transfer.Done, BottomDone)
	for _, ext := range []string{".csv", ".json"} {
		file := filepath.Join(t.TempDir(), "list"+ext)
		b.Actions.Run("export-history")
		x := b.Questions.Current()
		if x == nil || x.Check("/tmp/list.txt") == "" || x.Check(file) != "" {
			t.Fatalf("asked %+v", x)
		}
		b.Questions.Answer(x.ID, 1, Reply{Text: file})
		b.loop.settle()
		if got, err := os.ReadFile(file); err != nil || !strings.Contains(string(got), "upload") || !strings.Contains(string(got), "done") {
			t.Errorf("%s: %q, %v", ext, got, err)
		}
		if x.Check(file) == "" {
			t.Error("a file that is there would be overwritten")
		}
	}
}

func TestMoveRows(t *testing.T) {
	b := chosenItem(t, transfer.Waiting, BottomQueue)
	b.MoveRows([]transfer.ItemID{1}, 0)
	b.loop.settle()
	if !slices.Contains(b.queue.calls, "move") {
		t.Errorf("calls %v", b.queue.calls)
	}
}
