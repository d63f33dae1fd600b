package session

import (
	"fmt"
	"strings"
	"time"
)

// marks stand before the steps of a report that is copied as text.
var marks = map[Grade]string{Green: "ok  ", Amber: "!   ", Red: "FAIL", Skipped: "-   "}

// Text is the report to copy into a letter or a bug report. It holds no
// secrets: the place has no password, and the user's name only if it is not
// anonymous.
func (r CheckReport) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Connection check of %s\n%s, %.1f s", r.Place, r.At.Format(time.RFC3339), r.Took)
	if r.Software != "" {
		fmt.Fprintf(&b, ", %s", r.Software)
	}
	b.WriteString("\n\n")
	for _, s := range r.Steps {
		fmt.Fprintf(&b, "%s  %-20s %s\n", marks[s.Grade], s.Title, s.Text)
		if s.Server != "" && s.Grade != Green {
			fmt.Fprintf(&b, "      %-20s the server said: %s\n", "", strings.ReplaceAll(s.Server, "\n", " / "))
		}
		if s.Next != "" {
			fmt.Fprintf(&b, "      %-20s %s\n", "", s.Next)
		}
	}
	if len(r.Advice) > 0 {
		b.WriteString("\nWhat may help:\n")
		for _, a := range r.Advice {
			fmt.Fprintf(&b, "  %s\n", a.Text)
		}
	}
	if l := r.Learned.Lines(); len(l) > 0 {
		b.WriteString("\nWhat was learned about this server:\n")
		for _, line := range l {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	return b.String()
}
