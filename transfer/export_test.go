package transfer

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"testing"
	"time"

	"longshore/transfer/session"
)

func TestExport(t *testing.T) {
	items := []Item{
		{ID: 1, Request: Request{Direction: Download, Target: session.Target{Host: "h", User: "anna"}, Local: "/a\x1b[31m", Remote: "=cmd()", Size: -1},
			State: Failed, Ended: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Err: &Failure{Kind: session.NotFound, Step: "retrieve", Path: "/x", Code: 550, Text: "no, \"never\"\nagain"}},
		{ID: 2, Parent: 1, State: Done, Check: SizeMatches},
	}
	var b bytes.Buffer
	if err := WriteCSV(&b, items); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != 3 || len(rows[0]) != len(rows[1]) {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	got := map[string]string{}
	for i, name := range rows[0] {
		got[name] = rows[1][i]
	}
	for name, want := range map[string]string{"remote": "'=cmd()", "size": "-1", "state": "failed", "ended": "2026-01-02T03:04:05Z",
		"local": `/a\x1b[31m`, "error": `retrieve "/x": 550 no, "never"` + "\n" + "again", "server": "ftp://anna@h/"} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	b.Reset()
	if err := WriteJSON(&b, items); err != nil {
		t.Fatal(err)
	}
	var object map[string]string
	if err := json.NewDecoder(&b).Decode(&object); err != nil || object["remote"] != "=cmd()" || object["id"] != "1" {
		t.Errorf("%v, %v", object, err)
	}
}
