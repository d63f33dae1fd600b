package model

import (
	"bytes"
	"path/filepath"
	"strings"

	"longshore/sites"
	"longshore/transfer"
)

// SearchEnded narrows the lists of what has ended; see QueueView.Search.
func (a *App) SearchEnded(text string) {
	if text == "" && !a.QueueView.Searching() {
		return
	}
	a.QueueView.Search(text)
	a.rows = nil
	a.touch(PartQueue | PartActions)
}

// askExportHistory writes what has ended, well or not, to a file: what the
// search leaves, if there is one.
func (a *App) askExportHistory() {
	x := &Question{About: AskName, Title: "Export the list", Field: "File, ending in .csv or .json",
		Value: filepath.Join(a.deps.Home, "longshore-transfers.csv"),
		Text:  []string{wordExportList(a.QueueView), "There are no passwords in it."},
		Check: func(text string) string {
			switch strings.ToLower(filepath.Ext(strings.TrimSpace(text))) {
			case ".csv", ".json":
			default:
				return "The name ends in .csv or .json"
			}
			if Exists(text) {
				return "There is such a file already"
			}
			return ""
		}}
	x.Choices = []Choice{
		{Label: wordCancel, Role: Decline},
		{Label: "Export", Role: Default, Do: func(r Reply) { a.exportHistory(strings.TrimSpace(r.Text)) }},
	}
	a.Questions.add(x)
}

func (a *App) exportHistory(path string) {
	var items []transfer.Item
	for _, shelf := range []Shelf{OnDone, OnFailed} {
		for i := range a.QueueView.Len(shelf) {
			items = append(items, a.QueueView.Row(shelf, i).Item)
		}
	}
	write := transfer.WriteCSV
	if strings.EqualFold(filepath.Ext(path), ".json") {
		write = transfer.WriteJSON
	}
	a.deps.Go(func() {
		var b bytes.Buffer
		err := write(&b, items)
		if err == nil {
			err = sites.WriteFile(path, b.Bytes())
		}
		a.deps.Do(func() {
			if err != nil {
				a.Alert(wordSaveFailed("the list", err))
				return
			}
			a.Alert(Message{Grade: GradeGood, What: Count(len(items), "transfer was", "transfers were") + " written to " + path})
		})
	})
}
