package main

import (
	"encoding/json"
	"io"
	"path"
	"time"

	"longshore/transfer"
	"longshore/transfer/listing"
)

// The objects of --json, one a line. "event" says which it is; the rows of ls,
// check and sites ls have none.

// fileEvent is one file, or one folder that was deleted, at its end.
type fileEvent struct {
	Event     string `json:"event"` // "file"
	Direction string `json:"direction"`
	State     string `json:"state"` // done, skipped, failed, cancelled
	Local     string `json:"local,omitempty"`
	Remote    string `json:"remote"`
	URL       string `json:"url"`
	Bytes     int64  `json:"bytes"`
	Check     string `json:"check,omitempty"` // verified, size, none
	Note      string `json:"note,omitempty"`  // how it was checked, why it was skipped
	Error     string `json:"error,omitempty"`
	Kind      string `json:"kind,omitempty"`   // of the error
	Server    string `json:"server,omitempty"` // the server's own words
}

// progressEvent comes about once a second while bytes move.
type progressEvent struct {
	Event string  `json:"event"` // "progress"
	Files int     `json:"files"` // known so far
	Ended int     `json:"ended"`
	Bytes int64   `json:"bytes"` // known so far
	Moved int64   `json:"moved"`
	Rate  float64 `json:"rate"` // bytes a second
}

type summaryEvent struct {
	Event   string  `json:"event"` // "summary"
	Done    int     `json:"done"`
	Skipped int     `json:"skipped"`
	Failed  int     `json:"failed"`
	Bytes   int64   `json:"bytes"`
	Seconds float64 `json:"seconds"`
}

type errorEvent struct {
	Event string `json:"event"` // "error"
	Error string `json:"error"`
	Exit  int    `json:"exit"`
}

// doneEvent is the answer to commands that move no files.
type doneEvent struct {
	Event   string `json:"event"` // "done"
	Command string `json:"command"`
	URL     string `json:"url"`
}

// entryRow is one row of ls.
type entryRow struct {
	Name   string     `json:"name"`
	Path   string     `json:"path,omitempty"` // ls -R: below the place
	URL    string     `json:"url"`            // its bytes, percent-encoded
	Type   string     `json:"type"`
	Size   *int64     `json:"size,omitempty"`
	Time   *time.Time `json:"time,omitempty"`
	Exact  bool       `json:"exact"` // the time is UTC by the server's word
	Mode   string     `json:"mode,omitempty"`
	Owner  string     `json:"owner,omitempty"`
	Group  string     `json:"group,omitempty"`
	Target string     `json:"target,omitempty"`
}

func rowOf(a place, e listing.Entry) entryRow {
	row := entryRow{Name: e.Name, URL: a.target.URL(path.Join(a.path, e.Raw)), Type: e.Type.String(), Exact: e.Exact,
		Mode: e.ModeString(), Owner: e.Owner, Group: e.Group, Target: e.Target}
	if e.Size >= 0 {
		row.Size = &e.Size
	}
	if !e.Time.IsZero() {
		row.Time = &e.Time
	}
	return row
}

func eventOf(it transfer.Item, why string) fileEvent {
	e := fileEvent{Event: "file", Direction: it.Direction.String(), State: it.State.String(), Local: it.Local,
		Remote: it.Remote, URL: it.Target.URL(it.Remote), Bytes: it.Moved, Note: it.CheckNote}
	switch {
	case it.State == transfer.Skipped:
		e.Note = why
	case it.State != transfer.Done:
		e.Error = why
	case it.Check == transfer.Verified:
		e.Check = "verified"
	case it.Check == transfer.SizeMatches:
		e.Check = "size"
	case it.Direction != transfer.Remove:
		e.Check = "none"
	}
	if it.Err != nil {
		e.Kind, e.Server = it.Err.Kind.String(), it.Err.Text
	}
	return e
}

// writeJSON writes one line. The encoder turns bytes that are no UTF-8 into
// the replacement character; "url" has them whole.
func writeJSON(w io.Writer, v any) {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
}
