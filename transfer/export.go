package transfer

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"time"

	"longshore/transfer/listing"
)

// columns are those of both exports.
var columns = []string{"id", "parent", "direction", "folder", "server", "local", "remote", "state", "size", "moved",
	"check", "check_note", "attempts", "added", "started", "ended", "error"}

// row gives an item's columns. Paths are escaped, for a spreadsheet shows
// what a terminal would.
func row(it *Item) []string {
	failure := ""
	if it.Err != nil {
		failure = it.Err.Error()
	}
	return []string{strconv.FormatUint(uint64(it.ID), 10), strconv.FormatUint(uint64(it.Parent), 10), it.Direction.String(),
		strconv.FormatBool(it.Folder), it.Target.URL("/"), listing.Escape(it.Local), listing.Escape(it.Remote), it.State.String(),
		strconv.FormatInt(it.Size, 10), strconv.FormatInt(it.Moved, 10), it.Check.String(), it.CheckNote, strconv.Itoa(it.Attempts),
		timeText(it.Added), timeText(it.Started), timeText(it.Ended), failure}
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// WriteCSV writes items as a table with a head (RFC 4180). Cells that a
// spreadsheet would take for a formula get a leading apostrophe.
func WriteCSV(w io.Writer, items []Item) error {
	out := csv.NewWriter(w)
	if err := out.Write(columns); err != nil {
		return err
	}
	for i := range items {
		cells := row(&items[i])
		for n, c := range cells {
			if c != "" && (c[0] == '=' || c[0] == '+' || c[0] == '@' || c[0] == '-' && n != 8) {
				cells[n] = "'" + c
			}
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// WriteJSON writes items as one object a line, with the columns' names.
func WriteJSON(w io.Writer, items []Item) error {
	out := json.NewEncoder(w)
	for i := range items {
		object := map[string]string{}
		for n, c := range row(&items[i]) {
			object[columns[n]] = c
		}
		if err := out.Encode(object); err != nil {
			return err
		}
	}
	return nil
}
