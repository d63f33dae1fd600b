package model

import (
	"testing"
	"time"

	"longshore/transfer"
)

func TestWhatWasLeftOut(t *testing.T) {
	for _, c := range []struct {
		total transfer.Totals
		want  string
	}{
		{transfer.Totals{}, ""},
		{transfer.Totals{Refused: []string{"/a: no"}}, "/a: no"},
		{transfer.Totals{Refused: []string{"/a: no", "/b: no"}, RefusedMore: 1234}, "/a: no; /b: no; " + FormatNumber(1234) + " more"},
	} {
		x := &Transfer{Item: transfer.Item{Request: transfer.Request{Folder: true}, Total: &c.total}}
		got := ""
		for _, f := range x.facts(time.Unix(0, 0)) {
			if f.Label == "Left out" {
				got = f.Value
			}
		}
		if got != c.want {
			t.Errorf("%d names and %d more are shown as %q, want %q", len(c.total.Refused), c.total.RefusedMore, got, c.want)
		}
	}
}
